"""Prices of three shops, asked for at the same time, and reports that are made beside each other."""

import asyncio

import headwater as hw

PRICES = {"corner": 3.2, "market": 2.9, "online": 2.7}


class Shops(hw.ConfigurableResource):
    """Stands for an API: an answer takes a while."""

    seconds: float = 0.05

    async def price(self, shop: str) -> float:
        await asyncio.sleep(self.seconds)
        return PRICES[shop]


@hw.asset
async def corner(shops: Shops) -> float:
    return await shops.price("corner")


@hw.asset
async def market(shops: Shops) -> float:
    return await shops.price("market")


@hw.asset
async def online(shops: Shops) -> float:
    return await shops.price("online")


@hw.asset
def cheapest(corner: float, market: float, online: float) -> str:
    prices = {"corner": corner, "market": market, "online": online}
    return min(prices, key=lambda shop: prices[shop])


@hw.op(pool="printer", tags={"kind": "report"})
def report(context: hw.OpExecutionContext) -> str:
    context.log.info("writing %s", context.op.name)
    return f"a report by {context.op.name}"


@hw.op(tags={"headwater/step_timeout_seconds": 300})
def send(names: list[str]) -> int:
    return len(names)


@hw.job(executor_def=hw.threaded_executor.configured({"max_concurrent": 4}))
def reports() -> None:
    send([report.alias("sales")(), report.alias("stock")(), report.alias("staff")()])


defs = hw.Definitions(assets=[corner, market, online, cheapest], jobs=[reports], resources={"shops": Shops()})
