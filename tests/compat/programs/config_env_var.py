"""EnvVar in config and resources: read when the run starts, an error when it is unset.

oracle: both
"""

import os

from dagster import Config, ConfigurableResource, EnvVar, RunConfig, asset, job, materialize, op
from observe import caught, show

os.environ["STORE_NAME"] = "first"
os.environ["STORE_SIZE"] = "12"


class Store(ConfigurableResource):
    name: str
    size: int = 1


class Wanted(Config):
    name: str
    size: int = 0


@asset
def reads(store: Store):
    return [store.name, store.size]


@op
def configured(config: Wanted):
    return [config.name, config.size]


@job
def one():
    configured()


resources = {"store": Store(name=EnvVar("STORE_NAME"), size=EnvVar.int("STORE_SIZE"))}
first = materialize([reads], resources=resources).output_for_node("reads")
os.environ["STORE_NAME"] = "second"
second = materialize([reads], resources=resources).output_for_node("reads")
unset = {"store": Store(name=EnvVar("NOT_SET_ANYWHERE"))}
os.environ["STORE_SIZE"] = "many"
show(
    first=first,
    second=second,
    unset=caught(materialize, [reads], resources=unset),
    no_number=caught(materialize, [reads], resources=resources),
    by_object=one.execute_in_process(
        run_config=RunConfig(ops={"configured": Wanted(name=EnvVar("STORE_NAME"))})
    ).output_for_node("configured"),
    by_dict=one.execute_in_process(
        run_config={"ops": {"configured": {"config": {"name": {"env": "STORE_NAME"}}}}}
    ).output_for_node("configured"),
    is_text=isinstance(EnvVar("STORE_NAME"), str),
)
