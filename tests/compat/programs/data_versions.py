"""Code versions, data versions and provenance in the tags of a materialization.

oracle: both
"""

from dagster import DagsterInstance, DataVersion, Output, asset, materialize
from observe import refused, show


@asset(code_version="1")
def first():
    return 1


@asset(code_version="2")
def second(first):
    return Output(2, data_version=DataVersion("own"))


@asset
def third(second):
    return 3


instance = DagsterInstance.ephemeral()


def tags(result, name):
    found = result.asset_materializations_for_node(name)[0].tags
    return {
        key: value
        for key, value in found.items()
        if "event_pointer" not in key and "event_storage" not in key
    }


one = materialize([first, second, third], instance=instance)
two = materialize([first, second, third], instance=instance)
shown = [tags(one, "first"), tags(two, "first")]
show(
    first_code=shown[0]["dagster/code_version"],
    same_without_change=shown[0]["dagster/data_version"] == shown[1]["dagster/data_version"],
    keys=[sorted(tags(one, name)) for name in ("first", "second", "third")],
    own=tags(one, "second")["dagster/data_version"],
    input_version=tags(one, "third")["dagster/input_data_version/second"],
    input_matches=tags(one, "second")["dagster/input_data_version/first"] == shown[0]["dagster/data_version"],
    default_code_is_run=tags(one, "third")["dagster/code_version"] == one.run_id,
    changes_by_run=tags(one, "third")["dagster/data_version"] != tags(two, "third")["dagster/data_version"],
    length=len(shown[0]["dagster/data_version"]),
    value=DataVersion("x").value,
    equal=DataVersion("x") == DataVersion("x"),
    not_text=refused(DataVersion, 5),
)
