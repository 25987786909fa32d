"""The project as Headwater loads it: what there is, where it is stored, and when it runs."""

from pathlib import Path

import headwater as hw

from . import checks, delays, raw, routes

DATA = Path(__file__).parents[1] / "data"
DATABASE = str(DATA / "flights.duckdb")

flights_job = hw.define_asset_job("flights_job", selection=hw.AssetSelection.all())

defs = hw.Definitions(
    assets=hw.load_assets_from_modules([raw, delays, routes]),
    asset_checks=[checks.every_flight_once],
    jobs=[flights_job],
    schedules=[hw.ScheduleDefinition(job=flights_job, cron_schedule="0 6 * * *")],
    resources={
        "io_manager": hw.FilesystemIOManager(base_dir=str(DATA)),
        "database_io_manager": hw.DuckDBPandasIOManager(database=DATABASE),
        "warehouse": hw.DuckDBResource(database=DATABASE),
    },
)
