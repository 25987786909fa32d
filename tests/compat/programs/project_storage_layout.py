"""An I/O manager of one's own: folders by key, metadata of each write, an upstream loaded by another manager.

oracle: both
"""

import json
import os

from dagster import (
    AssetIn,
    AssetKey,
    AssetOut,
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    InputContext,
    IOManager,
    MetadataValue,
    Out,
    Output,
    OutputContext,
    SourceAsset,
    asset,
    graph_asset,
    io_manager,
    job,
    materialize,
    multi_asset,
    op,
)
from observe import caught, events, files, metadata, show


class JsonFolders(ConfigurableIOManager):
    root: str
    indent: int = 0

    def _path(self, context):
        if context.has_asset_key:
            return os.path.join(self.root, *context.asset_key.path) + ".json"
        return os.path.join(self.root, "steps", *context.get_identifier()[1:]) + ".json"

    def handle_output(self, context: OutputContext, obj):
        if obj is None:
            raise ValueError("nothing to store")
        path = self._path(context)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            json.dump(obj, file, indent=self.indent or None)
        context.add_output_metadata(
            {
                "path": MetadataValue.path(path),
                "bytes": os.path.getsize(path),
                "declared": str(
                    (
                        context.definition_metadata
                        if hasattr(context, "definition_metadata")
                        else context.metadata
                    )
                    or {}
                ),
                "type": context.dagster_type.display_name,
            }
        )
        context.log.info("stored")

    def load_input(self, context: InputContext):
        with open(self._path(context.upstream_output)) as file:
            value = json.load(file)
        if context.has_asset_key:
            context.add_input_metadata({"read": len(str(value))})
        columns = (context.metadata or {}).get("columns")
        return {key: value[key] for key in columns} if columns else value


class UpperManager(IOManager):
    def __init__(self, seen):
        self.seen = seen

    def handle_output(self, context, obj):
        self.seen.append(["out", context.step_key, context.name, context.has_asset_key])

    def load_input(self, context):
        self.seen.append(
            ["in", context.name, context.upstream_output is not None and context.upstream_output.name]
        )
        return "UPPER"


class UpperFactory(ConfigurableIOManagerFactory):
    tag: str

    def create_io_manager(self, context):
        SEEN.append(["made", self.tag])
        return UpperManager(SEEN)


SEEN = []


@io_manager(config_schema={"value": int}, required_resource_keys={"offset"})
def constant(init_context):
    class Constant(IOManager):
        def handle_output(self, context, obj):
            yield_metadata = {"obj": obj}
            for label, value in yield_metadata.items():
                context.add_output_metadata({label: value})

        def load_input(self, context):
            return init_context.resource_config["value"] + init_context.resources.offset

    return Constant()


external = SourceAsset(["outside", "numbers"], io_manager_key="constant")


@asset(key_prefix=["lake", "raw"], metadata={"layer": "raw"}, io_manager_key="json")
def events_table():
    return Output({"a": 1, "b": 2}, metadata={"rows": 2})


@asset(
    key_prefix="lake",
    ins={"events_table": AssetIn(key_prefix=["lake", "raw"], metadata={"columns": ["b"]})},
    io_manager_key="json",
)
def narrow(events_table: dict) -> dict:
    return events_table


@multi_asset(
    outs={
        "upper": AssetOut(io_manager_key="upper", key_prefix="lake"),
        "plain": AssetOut(io_manager_key="json", metadata={"m": 1}),
    }
)
def both(numbers=AssetKey(["outside", "numbers"])):
    return "u", [1, 2]


@asset(
    io_manager_key="json",
    ins={"numbers": AssetIn(["outside", "numbers"]), "upper": AssetIn(["lake", "upper"])},
)
def joined(numbers: int, upper: str, plain: list):
    return [numbers, upper, plain]


@op(out=Out(io_manager_key="json", metadata={"o": 1}))
def step_one():
    return {"x": [1]}


@op(out=Out(io_manager_key="json"))
def step_two(value: dict) -> dict:
    return {**value, "y": 2}


@graph_asset
def by_graph():
    return step_two(step_one())


@asset(io_manager_key="json")
def stores_nothing():
    return None


def resources(root="store"):
    from dagster import ResourceDefinition

    return {
        "json": JsonFolders(root=root),
        "upper": UpperFactory(tag="t"),
        "constant": constant.configured({"value": 40}),
        "offset": ResourceDefinition.hardcoded_resource(2),
    }


@multi_asset(
    outs={
        "upper": AssetOut(io_manager_key="upper", key_prefix="lake"),
        "plain": AssetOut(io_manager_key="json", metadata={"m": 1}),
    }
)
def both_without_input():
    return "u", [1, 2]


ASSETS = [external, events_table, narrow, both_without_input, joined, by_graph]
result = materialize(ASSETS, resources=resources())
written = {}
for event in result.all_events:
    if event.event_type_value == "ASSET_MATERIALIZATION":
        shown = metadata(event.step_materialization_data.materialization.metadata)
        written[event.asset_key.to_user_string()] = shown
show(
    events=events(result),
    files=files("store"),
    written=written,
    handled=[
        [
            event.step_key,
            event.event_specific_data.output_name,
            event.event_specific_data.manager_key,
            metadata(event.event_specific_data.metadata),
        ]
        for event in result.all_events
        if event.event_type_value == "HANDLED_OUTPUT"
    ],
    loaded=[
        [
            event.step_key,
            event.event_specific_data.input_name,
            event.event_specific_data.manager_key,
            event.event_specific_data.upstream_step_key,
        ]
        for event in result.all_events
        if event.event_type_value == "LOADED_INPUT"
    ],
    seen=SEEN,
)
alone = materialize([*ASSETS[:1], events_table, narrow], selection=[narrow], resources=resources())
show(
    alone=events(alone),
    value=alone.output_for_node("lake__narrow"),
    nothing=caught(materialize, [stores_nothing], resources=resources()),
    nothing_stored=files("store"),
    not_there=caught(
        materialize, [events_table, narrow], selection=[narrow], resources=resources("elsewhere")
    ),
    not_json=caught(
        materialize, [asset(name="odd", io_manager_key="json")(lambda: {1, 2})], resources=resources()
    ),
    missing_manager=caught(materialize, [events_table]),
)


@job(resource_defs={"json": JsonFolders(root="jobs", indent=2)})
def steps():
    step_two(step_one())


job_result = steps.execute_in_process()
show(job_events=events(job_result), job_files=files("jobs"), job_value=job_result.output_for_node("step_two"))
