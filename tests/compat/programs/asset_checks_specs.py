"""Checks declared on an asset, and several checks in one function.

oracle: 1.13
"""

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetKey,
    Output,
    asset,
    materialize,
    multi_asset_check,
)
from observe import caught, events, show


@asset(check_specs=[AssetCheckSpec("positive", asset="amount"), AssetCheckSpec("small", asset="amount")])
def amount():
    yield Output(5)
    yield AssetCheckResult(check_name="positive", passed=True)
    yield AssetCheckResult(check_name="small", passed=False)


@asset
def other():
    return 2


@multi_asset_check(specs=[AssetCheckSpec("first", asset="other"), AssetCheckSpec("second", asset="amount")])
def several():
    yield AssetCheckResult(check_name="first", asset_key="other", passed=True)
    yield AssetCheckResult(check_name="second", asset_key=AssetKey("amount"), passed=True)


@asset(check_specs=[AssetCheckSpec("promised", asset="forgetful")])
def forgetful():
    return 1


def wrong_asset():
    @asset(check_specs=[AssetCheckSpec("x", asset="another")])
    def bad():
        return 1


result = materialize([amount, other, several])
show(
    events=events(result),
    outcome=sorted(
        [each.asset_key.to_user_string(), each.check_name, each.passed]
        for each in result.get_asset_check_evaluations()
    ),
    wrong_asset=caught(wrong_asset),
    forgetful=caught(materialize, [forgetful]),
    check_keys=sorted(key.name for key in amount.check_keys),
    multi_keys=sorted(key.to_user_string() for key in several.check_keys),
)
