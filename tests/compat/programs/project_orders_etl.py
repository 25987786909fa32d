"""An ETL job of ops: config with defaults, resources per environment, hooks that notify, a clean-up at the end.

oracle: both
"""

from dagster import (
    Array,
    Field,
    In,
    Noneable,
    Nothing,
    OpExecutionContext,
    Out,
    Output,
    ResourceDefinition,
    Selector,
    String,
    failure_hook,
    graph,
    op,
    resource,
    success_hook,
)
from observe import caught, events, metadata, show

NOTIFIED = []
ORDERS = [
    {"id": 1, "country": "fr", "amount": 10.0},
    {"id": 2, "country": "nl", "amount": 5.5},
    {"id": 3, "country": "fr", "amount": -1.0},
    {"id": 4, "country": "de", "amount": 7.25},
]


class Warehouse:
    def __init__(self, name):
        self.name, self.tables = name, {}

    def replace(self, table, rows):
        self.tables[table] = list(rows)
        return len(self.tables[table])


MADE = []


@resource(
    config_schema={
        "name": Field(str, default_value="local"),
        "fail_on": Field(Noneable(str), is_required=False),
    }
)
def warehouse(init_context):
    made = Warehouse(init_context.resource_config["name"])
    made.fail_on = init_context.resource_config.get("fail_on")
    MADE.append(made)
    try:
        yield made
    finally:
        NOTIFIED.append(f"closed {made.name}")


@success_hook(required_resource_keys={"notifier"})
def tell(context):
    context.resources.notifier(f"{context.op.name} done, {len(context.op_output_values)} outputs")


@failure_hook(name="page_somebody", required_resource_keys={"notifier"})
def page(context):
    context.resources.notifier(f"{context.step_key} failed: {type(context.op_exception).__name__}")


@op(
    config_schema={
        "countries": Field(Array(str), default_value=["fr", "nl"]),
        "source": Field(Selector({"memory": {}, "file": {"path": String}}), default_value={"memory": {}}),
    }
)
def extract(context: OpExecutionContext):
    (source,) = context.op_config["source"]
    context.log.info(f"from {source}")
    return [order for order in ORDERS if order["country"] in context.op_config["countries"]]


@op(out={"good": Out(list), "bad": Out(list, is_required=False)})
def validate(orders):
    good = [order for order in orders if order["amount"] > 0]
    yield Output(good, "good", metadata={"rows": len(good)})
    if len(good) < len(orders):
        yield Output([order for order in orders if order["amount"] <= 0], "bad")


@op(required_resource_keys={"warehouse"}, out=Out(Nothing), tags={"layer": "silver"})
def load(context, orders):
    if context.resources.warehouse.fail_on == context.op.name:
        raise ConnectionError("the warehouse is away")
    rows = context.resources.warehouse.replace("orders", orders)
    context.add_output_metadata({"rows": rows})


@op
def quarantine(orders):
    return [order["id"] for order in orders]


@op(ins={"start": In(Nothing)}, required_resource_keys={"warehouse"})
def report(context):
    return sorted(context.resources.warehouse.tables)


@graph
def orders_etl():
    good, bad = validate(extract())
    quarantine(bad)
    return report(start=load(good))


development = orders_etl.to_job(
    name="orders_dev",
    resource_defs={
        "warehouse": warehouse,
        "notifier": ResourceDefinition.hardcoded_resource(NOTIFIED.append),
    },
    config={"ops": {"extract": {"config": {"countries": ["fr"]}}}},
    hooks={tell, page},
    tags={"team": "sales"},
)
production = orders_etl.to_job(
    name="orders_prod",
    resource_defs={
        "warehouse": warehouse.configured({"name": "big"}),
        "notifier": ResourceDefinition.hardcoded_resource(NOTIFIED.append),
    },
).with_hooks({page})


def without_hooks(result):
    """The events: on 1.13 an output that is Nothing is not handled, and hooks run in no fixed order."""
    return [event for event in events(result) if "HOOK" not in event[0] and event[0] != "HANDLED_OUTPUT"]


def hooks(result):
    return sorted(event for event in events(result) if "HOOK" in event[0])


def outputs(result, *nodes):
    return {name: result.output_for_node(*name.split(".")) for name in nodes}


dev = development.execute_in_process()
dev_notes = sorted(NOTIFIED)
NOTIFIED.clear()
prod = production.execute_in_process(
    run_config={
        "ops": {"extract": {"config": {"countries": ["nl", "de"], "source": {"file": {"path": "x"}}}}}
    }
)
prod_notes = list(NOTIFIED)
NOTIFIED.clear()
broken = development.execute_in_process(
    run_config={"resources": {"warehouse": {"config": {"name": "w", "fail_on": "load"}}}},
    raise_on_error=False,
)
broken_notes = sorted(NOTIFIED)

show(
    dev=without_hooks(dev),
    dev_hooks=hooks(dev),
    dev_outputs=outputs(dev, "extract", "validate.good", "validate.bad", "quarantine", "report"),
    dev_notes=dev_notes,
    tags=[development.tags, development.graph.node_named("load").definition.tags],
    loaded=[
        metadata(event.event_specific_data.metadata)
        for event in dev.filter_events(lambda event: event.event_type_value == "STEP_OUTPUT")
        if event.step_key in ("validate", "load")
    ],
)
show(
    prod=without_hooks(prod),
    prod_hooks=hooks(prod),
    prod_outputs=outputs(prod, "extract", "validate.good", "report"),
    prod_notes=prod_notes,
    no_bad=caught(prod.output_for_node, "validate", "bad"),
    warehouses=[made.name for made in MADE],
)
show(
    broken=without_hooks(broken),
    broken_hooks=hooks(broken),
    broken_notes=broken_notes,
    success=broken.success,
    error=[
        [event.step_key, event.step_failure_data.error.cls_name, event.step_failure_data.error.cause.cls_name]
        for event in broken.all_events
        if event.event_type_value == "STEP_FAILURE"
    ],
)
show(
    unknown_country=caught(
        production.execute_in_process, run_config={"ops": {"extract": {"config": {"countries": "fr"}}}}
    ),
    two_sources=caught(
        production.execute_in_process,
        run_config={"ops": {"extract": {"config": {"source": {"memory": {}, "file": {"path": "x"}}}}}},
    ),
    unknown_op=caught(production.execute_in_process, run_config={"ops": {"nobody": {}}}),
    no_warehouse=caught(orders_etl.to_job, name="no_warehouse"),
    nowhere=caught(orders_etl.execute_in_process),
)
