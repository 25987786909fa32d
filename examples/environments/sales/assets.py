"""The assets. None of them knows where values are kept, or how people are told."""

import pandas as pd

import headwater as hw
from sales.resources import Notifier


@hw.asset(group_name="sales", io_manager_key="tables")
def orders() -> pd.DataFrame:
    """What was sold, one row for each order."""
    return pd.DataFrame(
        {"region": ["north", "south", "north", "west"], "amount": [120.0, 80.5, 30.0, 45.25]},
    )


@hw.asset(group_name="sales", io_manager_key="tables")
def by_region(orders: pd.DataFrame) -> pd.DataFrame:
    """The sum of each region, the largest first."""
    sums = orders.groupby("region", as_index=False).agg({"amount": "sum"})
    return sums.sort_values("amount", ascending=False, ignore_index=True)


@hw.asset(group_name="sales")
def announcement(by_region: pd.DataFrame, notifier: Notifier) -> str:
    """The best region, told to whom it concerns."""
    text = f"The best region is {by_region['region'][0]}."
    notifier.tell(text)
    return text
