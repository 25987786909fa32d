"""The data version of an observed source is what its dependents were made from.

oracle: both
"""

from dagster import (
    AssetKey,
    AssetSelection,
    DagsterInstance,
    DataVersion,
    Definitions,
    asset,
    define_asset_job,
    materialize,
    observable_source_asset,
)
from observe import show

seen = {"version": "monday"}


@observable_source_asset
def inbox():
    return DataVersion(seen["version"])


@asset(deps=[inbox], code_version="1")
def counted():
    return 1


@asset(code_version="1")
def doubled(counted):
    return 2 * counted


instance = DagsterInstance.ephemeral()
look = define_asset_job("look", selection=AssetSelection.keys("inbox"))
defs = Definitions(assets=[inbox, counted, doubled], jobs=[look])


def made():
    result = materialize([inbox, counted, doubled], selection=["counted", "doubled"], instance=instance)
    return {
        name: {
            key: value
            for key, value in result.asset_materializations_for_node(name)[0].tags.items()
            if "data_version" in key
        }
        for name in ("counted", "doubled")
    }


def observe():
    return defs.get_job_def("look").execute_in_process(instance=instance).success


never_observed = made()
first_look = observe()
monday = made()
again = made()
seen["version"] = "tuesday"
unlooked = made()
second_look = observe()
tuesday = made()

INPUT = "dagster/input_data_version/inbox"
show(
    looked=[first_look, second_look],
    inputs=[each["counted"][INPUT] for each in (never_observed, monday, again, unlooked, tuesday)],
    same_while_unchanged=monday["counted"]["dagster/data_version"]
    == again["counted"]["dagster/data_version"],
    unlooked_is_unchanged=monday["counted"]["dagster/data_version"]
    == unlooked["counted"]["dagster/data_version"],
    changes_with_it=monday["counted"]["dagster/data_version"] != tuesday["counted"]["dagster/data_version"],
    and_below=monday["doubled"]["dagster/data_version"] != tuesday["doubled"]["dagster/data_version"],
    keys=[sorted(each["counted"]) for each in (never_observed, tuesday)],
    latest=instance.get_latest_materialization_event(AssetKey("counted")).asset_materialization.tags[INPUT],
)
