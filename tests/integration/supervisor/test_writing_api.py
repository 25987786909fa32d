"""What runs, by HTTP: launched, cancelled, run again; schedules and sensors; code that is loaded again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from headwater.instance.supervisor import Supervisor
from headwater.model.run import DagsterRunStatus
from tests.integration.server.serving import Answer, Site, serving
from tests.integration.supervisor.conftest import Project, wait_until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"
)
FINISHED = ("SUCCESS", "FAILURE", "CANCELED")


@pytest.fixture
def site(project: Project, supervisor: Supervisor) -> Iterator[Site]:
    with serving(project.instance, supervisor=supervisor) as served:
        yield served


def launch(site: Site, **body: Any) -> dict[str, Any]:
    answer = site.post("runs", body)
    assert answer.status == 201, answer.body
    run: dict[str, Any] = answer.json["run"]["dagster_run"]
    assert run["status"] in ("QUEUED", "STARTED")
    return run


def ended(site: Site, run: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def look() -> bool:
        found.update(site.get(f"runs/{run['run_id']}").json)
        return found["run"]["dagster_run"]["status"] in FINISHED

    wait_until(look, "the end of the run")
    return found


def status(shown: dict[str, Any]) -> str:
    return str(shown["run"]["dagster_run"]["status"])


def test_assets_are_made(site: Site) -> None:
    shown = ended(site, launch(site, assets=["numbers", "total"], tags={"team": "x"}))
    assert status(shown) == "SUCCESS"
    assert shown["run"]["dagster_run"]["tags"]["team"] == "x"
    states = {each["asset"]["key"][0]: each["state"]["status"] for each in site.get("graph").json["assets"]}
    assert (states["numbers"], states["total"], states["broken"]) == ("fresh", "fresh", "never")


def test_a_selection_is_an_expression(site: Site) -> None:
    run = launch(site, select="+total")
    assert run["asset_selection"] == [["numbers"], ["total"]]
    assert status(ended(site, run)) == "SUCCESS"


def test_a_run_is_run_again(site: Site) -> None:
    failed = launch(site, assets=["numbers", "broken"])
    assert status(ended(site, failed)) == "FAILURE"
    again = site.post(f"runs/{failed['run_id']}/again", {"from_failure": True})
    assert again.status == 201
    rest = ended(site, again.json["run"]["dagster_run"])
    assert [step["step_key"] for step in rest["steps"]] == ["broken"]
    whole = site.post(f"runs/{failed['run_id']}/again", {"from_failure": False})
    assert {step["step_key"] for step in ended(site, whole.json["run"]["dagster_run"])["steps"]} == {
        "numbers",
        "broken",
    }


def test_a_run_that_succeeded_has_no_failure_to_go_on_from(site: Site) -> None:
    done = launch(site, assets=["numbers"])
    ended(site, done)
    refused = site.post(f"runs/{done['run_id']}/again")
    assert (refused.status, refused.error) == (400, "DagsterInvariantViolationError")


def test_a_run_is_cancelled(site: Site, project: Project) -> None:
    run = launch(site, assets=["endless"])
    wait_until((project.folder / "endless.pid").exists, "the step")
    answer = site.post(f"runs/{run['run_id']}/cancel")
    assert (answer.status, answer.json["run"]["dagster_run"]["status"]) == (200, "CANCELED")
    again = site.post(f"runs/{run['run_id']}/cancel")
    assert again.json["run"]["dagster_run"]["status"] == "CANCELED"


@pytest.mark.parametrize(
    ("body", "expected", "type_"),
    [
        ({}, 400, "InvalidBody"),
        ({"assets": ["numbers"], "job": "x"}, 400, "InvalidBody"),
        ({"assets": ["nowhere"]}, 404, "AssetNotFound"),
        ({"job": "nowhere"}, 404, "JobNotFound"),
        ({"assets": []}, 400, "NothingSelected"),
        ({"assets": "numbers"}, 400, "InvalidBody"),
        ({"assets": ["numbers"], "unknown": 1}, 400, "InvalidBody"),
        ({"select": "((("}, 400, None),
    ],
)
def test_what_cannot_run_is_refused(site: Site, body: Any, expected: int, type_: str | None) -> None:
    answer = site.post("runs", body)
    assert answer.status == expected, answer.body
    assert type_ is None or answer.error == type_
    assert site.get("runs").json["runs"] == []


def test_other_sites_cannot_launch(site: Site) -> None:
    body = '{"assets": ["numbers"]}'
    form = site.request("POST", "runs", {"Content-Type": "text/plain"}, body)
    assert (form.status, form.error) == (415, "JsonExpected")
    foreign = site.post("runs", {"assets": ["numbers"]}, Origin="https://evil.example")
    assert (foreign.status, foreign.error) == (403, "OriginNotAllowed")
    assert site.get("runs").json["runs"] == []


def test_a_server_that_only_shows_says_so(project: Project) -> None:
    with serving(project.instance) as site:
        answer = site.post("runs", {"select": "*"})
        assert (answer.status, answer.error) == (409, "OnlyShows")
        assert site.get("instance").json["can_write"] is False


def automation(site: Site, name: str) -> dict[str, Any]:
    found = {each["definition"]["name"]: each for each in site.get("automations").json["automations"]}
    shown: dict[str, Any] = found[name]
    return shown


def test_a_schedule_is_switched(site: Site) -> None:
    before = automation(site, "nightly")
    assert (before["kind"], before["running"], before["switched"], before["next_at"]) == (
        "schedule",
        False,
        None,
        [],
    )
    assert site.post("automations/here/nightly/start").json == {"running": True, "switched": True}
    on = automation(site, "nightly")
    assert on["running"]
    assert len(on["next_at"]) == 3
    assert site.post("automations/here/nightly/stop").json == {"running": False, "switched": False}
    assert site.post("automations/here/nightly/reset").json == {"running": False, "switched": None}
    assert site.post("automations/here/nowhere/start").status == 404


def test_a_sensor_ticks_once_it_is_on(site: Site, project: Project) -> None:
    site.post("automations/here/counts/start")

    def ticks() -> Answer:
        return site.get("automations/here/counts/ticks?limit=1&status=SUCCESS")

    wait_until(lambda: ticks().json["ticks"], "a tick")
    (tick,) = ticks().json["ticks"]
    (run_id,) = tick["run_ids"]
    run = project.instance.get_run_by_id(run_id)
    assert run is not None
    project.wait_for(run, DagsterRunStatus.SUCCESS)
    assert automation(site, "counts")["ticks"]
    assert site.get("automations/here/counts/ticks?status=NEVER").status == 400


def test_a_preview_records_nothing(site: Site, project: Project) -> None:
    answer = site.post("automations/here/nightly/preview", {"at": 0})
    (wanted,) = answer.json["result"]["run_requests"]
    assert wanted["tags"]["at"] == "1970-01-01T01:00:00+01:00"
    assert site.post("automations/here/counts/preview", {"cursor": "6"}).json["result"]["cursor"] == "7"
    assert site.get("automations/here/counts/ticks").json["ticks"] == []
    assert project.instance.get_runs_count() == 0


def test_a_location_is_loaded_again_and_its_error_is_shown(site: Site, project: Project) -> None:
    (before,) = site.get("locations").json["locations"]
    assert (before["name"], before["version"], before["error"], before["assets"]) == ("here", 1, None, 5)
    project.write("raise RuntimeError('not today')")
    with site.stream("stream") as messages:
        assert site.post("locations/here/reload").status == 200
        now = before
        while now["error"] is None:
            next(messages)  # the page is told, though no event was recorded
            (now,) = site.get("locations").json["locations"]
    assert (now["version"], now["error"]["message"], now["assets"]) == (1, "not today", 5)
    assert len(site.get("graph").json["assets"]) == 5
    assert site.post("locations/nowhere/reload").status == 404
