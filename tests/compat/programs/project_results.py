"""What a test looks up in the result of a run: values of nested nodes, events by kind, materialisations, failures.

oracle: both
"""

from dagster import (
    AssetKey,
    AssetMaterialization,
    AssetOut,
    DagsterEventType,
    DagsterInstance,
    DynamicOut,
    DynamicOutput,
    GraphOut,
    Out,
    Output,
    RunsFilter,
    asset,
    graph,
    job,
    materialize,
    materialize_to_memory,
    mem_io_manager,
    multi_asset,
    op,
)
from observe import caught, events, metadata, show


@op(out={"rows": Out(list), "about": Out(dict)})
def read():
    yield AssetMaterialization("source_file", metadata={"lines": 3})
    yield Output([3, 1, 2], "rows", metadata={"n": 3})
    yield Output({"name": "x"}, "about")


@op
def tidy(rows):
    return sorted(rows)


@op(out=DynamicOut())
def each(rows):
    for row in rows:
        yield DynamicOutput(row, str(row))


@op
def square(number):
    if number == 13:
        raise ArithmeticError("unlucky")
    return number**2


@op
def total(numbers, start=0):
    return sum(numbers) + start


@graph(out={"tidied": GraphOut(), "about": GraphOut()})
def intake():
    rows, about = read()
    return {"tidied": tidy(rows), "about": about}


@graph
def squares(rows):
    return total(each(rows).map(square).collect())


@graph
def whole():
    rows, _ = intake()
    return squares(rows)


@job
def whole_job():
    rows, _ = intake()
    squares(rows)


@asset
def base():
    return Output(1, metadata={"from": "base"})


@multi_asset(outs={"left": AssetOut(), "right": AssetOut(is_required=False)})
def sides(base):
    yield Output(base + 1, "left", metadata={"side": "l"})


@asset
def fails(left):
    raise ValueError(left)


with DagsterInstance.ephemeral() as instance:
    result = whole.to_job(tags={"why": "test"}).execute_in_process(instance=instance)
    again = whole_job.execute_in_process(instance=instance)
    show(
        output=result.output_value(),
        outputs=[
            result.output_for_node("intake.read", "rows"),
            result.output_for_node("intake", "tidied"),
            result.output_for_node("squares.square"),
            result.output_for_node("squares"),
            again.output_for_node("squares.total"),
        ],
        unknown_output=caught(result.output_value, "nothing"),
        unknown_node=caught(result.output_for_node, "nobody"),
        unknown_node_output=caught(result.output_for_node, "intake.read", "nothing"),
        job_output=caught(again.output_value),
        events=events(result),
    )
    show(
        run=[
            result.success,
            result.dagster_run.is_success,
            result.dagster_run.tags.get("why"),
            result.job_def.name,
        ],
        stored=[
            instance.get_run_by_id(result.run_id).status,
            instance.get_runs_count(RunsFilter(tags={"why": "test"})),
            [run.job_name for run in instance.get_runs()],
        ],
        steps=[event.step_key for event in result.get_step_success_events()],
        successes=[event.step_key for event in result.filter_events(lambda event: event.is_step_success)],
        handled=sum(event.event_type == DagsterEventType.HANDLED_OUTPUT for event in result.all_events),
        node_outputs=[
            event.step_output_data.output_name
            for event in result.events_for_node("intake.read")
            if event.event_type_value == "STEP_OUTPUT"
        ],
        materialized=[
            [each.asset_key, metadata(each.metadata)]
            for each in result.asset_materializations_for_node("intake.read")
        ],
        log_kinds=sorted(
            {
                entry.dagster_event.event_type_value
                for entry in instance.all_logs(result.run_id)
                if entry.is_dagster_event
            }
            & {"RUN_START", "PIPELINE_START", "PIPELINE_SUCCESS", "STEP_START", "ASSET_MATERIALIZATION"}
        ),
    )
    assets = materialize([base, sides, fails], instance=instance, raise_on_error=False)
    show(
        asset_events=events(assets),
        values=[assets.asset_value("left"), assets.asset_value(AssetKey("base"))],
        made=[event.asset_key for event in assets.get_asset_materialization_events()],
        by_node=[
            [each.asset_key, metadata({"side": each.metadata["side"]})]
            for each in assets.asset_materializations_for_node("sides")
        ],
        not_made=caught(assets.asset_value, "right"),
        failed=[
            assets.is_node_failed("fails"),
            assets.is_node_success("sides"),
            assets.is_node_untouched("fails"),
        ],
        no_value=caught(assets.output_for_node, "fails"),
        failure=[
            [
                event.step_key,
                event.step_failure_data.error.cause.cls_name,
                "2" in event.step_failure_data.error.cause.message,
            ]
            for event in assets.all_events
            if event.event_type_value == "STEP_FAILURE"
        ],
        run_failure=[
            event.event_type_value
            for event in assets.all_events
            if event.event_type in (DagsterEventType.RUN_FAILURE, DagsterEventType.RUN_SUCCESS)
        ],
        status=instance.get_run_by_id(assets.run_id).status,
    )

memory = materialize_to_memory([base, sides])
show(
    memory=[memory.asset_value("left"), memory.success],
    memory_wrong=caught(materialize_to_memory, [base], resources={"io_manager": mem_io_manager}),
    partial=materialize([base, sides], selection=[base]).asset_value("base"),
)


show(
    inputs=squares.execute_in_process(input_values={"rows": [1, 2]}).output_value(),
    missing_input=caught(squares.execute_in_process),
    extra_input=caught(squares.execute_in_process, input_values={"rows": [1], "other": 2}),
    failing=caught(squares.execute_in_process, input_values={"rows": [13]}),
    kept=squares.execute_in_process(input_values={"rows": [1, 13]}, raise_on_error=False).output_for_node(
        "square"
    ),
)
