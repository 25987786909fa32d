"""What the page asks of a running project: config and plan before a launch, many runs at once, output, values."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode, Manifest
from headwater.model.run import DagsterRunStatus
from tests.integration.server.serving import Site, serving
from tests.integration.supervisor.conftest import PATIENCE_SECONDS, Project, wait_until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the project's fixtures read /proc"
)
CODE = """
import sys
from headwater import *

class Size(Config):
    rows: int = 3
    name: str
    api_key: str = "hunter2"

class Server(ConfigurableResource):
    password: str = "hunter3"

@asset
def numbers(config: Size) -> list[dict]:
    print("numbers are made")
    print("in a hurry", file=sys.stderr)
    return [{"number": each, "name": config.name} for each in range(config.rows)]

@asset
def total(numbers):
    return sum(each["number"] for each in numbers)

@asset(partitions_def=DailyPartitionsDefinition("2024-01-01", end_date="2024-03-01"))
def daily(context):
    return context.partition_key

@asset
def fails(server: Server):
    raise ValueError("no luck")

@op(config_schema={"depth": int})
def dig(context):
    return context.op_config["depth"]

@op
def fill(hole):
    print(f"filled {hole}")

@job
def works():
    fill(dig())

@op(config_schema={"password": str, "rows": int})
def secret(context):
    assert context.op_config["password"] == "hunter4", "it was not the password"

@job(config={"ops": {"secret": {"config": {"password": "hunter4", "rows": 1}}}})
def hides():
    secret()

@sensor(job=works)
def looks(context):
    return SkipReason(f"cursor is {context.cursor}")

@schedule(cron_schedule="*/10 * * * *", target=AssetSelection.assets("total"), default_status=DefaultScheduleStatus.RUNNING)
def often(context):
    return SkipReason("not now")

defs = Definitions(
    assets=[numbers, total, daily, fails], jobs=[works, hides], sensors=[looks], schedules=[often],
    resources={"server": Server()},
)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    made = Project(tmp_path_factory.mktemp("project"))
    made.write(CODE)
    yield made
    made.instance.close()


@pytest.fixture(scope="module")
def site(project: Project) -> Iterator[Site]:
    with project.supervisor() as supervisor, serving(project.instance, supervisor=supervisor) as served:
        assert supervisor.wait_loaded(PATIENCE_SECONDS)
        yield served


def look(site: Site, **body: Any) -> Any:
    answer = site.post("launch", body)
    assert answer.status == 200, answer.body
    return answer.json


def run(site: Site, project: Project, **body: Any) -> str:
    answer = site.post("runs", body)
    assert answer.status == 201, answer.body
    run_id = str(answer.json["run"]["dagster_run"]["run_id"])

    def ended() -> bool:
        found = project.instance.get_run_by_id(run_id)
        return found is not None and found.is_finished

    wait_until(ended, "the end of the run")
    return run_id


# -- before a launch ---------------------------------------------------------------------------------------------


def test_the_config_of_assets_is_described_and_what_is_missing_is_named(site: Site) -> None:
    seen = look(site, assets=["numbers", "total"], with_schema=True)
    config = seen["schema"]["fields"]["ops"]["fields"]["numbers"]["fields"]["config"]["fields"]
    assert (
        config["rows"] == {"kind": "scalar", "name": "Int", "required": False, "default": 3} | config["rows"]
    )
    assert config["name"]["required"] is True
    assert "hunter" not in str(seen)
    assert "name" in seen["findings"][0]["finding"]["message"]
    assert seen["example"]["ops"]["numbers"]["config"]["name"] == "..."
    assert seen["steps"] == []


def test_a_mistake_is_shown_in_its_line(site: Site) -> None:
    text = "ops:\n  numbers:\n    config:\n      name: x\n      rwos: 5\n"
    seen = look(site, assets=["numbers"], yaml=text)
    (mistake,) = seen["findings"]
    assert mistake["finding"]["suggestion"] == "rows"
    assert (mistake["place"]["line"], mistake["place"]["column"]) == (5, 7)
    assert seen["given"]["ops"]["numbers"]["config"]["rwos"] == 5


def test_what_is_no_yaml_is_told_with_its_place(site: Site) -> None:
    answer = site.post("launch", {"assets": ["numbers"], "yaml": "ops:\n  - a: [1,\n"})
    assert (answer.status, answer.error) == (400, "InvalidYaml")
    assert answer.json["error"]["facts"]["place"]["line"] == 3


def test_the_plan_says_what_would_run(site: Site) -> None:
    good = {"ops": {"numbers": {"config": {"name": "x"}}}}
    seen = look(site, assets=["numbers", "total"], config=good)
    assert [(each["key"], each.get("after", [])) for each in seen["steps"]] == [
        ("numbers", []),
        ("total", ["numbers"]),
    ]
    assert (seen["findings"], seen["error"]) == ([], None)
    assert "rows: 3" in seen["complete_text"]
    assert "hunter" not in seen["complete_text"]
    (alone,) = look(site, assets=["total"])["steps"]
    assert alone["loads"] == [["numbers"]]


def test_a_job_of_ops_is_looked_at_alike(site: Site) -> None:
    seen = look(site, job="works", yaml="ops: {dig: {config: {depth: deep}}}")
    (mistake,) = seen["findings"]
    assert mistake["finding"]["path"] == ["ops", "dig", "config", "depth"]
    assert [
        each["key"] for each in look(site, job="works", yaml="ops: {dig: {config: {depth: 3}}}")["steps"]
    ] == [
        "dig",
        "fill",
    ]


def test_a_secret_of_the_job_is_not_shown_and_not_given_back_as_a_placeholder(
    site: Site, project: Project
) -> None:
    seen = look(site, job="hides", with_schema=True)
    assert (seen["config_text"], seen["findings"]) == ("", [])
    assert "hunter" not in str(seen)
    assert "hidden" not in str(seen)
    run_id = run(site, project, job="hides", yaml=seen["complete_text"])
    assert project.instance.get_status(run_id) is DagsterRunStatus.SUCCESS
    assert "hunter" not in str(site.get(f"runs/{run_id}").json)


def test_partitions_are_found_and_checked(site: Site) -> None:
    seen = look(site, assets=["daily"])
    assert (seen["partitions"]["count"], seen["partitions"]["keys"][0]) == (60, "2024-02-29")
    assert look(site, assets=["daily"], search="02-0")["partitions"]["keys"][-1] == "2024-02-01"
    assert look(site, assets=["daily"], partition="2024-01-05")["error"] is None
    wrong = look(site, assets=["daily"], partition="2031-01-05")["error"]
    assert "2031-01-05" in wrong["message"]


def test_a_name_that_is_not_there_comes_with_near_ones(site: Site) -> None:
    answer = site.post("launch", {"job": "wroks"})
    assert (answer.status, answer.error) == (404, "JobNotFound")
    assert answer.json["error"]["suggestions"] == ["works"]
    assert site.get("assets/totl").json["error"]["suggestions"] == ["total"]


# -- runs ----------------------------------------------------------------------------------------------------------


def test_what_steps_print_is_read_from_where_the_last_answer_ended(site: Site, project: Project) -> None:
    run_id = run(site, project, assets=["numbers"], yaml="ops: {numbers: {config: {name: x}}}")
    first = site.get(f"runs/{run_id}/output").json
    assert [(each["step"], each["stream"], each["text"]) for each in first["pieces"]] == [
        ("numbers", "stdout", "numbers are made\n"),
        ("numbers", "stderr", "in a hurry\n"),
    ]
    assert (first["ended"], first["has_more"]) == (True, False)
    assert site.get(f"runs/{run_id}/output?cursor={first['next']}").json["pieces"] == []
    only = site.get(f"runs/{run_id}/output?stream=stderr&step=numbers").json["pieces"]
    assert [each["text"] for each in only] == ["in a hurry\n"]
    assert site.get(f"runs/{run_id}/output?cursor=x").status == 400


def test_a_failed_run_shows_the_lines_around_the_users_mistake(site: Site, project: Project) -> None:
    run_id = run(site, project, assets=["fails"])
    (failure, *_) = site.get(f"runs/{run_id}").json["failures"]
    error = failure["event_log_entry"]["data"]["error"]
    while error.get("cause"):
        error = error["cause"]
    frame = error["frames"][-1]
    assert frame["source"] == 'raise ValueError("no luck")'
    assert frame["before"][-1] == "def fails(server: Server):"
    assert frame["after"][1].startswith("@op")
    assert "hunter" not in str(failure)


def test_a_selection_of_steps_runs_again(site: Site, project: Project) -> None:
    run_id = run(site, project, job="works", yaml="ops: {dig: {config: {depth: 3}}}")
    answer = site.post(f"runs/{run_id}/again", {"steps": ["fill"]})
    assert answer.status == 201
    again = str(answer.json["run"]["dagster_run"]["run_id"])
    wait_until(lambda: project.instance.get_status(again) is DagsterRunStatus.SUCCESS, "the end of the run")
    assert [each["step_key"] for each in site.get(f"runs/{again}").json["steps"]] == ["fill"]


def test_many_runs_at_once(site: Site, project: Project) -> None:
    failed = [run(site, project, assets=["fails"], tags={"batch": "one"}) for _ in range(2)]
    assert site.get("runs/counts?tag=batch=one").json["counts"] == {"FAILURE": 2}
    body = {"action": "again", "run_ids": [failed[0], "nowhere"]}
    first, second = site.post("runs/bulk", body).json["results"]
    assert first["new_run_id"]
    assert first["error"] is None
    assert second["error"]["type"] == "RunNotFound"
    wait_until(
        lambda: project.instance.get_status(first["new_run_id"]) is DagsterRunStatus.FAILURE, "its end"
    )
    site.post("runs/bulk", {"action": "delete", "run_ids": failed})
    listed = site.get("runs?tag=batch=one").json["runs"]
    assert [each["dagster_run"]["run_id"] for each in listed] == [first["new_run_id"]]
    assert site.post("runs/bulk", {"action": "explode", "run_ids": []}).status == 400


def test_events_are_read_from_the_end_and_by_kind(site: Site, project: Project) -> None:
    run_id = run(site, project, assets=["total", "numbers"], yaml="ops: {numbers: {config: {name: x}}}")
    everything = site.get(f"runs/{run_id}/events?limit=1000").json["events"]
    last = site.get(f"runs/{run_id}/events?limit=3&order=newest").json
    assert last["events"] == everything[-3:]
    before = site.get(f"runs/{run_id}/events?limit=3&order=newest&before={last['next']}").json
    assert before["events"] == everything[-6:-3]
    starts = site.get(f"runs/{run_id}/events?kind=STEP_START,STEP_SUCCESS").json["events"]
    assert [each["event_log_entry"]["kind"] for each in starts] == ["STEP_START", "STEP_SUCCESS"] * 2


# -- values ----------------------------------------------------------------------------------------------------------


def test_the_beginning_of_a_stored_value(site: Site, project: Project) -> None:
    run(site, project, assets=["numbers"], yaml="ops: {numbers: {config: {name: x, rows: 50}}}")
    value = site.get("values/numbers?rows=2").json["value"]
    assert (value["columns"], value["rows"]) == (["number", "name"], [["0", "x"], ["1", "x"]])
    assert (value["row_count"], value["is_cut"]) == (50, True)
    never = site.get("values/daily?partition=2024-01-01").json["value"]
    assert never["error"]["cls_name"]


def test_versions_are_listed_compared_and_published_again(site: Site, project: Project) -> None:
    for rows in (2, 3):
        run(
            site, project, assets=["numbers"], yaml=f"ops: {{numbers: {{config: {{name: x, rows: {rows}}}}}}}"
        )
    kept = site.get("versions/numbers").json
    assert kept["error"] is None
    newest, before = kept["versions"][:2]
    assert (newest["is_current"], before["is_current"]) == (True, False)
    compared = site.get(f"versions/numbers?before={before['version_id']}&after={newest['version_id']}").json
    assert (compared["diff"]["removed"], compared["diff"]["added"]) == (0, 1)
    body = {"asset": "numbers", "version": before["version_id"]}
    assert site.post("rollbacks", body).json["published"] is not None
    assert site.get("values/numbers").json["value"]["row_count"] == 2
    assert site.post("rollbacks", {**body, "version": "nonsense"}).json["error"] is not None
    assert site.get(f"versions/numbers?before={before['version_id']}").status == 400


def test_values_are_not_shown_where_that_is_not_allowed(project: Project) -> None:
    with serving(project.instance, own_hosts_only=False, token="t") as closed:
        answer = closed.get("values/numbers", Authorization="Bearer t")
    assert answer.status == 404  # it knows no definitions; nothing is loaded
    with serving(project.instance, _manifest(), own_hosts_only=False, token="t") as closed:
        answer = closed.get("values/numbers", Authorization="Bearer t")
        assert (answer.status, answer.error) == (403, "ValuesNotShown")


def _manifest() -> Manifest:
    return Manifest(assets=[AssetNode(key=AssetKey("numbers"), computation="numbers")])


# -- automation --------------------------------------------------------------------------------------------------


def test_a_cursor_is_edited_and_used(site: Site) -> None:
    assert site.post("automations/here/looks/cursor", {"cursor": "12"}).json == {"cursor": "12"}
    previewed = site.post("automations/here/looks/preview").json["result"]
    assert previewed["skip_message"] == "cursor is 12"
    listed = {each["definition"]["name"]: each for each in site.get("automations").json["automations"]}
    assert (listed["looks"]["cursor"], listed["looks"]["when"]) == ("12", "every 30 seconds")
    assert listed["often"]["when"] == "every 10 minutes (UTC)"
    assert site.post("automations/here/often/cursor", {"cursor": "1"}).status == 400


def test_the_timeline_has_what_was_and_what_comes(site: Site, project: Project) -> None:
    run_id = run(site, project, assets=["fails"])
    now = time.time()
    seen = site.get(f"timeline?from={now - 600}&to={now + 1800}").json
    assert run_id in [each["run_id"] for each in seen["runs"]]
    (often,) = seen["coming"]
    assert (often["name"], len(often["at"])) == ("often", 3)
    assert site.get(f"timeline?from={now}&to={now - 5}").status == 400


@pytest.mark.parametrize(
    "path",
    [
        "launch",
        "runs",
        "runs/bulk",
        "rollbacks",
        "automations/here/looks/cursor",
        "automations/here/looks/start",
    ],
)
def test_no_page_of_another_site_has_anything_done(site: Site, path: str) -> None:
    assert site.post(path, {}, Origin="https://evil.example").status == 403
    assert site.post(path, {}, Sec_Fetch_Site="cross-site").status == 403
    as_form = site.request("POST", f"/api/v1/{path}", {"Content-Type": "text/plain"}, "{}")
    assert (as_form.status, as_form.error) == (415, "JsonExpected")


def test_services_have_a_heartbeat(site: Site) -> None:
    seen = site.get("services").json
    assert {"run queue", "scheduler", "sensor service"} <= {each["name"] for each in seen["services"]}
    assert all(each["error"] is None for each in seen["services"])
    assert (seen["is_leading"], seen["most_runs"]) == (True, 10)
