"""Running checks alone, running assets without them, and errors of their definition.

oracle: 1.13
"""

from dagster import (
    AssetCheckResult,
    AssetSelection,
    Definitions,
    asset,
    asset_check,
    define_asset_job,
    materialize,
)
from observe import caught, events, show


@asset
def one():
    return 1


@asset
def two(one):
    return 2


@asset_check(asset=one)
def check_one():
    return AssetCheckResult(passed=True)


@asset_check(asset=two)
def check_two():
    return AssetCheckResult(passed=True)


def other_check():
    @asset_check(asset=one, name="check_one")
    def the_same_name():
        return AssetCheckResult(passed=True)

    return the_same_name


defs = Definitions(
    assets=[one, two],
    asset_checks=[check_one, check_two],
    jobs=[
        define_asset_job("only_checks", selection=AssetSelection.all_asset_checks()),
        define_asset_job("no_checks", selection=AssetSelection.all() - AssetSelection.all_asset_checks()),
        define_asset_job("of_one", selection=AssetSelection.checks_for_assets(one)),
        define_asset_job("all"),
    ],
)
runs = {
    name: events(defs.get_job_def(name).execute_in_process())
    for name in ("only_checks", "no_checks", "of_one", "all")
}
show(
    **runs,
    selection=events(materialize([one, two, check_one, check_two], selection=[one])),
    duplicated=caught(
        Definitions.validate_loadable, Definitions(assets=[one], asset_checks=[check_one, other_check()])
    ),
    direct=check_one().passed,
)
