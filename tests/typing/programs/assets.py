"""Assets as users annotate them: what a type checker must know of each, without a word of help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_type

import headwater as hw

if TYPE_CHECKING:
    from headwater import AssetExecutionContext


class Limits(hw.Config):
    highest: int = 3


class Store(hw.ConfigurableResource):
    path: str

    def read(self, name: str) -> str:
        return self.path + name


@hw.asset
def numbers(config: Limits) -> list[int]:
    assert_type(config.highest, int)
    return list(range(config.highest))


@hw.asset(key_prefix="raw", group_name="raw", owners=["team:data"], tags={"tier": "gold"}, kinds={"python"})
def letters(context: AssetExecutionContext, store: Store) -> str:
    assert_type(store.read("letters"), str)
    assert_type(context.asset_key, hw.AssetKey)
    context.log.info("reading")
    return store.read("letters")


@hw.asset(deps=[numbers])
def told(context: AssetExecutionContext) -> hw.MaterializeResult:
    return hw.MaterializeResult(metadata={"rows": 3, "note": hw.MetadataValue.md("*fine*")})


@hw.asset
def told_with_value() -> hw.MaterializeResult[int]:
    result = hw.MaterializeResult(value=3)
    assert_type(result.value, int)
    return result


@hw.asset
def both() -> hw.Output[int]:
    made = hw.Output(3, metadata={"rows": 3})
    assert_type(made, hw.Output[int])
    assert_type(made.value, int)
    return made


@hw.multi_asset(outs={"low": hw.AssetOut(), "high": hw.AssetOut(is_required=False)}, can_subset=True)
def split(context: AssetExecutionContext) -> Iterator[hw.Output[int]]:
    for name in context.op_execution_context.selected_output_names:
        yield hw.Output(1, output_name=name)


@hw.multi_asset(specs=[hw.AssetSpec("one"), hw.AssetSpec("two", deps=["one"])])
def several() -> Iterator[hw.MaterializeResult]:
    yield hw.MaterializeResult(asset_key="one")
    yield hw.MaterializeResult(asset_key="two")


@hw.asset_check(asset=numbers, blocking=True)
def some_numbers(numbers: list[int]) -> hw.AssetCheckResult:
    return hw.AssetCheckResult(passed=bool(numbers), severity=hw.AssetCheckSeverity.WARN)


@hw.observable_source_asset
def inbox() -> hw.DataVersion:
    return hw.DataVersion("1")


assert_type(numbers, hw.AssetsDefinition)
assert_type(letters, hw.AssetsDefinition)
assert_type(split, hw.AssetsDefinition)
assert_type(some_numbers, hw.AssetChecksDefinition)
assert_type(inbox, hw.SourceAsset)
assert_type(numbers.key, hw.AssetKey)

defs = hw.Definitions(
    assets=[numbers, letters, told, told_with_value, both, split, several, inbox],
    asset_checks=[some_numbers],
    jobs=[
        hw.define_asset_job("all_of_it", selection=hw.AssetSelection.all() - hw.AssetSelection.groups("raw"))
    ],
    resources={"store": Store(path="here"), "io_manager": hw.FilesystemIOManager(base_dir="data")},
)
assert_type(defs.resolve_job_def("all_of_it"), hw.JobDefinition)
