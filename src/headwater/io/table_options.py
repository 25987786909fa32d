"""How one asset is stored as a table: the options that its metadata gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pydantic

from headwater.definitions.config import Config
from headwater.definitions.stored_asset import StoredAsset
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

    def contract_for(self, *, whole: bool) -> SchemaContract:
        """The contract for a table that is replaced as a whole, or for rows that come beside others."""
        return self.schema_contract or ("replace" if whole else "freeze")


_NONE = TableOptions()
"""What holds where an asset says nothing."""


def table_options_in(metadata: Mapping[str, Any]) -> TableOptions:
    """The options among the metadata of an asset or output, under whatever label."""
    return next((each for each in metadata.values() if isinstance(each, TableOptions)), _NONE)


def schema_for(metadata: Mapping[str, Any], configured: str | None, key: AssetKey | None) -> str | None:
    """The schema of a table: as the options say, the metadata ``schema``, the manager, the prefix of the key."""
    schema = table_options_in(metadata).schema_name or metadata.get("schema") or configured
    return schema or (next(iter(key.parts[-2:-1]), None) if key is not None else None)


def describe_table(asset: StoredAsset, configured: str | None, default_schema: str) -> dict[str, str]:
    """Where and how an asset is stored, in words, with no connection made."""
    options = table_options_in(asset.metadata)
    schema = schema_for(asset.metadata, configured, asset.key) or default_schema
    told = {"table": f"{schema}.{options.table or asset.key.parts[-1]}", "write mode": options.write_mode}
    if options.keys:
        told["keys"] = ", ".join(options.keys)
    whole = options.write_mode == "replace" and not asset.partitioned
    return told | {"schema contract": options.contract_for(whole=whole)}
