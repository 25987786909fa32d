"""The old schema language: fields, defaults, shapes, arrays, maps, nullable values and permissive ones.

oracle: both
"""

from dagster import Array, Bool, Field, Float, Int, Map, Noneable, Permissive, Shape, String, job, op
from observe import caught, refused, show

schema = {
    "name": Field(String, description="who"),
    "size": Field(Int, default_value=3, is_required=False),
    "ratio": Field(Float, default_value=0.5),
    "flag": Field(Bool, is_required=False),
    "list": Field(Array(int), default_value=[1, 2]),
    "plain_list": Field([str], is_required=False),
    "map": Field(Map(str, int), is_required=False),
    "plain_map": Field({str: int}, is_required=False),
    "maybe": Field(Noneable(int), default_value=None),
    "shape": Field(Shape({"a": Field(int), "b": Field(str, default_value="b")}), is_required=False),
    "dict": {"x": Field(int, default_value=7)},
    "open": Field(Permissive({"known": Field(int)}), is_required=False),
    "any": Field(dict, is_required=False),
}


@op(config_schema=schema)
def reads(context):
    return context.op_config


@job
def reading():
    reads()


def run(config):
    result = reading.execute_in_process(run_config={"ops": {"reads": {"config": config}}})
    return result.output_for_node("reads")


show(
    least=run({"name": "n"}),
    most=run(
        {
            "name": "n",
            "size": 1,
            "ratio": 1,
            "flag": True,
            "list": [],
            "plain_list": ["x"],
            "map": {"k": 1},
            "plain_map": {"k": 2},
            "maybe": 4,
            "shape": {"a": 1},
            "dict": {"x": 8},
            "open": {"known": 1, "other": [1]},
            "any": {"what": "ever"},
        }
    ),
    missing=caught(run, {}),
    unknown=caught(run, {"name": "n", "colour": 1}),
    wrong=[
        caught(run, {"name": "n", **bad})
        for bad in (
            {"size": "1"},
            {"size": True},
            {"ratio": "x"},
            {"flag": 1},
            {"list": ["a"]},
            {"list": 1},
            {"map": {"k": "v"}},
            {"shape": {"b": "b"}},
            {"shape": {"a": 1, "c": 2}},
            {"open": {}},
            {"name": None},
            {"any": 3},
        )
    ],
    required_with_default=refused(Field, int, default_value=1, is_required=True),
    bad_default=caught(Field, int, default_value="x"),
    not_a_type=caught(Field, "text"),
)
