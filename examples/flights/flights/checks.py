"""What must be true of the results, asked of the database after each run."""

import headwater as hw

from .delays import delays_with_weather

COUNTS = "SELECT (SELECT count(*) FROM raw.flights), (SELECT count(*) FROM delays.delays_with_weather)"


@hw.asset_check(asset=delays_with_weather)
def every_flight_once(warehouse: hw.DuckDBResource) -> hw.AssetCheckResult:
    """The join with the weather neither lost a flight nor doubled one."""
    with warehouse.get_connection() as connection:
        [(flights, joined)] = connection.execute(COUNTS).fetchall()
    return hw.AssetCheckResult(passed=flights == joined, metadata={"flights": flights, "joined": joined})
