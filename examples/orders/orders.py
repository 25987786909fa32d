"""Orders of a shop as tables: streamed in, merged by key, and added up by queries that stay in the database."""

import datetime
import os
from collections.abc import Iterator

import polars as pl

import headwater as hw

DAY = datetime.date(2024, 3, 1)


@hw.asset(key_prefix="shop", io_manager_key="tables")
def orders() -> Iterator[pl.DataFrame]:
    """The orders of each day; never more than one day of them is in memory."""
    for number in range(30):
        day = DAY + datetime.timedelta(days=number)
        customers = [(number * 7 + order) % 5 for order in range(100)]
        yield pl.DataFrame({"day": [day] * 100, "customer": customers, "cents": [999 + number] * 100})


@hw.asset(
    key_prefix="shop",
    io_manager_key="tables",
    metadata={"io": hw.TableOptions(write_mode="merge", keys=["id"], schema_contract="evolve")},
)
def customers() -> pl.DataFrame:
    """The customers who are new or have changed; the others stay as they are."""
    return pl.DataFrame({"id": [0, 1, 2, 3, 4], "name": ["Ada", "Björn", "Chloé", "Dmitri", "O'Neil"]})


@hw.asset(key_prefix="shop", io_manager_key="tables")
def large_customers(orders: hw.Table, customers: hw.Table) -> hw.Sql:
    """Who has ordered for more than an amount: computed where the tables are."""
    return hw.Sql(
        """
        SELECT c.name, sum(o.cents) / 100.0 AS amount
        FROM {orders} AS o JOIN {customers} AS c ON c.id = o.customer
        GROUP BY c.name HAVING sum(o.cents) > {cents}
        """,
        orders=orders.where("day >= {first}", first=DAY + datetime.timedelta(days=7)),
        customers=customers,
        cents=450_000,
    )


@hw.asset(key_prefix="shop", io_manager_key="tables", metadata={"io": hw.TableOptions(write_mode="append")})
def greetings(large_customers: pl.DataFrame) -> pl.DataFrame:
    """One line for each of them in each run, however often a run is tried."""
    return large_customers.select(greeting=pl.format("Thank you, {}", "name"))


def where_tables_lie() -> object:
    """A DuckDB file, or the Postgres that DATABASE_URL names: the assets stay as they are."""
    if url := os.environ.get("DATABASE_URL"):
        return hw.PostgresIOManager(url=url)
    return hw.DuckDBIOManager(database="data/tables.duckdb")


defs = hw.Definitions(
    assets=[orders, customers, large_customers, greetings], resources={"tables": where_tables_lie()}
)
