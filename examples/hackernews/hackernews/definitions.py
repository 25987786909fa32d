"""The project as Headwater loads it: what there is, where it is stored, and when it runs."""

import os

from headwater import (
    AssetSelection,
    Definitions,
    DuckDBPandasIOManager,
    FilesystemIOManager,
    ScheduleDefinition,
    define_asset_job,
    load_assets_from_modules,
)

from . import assets
from .stories import HACKER_NEWS, StoryApi

hackernews_job = define_asset_job("hackernews_job", selection=AssetSelection.all())

defs = Definitions(
    assets=load_assets_from_modules([assets]),
    jobs=[hackernews_job],
    schedules=[ScheduleDefinition(job=hackernews_job, cron_schedule="0 * * * *")],
    resources={
        "io_manager": FilesystemIOManager(base_dir="data"),
        "database_io_manager": DuckDBPandasIOManager(database="analytics.hackernews"),
        "story_api": StoryApi(base_url=os.environ.get("HACKERNEWS_API_URL", HACKER_NEWS)),
    },
)
