"""Assets that need resources: by parameter, by required_resource_keys, and none there.

oracle: both
"""

from dagster import AssetExecutionContext, ConfigurableResource, ResourceParam, asset, materialize, resource
from observe import caught, show


class Store(ConfigurableResource):
    name: str

    def path(self, part: str) -> str:
        return f"{self.name}/{part}"


@resource(config_schema={"size": int})
def old(context):
    return context.resource_config["size"]


@asset
def by_parameter(store: Store):
    return store.path("x")


@asset(required_resource_keys={"store", "old"})
def by_key(context):
    return [context.resources.store.name, context.resources.old]


@asset
def by_any(context: AssetExecutionContext, anything: ResourceParam[list]):
    anything.append(context.op.name)
    return len(anything)


shared = ["before"]
result = materialize(
    [by_parameter, by_key, by_any],
    resources={"store": Store(name="s"), "old": old.configured({"size": 3}), "anything": shared},
)
show(
    values=[result.asset_value(name) for name in ("by_parameter", "by_key", "by_any")],
    shared=shared,
    missing=caught(materialize, [by_parameter]),
    missing_key=caught(materialize, [by_key], resources={"store": Store(name="s")}),
    bad_config=caught(
        materialize, [by_key], resources={"store": Store(name="s"), "old": old.configured({"size": "x"})}
    ),
)
