"""Typed frames: DagsterTypes that check values and tell about them, on ops, on assets, in lists and options.

oracle: both
"""

import typing

from dagster import (
    Any,
    AssetIn,
    AssetOut,
    Bool,
    DagsterType,
    Dict,
    Float,
    In,
    Int,
    List,
    MetadataValue,
    Optional,
    Out,
    Output,
    PythonObjectDagsterType,
    Set,
    String,
    TableColumn,
    TableSchema,
    Tuple,
    TypeCheck,
    asset,
    check_dagster_type,
    dagster_type_loader,
    graph,
    job,
    materialize,
    multi_asset,
    op,
)
from observe import caught, events, metadata, show


class Frame(list):
    pass


def check_rows(_, value):
    if not isinstance(value, list):
        return TypeCheck(False, description=f"{type(value).__name__} is no list")
    bad = [row for row in value if set(row) != {"id", "name"}]
    return TypeCheck(
        success=not bad,
        description="bad rows" if bad else None,
        metadata={"rows": len(value), "bad": MetadataValue.json(bad)},
    )


@dagster_type_loader({"count": int})
def make_rows(_, config):
    return [{"id": number, "name": str(number)} for number in range(config["count"])]


Rows = DagsterType(
    name="Rows",
    type_check_fn=check_rows,
    description="Rows with an id and a name.",
    loader=make_rows,
    typing_type=list,
    metadata={
        "schema": MetadataValue.table_schema(TableSchema([TableColumn("id", "int"), TableColumn("name")]))
    },
)
FrameType = PythonObjectDagsterType(Frame, name="FrameType")
Positive = DagsterType(name="Positive", type_check_fn=lambda _, value: isinstance(value, int) and value > 0)
Raises = DagsterType(name="Raises", type_check_fn=lambda _, value: 1 / 0)
NotABool = DagsterType(name="NotABool", type_check_fn=lambda _, value: "yes")


@op(ins={"rows": In(Rows)}, out=Out(Positive))
def count(rows):
    return len(rows)


@op(ins={"rows": In(Rows)}, out={"good": Out(Rows), "frame": Out(FrameType, is_required=False)})
def spread(rows):
    yield Output(rows[:1], "good")
    yield Output(Frame(rows), "frame")


@op(out=Out(Rows))
def broken():
    return [{"id": 1}]


@op(out=Out(Raises))
def raises():
    return 1


@op(out=Out(NotABool))
def not_a_bool():
    return 1


@op
def annotated(numbers: list[int], maybe: typing.Optional[int] = None) -> dict[str, int]:
    return {str(number): number for number in numbers}


@op
def wrong_return() -> int:
    return "text"


@op(ins={"rows": In(Optional[Rows])})
def optional(rows):
    return rows is None


@job
def chain():
    good, frame = spread()
    count(good)


@job
def broken_job():
    count(broken())


@graph
def typed(rows):
    return count(rows)


@asset(dagster_type=Rows)
def people():
    return [{"id": 1, "name": "x"}]


@asset(ins={"people": AssetIn(dagster_type=Rows)})
def names(people) -> list:
    return [row["name"] for row in people]


@asset(dagster_type=Rows)
def bad_people():
    return [{"id": 1}]


@multi_asset(outs={"m": AssetOut(dagster_type=Positive), "n": AssetOut(dagster_type=List[Int])})
def numbers():
    return 1, [1, 2]


def checks(result):
    found = []
    for event in result.all_events:
        data = event.event_specific_data
        if event.event_type_value in ("STEP_INPUT", "STEP_OUTPUT") and data.type_check_data is not None:
            check = data.type_check_data
            found.append(
                [
                    event.event_type_value,
                    event.step_key,
                    check.success,
                    check.description,
                    metadata(check.metadata),
                ]
            )
    return found


result = chain.execute_in_process(run_config={"ops": {"spread": {"inputs": {"rows": {"count": 2}}}}})
failed = broken_job.execute_in_process(raise_on_error=False)
show(events=events(result), checks=checks(result), count=result.output_for_node("count"))
show(
    failed=events(failed),
    failed_checks=checks(failed),
    error=caught(broken_job.execute_in_process),
    failure=[
        metadata(event.step_failure_data.user_failure_data.metadata)
        for event in failed.all_events
        if event.event_type_value == "STEP_FAILURE" and event.step_failure_data.user_failure_data
    ],
)
assets = materialize([people, names, numbers])
bad = materialize([bad_people], raise_on_error=False)
show(
    assets=checks(assets),
    bad=[bad.success, checks(bad), caught(materialize, [bad_people])],
    graph=typed.execute_in_process(input_values={"rows": [{"id": 1, "name": "n"}]}).output_value(),
    bad_graph=caught(typed.execute_in_process, input_values={"rows": [1]}),
)


@job
def raising():
    raises()


@job
def odd():
    not_a_bool()


@job
def returns():
    wrong_return()


show(
    raises=caught(raising.execute_in_process),
    odd=caught(odd.execute_in_process),
    returns=caught(returns.execute_in_process),
    direct=[caught(broken), caught(wrong_return), caught(count, "no rows")],
    annotated=annotated([1, 2]),
    display={
        str(number): In(each).dagster_type.display_name
        for number, each in enumerate(
            [
                Rows,
                FrameType,
                List[Int],
                Optional[String],
                Dict[String, Int],
                Set[Float],
                Tuple[Int, Bool],
                Any,
                List[Optional[Rows]],
            ]
        )
    },
    checked=[
        check_dagster_type(kind, value).success
        for kind, value in [
            (Rows, []),
            (Rows, 3),
            (List[Int], [1, "a"]),
            (Optional[Int], None),
            (Dict[String, Int], {"a": 1}),
            (Dict[String, Int], {1: 1}),
            (Tuple[Int, Bool], (1, True)),
            (Set[Int], {1}),
            (Float, 1),
            (Int, True),
            (FrameType, Frame()),
            (FrameType, []),
        ]
    ],
    described=[Rows.description, Rows.unique_name, metadata(Rows.metadata)["schema"][0]],
    wrong=[
        caught(DagsterType, name=5, type_check_fn=check_rows),
        caught(DagsterType, name="x", type_check_fn=5),
    ],
)
