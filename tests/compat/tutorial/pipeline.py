"""The pipeline of the I/O tutorial: what there is, where it is stored, and when it runs."""

import assets
from dagster import (
    AssetSelection,
    Definitions,
    EnvVar,
    FilesystemIOManager,
    ScheduleDefinition,
    define_asset_job,
    load_assets_from_modules,
)
from dagster_duckdb_pandas import DuckDBPandasIOManager
from stories import StoryApi

hackernews_job = define_asset_job("hackernews_job", selection=AssetSelection.all())
hackernews_schedule = ScheduleDefinition(job=hackernews_job, cron_schedule="0 * * * *")

defs = Definitions(
    assets=load_assets_from_modules([assets]),
    schedules=[hackernews_schedule],
    resources={
        "io_manager": FilesystemIOManager(base_dir="data"),
        "database_io_manager": DuckDBPandasIOManager(database="analytics.hackernews"),
        "stories": StoryApi(base_url=EnvVar("STORIES_URL")),
    },
)
