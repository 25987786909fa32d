"""Schedules evaluated by hand: what they want to run, with what, and what they refuse."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from headwater import (
    AssetKey,
    AssetSelection,
    ConfigurableResource,
    RunConfig,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    build_schedule_context,
    job,
    op,
    resource,
    schedule,
)
from headwater.definitions.resource_param import ResourceParam
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    DagsterUnknownResourceError,
    ScheduleExecutionError,
)
from headwater.model.run_request import TickResult

AT = datetime.datetime(2024, 5, 6, 2, tzinfo=datetime.UTC)


@op
def nothing_much() -> None: ...


@job
def report() -> None:
    nothing_much()


def tick(function: Callable[..., Any], **arguments: Any) -> TickResult:
    """Evaluate a schedule of ``function`` at AT."""
    made = schedule(job=report, cron_schedule="0 2 * * *", **arguments)(function)
    return made.evaluate_tick(build_schedule_context(scheduled_execution_time=AT))


class Store(ConfigurableResource):
    name: str


def test_a_function_makes_the_request_for_its_time() -> None:
    def nightly(context: ScheduleEvaluationContext) -> RunRequest:
        return RunRequest(run_key=context.scheduled_execution_time.strftime("%Y-%m-%d"), tags={"n": 1})

    (request,) = tick(nightly).run_requests
    assert request.run_key == "2024-05-06"
    assert request.tags == {"n": "1", "dagster/schedule_name": "nightly"}


def test_plain_config_becomes_a_request_with_the_schedules_tags() -> None:
    (request,) = tick(lambda: {"ops": {}}, name="plain", tags={"team": "a"}).run_requests
    assert request.run_config == {"ops": {}}
    assert request.tags == {"team": "a", "dagster/schedule_name": "plain"}
    (request,) = tick(
        lambda: RunConfig(ops={"a": {}}), name="plain", tags_fn=lambda context: {"b": "c"}
    ).run_requests
    assert request.run_config["ops"] == {"a": {}}
    assert request.tags["b"] == "c"


def test_several_runs_are_told_apart_by_their_keys() -> None:
    def several() -> Iterator[RunRequest]:
        yield RunRequest(run_key="a")
        yield RunRequest(run_key="b")

    assert [each.run_key for each in tick(several).run_requests] == ["a", "b"]
    with pytest.raises(CheckError, match="give each RunRequest a run_key"):
        tick(lambda: [RunRequest(), RunRequest()], name="several")


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (lambda: SkipReason("no files"), {}, "no files"),
        (lambda: None, {}, "gave nothing"),
        (lambda: (), {}, "gave nothing"),
        (lambda: RunRequest(), {"should_execute": lambda context: False}, "said no"),
    ],
)
def test_a_tick_without_runs_says_why(
    function: Callable[[], Any], arguments: dict[str, Any], message: str
) -> None:
    result = tick(function, name="quiet", **arguments)
    assert not result.run_requests
    assert result.skip_message is not None
    assert message in result.skip_message


def test_what_the_function_raises_is_told_as_the_users_own() -> None:
    def broken() -> None:
        raise ValueError("no such day")

    with pytest.raises(ScheduleExecutionError, match='"broken" raised ValueError: no such day') as caught:
        tick(broken)
    assert isinstance(caught.value.user_exception, ValueError)


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(CheckError, match="gave 3"):
        tick(lambda: 3, name="odd")
    with pytest.raises(CheckError, match="skip and to run"):
        tick(lambda: [SkipReason("no"), RunRequest()], name="odd")


def test_resources_by_name_by_class_and_by_key() -> None:
    @schedule(job=report, cron_schedule="@daily", required_resource_keys={"limit"})
    def with_resources(
        context: ScheduleEvaluationContext, store: Store, count: ResourceParam[int]
    ) -> RunRequest:
        return RunRequest(run_key=f"{store.name} {count} {context.resources.limit}")

    assert with_resources.required_resource_keys == {"store", "count", "limit"}
    context = build_schedule_context(resources={"store": Store(name="s"), "count": 2, "limit": 3})
    assert with_resources.evaluate_tick(context).run_requests[0].run_key == "s 2 3"
    assert with_resources(context, count=7).run_key == "s 7 3"
    with pytest.raises(DagsterInvalidInvocationError, match='needs the resource "count"'):
        with_resources(build_schedule_context())
    with pytest.raises(DagsterUnknownResourceError):
        with_resources.evaluate_tick(build_schedule_context())


def test_a_resource_is_torn_down_with_the_context() -> None:
    seen: list[str] = []

    @resource
    @contextlib.contextmanager
    def connection() -> Iterator[str]:
        seen.append("open")
        yield "connection"
        seen.append("closed")

    with build_schedule_context(resources={"connection": connection}) as context:
        assert context.resources.connection == "connection"
        assert seen == ["open"]
    assert seen == ["open", "closed"]
    with pytest.raises(DagsterInvariantViolationError, match="tear-down"):
        _ = build_schedule_context(resources={"connection": connection}).resources


def test_calling_a_schedule_calls_its_function() -> None:
    @schedule(job=report, cron_schedule="@daily")
    def nightly(context: ScheduleEvaluationContext) -> str:
        return context.scheduled_execution_time.isoformat()

    assert nightly(build_schedule_context(scheduled_execution_time=AT)) == AT.isoformat()
    with pytest.raises(DagsterInvalidInvocationError, match="takes context first, and context was not given"):
        nightly()
    with pytest.raises(DagsterInvalidInvocationError, match="takes context; resources go by name"):
        nightly(build_schedule_context(), build_schedule_context())
    with pytest.raises(DagsterInvalidInvocationError, match="no function to call"):
        ScheduleDefinition(job=report, cron_schedule="@daily")(build_schedule_context())


def test_a_schedule_without_a_function_takes_config_and_tags() -> None:
    made = ScheduleDefinition(job=report, cron_schedule="@daily", run_config={"ops": {}}, tags={"a": "b"})
    (request,) = made.evaluate_tick(build_schedule_context()).run_requests
    assert request.run_config == {"ops": {}}
    assert request.tags == {"a": "b", "dagster/schedule_name": "report_schedule"}
    made = ScheduleDefinition(
        job=report,
        cron_schedule="@daily",
        run_config_fn=lambda context: {"resources": {}},
        tags_fn=lambda: {"c": "d"},
        should_execute=lambda: True,
    )
    (request,) = made.evaluate_tick(build_schedule_context()).run_requests
    assert request.run_config == {"resources": {}}
    assert request.tags["c"] == "d"


def test_a_selection_of_assets_is_a_target() -> None:
    made = ScheduleDefinition(name="hourly", target=AssetSelection.groups("raw"), cron_schedule="@hourly")
    assert made.job_name == "__anonymous_asset_job_hourly"
    assert made.has_job
    with pytest.raises(CheckError, match="needs a name"):
        ScheduleDefinition(target="*", cron_schedule="@hourly")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "needs a cron_schedule"),
        ({"cron_schedule": "not a cron"}, "not valid"),
        ({"cron_schedule": ["@daily", "61 * * * *"]}, "not valid"),
        ({"cron_schedule": "@daily", "execution_timezone": "Mars/Olympus"}, "does not exist"),
        ({"cron_schedule": "@daily", "tags": {"a": "b"}, "tags_fn": lambda: {"c": "d"}}, "Keep one"),
        (
            {"cron_schedule": "@daily", "run_config": {"a": 1}, "execution_fn": lambda: {"ops": {}}},
            "whole run requests",
        ),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match=message):
        ScheduleDefinition(job=report, **arguments)


def test_a_context_says_what_it_lacks() -> None:
    context = build_schedule_context()
    with pytest.raises(CheckError, match="without a time"):
        _ = context.scheduled_execution_time
    with pytest.raises(DagsterInvariantViolationError, match="without an instance"):
        _ = context.instance
    with pytest.raises(DagsterInvariantViolationError, match="without definitions"):
        _ = context.repository_def


def test_a_request_is_checked() -> None:
    assert RunRequest(partition_key="2024").partition_key == "2024"
    assert RunRequest(asset_selection=[AssetKey("a")]).with_replaced_attrs(run_key="b").run_key == "b"
    with pytest.raises(CheckError, match="asset keys"):
        RunRequest(asset_selection=["a"])  # type: ignore[list-item]  # that it is refused is what is shown
    with pytest.raises(CheckError, match="text"):
        SkipReason(1)  # type: ignore[arg-type]
