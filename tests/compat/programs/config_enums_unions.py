"""Config with enums, discriminated unions and PermissiveConfig.

oracle: both
"""

from enum import Enum
from typing import Union

from dagster import Config, PermissiveConfig, job, op
from observe import caught, show
from pydantic import Field
from typing_extensions import Literal


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Cat(Config):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(Config):
    kind: Literal["dog"] = "dog"
    name: str


class Pet(Config):
    colour: Colour
    animal: Union[Cat, Dog] = Field(discriminator="kind")


class Free(PermissiveConfig):
    known: int


@op
def describe(config: Pet):
    return [config.colour.name, type(config.animal).__name__, config.animal.kind]


@op
def free(config: Free):
    return [config.known, config.other, sorted(dict(config))]


@job
def pets():
    describe()


@job
def free_job():
    free()


def run(config):
    return pets.execute_in_process(run_config={"ops": {"describe": {"config": config}}}).output_for_node(
        "describe"
    )


show(
    cat=run({"colour": "RED", "animal": {"cat": {"lives": 9}}}),
    dog=run({"colour": "BLUE", "animal": {"dog": {"name": "rex"}}}),
    enum_by_value=caught(run, {"colour": "red", "animal": {"cat": {"lives": 9}}}),
    unknown_member=caught(run, {"colour": "GREEN", "animal": {"cat": {"lives": 9}}}),
    two_animals=caught(run, {"colour": "RED", "animal": {"cat": {"lives": 9}, "dog": {"name": "x"}}}),
    no_animal=caught(run, {"colour": "RED", "animal": {}}),
    unknown_animal=caught(run, {"colour": "RED", "animal": {"cow": {}}}),
    wrong_field=caught(run, {"colour": "RED", "animal": {"cat": {"name": "x"}}}),
    free=free_job.execute_in_process(
        run_config={"ops": {"free": {"config": {"known": 1, "other": "x"}}}}
    ).output_for_node("free"),
    free_missing=caught(
        free_job.execute_in_process, run_config={"ops": {"free": {"config": {"other": "x"}}}}
    ),
    direct=describe(Pet(colour=Colour.RED, animal=Dog(name="d"))),
)
