"""How late the flights left, by weather, by carrier and by hour of the day, in the schema `delays`."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import headwater as hw

from .preview import first_rows, picture

FLIGHT_COLUMNS = ["time_hour", "hour", "carrier", "flight", "origin", "dest", "dep_delay", "arr_delay"]
WEATHER_COLUMNS = ["time_hour", "origin", "wind_speed", "precip", "visib"]


@hw.asset(
    key_prefix="delays",
    group_name="delays",
    io_manager_key="database_io_manager",
    ins={
        "flights": hw.AssetIn(key_prefix="raw", metadata={"columns": FLIGHT_COLUMNS}),
        "weather": hw.AssetIn(key_prefix="raw", metadata={"columns": WEATHER_COLUMNS}),
    },
)
def delays_with_weather(
    context: hw.AssetExecutionContext, flights: pd.DataFrame, weather: pd.DataFrame
) -> pd.DataFrame:
    """Each flight beside the weather at its airport in the hour in which it was to leave."""
    joined = flights.merge(weather, on=["time_hour", "origin"], how="left", validate="many_to_one")
    context.add_output_metadata(
        {"without_weather": int(joined["visib"].isna().sum()), "preview": first_rows(joined)}
    )
    return joined


@hw.asset(
    key_prefix="delays",
    group_name="delays",
    io_manager_key="database_io_manager",
    ins={"airlines": hw.AssetIn(key_prefix="raw")},
)
def delay_by_carrier(
    context: hw.AssetExecutionContext, delays_with_weather: pd.DataFrame, airlines: pd.DataFrame
) -> pd.DataFrame:
    """Flights and mean delays in minutes of each carrier, the most delayed first."""
    by_carrier = delays_with_weather.groupby("carrier", as_index=False).agg(
        flights=("flight", "size"),
        mean_dep_delay=("dep_delay", "mean"),
        mean_arr_delay=("arr_delay", "mean"),
    )
    named = airlines.merge(by_carrier, on="carrier").sort_values("mean_dep_delay", ascending=False)
    context.add_output_metadata({"most_delayed": str(named["name"].iloc[0]), "preview": first_rows(named)})
    return named


@hw.asset(key_prefix="delays", group_name="delays", io_manager_key="database_io_manager")
def delay_by_hour(context: hw.AssetExecutionContext, delays_with_weather: pd.DataFrame) -> pd.DataFrame:
    """Flights and mean departure delay in minutes of each hour of the day, with a plot."""
    by_hour = delays_with_weather.groupby("hour", as_index=False).agg(
        flights=("flight", "size"), mean_dep_delay=("dep_delay", "mean")
    )
    figure = Figure(figsize=(8, 4), layout="tight")
    axes = figure.subplots()
    axes.bar(by_hour["hour"], by_hour["mean_dep_delay"])
    axes.set_xlabel("planned hour of departure")
    axes.set_ylabel("mean delay in minutes")
    context.add_output_metadata(
        {
            "worst_hour": int(by_hour.nlargest(1, "mean_dep_delay")["hour"].item()),
            "plot": picture(figure, "Mean departure delay by hour"),
        }
    )
    return by_hour


@hw.asset(key_prefix="delays", group_name="delays")
def delay_by_weather(
    context: hw.AssetExecutionContext, delays_with_weather: pd.DataFrame
) -> dict[str, float]:
    """Mean departure delay in minutes for each kind of weather.

    It names no I/O manager, so the default one keeps it: in a file rather than a table.
    """
    kinds = {
        "unknown": delays_with_weather["visib"].isna(),
        "rain": delays_with_weather["precip"] > 0,
        "mist": delays_with_weather["visib"] < 3,
        "wind": delays_with_weather["wind_speed"] > 20,
    }
    kind = np.select(list(kinds.values()), list(kinds), default="fair")
    means = delays_with_weather["dep_delay"].groupby(kind).mean()
    by_weather = {str(name): float(minutes) for name, minutes in means.items()}
    context.add_output_metadata({f"minutes_in_{name}": minutes for name, minutes in by_weather.items()})
    return by_weather
