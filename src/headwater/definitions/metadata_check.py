"""Ready-made checks of what materialisations say of themselves: their columns, and the bounds of a number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from headwater.definitions.asset_check import AssetChecksDefinition, multi_asset_check
from headwater.definitions.asset_spec import AssetCheckSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.output import AssetCheckResult
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.event import AssetCheckSeverity, AssetMaterialization
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.metadata import FloatMetadataValue, IntMetadataValue, TableSchemaMetadataValue
from headwater.model.table import TableSchema

COLUMN_SCHEMA_KEY = "dagster/column_schema"


class _Verdict(NamedTuple):
    passed: bool
    why: str


_Judge = Callable[[Sequence[AssetMaterialization]], _Verdict]


def build_column_schema_change_checks(
    *, assets: Sequence[Any], severity: AssetCheckSeverity = AssetCheckSeverity.WARN
) -> Sequence[AssetChecksDefinition]:
    """Checks, one for each asset, that the last two materialisations have the same columns.

    They look at the metadata ``dagster/column_schema``, which I/O managers of tables write.

    >>> Definitions(assets=[flights], asset_checks=build_column_schema_change_checks(assets=[flights]))
    """
    what = "Checks that the columns did not change between the last two materializations."
    return _build(assets, "column_schema_change", what, severity, _judge_columns, depth=2)


def build_metadata_bounds_checks(
    *,
    assets: Sequence[Any],
    metadata_key: str,
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    min_value: float | None = None,
    max_value: float | None = None,
    exclusive_min: bool = False,
    exclusive_max: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks, one for each asset, that a number in the metadata of the last materialisation is within bounds.

    Raises :class:`DagsterInvalidDefinitionError` without a bound, and for bounds that contradict each other.

    >>> build_metadata_bounds_checks(assets=[flights], metadata_key="dagster/row_count", min_value=1)
    """
    if min_value is None and max_value is None:
        raise DagsterInvalidDefinitionError("Give min_value, max_value or both.")
    if min_value is not None and max_value is not None and min_value > max_value:
        raise DagsterInvalidDefinitionError(
            f"min_value ({min_value}) is greater than max_value ({max_value})."
        )
    bounds = _Bounds(min_value, max_value, exclusive_min, exclusive_max)
    what = f"Checks that the last materialization has a value of `{metadata_key}` {bounds.told}."

    def judge(found: Sequence[AssetMaterialization]) -> _Verdict:
        return _judge_number(found, metadata_key, bounds)

    return _build(assets, f"{metadata_key}_bounds_check", what, severity, judge, depth=1)


class _Bounds(NamedTuple):
    low: float | None
    high: float | None
    exclusive_low: bool
    exclusive_high: bool

    @property
    def told(self) -> str:
        """The bounds in words."""
        low = (
            None if self.low is None else f"{'greater than' if self.exclusive_low else 'at least'} {self.low}"
        )
        high = (
            None if self.high is None else f"{'less than' if self.exclusive_high else 'at most'} {self.high}"
        )
        return " and ".join(each for each in (low, high) if each is not None)

    def hold(self, value: float) -> bool:
        """Whether ``value`` is within."""
        above = self.low is None or value > self.low or (value == self.low and not self.exclusive_low)
        below = self.high is None or value < self.high or (value == self.high and not self.exclusive_high)
        return above and below


def _judge_number(found: Sequence[AssetMaterialization], name: str, bounds: _Bounds) -> _Verdict:
    if not found:
        return _Verdict(False, "The asset has not been materialized.")
    value = found[0].metadata.get(name)
    if value is None:
        return _Verdict(False, f"The last materialization has no metadata `{name}`.")
    if not isinstance(value, (IntMetadataValue, FloatMetadataValue)) or value.value is None:
        return _Verdict(False, f"The value `{value.value}` is not a number.")
    if not bounds.hold(value.value):
        return _Verdict(False, f"The value `{value.value}` is not {bounds.told}.")
    return _Verdict(True, f"The value `{value.value}` is {bounds.told}.")


def _judge_columns(found: Sequence[AssetMaterialization]) -> _Verdict:
    if len(found) < 2:
        return _Verdict(True, "The asset has been materialized fewer than two times.")
    last, before = (_columns(each) for each in found)
    if last is None or before is None:
        which = "last" if last is None else "previous"
        return _Verdict(False, f"The {which} materialization has no metadata `{COLUMN_SCHEMA_KEY}`.")
    changes = list(_changes(before, last))
    return _Verdict(not changes, "\n\n".join(changes) or "The columns did not change.")


def _columns(materialization: AssetMaterialization) -> dict[str, str] | None:
    value = materialization.metadata.get(COLUMN_SCHEMA_KEY)
    if not isinstance(value, TableSchemaMetadataValue):
        return None
    schema: TableSchema = value.schema
    return {column.name: column.type for column in schema.columns}


def _changes(before: Mapping[str, str], last: Mapping[str, str]) -> Iterator[str]:
    added = [name for name in last if name not in before]
    removed = [name for name in before if name not in last]
    retyped = [
        f"{name} ({before[name]} -> {last[name]})"
        for name in last
        if before.get(name, last[name]) != last[name]
    ]
    for what, names in (("Added", added), ("Removed", removed), ("Changed type of", retyped)):
        if names:
            yield f"{what} columns: {', '.join(names)}."


def _build(
    assets: Sequence[Any],
    name: str,
    description: str,
    severity: AssetCheckSeverity,
    judge: _Judge,
    depth: int,
) -> Sequence[AssetChecksDefinition]:
    """One definition with a check for each asset, which judges its last ``depth`` materialisations."""
    keys = list(dict.fromkeys(key for each in assets for key in _keys_of(each)))
    specs = [AssetCheckSpec(name, asset=key, description=description) for key in keys]
    digest = hashlib.sha256("|".join([name, *(key.to_string() for key in keys)]).encode()).hexdigest()[:8]

    @multi_asset_check(specs=specs, name=f"asset_check_{digest}", description=description, can_subset=True)
    def checks(context: Any) -> Iterator[AssetCheckResult]:
        for spec in specs:
            if AssetCheckKey(spec.asset_key, name) in context.selected_asset_check_keys:
                records = context.instance.fetch_materializations(spec.asset_key, limit=depth).records
                verdict = judge([each.asset_materialization for each in records])
                yield AssetCheckResult(
                    passed=verdict.passed,
                    asset_key=spec.asset_key,
                    check_name=name,
                    severity=severity,
                    description=verdict.why,
                )

    return [checks]


def _keys_of(asset: Any) -> Sequence[AssetKey]:
    return sorted(asset.keys) if isinstance(asset, AssetsDefinition) else [AssetKey.from_coercible(asset)]
