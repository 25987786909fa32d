"""The example with files: formats, streams and frames of several libraries, in a folder and in a bucket."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd

from tests.acceptance.project_copy import ProjectCopy
from tests.integration.io.object_servers import BUCKET, moto

LETTER = "mill: 223 cm\nbridge: 233 cm\nweir: 243 cm"
MAKE_ALL = ("asset", "materialize", "-f", "gauges.py", "--select", "*")


def test_each_value_lies_in_the_format_of_its_type_and_is_shown_so(tmp_path: Path) -> None:
    project = ProjectCopy("gauges", tmp_path)
    project.headwater(*MAKE_ALL)
    data = project.path / "data"
    files = sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())
    assert files == ["highest.parquet", "letters/letter.txt.gz", "raw/readings.parquet", "report.csv"]
    assert len(pd.read_parquet(data / "raw" / "readings.parquet")) == 72
    assert gzip.decompress((data / "letters" / "letter.txt.gz").read_bytes()).decode() == LETTER
    assert "format csv, path data/report.csv" in project.headwater(
        "asset", "show", "-f", "gauges.py", "report"
    )


def test_the_same_assets_lie_in_a_bucket(tmp_path: Path) -> None:
    with moto() as server:
        project = ProjectCopy(
            "gauges",
            tmp_path,
            BUCKET=BUCKET,
            S3_ENDPOINT=server.endpoint,
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="a-secret",
            AWS_DEFAULT_REGION="us-east-1",
        )
        project.headwater(*MAKE_ALL)
        store = server.store(BUCKET, "gauges")
        assert store.exists("report.parquet")
        with store.open("letters/letter.txt.gz") as file:
            assert gzip.decompress(file.read()).decode() == LETTER
