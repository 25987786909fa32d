"""What the API says of a project: the values of the model, paged and filtered by the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

import headwater as hw
from headwater.model.codec import decode, encode
from headwater.model.event import EventLogRecord
from headwater.model.manifest import AssetNode, JobNode, Manifest, ScheduleNode
from headwater.model.run import DagsterRun, RunRecord, StepState
from tests.integration.server.river import DEFS, flow
from tests.integration.server.serving import Site, serving


def states(site: Site) -> dict[str, str]:
    """How each asset stands, by its name."""
    return {each["asset"]["key"][-1]: each["state"]["status"] for each in site.get("graph").json["assets"]}


def test_before_the_first_run_every_asset_was_never_made(site: Site) -> None:
    assert states(site) == dict.fromkeys(["levels", "high_water", "siren", "report"], "never")
    assert site.get("runs").json == {"runs": [], "next": None}


def test_after_a_good_run_every_asset_is_fresh(site: Site, instance: hw.DagsterInstance) -> None:
    run_id = flow(instance)
    assert states(site) == dict.fromkeys(["levels", "high_water", "siren", "report"], "fresh")
    assert {each["state"]["run_id"] for each in site.get("graph").json["assets"]} == {run_id}


def test_after_a_failed_run_the_failed_is_told_from_what_was_not_reached(
    site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance, broken=True)
    assert states(site) == {"levels": "fresh", "high_water": "fresh", "siren": "failed", "report": "skipped"}
    assert site.get("assets/river/siren").json["state"]["run_id"] == run_id


def test_an_asset_is_stale_when_what_it_is_made_from_was_made_again(
    site: Site, instance: hw.DagsterInstance
) -> None:
    flow(instance)
    hw.materialize(DEFS.assets or [], selection="river/levels", instance=instance)
    assert states(site) == {"levels": "fresh", "high_water": "stale", "siren": "stale", "report": "stale"}
    assert site.get("assets/river/high_water").json["state"]["reasons"] == [
        "river/levels was made again since"
    ]


def test_an_asset_comes_with_all_that_is_known_of_it(site: Site, instance: hw.DagsterInstance) -> None:
    flow(instance)
    detail = site.get("assets/river/levels").json
    node = decode(encode(detail["asset"]), AssetNode)
    assert node == DEFS.manifest.assets[0]
    record = decode(encode(detail["materialization"]), EventLogRecord)
    assert record == instance.storage.event_log.latest_materialization(hw.AssetKey(["river", "levels"]))
    assert detail["downstream"] == [["river", "high_water"]]
    assert detail["upstream"] == []
    assert detail["jobs"] == ["everything"]


def test_the_list_of_assets_is_filtered_and_paged_by_the_server(
    site: Site, instance: hw.DagsterInstance
) -> None:
    def names(query: str) -> list[str]:
        return [each["asset"]["key"][-1] for each in site.get(f"assets?{query}").json["assets"]]

    flow(instance, broken=True)
    assert names("") == ["high_water", "levels", "report", "siren"]
    assert names("group=gauge") == ["levels"]
    assert names("status=failed,skipped") == ["report", "siren"]
    assert names("status=failed&status=skipped") == ["report", "siren"]
    assert names("search=HIGH") == ["high_water"]
    first = site.get("assets?limit=3").json
    assert first["next"] == "river/report"
    assert names(f"limit=3&after={first['next']}") == ["siren"]
    made = {each["asset"]["key"][-1]: each["materialization"] for each in first["assets"]}
    assert made["levels"]["event_log_entry"]["data"]["materialization"]["metadata"]["rows"]["value"] == 7
    assert made["report"] is None


def test_the_history_of_an_asset_comes_newest_first_in_pages(
    site: Site, instance: hw.DagsterInstance
) -> None:
    ids = [flow(instance) for _ in range(3)]
    first = site.get("assets/river/levels/history?limit=2").json
    rest = site.get(f"assets/river/levels/history?limit=2&before={first['next']}").json
    runs = [record["event_log_entry"]["run_id"] for record in [*first["events"], *rest["events"]]]
    assert runs == ids[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "parts", [["a/b"], ["a", "history"], ["..", "x"], ["."], ["ö", "%2F"], ["back\\slash"], ["history"]]
)
def test_every_key_has_an_address(instance: hw.DagsterInstance, parts: list[str]) -> None:
    """The address escapes, with a backslash, what a URL would take for something else."""
    key = hw.AssetKey(parts)
    escaped = "/".join(
        ("\\" if part in {".", "..", "history"} else "") + part.replace("\\", "\\\\").replace("/", "\\/")
        for part in parts
    )
    with serving(instance, Manifest(assets=[AssetNode(key=key)])) as site:
        for suffix in ("", "/history"):
            assert site.get(f"assets/{quote(escaped)}{suffix}").status == 200
        assert site.get(f"assets/{quote(escaped)}").json["asset"]["key"] == parts


def test_a_run_comes_with_its_steps_and_the_cause_of_its_failure(
    site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance, broken=True)
    detail = site.get(f"runs/{run_id}").json
    assert decode(encode(detail["run"]), RunRecord).dagster_run.is_failure
    steps = [decode(encode(step), StepState) for step in detail["steps"]]
    assert steps == instance.storage.event_log.step_states(run_id)
    failed = decode(encode(detail["failures"][0]), EventLogRecord).event
    assert failed.step_key == "river__siren"
    assert failed.error_info is not None
    cause = failed.error_info.cause
    assert cause is not None
    assert (cause.cls_name, cause.message) == ("GaugeBroken", "the gauge said nothing on the 7th day")
    assert [frame.function for frame in cause.user_frames][-1] == "raise_alarm"


def test_runs_are_filtered_by_status_and_job_and_paged(site: Site, instance: hw.DagsterInstance) -> None:
    def ids(query: str) -> list[str]:
        return [each["dagster_run"]["run_id"] for each in site.get(f"runs?{query}").json["runs"]]

    good, bad = flow(instance), flow(instance, broken=True)
    assert ids("") == [bad, good]
    assert ids("status=FAILURE") == [bad]
    assert ids("status=SUCCESS,CANCELED") == [good]
    assert ids("job=nothing") == []
    page = site.get("runs?limit=1").json
    assert page["next"] == bad
    assert ids(f"limit=1&before={page['next']}") == [good]


def test_the_events_of_a_run_come_in_pages_that_hold_each_once(
    site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance)
    whole = instance.storage.event_log.run_events(run_id)
    found: list[EventLogRecord] = []
    after: int | None = 0
    while after is not None:
        page = site.get(f"runs/{run_id}/events?limit=7&after={after}").json
        assert len(page["events"]) <= 7
        found += [decode(encode(each), EventLogRecord) for each in page["events"]]
        after = page["next"]
    assert found == whole
    of_step = site.get(f"runs/{run_id}/events?step=river__levels").json["events"]
    messages = [each["event_log_entry"]["message"] for each in of_step]
    assert "reading the gauge at the mill" in messages
    assert {each["event_log_entry"]["step_key"] for each in of_step} == {"river__levels"}


def test_jobs_schedules_and_the_instance(site: Site, instance: hw.DagsterInstance) -> None:
    run_id = flow(instance)
    [job] = site.get("jobs").json["jobs"]
    assert decode(encode(job["job"]), JobNode).name == "everything"
    assert (job["kind"], job["newest_run"]["dagster_run"]["run_id"]) == ("assets", run_id)
    [schedule] = site.get("schedules").json["schedules"]
    assert decode(encode(schedule), ScheduleNode).cron_schedules == ["30 6 * * *"]
    told = site.get("instance").json
    assert told["version"] == hw.__version__
    assert (told["assets"], told["runs"]) == (4, 1)
    assert told["storage"] == instance.storage.location


def test_no_secret_leaves_with_the_config_of_a_run(site: Site, instance: hw.DagsterInstance) -> None:
    config: dict[str, Any] = {
        "resources": {"warehouse": {"config": {"user": "ada", "dsn": "postgres://ada:pw1@db"}}},
        "ops": {"load": {"config": {"rows": 3, "api_key": "pw2", "nested": [{"password": "pw3"}]}}},
    }
    instance.add_run(DagsterRun(run_id="r", job_name="j", run_config=config))
    for path in ("runs", "runs/r", "jobs"):
        body = site.get(path).body
        assert not [secret for secret in (b"pw1", b"pw2", b"pw3", b"ada") if secret in body]
    assert site.get("runs/r").json["run"]["dagster_run"]["run_config"]["ops"]["load"]["config"]["rows"] == 3


@pytest.mark.parametrize(
    ("path", "status", "type"),
    [
        ("assets/no/such", 404, "AssetNotFound"),
        ("assets/no/such/history", 404, "AssetNotFound"),
        ("runs/none", 404, "RunNotFound"),
        ("runs/none/events", 404, "RunNotFound"),
        ("runs/none/stream", 404, "RunNotFound"),
        ("runs?before=none", 404, "RunNotFound"),
        ("nothing", 404, "RouteNotFound"),
        ("runs?limit=0", 400, "InvalidParameter"),
        ("runs?limit=1001", 400, "InvalidParameter"),
        ("runs?limit=%C2%B2", 400, "InvalidParameter"),
        ("runs?status=GREEN", 400, "InvalidParameter"),
        ("assets?status=green", 400, "InvalidParameter"),
        ("assets/river/levels/history?before=-1", 400, "InvalidParameter"),
        ("assets/river/levels/history?before=99999999999999999999", 400, "InvalidParameter"),
        ("graph?depth=3", 400, "UnknownParameter"),
    ],
)
def test_what_cannot_be_answered_is_a_typed_error(
    quiet_site: Site, path: str, status: int, type: str
) -> None:
    answer = quiet_site.get(path)
    assert (answer.status, answer.error) == (status, type)


def test_a_method_that_a_route_does_not_have_is_a_typed_error(quiet_site: Site) -> None:
    answer = quiet_site.request("DELETE", "runs")
    assert (answer.status, answer.error) == (405, "MethodNotAllowed")


def test_it_serves_a_history_in_memory_as_well() -> None:
    with hw.DagsterInstance.ephemeral() as instance, serving(instance, DEFS.manifest) as site:
        flow(instance)
        assert set(states(site).values()) == {"fresh"}
