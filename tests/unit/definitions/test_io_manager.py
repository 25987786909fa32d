"""I/O managers and input managers of functions, and of classes with config."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.definitions.build_resources import build_init_resource_context, build_resources
from headwater.definitions.config import Config
from headwater.definitions.config_field import Field
from headwater.definitions.configurable_io_manager import (
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    ConfigurableLegacyIOManagerAdapter,
)
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.io_context import (
    InputContext,
    OutputContext,
    build_input_context,
    build_output_context,
)
from headwater.definitions.io_manager import (
    InputManager,
    InputManagerDefinition,
    IOManager,
    IOManagerDefinition,
    input_manager,
    io_manager,
)
from headwater.definitions.resource import ResourceDefinition
from headwater.model.errors import DagsterInvalidConfigError


class Shelf(IOManager):
    """Keeps one value."""

    def __init__(self, label: str = "") -> None:
        self.label = label
        self.value: Any = None

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        self.value = obj

    def load_input(self, context: InputContext) -> Any:
        return self.value


# -- functions -----------------------------------------------------------------------------------------------


def test_a_function_makes_an_io_manager() -> None:
    @io_manager
    def shelf() -> Shelf:
        """Keeps one value."""
        return Shelf()

    assert isinstance(shelf, IOManagerDefinition)
    assert isinstance(shelf(), Shelf)
    assert (shelf.description, shelf.input_config_schema) == ("Keeps one value.", None)


@pytest.mark.parametrize("configured", [False, True])
def test_its_config_and_resources_reach_the_function(configured: bool) -> None:
    @io_manager(
        config_schema={"label": str},
        required_resource_keys={"prefix"},
        output_config_schema={"rows": int},
        input_config_schema={"skip": Field(int, is_required=False)},
        description="a shelf",
        version="1",
    )
    def shelf(context: InitResourceContext) -> Shelf:
        return Shelf(context.resources.prefix + context.resource_config["label"])

    definition = shelf.configured({"label": "x"}) if configured else shelf
    config = {} if configured else {"shelf": {"config": {"label": "x"}}}
    resources = {"shelf": definition, "prefix": ResourceDefinition.hardcoded_resource("-")}
    with build_resources(resources, resource_config=config) as made:
        assert made.shelf.label == "-x"
    assert isinstance(definition, IOManagerDefinition)
    assert definition.output_config_schema is not None
    assert definition.output_config_schema.resolve({"rows": 1}) == {"rows": 1}
    assert definition.input_config_schema is not None
    assert definition.input_config_schema.resolve({}) == {}
    assert (definition.description, definition.version) == ("a shelf", "1")


def test_a_class_as_config_schema_is_no_function() -> None:
    class ShelfConfig(Config):
        label: str = "default"

    for schema in (str, ShelfConfig):
        definition = io_manager(config_schema=schema)(lambda context: Shelf(str(context.resource_config)))
        assert isinstance(definition, IOManagerDefinition)


def test_an_io_manager_that_is_there_already() -> None:
    shelf = Shelf()
    definition = IOManagerDefinition.hardcoded_io_manager(shelf, "the shelf")
    assert definition() is shelf
    assert definition.description == "the shelf"


def test_a_function_loads_inputs() -> None:
    @input_manager
    def seven() -> int:
        return 7

    @input_manager(config_schema={"factor": int}, input_config_schema={"n": int}, description="n times")
    def times(context: InputContext) -> int:
        return int(context.config["n"]) * 2

    @input_manager
    def another(context: InputContext) -> Shelf:
        shelf = Shelf()
        shelf.value = context.name
        return shelf

    assert isinstance(seven, InputManagerDefinition)
    assert seven().load_input(build_input_context()) == 7
    with build_resources({"times": times.configured({"factor": 1}), "another": another}) as made:
        assert isinstance(made.times, InputManager)
        assert made.times.load_input(build_input_context(config={"n": 3})) == 6
        assert made.another.load_input(build_input_context(name="rows")) == "rows"
    assert times.description == "n times"
    assert times.configured({"factor": 1}).input_config_schema is times.input_config_schema


# -- classes -------------------------------------------------------------------------------------------------


class LabelledShelf(ConfigurableIOManager):
    label: str

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        VALUES[self.label] = obj

    def load_input(self, context: InputContext) -> Any:
        return VALUES[self.label]


VALUES: dict[str, Any] = {}


def test_a_class_with_config_is_an_io_manager_itself() -> None:
    shelf = LabelledShelf(label="x")
    assert isinstance(shelf, IOManager)
    shelf.handle_output(build_output_context(), 5)
    assert shelf.load_input(build_input_context()) == 5
    with build_resources({"shelf": shelf}) as made:
        assert made.shelf.label == "x"
        assert isinstance(made.shelf, LabelledShelf)
    assert isinstance(shelf.get_resource_definition(), IOManagerDefinition)


def test_config_that_is_given_at_launch() -> None:
    launched = LabelledShelf.configure_at_launch()
    with build_resources({"shelf": launched}, resource_config={"shelf": {"config": {"label": "y"}}}) as made:
        assert made.shelf.label == "y"
    with pytest.raises(DagsterInvalidConfigError, match="label"), build_resources({"shelf": launched}):
        pass


class ShelfFactory(ConfigurableIOManagerFactory[Shelf]):
    label: str

    def create_io_manager(self, context: InitResourceContext) -> Shelf:
        return Shelf(self.label)

    @classmethod
    def output_config_schema(cls) -> Any:
        return {"rows": int}


def test_a_factory_makes_an_io_manager_of_another_class() -> None:
    factory = ShelfFactory(label="x")
    assert factory.create_io_manager(build_init_resource_context()).label == "x"
    with build_resources({"shelf": factory}) as made:
        assert isinstance(made.shelf, Shelf)
    definition = factory.get_resource_definition()
    assert isinstance(definition, IOManagerDefinition)
    assert definition.output_config_schema is not None
    assert definition.output_config_schema.resolve({"rows": 1}) == {"rows": 1}
    assert definition.input_config_schema is None


def test_a_class_around_a_function_style_io_manager() -> None:
    torn_down: list[str] = []

    @io_manager(config_schema={"label": str})
    def shelf(context: InitResourceContext) -> Any:
        yield Shelf(context.resource_config["label"])
        torn_down.append(context.resource_config["label"])

    class Adapter(ConfigurableLegacyIOManagerAdapter):
        label: str

        @property
        def wrapped_io_manager(self) -> IOManagerDefinition:
            return shelf

    with build_resources({"shelf": Adapter(label="x")}) as made:
        assert isinstance(made.shelf, Shelf)
        assert made.shelf.label == "x"
        assert torn_down == []
    assert torn_down == ["x"]
