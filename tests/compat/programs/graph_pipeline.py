"""A pipeline in the style of an older project: a graph, a resource, expectations and materializations by hand.

oracle: both
"""

from typing import NamedTuple

from dagster import (
    AssetKey,
    AssetMaterialization,
    ExpectationResult,
    Int,
    MetadataValue,
    Out,
    Output,
    String,
    graph,
    in_process_executor,
    op,
    resource,
)
from observe import events, show


class Row(NamedTuple):
    name: str
    size: int


@resource(config_schema={"table": String})
def database(context):
    return {"table": context.resource_config["table"], "rows": []}


@op(out={"rows": Out(list), "count": Out(Int)})
def extract():
    rows = [Row("a", 1), Row("b", 2)]
    yield ExpectationResult(success=bool(rows), label="has_rows")
    yield Output(rows, "rows", metadata={"n": len(rows)})
    yield Output(len(rows), "count")


@op(required_resource_keys={"database"})
def load(context, rows):
    context.resources.database["rows"].extend(rows)
    yield AssetMaterialization(
        asset_key=AssetKey([context.resources.database["table"], "rows"]),
        metadata={"md": MetadataValue.md("*")},
    )
    yield Output(len(context.resources.database["rows"]))


@op
def compare(count: int, loaded: int) -> bool:
    return count == loaded


@graph
def pipeline():
    rows, count = extract()
    compare(count, load(rows))


result = pipeline.to_job(
    resource_defs={"database": database},
    config={"resources": {"database": {"config": {"table": "t"}}}},
    executor_def=in_process_executor,
).execute_in_process()
show(
    events=events(result),
    compared=result.output_for_node("compare"),
    keys=[each.asset_key for each in result.asset_materializations_for_node("load")],
)
