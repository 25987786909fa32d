"""Metadata that an I/O manager adds to outputs and inputs, and events which it logs.

oracle: both
"""

from dagster import ConfigurableIOManager, MetadataValue, Output, asset, job, materialize, op
from observe import caught, metadata, show


class Adding(ConfigurableIOManager):
    label: str = "none"

    def handle_output(self, context, obj):
        context.add_output_metadata({"label": self.label, "rows": len(obj), "path": MetadataValue.path("/x")})

    def load_input(self, context):
        context.add_input_metadata({"read": 1}, description="reading")
        return [0]


class Failing(ConfigurableIOManager):
    def handle_output(self, context, obj):
        raise OSError("disk full")

    def load_input(self, context):
        raise OSError("gone")


@asset
def first():
    return Output([1, 2], metadata={"own": "yes"})


@asset
def second(context, first):
    context.add_output_metadata({"also": 2})
    return [*first, 1]


@op
def an_op():
    return [1]


@job(resource_defs={"io_manager": Adding(label="job")})
def ops():
    an_op()


result = materialize([first, second], resources={"io_manager": Adding(label="here")})
in_job = ops.execute_in_process()


def of(result, kind, node):
    return [
        metadata(event.event_specific_data.metadata)
        for event in result.events_for_node(node)
        if event.event_type_value == kind
    ]


show(
    materialized=[
        metadata(result.asset_materializations_for_node(name)[0].metadata) for name in ("first", "second")
    ],
    handled=[of(result, "HANDLED_OUTPUT", name) for name in ("first", "second")],
    loaded=of(result, "LOADED_INPUT", "second"),
    in_job=of(in_job, "HANDLED_OUTPUT", "an_op"),
    failing=caught(materialize, [first], resources={"io_manager": Failing()}),
    failing_load=caught(
        materialize, [first, second], selection=[second], resources={"io_manager": Failing()}
    ),
)
