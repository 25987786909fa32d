"""Backfills by HTTP, carried out by a supervisor; and how partitions stand meanwhile and afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import Project, wait_until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"
)

PROJECT = """
from pathlib import Path
from headwater import *

days = DailyPartitionsDefinition("2024-05-01", end_date="2024-05-07")
months = MonthlyPartitionsDefinition("2024-05-01", end_date="2024-06-01")

@asset(partitions_def=days)
def visits(context):
    if context.partition_key == "2024-05-03" and not Path("mended").exists():
        raise ValueError("no visits that day")
    return len(context.partition_key)

@asset(partitions_def=days)
def clean(visits):
    return visits

@asset(partitions_def=days, backfill_policy=BackfillPolicy.single_run())
def at_once(context):
    Path("at_once").open("a").write(f"{context.partition_key_range.start} {len(context.partition_keys)}\\n")
    return {key: key for key in context.partition_keys}

@asset(partitions_def=months, deps=[clean])
def report():
    return 1

defs = Definitions(assets=[visits, clean, report, at_once])
"""


@contextmanager
def _served(folder: Path) -> Iterator[Site]:
    project = Project(folder)
    project.write(PROJECT)
    with (
        project.supervisor() as supervisor,
        serving(project.instance, supervisor=supervisor) as served,
    ):
        assert supervisor.wait_loaded(30)
        yield served
    project.instance.close()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.chdir(tmp_path)
    with _served(tmp_path) as served:
        yield served


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for the tests that change nothing."""
    with _served(tmp_path_factory.mktemp("project")) as served:
        yield served


def _launch(site: Site, **body: Any) -> str:
    answer = site.post("backfills", body)
    assert answer.status == 201, answer.body
    return str(answer.json["backfill"]["backfill_id"])


def _ended(site: Site, backfill_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def look() -> bool:
        found.update(site.get(f"backfills/{backfill_id}").json)
        return found["backfill"]["status"] in ("SUCCESS", "FAILURE", "CANCELED")

    wait_until(look, "the end of the backfill")
    return found


def test_a_backfill_fails_in_part_and_is_finished_later(site: Site) -> None:
    body = {"assets": ["visits", "clean", "report"], "range": ["2024-05-02", "2024-05-04"]}
    planned = site.post("backfills/plan", body).json
    assert (planned["runs"], planned["partitions"]) == (4, 7)
    assert [[key[0] for key in layer["assets"]] for layer in planned["layers"]] == [
        ["visits", "clean"],
        ["report"],
    ]
    assert site.get("backfills").json["backfills"] == []

    backfill = _launch(site, **body, title="spring")
    progress = {each["asset"][0]: each for each in _ended(site, backfill)["assets"]}
    assert (progress["visits"]["success"], progress["visits"]["failure"]) == (2, 1)
    assert progress["report"]["blocked"] == 1
    (failed,) = site.get(f"backfills/{backfill}/parts?status=FAILURE").json["parts"]
    assert (failed["start"], failed["attempt"]) == ("2024-05-03", 1)
    keys = site.get("partitions/visits/keys?state=failed").json["partitions"]
    assert [(each["key"], each["run_id"]) for each in keys] == [("2024-05-03", failed["run_id"])]

    Path("mended").touch()
    assert site.post(f"backfills/{backfill}/resume", {}).json["backfill"]["status"] == "RUNNING"
    shown = _ended(site, backfill)
    assert shown["backfill"]["status"] == "SUCCESS"
    assert {each["asset"][0]: each.get("success") for each in shown["assets"]} == {
        "visits": 3,
        "clean": 3,
        "report": 1,
    }
    listed = site.get("backfills?asset=report&status=SUCCESS").json
    assert [each["backfill"]["request"]["title"] for each in listed["backfills"]] == ["spring"]
    assert site.get("backfills?asset=at_once").json["backfills"] == []


def test_partitions_are_counted_paged_and_drawn(site: Site) -> None:
    _ended(site, _launch(site, assets=["clean", "visits"], partitions=["2024-05-01", "2024-05-02"]))
    totals = {each["asset"][0]: each for each in site.get("partitions").json["assets"]}
    assert (totals["clean"]["total"], totals["clean"]["materialized"], totals["clean"]["missing"]) == (
        6,
        2,
        4,
    )
    assert totals["report"]["missing"] == 1

    one = site.get("partitions/clean").json
    assert (one["first"], one["last"]) == ("2024-05-01", "2024-05-06")
    assert one["partitions"]["kind"] == "time_window"

    page = site.get("partitions/clean/keys?limit=2").json
    assert [(each["key"], each["state"]) for each in page["partitions"]] == [
        ("2024-05-01", "materialized"),
        ("2024-05-02", "materialized"),
    ]
    after = site.get(f"partitions/clean/keys?limit=9&after={page['next']}").json
    assert [each["key"][-2:] for each in after["partitions"]] == ["03", "04", "05", "06"]
    assert after["next"] is None
    missing = site.get("partitions/clean/keys?state=missing&order=last&limit=2").json
    assert [each["key"][-2:] for each in missing["partitions"]] == ["06", "05"]
    spans = site.get("partitions/clean/spans").json
    assert [(each["start"][-2:], each["end"][-2:], each["counts"]) for each in spans["spans"]] == [
        ("01", "02", {"materialized": 2}),
        ("03", "06", {"missing": 4}),
    ]
    assert [each["size"] for each in site.get("partitions/clean/spans?most=1").json["spans"]] == [6]


def test_one_run_makes_all_partitions_where_the_policy_says_so(site: Site) -> None:
    shown = _ended(site, _launch(site, assets=["at_once"], id="mine"))
    assert shown["backfill"]["status"] == "SUCCESS"
    assert Path("at_once").read_text(encoding="utf-8") == "2024-05-01 6\n"
    assert site.get("partitions/at_once").json["totals"]["materialized"] == 6
    assert site.post("backfills", {"assets": ["at_once"], "id": "mine"}).status == 409


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"assets": ["clean"], "partitions": ["2024-05-09"]}, 400, "2024-05-09"),
        ({"assets": ["clean"], "choice": "failed"}, 400, "failed"),
        ({"assets": ["nothing"]}, 404, "nothing"),
        ({"job": "nothing"}, 404, "nothing"),
        ({"assets": ["clean"], "choice": "some"}, 400, "choice"),
        ({"assets": ["clean"], "id": "a/b"}, 400, "letters"),
        ({"assets": ["clean"], "most_runs": 0}, 400, "most_runs"),
        ({}, 400, "one of"),
    ],
)
def test_a_misfit_is_refused(shared_site: Site, body: dict[str, Any], status: int, said: str) -> None:
    answer = shared_site.post("backfills", body)
    assert (answer.status, said in answer.json["error"]["message"]) == (status, True), answer.body


def test_what_is_not_there_is_not_found(shared_site: Site) -> None:
    assert shared_site.get("backfills/none").status == 404
    assert shared_site.post("backfills/none/pause", {}).status == 404
    assert shared_site.get("partitions/none").status == 404
