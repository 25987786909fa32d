"""usable_as_dagster_type, PythonObjectDagsterType, type loaders, check_dagster_type and type names.

oracle: both
"""

from dagster import (
    Any,
    Bool,
    DagsterType,
    Dict,
    Float,
    Int,
    List,
    Optional,
    PythonObjectDagsterType,
    Set,
    String,
    Tuple,
    check_dagster_type,
    dagster_type_loader,
    job,
    make_python_type_usable_as_dagster_type,
    op,
    usable_as_dagster_type,
)
from observe import caught, show


@dagster_type_loader({"path": str, "scale": int})
def load_point(context, config):
    return Point(config["path"], config["scale"])


@usable_as_dagster_type(name="PointType", description="a point", loader=load_point)
class Point:
    def __init__(self, path, scale):
        self.content = [path, scale]


class Other:
    pass


class Third:
    pass


OtherType = PythonObjectDagsterType(Other, name="OtherType")
make_python_type_usable_as_dagster_type(
    Third, DagsterType(name="ThirdType", type_check_fn=lambda _, value: False)
)
Number = PythonObjectDagsterType((int, float), name="Number")


@op
def reads(point: Point):
    return point.content


@op
def wrong() -> Point:
    return "not a point"


@op
def third() -> Third:
    return Third()


@job
def loading():
    reads()


@job
def failing():
    wrong()


@job
def failing_third():
    third()


def names(step):
    return [each.dagster_type.display_name for each in (*step.input_defs, *step.output_defs)]


show(
    loaded=loading.execute_in_process(
        run_config={"ops": {"reads": {"inputs": {"point": {"path": "p", "scale": 2}}}}}
    ).output_for_node("reads"),
    bad_config=caught(
        loading.execute_in_process, run_config={"ops": {"reads": {"inputs": {"point": {"path": "p"}}}}}
    ),
    failing=caught(failing.execute_in_process),
    failing_third=caught(failing_third.execute_in_process),
    names=[names(reads), names(wrong), names(third)],
    checks=[
        check_dagster_type(type_, value).success
        for type_, value in (
            (Any, 1),
            (Int, 1),
            (Int, "1"),
            (List[Int], [1]),
            (Optional[Int], None),
            (Dict, {}),
            (Dict[String, Int], {"a": 1}),
            (Tuple[Int, Bool], (1, True)),
            (Set[String], {"a"}),
            (OtherType, Other()),
            (OtherType, 1),
            (Number, 1.5),
            (Number, "1"),
            (Float, 1),
            (int, 2),
        )
    ],
)
