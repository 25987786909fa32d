"""Config classes: defaults, nesting, lists, dicts, optional values and what they refuse.

oracle: both
"""

from typing import Dict, List, Optional

from dagster import Config, job, op
from observe import caught, show
from pydantic import Field


class Inner(Config):
    name: str
    size: int = 3


class Outer(Config):
    inner: Inner
    many: List[Inner] = []
    by_name: Dict[str, int] = {}
    maybe: Optional[int] = None
    ratio: float = Field(default=0.5, description="a share")
    flag: bool = False


@op
def reads(config: Outer):
    return [
        config.inner.name,
        config.inner.size,
        [[each.name, each.size] for each in config.many],
        config.by_name,
        config.maybe,
        config.ratio,
        config.flag,
    ]


@job
def reading():
    reads()


def run(config):
    return reading.execute_in_process(run_config={"ops": {"reads": {"config": config}}}).output_for_node(
        "reads"
    )


show(
    least=run({"inner": {"name": "a"}}),
    most=run(
        {
            "inner": {"name": "a", "size": 9},
            "many": [{"name": "b"}, {"name": "c", "size": 1}],
            "by_name": {"x": 1, "y": 2},
            "maybe": 4,
            "ratio": 1.5,
            "flag": True,
        }
    ),
    int_as_float=run({"inner": {"name": "a"}, "ratio": 2}),
    missing=caught(run, {}),
    wrong=caught(run, {"inner": {"name": 3}}),
    unknown=caught(run, {"inner": {"name": "a", "colour": "red"}}),
    float_as_int=caught(run, {"inner": {"name": "a", "size": 1.5}}),
    text_as_bool=caught(run, {"inner": {"name": "a"}, "flag": "yes"}),
    null_inner=caught(run, {"inner": None}),
    nothing_given=caught(reading.execute_in_process),
    direct=reads(Outer(inner=Inner(name="z"))),
    equal=Inner(name="a") == Inner(name="a"),
    frozen=caught(setattr, Inner(name="a"), "name", "b")[0],
    bad_construction=caught(Inner, size=3),
)
