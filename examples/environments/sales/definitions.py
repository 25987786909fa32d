"""The definitions: one set of assets, and for each environment the resources that they run with."""

import os
from typing import Any

import headwater as hw
from sales import assets
from sales.resources import LogNotifier, SpoolNotifier


def development() -> dict[str, Any]:
    """Tables in a DuckDB file beside the code; other values as files; messages in the log."""
    return {
        "io_manager": hw.FilesystemIOManager(base_dir="data/development"),
        "tables": hw.DuckDBPandasIOManager(database="data/development.duckdb", schema="sales"),
        "notifier": LogNotifier(),
    }


def production() -> dict[str, Any]:
    """Parquet files in the lake, which may as well be a bucket; messages go out. Paths come from the machine."""
    return {
        "io_manager": hw.FilesystemIOManager(base_dir=hw.EnvVar("SALES_LAKE")),
        "tables": hw.FilesystemIOManager(base_dir=hw.EnvVar("SALES_LAKE"), format="parquet"),
        "notifier": SpoolNotifier(folder=hw.EnvVar("SALES_SPOOL"), to="sales@example.com"),
    }


ENVIRONMENTS = {"development": development, "production": production}


def build_definitions(environment: str) -> hw.Definitions:
    """The definitions for an environment."""
    return hw.Definitions(
        assets=hw.load_assets_from_modules([assets]),
        resources=ENVIRONMENTS[environment](),
    )


defs = build_definitions(os.environ.get("SALES_ENVIRONMENT", "development"))
