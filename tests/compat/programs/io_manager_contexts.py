"""build_output_context and build_input_context: testing an I/O manager by hand.

oracle: both
"""

import os

from dagster import (
    AssetKey,
    DagsterType,
    FilesystemIOManager,
    InMemoryIOManager,
    build_init_resource_context,
    build_input_context,
    build_output_context,
)
from observe import caught, files, metadata, show

os.mkdir("data")
anything = DagsterType(name="Anything", type_check_fn=lambda _, value: True)
manager = FilesystemIOManager(base_dir="data")
output = build_output_context(
    step_key="step",
    name="result",
    run_id="r",
    metadata={"m": 1},
    asset_key=AssetKey(["a", "b"]),
    dagster_type=anything,
)
built = (
    manager.create_io_manager(build_init_resource_context())
    if hasattr(manager, "create_io_manager")
    else manager
)
built.handle_output(output, {"x": 1})
loaded = built.load_input(
    build_input_context(upstream_output=output, asset_key=AssetKey(["a", "b"]), dagster_type=anything)
)

memory = InMemoryIOManager()
op_output = build_output_context(step_key="step", name="result", run_id="r", mapping_key="k")
memory.handle_output(op_output, 5)

config = build_output_context(
    config={"c": 1}, resources={"r": "resource"}, resource_config={"base": 2}, op_def=None
)
show(
    loaded=loaded,
    files=files("data"),
    metadata=metadata({key: value for key, value in output.metadata.items()}),
    identifier=op_output.get_identifier(),
    asset_identifier=output.get_asset_identifier(),
    memory=memory.load_input(build_input_context(upstream_output=op_output)),
    config=[config.config, config.resources.r, config.resource_config],
    name=output.name,
    missing_step=caught(lambda: build_output_context().step_key),
    missing_asset=caught(lambda: build_output_context().asset_key),
    missing_upstream=build_input_context().upstream_output,
    input_asset=build_input_context(asset_key=AssetKey("z"), name="n", metadata={"q": 1}).asset_key,
    has_asset_key=[output.has_asset_key, op_output.has_asset_key],
)
