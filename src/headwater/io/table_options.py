"""How one asset is stored as a table: the options that its metadata gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pydantic

from headwater.definitions.config import Config
from headwater.definitions.stored_asset import StoredAsset
from headwater.io.asset_pattern import first_fit
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey

WriteMode = Literal["replace", "append", "merge"]
SchemaContract = Literal["evolve", "replace", "freeze"]


class TableOptions(Config):
    """How values are stored in a table.

    ``table`` and ``schema_name``: where, when it is not named after the asset.
    ``write_mode``: ``replace`` (the table, or of an asset with partitions the rows of its partition), ``append`` (once
    for each run, however often it is tried), ``merge`` (rows of the same ``keys`` are replaced, others added).
    ``schema_contract``: what happens when the columns differ from those of the table. ``evolve`` adds columns and widens
    types, ``replace`` makes the table have the new ones, ``freeze`` raises :class:`SchemaChangedError`. By default a table
    that is replaced as a whole gets the new columns, and any other is frozen.
    ``allow_lossy``: store also what would lose something, such as nanoseconds, and say so in the log.

    What is not given is left to the options of the manager for a pattern that fits (``raw/*``, ``group:exports``).

    Raises ``DagsterInvalidDefinitionError`` at once for what cannot be meant.

    >>> @asset(metadata={"io": TableOptions(write_mode="merge", keys=["id"])})
    ... def customers() -> pandas.DataFrame: ...
    """

    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(extra="forbid")

    table: str | None = None
    schema_name: str | None = None
    write_mode: WriteMode = "replace"
    keys: tuple[str, ...] = ()
    schema_contract: SchemaContract | None = None
    allow_lossy: bool = False

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "TableOptions"
            raise DagsterInvalidDefinitionError(f"TableOptions, {place}: {first['msg']}.") from None

    @pydantic.model_validator(mode="after")
    def _check(self) -> TableOptions:
        if self.write_mode == "merge" and not self.keys:
            raise ValueError('write_mode="merge" needs keys=[...]: the columns by which a row is known')
        if self.keys and self.write_mode != "merge":
            raise ValueError('keys=[...] belong to write_mode="merge"')
        return self

    def over(self, other: TableOptions) -> TableOptions:
        """These options, with those of ``other`` where nothing is said."""
        if not other.model_fields_set:
            return self
        theirs = {name: getattr(other, name) for name in other.model_fields_set}
        ours = {name: getattr(self, name) for name in self.model_fields_set}
        if ours.get("write_mode", "merge") != "merge":
            theirs.pop("keys", None)
        return TableOptions(**{**theirs, **ours})

    def contract_for(self, *, whole: bool) -> SchemaContract:
        """The contract for a table that is replaced as a whole, or for rows that come beside others."""
        return self.schema_contract or ("replace" if whole else "freeze")


NO_OPTIONS = TableOptions()
"""What holds where nothing is said."""


def table_options_in(metadata: Mapping[str, Any]) -> TableOptions:
    """The options among the metadata of an asset or output, under whatever label."""
    return next((each for each in metadata.values() if isinstance(each, TableOptions)), NO_OPTIONS)


def resolve_table_options(
    metadata: Mapping[str, Any],
    key: AssetKey | None,
    group: str | None,
    by_pattern: Mapping[str, TableOptions],
) -> TableOptions:
    """The options of an asset or output: its own, then those of the first pattern that fits its key or group."""
    own = table_options_in(metadata)
    general = first_fit(by_pattern, key, group) if key is not None else None
    return own if general is None else own.over(general)


def schema_for(
    options: TableOptions, metadata: Mapping[str, Any], configured: str | None, key: AssetKey | None
) -> str | None:
    """The schema of a table: as the options say, the metadata ``schema``, the manager, the prefix of the key."""
    schema = options.schema_name or metadata.get("schema") or configured
    return schema or (next(iter(key.parts[-2:-1]), None) if key is not None else None)


def describe_table(
    asset: StoredAsset,
    configured: str | None,
    default_schema: str,
    by_pattern: Mapping[str, TableOptions],
) -> dict[str, str]:
    """Where and how an asset is stored, in words, with no connection made."""
    options = resolve_table_options(asset.metadata, asset.key, asset.group_name, by_pattern)
    schema = schema_for(options, asset.metadata, configured, asset.key) or default_schema
    told = {"table": f"{schema}.{options.table or asset.key.parts[-1]}", "write mode": options.write_mode}
    if options.keys:
        told["keys"] = ", ".join(options.keys)
    whole = options.write_mode == "replace" and not asset.partitioned
    return told | {"schema contract": options.contract_for(whole=whole)}
