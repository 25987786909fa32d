"""RunConfig: ops, resources, loggers, execution; its dictionary form; jobs with a default.

oracle: both
"""

from dagster import Config, ConfigurableResource, RunConfig, job, op
from observe import caught, show


class Limits(Config):
    highest: int = 3


class Store(ConfigurableResource):
    name: str = "unset"


@op
def reads(config: Limits, store: Store):
    return [config.highest, store.name]


@job(resource_defs={"store": Store.configure_at_launch()})
def late():
    reads()


@job(config=RunConfig(ops={"reads": Limits(highest=7)}), resource_defs={"store": Store(name="fixed")})
def preset():
    reads()


@job(config={"ops": {"reads": {"config": {"highest": 8}}}}, resource_defs={"store": Store(name="fixed")})
def preset_dict():
    reads()


whole = RunConfig(
    ops={"reads": Limits(highest=5)},
    resources={"store": Store(name="given")},
    execution={"config": {"in_process": {}}},
)


def value(definition, **named):
    return definition.execute_in_process(**named).output_for_node("reads")


show(
    late=value(late, run_config=RunConfig(resources={"store": Store(name="late")})),
    late_dict=value(late, run_config={"resources": {"store": {"config": {"name": "later"}}}}),
    late_default=value(late, run_config={"resources": {"store": {"config": {}}}}),
    late_missing=caught(value, late),
    preset=value(preset),
    preset_dict=value(preset_dict),
    overridden=value(preset, run_config=RunConfig(ops={"reads": Limits(highest=1)})),
    dictionary=whole.to_config_dict(),
    empty=RunConfig().to_config_dict(),
    unknown_section=caught(value, preset, run_config={"colours": {}}),
)
