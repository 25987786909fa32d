"""Config of runs: objects and dictionaries, defaults of jobs, environment variables, and what is wrong with one.

oracle: 1.13
"""

import enum
import os
from typing import Any, Literal, Optional, Union

from dagster import (
    AssetOut,
    Config,
    ConfigurableResource,
    DagsterInvalidConfigError,
    Definitions,
    EnvVar,
    PermissiveConfig,
    RunConfig,
    asset,
    config_mapping,
    define_asset_job,
    graph,
    job,
    materialize,
    multi_asset,
    op,
    validate_run_config,
)
from observe import caught, refused, show
from pydantic import Field, field_validator

os.environ["REGION"] = "eu"
os.environ["PORT"] = "5432"


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Csv(Config):
    kind: Literal["csv"] = "csv"
    delimiter: str = ","


class Parquet(Config):
    kind: Literal["parquet"] = "parquet"
    row_groups: int


class Window(Config):
    first: int = Field(default=0, ge=0)
    last: Optional[int] = None


class Extra(PermissiveConfig):
    known: int = 1


class ImportConfig(Config):
    region: str
    level: Level = Level.LOW
    window: Window = Window()
    format: Union[Csv, Parquet] = Field(discriminator="kind", default=Csv())
    tables: list[str] = ["a"]
    options: dict[str, Any] = {}
    weights: Optional[dict[str, float]] = None

    @field_validator("region")
    @classmethod
    def known_region(cls, value):
        if value == "moon":
            raise ValueError("nobody is there")
        return value


class Database(ConfigurableResource):
    host: str
    port: int = 1
    window: Window = Window(first=3)


def seen(config):
    return [
        config.region,
        config.level.name,
        config.window.first,
        config.window.last,
        config.format.kind,
        getattr(config.format, "row_groups", None),
        config.tables,
        config.options,
        config.weights,
    ]


@asset
def imported(config: ImportConfig):
    return seen(config)


@multi_asset(outs={"left": AssetOut(), "right": AssetOut()})
def sides(config: Extra, database: Database):
    return {**config.dict()}, [database.host, database.port, database.window.first]


@op
def step(config: Window):
    return [config.first, config.last]


@op(config_schema={"n": int})
def older(context):
    return context.op_config["n"]


@config_mapping
def simple(config: Window) -> RunConfig:
    return RunConfig(ops={"step": Window(first=config.first * 10), "older": {"config": {"n": config.first}}})


@graph
def steps():
    return step(), older()


@job(config=simple)
def mapped():
    step()
    older()


@job(config=RunConfig(ops={"step": Window(first=5), "older": {"config": {"n": 6}}}))
def defaulted():
    step()
    older()


@job
def plain():
    step()
    older()


def value(run_config, **arguments):
    return materialize([imported], run_config=run_config, **arguments).output_for_node("imported")


def as_dict(**config):
    return {"ops": {"imported": {"config": config}}}


def errors(run_config):
    """Where the errors are, as far as both tell it."""
    try:
        value(run_config)
    except DagsterInvalidConfigError as error:
        return [type(error).__name__, len(error.errors)]
    except Exception as error:  # noqa: BLE001  which error it is, is the observation
        return [type(error).__name__]
    return "no error"


show(
    objects=[
        value(RunConfig(ops={"imported": ImportConfig(region="eu")})),
        value(RunConfig(ops={"imported": ImportConfig(region=EnvVar("REGION"), level=Level.HIGH)})),
        value(
            RunConfig(
                {"imported": ImportConfig(region="x", format=Parquet(row_groups=2), window=Window(last=4))}
            )
        ),
    ],
    dictionaries=[
        value(as_dict(region="us", level="HIGH", window={"first": 2})),
        value(as_dict(region={"env": "REGION"}, format={"parquet": {"row_groups": 3}}, tables=[])),
        value(as_dict(region="us", options={"a": {"b": [1]}}, weights={"x": 0.5})),
    ],
    errors=[
        errors({}),
        errors(as_dict()),
        errors(as_dict(region=5)),
        errors(as_dict(region="a", level="MIDDLE")),
        errors(as_dict(region="a", window={"first": "x", "zero": 1})),
        errors(as_dict(region="a", format={"xml": {}})),
        errors(as_dict(region="a", format={"csv": {}, "parquet": {"row_groups": 1}})),
        errors(as_dict(region={"env": "UNSET_VARIABLE"})),
        errors(as_dict(region="a", tables="b", colour="red")),
        errors({"ops": {"nobody": {}}, "execution": {"config": {"odd": 1}}}),
    ],
    validators=[
        refused(value, as_dict(region="moon")),
        refused(value, as_dict(region="a", window={"first": -1})),
    ],
)

both = materialize(
    [sides],
    resources={"database": Database.configure_at_launch()},
    run_config=RunConfig(
        ops={"sides": Extra(known=2, unknown="u")},
        resources={"database": Database(host="h", port=EnvVar.int("PORT"))},
    ),
)
show(
    sides=[both.asset_value("left"), both.asset_value("right")],
    mapped=[
        mapped.execute_in_process(run_config=RunConfig(ops=None) if False else {"first": 2}).output_for_node(
            "step"
        ),
        mapped.execute_in_process(run_config={"first": 2}).output_for_node("older"),
        caught(mapped.execute_in_process, run_config={"ops": {}}),
    ],
    defaulted=[
        defaulted.execute_in_process().output_for_node("step"),
        defaulted.execute_in_process(
            run_config=RunConfig(ops={"step": Window(first=9), "older": {"config": {"n": 1}}})
        ).output_for_node("step"),
        caught(defaulted.execute_in_process, run_config={"ops": {"step": {"config": {"first": 9}}}}),
    ],
    graph=steps.to_job(config={"ops": {"older": {"config": {"n": 3}}}})
    .execute_in_process()
    .output_for_node("older"),
    validated=[
        validate_run_config(plain, {"ops": {"older": {"config": {"n": 1}}}})["ops"]["older"]["config"],
        caught(validate_run_config, plain, {}),
        caught(validate_run_config, plain, {"ops": {"older": {"config": {"n": "one"}}}}),
    ],
)
config = RunConfig(
    ops={"imported": ImportConfig(region="eu")}, loggers={"console": {"config": {"log_level": "ERROR"}}}
)
asset_job = define_asset_job("import_job", "imported", config=config)
defs = Definitions(assets=[imported], jobs=[asset_job])
show(
    asset_job=[
        defs.resolve_job_def("import_job").execute_in_process().output_for_node("imported")[0],
        defs.resolve_job_def("import_job")
        .execute_in_process(run_config=as_dict(region="other"))
        .output_for_node("imported")[0],
    ],
    plain_config=[config.to_config_dict()["ops"]["imported"]["config"][key] for key in ("region", "tables")],
    equal=[Window(first=1) == Window(first=1), Window() == Window(last=1)],
    changed=[refused(setattr, Window(), "first", 3), Window(first=1).model_copy(update={"last": 2}).last],
    unknown=refused(Window, middle=1),
)
