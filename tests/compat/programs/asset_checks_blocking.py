"""A blocking check that fails with severity ERROR keeps what is downstream from running.

oracle: 1.13
"""

from dagster import AssetCheckResult, AssetCheckSeverity, asset, asset_check, materialize
from observe import caught, events, show


@asset
def source():
    return 1


@asset
def downstream(source):
    return source + 1


@asset(deps=[downstream])
def further():
    return 1


@asset
def unrelated():
    return 1


def check(passed, severity=AssetCheckSeverity.ERROR):
    @asset_check(asset=source, blocking=True, name="gate")
    def gate(source):
        return AssetCheckResult(passed=passed, severity=severity)

    return gate


assets = [source, downstream, further, unrelated]
failing = materialize([*assets, check(False)], raise_on_error=False)
warning = materialize([*assets, check(False, AssetCheckSeverity.WARN)], raise_on_error=False)
passing = materialize([*assets, check(True)])
show(
    failing=[failing.success, events(failing)],
    warning=[warning.success, events(warning)],
    passing=[passing.success, events(passing)],
    raised=caught(materialize, [*assets, check(False)]),
)
