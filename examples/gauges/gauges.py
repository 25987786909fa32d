"""River gauges as files: formats by annotation, options by pattern and by asset, a stream, a frame of another library."""

import os
from collections.abc import Iterator

import pandas as pd
import polars as pl

import headwater as hw

GAUGES = ("mill", "bridge", "weir")


@hw.asset(key_prefix="raw")
def readings() -> Iterator[pd.DataFrame]:
    """All readings, one gauge after the other; never more than one is in memory."""
    for number, gauge in enumerate(GAUGES):
        yield pd.DataFrame(
            {"gauge": gauge, "hour": range(24), "level": [200 + number * 10 + h for h in range(24)]}
        )


@hw.asset(ins={"readings": hw.AssetIn(key_prefix="raw")})
def highest(readings: pl.LazyFrame) -> pl.DataFrame:
    """The highest level of each gauge; only the two columns that it needs are read."""
    return readings.group_by("gauge", maintain_order=True).agg(pl.col("level").max()).collect()


@hw.asset(group_name="exports")
def report(highest: pd.DataFrame) -> pd.DataFrame:
    """The same frame, as pandas has it."""
    return highest.rename(columns={"level": "centimetres"})


@hw.asset(metadata={"io": hw.FileOptions(path="letters/{name}{extension}", compression="gzip")})
def letter(report: pd.DataFrame) -> str:
    """What is told to the neighbours."""
    return "\n".join(f"{gauge}: {level} cm" for gauge, level in report.itertuples(index=False))


def where_values_lie() -> object:
    """A folder, or a bucket where BUCKET names one: the assets stay as they are."""
    if bucket := os.environ.get("BUCKET"):
        return hw.S3PickleIOManager(
            s3_resource=hw.S3Resource(endpoint_url=os.environ.get("S3_ENDPOINT")),
            s3_bucket=bucket,
            s3_prefix="gauges",
            format="auto",
        )
    return hw.FilesystemIOManager(
        base_dir="data",
        format="auto",
        options={
            "group:exports": hw.FileOptions(format="csv", versions=5),
            "raw/*": hw.FileOptions(compression="zstd"),
        },
    )


defs = hw.Definitions(
    assets=[readings, highest, report, letter],
    resources={"io_manager": where_values_lie()},
)
