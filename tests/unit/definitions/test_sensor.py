"""Sensors evaluated by hand: what they ask for, what they leave behind, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from headwater import (
    AddDynamicPartitionsRequest,
    AssetKey,
    AssetMaterialization,
    AssetSelection,
    AssetSensorDefinition,
    ConfigurableResource,
    DagsterInstance,
    DagsterRunStatus,
    DefaultSensorStatus,
    Definitions,
    DeleteDynamicPartitionsRequest,
    MultiAssetSensorDefinition,
    MultiAssetSensorEvaluationContext,
    RunFailureSensorContext,
    RunRequest,
    RunStatusSensorContext,
    RunStatusSensorDefinition,
    ScheduleDefinition,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SensorReturnTypesUnion,
    SkipReason,
    asset,
    build_sensor_context,
    job,
    make_email_on_run_failure_sensor,
    op,
    run_failure_sensor,
    run_status_sensor,
    sensor,
)
from headwater.definitions import email_on_run_failure
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
)
from headwater.model.run_request import TickResult


@op
def works() -> None: ...


@op
def breaks() -> None:
    raise ValueError("broken")


@job
def good() -> None:
    works()


@job
def bad() -> None:
    breaks()


@job
def report() -> None:
    works()


class Folder(ConfigurableResource):
    path: str


@asset
def numbers() -> int:
    return 1


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as instance:
        yield instance


def ticked(definition: SensorDefinition, instance: DagsterInstance, cursor: str | None = None) -> TickResult:
    defs = Definitions(jobs=[good, bad, report], assets=[numbers])
    with build_sensor_context(instance=instance, cursor=cursor, definitions=defs) as context:
        return definition.evaluate_tick(context)


def test_a_result_carries_everything_at_once() -> None:
    @sensor(job=report)
    def all_at_once() -> SensorResult:
        return SensorResult(
            run_requests=[RunRequest(run_key="a", partition_key="p")],
            cursor="c",
            dynamic_partitions_requests=[AddDynamicPartitionsRequest("customers", ["acme"])],
            asset_events=[AssetMaterialization("outside")],
        )

    result = all_at_once.evaluate_tick(build_sensor_context())
    (request,) = result.run_requests
    assert request.tags == {"dagster/sensor_name": "all_at_once", "dagster/partition": "p"}
    assert result.cursor == "c"
    assert result.dynamic_partitions_requests == [AddDynamicPartitionsRequest("customers", ["acme"])]
    assert result.asset_events == [AssetMaterialization("outside")]


def test_the_cursor_is_set_in_one_way_only() -> None:
    @sensor(job=report)
    def twice(context: SensorEvaluationContext) -> SensorResult:
        context.update_cursor("a")
        return SensorResult(cursor="b")

    with pytest.raises(DagsterInvariantViolationError, match="set its cursor twice"):
        twice.evaluate_tick(build_sensor_context())


def test_resources_are_made_and_torn_down_around_an_evaluation() -> None:
    @sensor(job=report)
    def looks(context: SensorEvaluationContext, folder: Folder) -> RunRequest:
        return RunRequest(run_key=folder.path)

    assert looks.required_resource_keys == {"folder"}
    with build_sensor_context(resources={"folder": Folder(path="inbox")}) as context:
        assert [each.run_key for each in looks.evaluate_tick(context).run_requests] == ["inbox"]
    with pytest.raises(DagsterInvalidInvocationError, match='needs the resource "folder"'):
        looks(build_sensor_context())


def test_assets_as_a_target_become_a_job() -> None:
    @sensor(target=AssetSelection.assets("numbers"))
    def of_assets() -> RunRequest:
        return RunRequest(run_key="n")

    defs = Definitions(assets=[numbers], sensors=[of_assets])
    (node,) = defs.manifest.sensors
    assert node.job_names == [of_assets.job_name]
    assert defs.get_job_def(of_assets.job_name or "").asset_keys == [AssetKey("numbers")]
    assert of_assets.evaluate_tick(build_sensor_context()).run_requests[0].run_key == "n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"job": good, "jobs": [bad]}, "has job and jobs"),
        ({"job_name": "good", "target": "numbers"}, "has job_name and target"),
    ],
)
def test_a_target_is_said_once(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match=message):
        SensorDefinition(name="s", evaluation_fn=lambda: None, **given)


def test_what_a_sensor_cannot_give_is_refused() -> None:
    @sensor(jobs=[good, bad])
    def unnamed() -> RunRequest:
        return RunRequest()

    @sensor(job=good)
    def elsewhere() -> RunRequest:
        return RunRequest(job_name="bad")

    @sensor(job=good)
    def both() -> Iterator[RunRequest | SkipReason]:
        yield RunRequest()
        yield SkipReason("no")

    @sensor(job=good)
    def text() -> str:
        return "run"

    for definition, error, message in [
        (unnamed, DagsterInvariantViolationError, "give each RunRequest a job_name of good, bad"),
        (elsewhere, DagsterInvariantViolationError, "none of its jobs"),
        (both, CheckError, "skip and to run at once"),
        (text, DagsterInvariantViolationError, "gave 'run'"),
    ]:
        with pytest.raises(error, match=message):
            definition.evaluate_tick(build_sensor_context())


def test_the_first_evaluation_of_a_run_sensor_notes_where_the_history_ends(instance: DagsterInstance) -> None:
    seen: list[str] = []

    @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, request_job=report)
    def after_success(context: RunStatusSensorContext) -> RunRequest:
        seen.append(context.dagster_run.job_name)
        return RunRequest(run_key=context.dagster_run.run_id)

    good.execute_in_process(instance=instance)
    first = ticked(after_success, instance)
    assert (first.run_requests, seen) == ([], [])
    run = good.execute_in_process(instance=instance)
    bad.execute_in_process(instance=instance, raise_on_error=False)
    second = ticked(after_success, instance, first.cursor)
    assert [each.run_key for each in second.run_requests] == [run.run_id]
    assert seen == ["good"]
    third = ticked(after_success, instance, second.cursor)
    assert (third.run_requests, third.cursor) == ([], second.cursor)


def test_a_run_sensor_is_not_told_of_what_it_asked_for(instance: DagsterInstance) -> None:
    @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, request_job=report)
    def after_success() -> RunRequest:
        return RunRequest()

    report.execute_in_process(instance=instance)
    assert ticked(after_success, instance, cursor="0").run_requests == []


def test_a_run_sensor_looks_at_the_jobs_it_names(instance: DagsterInstance) -> None:
    @run_status_sensor(run_status=DagsterRunStatus.SUCCESS, monitored_jobs=[report])
    def after_report(context: RunStatusSensorContext) -> SkipReason:
        return SkipReason(f"seen {context.dagster_run.job_name}")

    good.execute_in_process(instance=instance)
    assert ticked(after_report, instance, cursor="0").skip_message == (
        "No run has come to that status since the last evaluation."
    )
    report.execute_in_process(instance=instance)
    assert ticked(after_report, instance, cursor="0").skip_message == "seen report"


def test_one_run_for_which_the_function_raises_keeps_no_other_back(instance: DagsterInstance) -> None:
    told: list[str] = []

    @run_failure_sensor(default_status=DefaultSensorStatus.RUNNING)
    def alarm(context: RunFailureSensorContext) -> None:
        told.append(context.get_step_failure_events()[0].step_key or "")
        if len(told) == 1:
            raise ConnectionError("no mail today")

    first = bad.execute_in_process(instance=instance, raise_on_error=False)
    bad.execute_in_process(instance=instance, raise_on_error=False)
    result = ticked(alarm, instance, cursor="0")
    assert told == ["breaks", "breaks"]
    assert result.failures == [f"For run {first.run_id}: ConnectionError: no mail today"]
    assert ticked(alarm, instance, result.cursor).failures == []


def test_a_mail_tells_of_a_failed_run(instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    class Server:
        """Stands for a mail server, which a test machine has not."""

        def __init__(self, host: str, port: int, kind: str) -> None:
            sent.append((host, port, kind))

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...

        def login(self, user: str, password: str) -> None:
            sent.append((user, password))

        def send_message(self, message: Any) -> None:
            sent.append(message)

    monkeypatch.setattr(email_on_run_failure, "_connect", Server)
    mail = make_email_on_run_failure_sensor(
        "a@example.com",
        "secret",
        ["b@example.com", "c@example.com"],
        webserver_base_url="http://localhost:3000",
    )
    run = bad.execute_in_process(instance=instance, raise_on_error=False)
    assert ticked(mail, instance, cursor="0").failures == []
    assert sent[:2] == [("smtp.gmail.com", 465, "SSL"), ("a@example.com", "secret")]
    message = sent[2]
    assert (message["Subject"], message["To"]) == ("Run failed: bad", "b@example.com, c@example.com")
    assert f"http://localhost:3000/runs/{run.run_id}" in message.get_content()
    with pytest.raises(CheckError, match="STARTTLS"):
        make_email_on_run_failure_sensor("a", "b", ["c"], smtp_type="TELNET")


def test_the_kinds_of_sensors_are_made_by_hand_too(instance: DagsterInstance) -> None:
    def always(*_: Any) -> SensorReturnTypesUnion:
        return SensorResult(
            dynamic_partitions_requests=[DeleteDynamicPartitionsRequest("customers", ["acme"])]
        )

    instance.report_runless_asset_event(AssetMaterialization("numbers"))
    of_asset = AssetSensorDefinition("of_asset", AssetKey("numbers"), "good", lambda context, event: always())
    of_runs = RunStatusSensorDefinition("of_runs", DagsterRunStatus.SUCCESS, lambda context: always())
    good.execute_in_process(instance=instance)
    for definition in (of_asset, of_runs):
        (request,) = ticked(definition, instance, cursor="0").dynamic_partitions_requests
        assert request == DeleteDynamicPartitionsRequest("customers", ["acme"])


def test_the_cursor_of_a_multi_asset_sensor_never_goes_back(instance: DagsterInstance) -> None:
    def reads(context: MultiAssetSensorEvaluationContext) -> SkipReason:
        old, new = context.materialization_records_for_key("numbers")
        context.advance_cursor({AssetKey("numbers"): new})
        with pytest.raises(DagsterInvariantViolationError, match="would go back"):
            context.advance_cursor({AssetKey("numbers"): old})
        return SkipReason("read")

    for partition in ("a", "b"):
        instance.report_runless_asset_event(AssetMaterialization("numbers", partition=partition))
    definition = MultiAssetSensorDefinition("reads", [AssetKey("numbers")], "good", reads)
    result = ticked(definition, instance)
    assert result.skip_message == "read"
    assert (
        MultiAssetSensorEvaluationContext(
            monitored_assets=["numbers"], instance=instance, cursor=result.cursor
        ).get_cursor_partition("numbers")
        == "b"
    )


def test_what_is_wrong_with_automations_is_found_at_load() -> None:
    @sensor(job_name="nowhere", required_resource_keys={"mailer"})
    def lost() -> None: ...

    @sensor(job=good)
    def twin() -> None: ...

    nightly = ScheduleDefinition("twin", job=good, cron_schedule="@daily")
    with pytest.raises(DagsterInvalidDefinitionError) as caught:
        Definitions(jobs=[good], schedules=[nightly], sensors=[lost, twin]).get_repository_def()
    for fault in (
        '"lost" names the job "nowhere", which is not here',
        '"lost" needs the resource "mailer", which is not provided',
        'Two schedules or sensors are named "twin"',
    ):
        assert fault in str(caught.value)
