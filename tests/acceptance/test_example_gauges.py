"""The example with files: formats, streams and frames of several libraries, in a folder and in a bucket."""

from __future__ import annotations

import gzip
import json
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
    files = [path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()]
    files = sorted(path for path in files if not path.startswith(".%versions/"))
    assert files == ["highest.parquet", "letters/letter.txt.gz", "raw/readings.parquet", "report.csv"]
    assert len(pd.read_parquet(data / "raw" / "readings.parquet")) == 72
    assert gzip.decompress((data / "letters" / "letter.txt.gz").read_bytes()).decode() == LETTER
    assert "format csv, path data/report.csv" in project.headwater(
        "asset", "show", "-f", "gauges.py", "report"
    )


def test_an_earlier_report_is_published_again(tmp_path: Path) -> None:
    project = ProjectCopy("gauges", tmp_path)
    report = project.path / "data" / "report.csv"
    project.headwater(*MAKE_ALL)
    first = report.read_text()
    code = project.path / "gauges.py"
    code.write_text(code.read_text().replace("200 + number", "900 + number"))
    project.headwater(*MAKE_ALL)
    assert report.read_text() != first
    listed = project.headwater("asset", "versions", "-f", "gauges.py", "report").splitlines()
    assert len(listed) == 3
    assert [line.endswith("current") for line in listed] == [False, True, False]
    differs = project.headwater("asset", "diff", "-f", "gauges.py", "report")
    assert "rows: 3 -> 3 (3 new, 3 gone)" in differs
    assert "- {'gauge': 'mill', 'centimetres': 223}" in differs
    told = project.headwater("asset", "rollback", "-f", "gauges.py", "report")
    assert told.strip() == (
        f"report holds the version {listed[2].split()[0]} again. The other versions are kept."
    )
    assert report.read_text() == first
    page = project.headwater("asset", "show", "-f", "gauges.py", "report")
    assert "headwater/restored_version" in page
    made = json.loads(project.headwater("asset", "versions", "-f", "gauges.py", "--json", "report"))
    assert [each["current"] for each in made] == [False, True]
    to_newest = ("asset", "rollback", "-f", "gauges.py", "report", "--to", made[0]["version"])
    project.headwater(*to_newest)
    assert report.read_text() != first
    collect = ("asset", "collect", "-f", "gauges.py", "--versions", "1")
    assert "Would remove 4 versions" in project.headwater(*collect, "--dry-run")
    assert "Removed 4 versions" in project.headwater(*collect)
    assert "Removed 0 versions" in project.headwater(*collect)
    assert len(project.headwater("asset", "versions", "-f", "gauges.py", "report").splitlines()) == 2


def test_pickles_are_not_loaded_to_compare_them_where_they_are_forbidden(tmp_path: Path) -> None:
    code = tmp_path / "figures.py"
    materialize = ("asset", "materialize", "-f", "figures.py", "--select", "*")
    project = ProjectCopy("hello", tmp_path / "copy")
    code = project.path / "figures.py"
    for value in (1, 2):
        code.write_text(f"import headwater as hw\n\n@hw.asset\ndef number():\n    return {value}\n")
        project.headwater(*materialize)
    project.environment["HEADWATER_PICKLE"] = "forbid"
    told = project.headwater("asset", "diff", "-f", "figures.py", "number")
    assert "not compared. Pickles are forbidden" in told
    assert "current" in told


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
