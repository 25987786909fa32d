"""Resources, config and I/O managers as users annotate them."""

from __future__ import annotations

from typing import assert_type

from headwater import (
    Config,
    ConfigurableIOManager,
    ConfigurableResource,
    Definitions,
    EnvVar,
    InputContext,
    OutputContext,
    ResourceDependency,
    ResourceParam,
    asset,
    definitions,
    materialize,
    resource,
)


class Engine(ConfigurableResource):
    url: str

    def ask(self, text: str) -> list[tuple[int, ...]]:
        return [(len(text),)]


class Reader(ConfigurableResource):
    engine: Engine
    other: ResourceDependency[list[int]]
    limit: int = 3

    def rows(self) -> list[tuple[int, ...]]:
        assert_type(self.engine, Engine)
        assert_type(self.other, list[int])
        return self.engine.ask("rows")[: self.limit]


class Texts(ConfigurableIOManager):
    folder: str

    def handle_output(self, context: OutputContext, obj: object) -> None:
        context.add_output_metadata({"rows": 1})

    def load_input(self, context: InputContext) -> str:
        return self.folder


class Options(Config):
    name: str
    sizes: list[int] = []  # noqa: RUF012 - a field of a config class


@resource
def numbers() -> list[int]:
    return [1]


@asset(io_manager_key="texts")
def rows(config: Options, reader: Reader, anything: ResourceParam[list[int]]) -> str:
    assert_type(config.sizes, list[int])
    assert_type(anything, list[int])
    return str(reader.rows())


engine = Engine(url=EnvVar("ENGINE_URL"))
assert_type(engine, Engine)
assert_type(Reader(engine=engine, other=[1]).limit, int)


@definitions
def defs() -> Definitions:
    return Definitions(
        assets=[rows],
        resources={
            "reader": Reader(engine=engine, other=[1]),
            "anything": numbers,
            "texts": Texts(folder="x"),
        },
    )


result = materialize([rows], resources={"texts": Texts(folder="x")})
value: object = result.output_for_node("rows")
