"""The routes from New York, computed inside the database: none of its rows passes through Python."""

import headwater as hw

from .preview import first_rows
from .raw import airports, flights, planes

ROUTES = """
CREATE SCHEMA IF NOT EXISTS delays;
CREATE OR REPLACE TABLE delays.routes AS
SELECT
    flights.origin,
    flights.dest,
    any_value(airports.name) AS dest_name,
    count(*) AS flights,
    sum(planes.seats)::BIGINT AS seats,
    avg(flights.arr_delay) AS mean_arr_delay
FROM raw.flights
LEFT JOIN raw.planes USING (tailnum)
LEFT JOIN raw.airports ON airports.faa = flights.dest
GROUP BY flights.origin, flights.dest;
"""
BUSIEST = "SELECT * FROM delays.routes ORDER BY flights DESC LIMIT 5"


@hw.asset(key_prefix="delays", group_name="delays", deps=[flights, planes, airports])
def routes(warehouse: hw.DuckDBResource) -> hw.MaterializeResult[None]:
    """Each route from New York: its flights, the seats on them as far as known, and how late they arrived."""
    with warehouse.get_connection() as connection:
        connection.execute(ROUTES)
        [(count,)] = connection.execute("SELECT count(*) FROM delays.routes").fetchall()
        busiest = connection.execute(BUSIEST).df()
    return hw.MaterializeResult(
        metadata={
            "dagster/table_name": "flights.delays.routes",
            "dagster/row_count": count,
            "preview": first_rows(busiest),
        }
    )
