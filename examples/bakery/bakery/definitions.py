"""All of the project together: what there is, where it is stored, when it runs."""

from pathlib import Path

import headwater as hw

from . import assets

DATA = Path(__file__).parents[1] / "data"
everything = hw.define_asset_job("everything", selection=hw.AssetSelection.all())

defs = hw.Definitions(
    assets=hw.load_assets_from_modules([assets]),
    jobs=[everything],
    schedules=[hw.ScheduleDefinition(job=everything, cron_schedule="0 6 * * *")],
    resources={"io_manager": hw.FilesystemIOManager(base_dir=str(DATA))},
)
