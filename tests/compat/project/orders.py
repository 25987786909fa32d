"""A project written for Dagster, which its tests and its commands use as it is."""

from dagster import (
    AssetSelection,
    Config,
    ConfigurableResource,
    Definitions,
    asset,
    define_asset_job,
    job,
    op,
)


class Shop(ConfigurableResource):
    """Where orders come from."""

    name: str = "shop"

    def orders(self) -> list[int]:
        return [3, 1, 2]


class Limit(Config):
    top: int = 2


@asset(group_name="orders")
def orders(shop: Shop) -> list[int]:
    return shop.orders()


@asset(group_name="orders")
def top_orders(config: Limit, orders: list[int]) -> list[int]:
    return sorted(orders, reverse=True)[: config.top]


@op
def greet(context, shop: Shop) -> str:
    context.log.info(f"from {shop.name}")
    return shop.name


@job
def greeting():
    greet()


defs = Definitions(
    assets=[orders, top_orders],
    jobs=[greeting, define_asset_job("all_orders", AssetSelection.groups("orders"))],
    resources={"shop": Shop()},
)
