"""The assets as plain functions: given two small tables, what do they say?"""

import pandas as pd
from flights.delays import delay_by_hour, delay_by_weather, delays_with_weather

import headwater as hw

SEVEN = pd.Timestamp("2013-07-01 11:00")
FLIGHTS = pd.DataFrame(
    {
        "time_hour": [SEVEN, SEVEN, SEVEN],
        "hour": [7, 7, 8],
        "carrier": ["AA", "UA", "UA"],
        "flight": [1, 2, 3],
        "origin": ["JFK", "EWR", "LGA"],
        "dest": ["LAX", "LAX", "ORD"],
        "dep_delay": [30.0, 10.0, None],
        "arr_delay": [25.0, 0.0, None],
    }
)
WEATHER = pd.DataFrame(
    {
        "time_hour": [SEVEN, SEVEN],
        "origin": ["JFK", "EWR"],
        "wind_speed": [5.0, 5.0],
        "precip": [0.2, 0.0],
        "visib": [6.0, 10.0],
    }
)


def test_a_flight_gets_the_weather_of_its_own_airport() -> None:
    context = hw.build_asset_context()
    joined = delays_with_weather(context, FLIGHTS, WEATHER)
    assert joined["precip"].tolist()[:2] == [0.2, 0.0]
    told = context.get_output_metadata("result")
    assert told is not None
    assert told["without_weather"] == 1


def test_a_cancelled_flight_counts_but_has_no_delay() -> None:
    by_hour = delay_by_hour(
        hw.build_asset_context(), delays_with_weather(hw.build_asset_context(), FLIGHTS, WEATHER)
    )
    assert by_hour["flights"].tolist() == [2, 1]
    assert by_hour["mean_dep_delay"].tolist()[0] == 20.0
    assert by_hour["mean_dep_delay"].isna().tolist() == [False, True]


def test_rain_is_told_from_fair_weather() -> None:
    joined = delays_with_weather(hw.build_asset_context(), FLIGHTS, WEATHER).dropna(subset="dep_delay")
    assert delay_by_weather(hw.build_asset_context(), joined) == {"rain": 30.0, "fair": 10.0}
