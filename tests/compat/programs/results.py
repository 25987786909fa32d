"""What ExecuteInProcessResult offers.

oracle: both
"""

from dagster import (
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    DagsterEventType,
    ExpectationResult,
    GraphOut,
    Out,
    Output,
    asset,
    graph,
    job,
    materialize,
    op,
)
from observe import caught, metadata, show


@op
def logs(context):
    context.log_event(AssetMaterialization("by_hand", description="d", metadata={"n": 1}, partition="p"))
    context.log_event(AssetObservation(["a", "b"], metadata={"seen": True}))
    context.log_event(ExpectationResult(success=False, label="expected", metadata={"e": 1}))
    return 1


@op
def yields():
    yield AssetMaterialization(asset_key=AssetKey("yielded"))
    yield Output(2)


@op(out={"x": Out(is_required=False)})
def optional():
    if False:
        yield Output(1, "x")


@graph(out={"one": GraphOut(), "two": GraphOut()})
def outs():
    return {"one": logs(), "two": yields()}


@job
def everything():
    logs()
    yields()
    optional()


@asset
def an_asset():
    return 3


result = everything.execute_in_process(run_id="0a0a0a0a-0000-4000-8000-000000000001")
graph_result = outs.execute_in_process()
assets = materialize([an_asset])


def data(kind):
    return [
        event.event_specific_data
        for event in result.filter_events(lambda event: event.event_type_value == kind)
    ]


show(
    run_id=[result.run_id, result.dagster_run.run_id == result.run_id],
    job_name=[result.job_def.name, result.dagster_run.job_name],
    graph_outputs=[graph_result.output_value("one"), graph_result.output_value("two")],
    no_output=caught(graph_result.output_value, "three"),
    materializations=[
        [
            each.materialization.asset_key,
            each.materialization.description,
            each.materialization.partition,
            metadata(each.materialization.metadata),
        ]
        for each in data("ASSET_MATERIALIZATION")
    ],
    observations=[
        [each.asset_observation.asset_key, metadata(each.asset_observation.metadata)]
        for each in data("ASSET_OBSERVATION")
    ],
    expectations=[
        [
            each.expectation_result.success,
            each.expectation_result.label,
            metadata(each.expectation_result.metadata),
        ]
        for each in data("STEP_EXPECTATION_RESULT")
    ],
    order=[event.event_type_value for event in result.events_for_node("logs")],
    yields=[event.event_type_value for event in result.events_for_node("yields")],
    step_success=result.get_step_success_events()[0].step_key,
    failed=[
        result.is_node_success("logs"),
        result.is_node_failed("logs"),
        result.is_node_skipped("optional"),
        result.is_node_untouched("optional"),
    ],
    node_events=len(result.all_node_events) == sum(event.is_step_event for event in result.all_events),
    for_node=[each.asset_key for each in result.asset_materializations_for_node("logs")],
    unyielded=caught(result.output_for_node, "optional", "x"),
    asset_value=assets.asset_value("an_asset"),
    unknown_events=caught(result.events_for_node, "nobody"),
    kinds=[DagsterEventType.RUN_SUCCESS.value, DagsterEventType.RUN_FAILURE.value],
)
