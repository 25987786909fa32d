"""Each asset names the I/O manager that stores it; the default is io_manager.

oracle: both
"""

import os

from dagster import FilesystemIOManager, IOManager, asset, io_manager, materialize, mem_io_manager
from observe import events, files, metadata, show

log = []


class Recording(IOManager):
    def handle_output(self, context, obj):
        log.append(["store", context.step_key, context.asset_key.path, obj])

    def load_input(self, context):
        log.append(["load", context.asset_key.path, context.upstream_output.step_key, context.name])
        return "loaded"


@io_manager
def recording(_):
    return Recording()


@asset(io_manager_key="recording")
def first():
    return "first"


@asset(io_manager_key="memory")
def second(first):
    return first + "!"


@asset(key_prefix="sub")
def third(first, second):
    return [first, second]


os.mkdir("data")
result = materialize(
    [first, second, third],
    resources={
        "io_manager": FilesystemIOManager(base_dir="data"),
        "recording": recording,
        "memory": mem_io_manager,
    },
)
show(
    log=log,
    events=events(result),
    files=files("data"),
    third=result.output_for_node("sub__third"),
    metadata=metadata(result.asset_materializations_for_node("sub__third")[0].metadata),
    first_metadata=metadata(result.asset_materializations_for_node("first")[0].metadata),
)
