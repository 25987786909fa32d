"""An own UPathIOManager: where files go, what is dumped and loaded, and metadata.

oracle: both
"""

import json
import os

from dagster import AssetIn, MetadataValue, UPathIOManager, asset, io_manager, job, materialize, op
from observe import caught, files, metadata, show
from upath import UPath


class JsonIOManager(UPathIOManager):
    extension = ".json"

    def dump_to_path(self, context, obj, path):
        with path.open("w") as handle:
            json.dump(obj, handle)

    def load_from_path(self, context, path):
        with path.open("r") as handle:
            return json.load(handle)

    def get_metadata(self, context, obj):
        return {"length": len(obj), "note": MetadataValue.md("x")}


@io_manager(config_schema={"base": str})
def json_io_manager(context):
    return JsonIOManager(base_path=UPath(context.resource_config["base"]))


@asset
def numbers():
    return [1, 2]


@asset(key_prefix=["deep", "er"])
def more(numbers):
    return [*numbers, 3]


@asset(ins={"more": AssetIn(["deep", "er", "more"])})
def total(more):
    return [sum(more)]


@op
def an_op():
    return [1]


@op
def reads(values):
    return [len(values)]


@job(resource_defs={"io_manager": json_io_manager.configured({"base": "ops"})})
def a_job():
    reads(an_op())


manager = json_io_manager.configured({"base": os.path.abspath("data")})
result = materialize([numbers, more, total], resources={"io_manager": manager})
again = materialize([numbers, more, total], selection=[total], resources={"io_manager": manager})
in_job = a_job.execute_in_process()
show(
    files=files("data"),
    content=json.load(open("data/deep/er/more.json")),
    total=again.output_for_node("total"),
    metadata=metadata(result.asset_materializations_for_node("deep__er__more")[0].metadata),
    op_files=[name.split("/", 1)[1] for name in files("ops")],
    reads=in_job.output_for_node("reads"),
    unserializable=caught(
        materialize, [asset(name="bad")(lambda: {1, 2})], resources={"io_manager": manager}
    ),
)
