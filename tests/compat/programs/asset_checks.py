"""Asset checks: their events, what they receive, severity and metadata.

oracle: 1.13
"""

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
    asset,
    asset_check,
    materialize,
)
from observe import events, metadata, show


@asset
def rows():
    return [1, 2, 3]


@asset_check(asset=rows, description="there are rows")
def has_rows(rows):
    return AssetCheckResult(passed=len(rows) > 0, metadata={"count": len(rows)})


@asset_check(asset="rows")
def few_rows(context: AssetCheckExecutionContext, rows) -> AssetCheckResult:
    return AssetCheckResult(passed=len(rows) < 3, severity=AssetCheckSeverity.WARN, description="too many")


@asset_check(asset=rows, name="named")
def without_value():
    return AssetCheckResult(passed=True)


@asset_check(asset=AssetKey("rows"))
def breaks(rows):
    raise ValueError("broken check")


@asset
def after(rows):
    return len(rows)


result = materialize([rows, after, has_rows, few_rows, without_value])
broken = materialize([rows, after, breaks], raise_on_error=False)
show(
    success=[result.success, broken.success],
    events=events(result),
    broken=events(broken),
    evaluations=[
        [
            each.asset_key,
            each.check_name,
            each.passed,
            each.severity,
            each.description,
            metadata(each.metadata),
        ]
        for each in sorted(result.get_asset_check_evaluations(), key=lambda each: each.check_name)
    ],
    keys=[has_rows.check_key.name, without_value.check_key.name, has_rows.check_key.asset_key],
)
