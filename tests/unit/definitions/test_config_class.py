"""Config classes: from config to an instance and back."""

# ruff: noqa: RUF012 - defaults of config classes are written as users write them

from __future__ import annotations

import datetime
import enum
import pickle
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import pydantic
import pytest
from pydantic import Field

from headwater.definitions.config import Config, PermissiveConfig
from headwater.definitions.config_description import describe_schema
from headwater.definitions.config_schema import build_config, config_schema_of
from headwater.definitions.config_type import ABSENT
from headwater.definitions.env_var import EnvVar
from headwater.model.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidInvocationError,
    DagsterInvalidPythonicConfigDefinitionError,
)


def made(cls: type[Any], value: Any = ABSENT) -> Any:
    """What a parameter with this annotation receives for a run's config."""
    return build_config(cls, config_schema_of(cls).resolve(value))


class Inner(Config):
    name: str
    size: int = 3


class Outer(Config):
    inner: Inner
    many: list[Inner] = []
    by_name: dict[str, int] = {}
    maybe: int | None = None
    ratio: float = Field(default=0.5, description="a share")
    flag: bool = False


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Cat(Config):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(Config):
    kind: Literal["dog", "puppy"] = "dog"
    name: str = "rex"


def test_config_becomes_an_instance_with_defaults() -> None:
    assert made(Outer, {"inner": {"name": "a"}}) == Outer(inner=Inner(name="a"))
    value = {
        "inner": {"name": "a", "size": 9},
        "many": [{"name": "b"}],
        "by_name": {"x": 1},
        "maybe": 4,
        "ratio": 2,
    }
    whole = made(Outer, value)
    assert whole == Outer(
        inner=Inner(name="a", size=9), many=[Inner(name="b")], by_name={"x": 1}, maybe=4, ratio=2.0
    )
    assert isinstance(whole.many[0], Inner)


def test_an_instance_written_as_config_gives_the_same_instance() -> None:
    whole = Outer(inner=Inner(name="a"), many=[Inner(name="b", size=1)], by_name={"x": 1}, flag=True)
    assert made(Outer, whole.to_config_dict()) == whole
    assert Inner(name="a").to_config_dict() == {"name": "a", "size": 3}


def test_none_given_in_place_of_a_default_stays_none() -> None:
    class Limits(Config):
        highest: int | None = 5

    assert made(Limits, Limits(highest=None).to_config_dict()).highest is None


def test_all_mistakes_are_found_at_once() -> None:
    with pytest.raises(DagsterInvalidConfigError) as caught:
        made(
            Outer, {"inner": {"name": 3, "colour": "red"}, "many": [{"size": 1}], "flag": "yes", "ratio": "x"}
        )
    assert sorted(".".join(map(str, each.path)) for each in caught.value.errors) == [
        "config.flag",
        "config.inner",
        "config.inner.name",
        "config.many.0.name",
        "config.ratio",
    ]


def test_a_class_whose_fields_all_have_defaults_may_be_left_out() -> None:
    class Limits(Config):
        highest: int = 3

    class Whole(Config):
        limits: Limits
        other: Limits = Field(default_factory=lambda: Limits(highest=9))

    assert made(Whole) == Whole(limits=Limits(), other=Limits(highest=9))


def test_nested_config_takes_what_it_leaves_out_from_the_default() -> None:
    class Whole(Config):
        inner: Inner = Inner(name="default", size=8)

    assert made(Whole, {"inner": {"size": 1}}).inner == Inner(name="default", size=1)


def test_an_optional_field_may_be_left_out() -> None:
    class Limits(Config):
        highest: Optional[int]  # noqa: UP045 - both forms are read

    assert Limits().highest is None  # type: ignore[call-arg]
    assert made(Limits).highest is None


def test_a_default_factory_is_called_for_each_instance() -> None:
    class Bag(Config):
        things: list[int] = Field(default_factory=list)

    assert made(Bag).things is not made(Bag).things


# -- enums and unions ----------------------------------------------------------------------------------------


class Pet(Config):
    colour: Colour
    animal: Cat | Dog = Field(discriminator="kind")


def test_config_names_members_of_enums() -> None:
    pet = made(Pet, {"colour": "RED", "animal": {"cat": {"lives": 9}}})
    assert pet == Pet(colour=Colour.RED, animal=Cat(lives=9))
    assert pet.to_config_dict() == {"colour": "RED", "animal": {"cat": {"lives": 9}}}
    with pytest.raises(DagsterInvalidConfigError, match="none of RED, BLUE"):
        made(Pet, {"colour": "red", "animal": {"cat": {"lives": 9}}})


def test_config_names_the_class_of_a_union() -> None:
    assert made(Pet, {"colour": "RED", "animal": {"puppy": {}}}).animal == Dog(kind="puppy")
    wrong: list[dict[str, Any]] = [{}, {"cow": {}}, {"cat": {"lives": 1}, "dog": {}}, {"cat": {"name": "x"}}]
    for animal in wrong:
        with pytest.raises(DagsterInvalidConfigError):
            made(Pet, {"colour": "RED", "animal": animal})


def test_unions_stand_in_lists_and_beside_none() -> None:
    class Zoo(Config):
        best: Cat | Dog | None = Field(discriminator="kind", default=None)
        all: list[Annotated[Cat | Dog, Field(discriminator="kind")]] = []

    zoo = made(Zoo, {"all": [{"cat": {"lives": 1}}, {"dog": {"name": "d"}}]})
    assert zoo == Zoo(all=[Cat(lives=1), Dog(name="d")])
    assert made(Zoo, zoo.to_config_dict()) == zoo
    assert made(Zoo, {"best": {"dog": {}}}).best == Dog()


def test_an_instance_is_built_with_either_form() -> None:
    for animal in ({"cat": {"lives": 1}}, {"kind": "cat", "lives": 1}, Cat(lives=1)):
        for colour in ("RED", "red", Colour.RED):
            assert Pet(colour=colour, animal=animal) == Pet(  # type: ignore[arg-type]
                colour=Colour.RED, animal=Cat(lives=1)
            )


# -- what pydantic can do ------------------------------------------------------------------------------------


def test_what_the_schema_language_lacks_is_read_by_pydantic() -> None:
    class Trip(Config):
        day: datetime.date
        folder: Path = Path(".")
        size: int | str = 0
        pair: tuple[int, str] = (1, "a")
        tags: set[str] = set()

    trip = made(Trip, {"day": "2026-01-02", "folder": "/x", "size": "many", "pair": [2, "b"], "tags": ["t"]})
    assert trip.day == datetime.date(2026, 1, 2)
    assert (trip.folder, trip.size, trip.pair, trip.tags) == (Path("/x"), "many", (2, "b"), {"t"})
    assert made(Trip, trip.to_config_dict()) == trip


def test_rules_of_the_class_hold() -> None:
    class Limits(Config):
        highest: int = Field(gt=3)

    with pytest.raises(pydantic.ValidationError, match="greater than 3"):
        made(Limits, {"highest": 1})


def test_fields_have_other_names_in_config() -> None:
    class Table(Config):
        schema_name: str = Field(alias="schema")

    assert made(Table, {"schema": "public"}).schema_name == "public"
    assert Table(schema="public").to_config_dict() == {"schema": "public"}


def test_an_annotation_that_nobody_can_read_is_an_error_which_names_it() -> None:
    class Engine: ...

    class Broken(Config):
        engine: Engine

    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match=r"engine.*of Broken") as caught:
        Broken.to_config_schema()
    assert caught.value.field_name == "engine"


def test_permissive_config_keeps_other_fields() -> None:
    class Free(PermissiveConfig):
        known: int

    free = made(Free, {"known": 1, "other": [1]})
    assert free.other == [1]
    assert free.to_config_dict() == {"known": 1, "other": [1]}
    with pytest.raises(DagsterInvalidConfigError):
        made(Free, {"other": 1})


def test_private_attributes_are_no_config() -> None:
    class Counter(Config):
        start: int = 0
        _seen: int = 5

    assert set(Counter.to_fields_dict()) == {"start"}
    assert Counter()._seen == 5


def test_instances_do_not_change() -> None:
    inner = Inner(name="a")
    with pytest.raises(DagsterInvalidInvocationError, match="name cannot be set"):
        inner.name = "b"
    assert inner.model_copy(update={"name": "b"}) == Inner(name="b")
    assert hash(inner) == hash(Inner(name="a"))
    assert pickle.loads(pickle.dumps(inner)) == inner


def test_a_class_describes_itself() -> None:
    described = describe_schema(Outer)
    assert described["fields"]["ratio"] == {
        "kind": "source",
        "name": "Float",
        "required": False,
        "description": "a share",
        "default": 0.5,
    }
    assert [name for name, field in described["fields"].items() if field["required"]] == ["inner"]


# -- environment variables -----------------------------------------------------------------------------------


class Login(Config):
    password: str = Field(min_length=5)
    port: int = 1
    hosts: list[str] = []
    inner: Inner = Inner(name="x")


def test_variables_stand_in_any_field_until_the_run_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    monkeypatch.setenv("PORT", "80")
    login = Login(
        password=EnvVar("PASSWORD"),
        port=EnvVar.int("PORT"),
        hosts=["a", EnvVar("PASSWORD")],
        inner=Inner(name=EnvVar("PASSWORD")),
    )
    plain = login.to_config_dict()
    assert plain == {
        "password": {"env": "PASSWORD"},
        "port": {"env": "PORT"},
        "hosts": ["a", {"env": "PASSWORD"}],
        "inner": {"name": {"env": "PASSWORD"}, "size": 3},
    }
    assert made(Login, plain) == Login(
        password="hunter2", port=80, hosts=["a", "hunter2"], inner=Inner(name="hunter2")
    )
    assert repr(login).count("PASSWORD") == 3


def test_a_default_may_be_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    class Store(Config):
        path: str = EnvVar("STORE")

    monkeypatch.setenv("STORE", "/data")
    assert made(Store).path == "/data"
    monkeypatch.delenv("STORE")
    with pytest.raises(DagsterInvalidConfigError, match='"STORE" is not set'):
        made(Store)


def test_what_came_from_a_variable_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    given = {"password": {"env": "PASSWORD"}, "inner": {"name": {"env": "PASSWORD"}}}
    login = Login.from_config(config_schema_of(Login).resolve(given), given)
    assert login.password == "hunter2"
    assert "hunter2" not in repr(login) + str(login)
    assert "EnvVar('PASSWORD')" in repr(login)
    monkeypatch.setenv("PASSWORD", "h2")
    with pytest.raises(pydantic.ValidationError, match="at least 5 characters") as caught:
        Login.from_config(config_schema_of(Login).resolve(given), given)
    assert "h2" not in str(caught.value)
