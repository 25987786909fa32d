"""``execute_job`` in several processes: values, limits, failures, retries; forked, and in new interpreters."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.model.errors import DagsterUnmetExecutorRequirementsError
from headwater.model.event import EventKind
from tests.unit.instance import parallel_jobs as jobs


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.open(tmp_path / "home") as opened:
        yield opened


def order_of(result: hw.JobExecutionResult, kind: EventKind) -> list[str | None]:
    return [event.step_key for event in result.all_events if event.kind is kind]


def is_failure(event: Any) -> bool:
    return event.kind is EventKind.STEP_FAILURE


def test_values_go_from_process_to_process(instance: hw.DagsterInstance) -> None:
    with hw.execute_job(hw.reconstructable(jobs.two_steps), instance) as result:
        assert result.success
        assert result.output_for_node("plus_one") == 2


def test_the_history_has_what_the_result_has(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(jobs.two_steps), instance)
    kinds = [event.kind for event in instance.all_logs(result.run_id)]
    assert kinds == [event.kind for event in result.all_events]
    assert kinds[-1] is EventKind.RUN_SUCCESS


def test_without_an_executor_steps_have_processes_of_their_own(instance: hw.DagsterInstance) -> None:
    with hw.execute_job(hw.reconstructable(jobs.chosen_by_config), instance) as result:
        assert result.output_for_node("own_process")[0] != os.getpid()


def test_config_chooses_this_process(instance: hw.DagsterInstance) -> None:
    config: dict[str, object] = {"execution": {"config": {"in_process": {}}}}
    with hw.execute_job(hw.reconstructable(jobs.chosen_by_config), instance, run_config=config) as result:
        assert result.output_for_node("own_process")[0] == os.getpid()


def test_an_unknown_setting_is_refused(instance: hw.DagsterInstance) -> None:
    config: dict[str, Any] = {"execution": {"config": {"multiprocess": {"max_concurent": 2}}}}
    with pytest.raises(hw.DagsterInvalidConfigError, match="has no max_concurent"):
        hw.execute_job(hw.reconstructable(jobs.chosen_by_config), instance, run_config=config)


def test_an_instance_in_memory_is_refused() -> None:
    with (
        hw.DagsterInstance.ephemeral() as memory,
        pytest.raises(DagsterUnmetExecutorRequirementsError, match="persistent"),
    ):
        hw.execute_job(hw.reconstructable(jobs.two_steps), memory)


@pytest.mark.parametrize("by", ["tag", "pool"])
def test_limits_hold(instance: hw.DagsterInstance, tmp_path: Path, by: str) -> None:
    settings: dict[str, object] = {"max_concurrent": 4}
    if by == "tag":
        settings["tag_concurrency_limits"] = [{"key": "kind", "value": "greedy", "limit": 1}]
    else:
        instance.set_pool_limit("api", 1)
    config = {
        "execution": {"config": settings},
        "ops": {f"alone_{index}": {"config": {"folder": str(tmp_path)}} for index in range(4)},
    }
    assert hw.execute_job(hw.reconstructable(jobs.crowded), instance, run_config=config).success


def test_a_limit_of_zero_is_no_endless_run(instance: hw.DagsterInstance, tmp_path: Path) -> None:
    instance.set_pool_limit("api", 0)
    config = {"ops": {f"alone_{index}": {"config": {"folder": str(tmp_path)}} for index in range(4)}}
    with pytest.raises(hw.DagsterInvariantViolationError, match="can never begin"):
        hw.execute_job(hw.reconstructable(jobs.crowded), instance, run_config=config)
    assert instance.get_runs()[0].is_failure


def test_the_urgent_step_comes_first(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(jobs.by_priority), instance)
    assert order_of(result, EventKind.STEP_START) == [
        "first",
        "urgent",
        "ordinary_0",
        "ordinary_1",
        "ordinary_2",
    ]


def test_waiting_for_a_retry_keeps_nobody_waiting(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(jobs.retried), instance)
    assert result.success
    assert order_of(result, EventKind.STEP_SUCCESS)[0] != "fails_first"


NO_RETRIES: dict[str, Any] = {"retries": {"disabled": {}}}


@pytest.mark.parametrize(
    "chosen",
    [
        {"in_process": NO_RETRIES},
        {"threaded": NO_RETRIES},
        {"multiprocess": NO_RETRIES},
        {"multiprocess": {**NO_RETRIES, "start_method": {"spawn": {}}}},
    ],
    ids=["in_process", "threaded", "forked", "spawned"],
)
def test_without_retries_each_step_is_tried_once(
    instance: hw.DagsterInstance, chosen: dict[str, Any]
) -> None:
    config: dict[str, Any] = {"execution": {"config": chosen}}
    result = hw.execute_job(hw.reconstructable(jobs.tried_again), instance, run_config=config)
    assert order_of(result, EventKind.STEP_UP_FOR_RETRY) == []
    failed = {
        event.step_key: event.step_failure_data.error_display_string
        for event in result.filter_events(is_failure)
    }
    assert set(failed) == {"asks_again", "fails_first"}
    assert "retries are disabled" in failed["asks_again"]
    assert "not yet" in failed["fails_first"]


def test_without_retries_a_step_whose_process_dies_has_failed(instance: hw.DagsterInstance) -> None:
    config: dict[str, Any] = {"execution": {"config": NO_RETRIES}}
    result = hw.execute_job(hw.reconstructable(jobs.dying), instance, run_config=config)
    assert order_of(result, EventKind.STEP_START) == order_of(result, EventKind.STEP_FAILURE) == ["dies"]


@pytest.mark.parametrize("given", [{"deferred": {}}, {}, "disabled", {"enabled": {}, "disabled": {}}])
def test_retries_are_enabled_or_disabled(instance: hw.DagsterInstance, given: object) -> None:
    config: dict[str, Any] = {"execution": {"config": {"in_process": {"retries": given}}}}
    with pytest.raises(hw.DagsterInvalidConfigError, match="retries: give"):
        hw.execute_job(hw.reconstructable(jobs.tried_again), instance, run_config=config)


@pytest.mark.parametrize(
    ("step", "error", "text"),
    [("raises", ValueError, "no such luck"), ("raises_own", hw.DagsterSubprocessError, "odd (7)")],
)
def test_what_a_step_raised_is_raised_here(
    instance: hw.DagsterInstance, step: str, error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as caught:
        hw.execute_job(hw.reconstructable(jobs.failing), instance, op_selection=[step], raise_on_error=True)
    assert text in str(caught.value)


def test_a_resource_that_cannot_be_made_fails_its_step(instance: hw.DagsterInstance) -> None:
    result = hw.execute_job(hw.reconstructable(jobs.without_resource), instance)
    assert not result.success
    assert order_of(result, EventKind.STEP_FAILURE) == ["uses_broken"]


# -- what steps write -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_what_a_step_writes_is_kept_and_shown(
    instance: hw.DagsterInstance, capfd: pytest.CaptureFixture[str], method: str
) -> None:
    config: dict[str, Any] = {"execution": {"config": {"start_method": {method: {}}}}}
    result = hw.execute_job(hw.reconstructable(jobs.talking), instance, run_config=config)
    folder = Path(instance.logs_directory(result.run_id))
    assert (folder / "talks.out").read_text() == "to the output\n"
    assert (folder / "talks.err").read_text() == "from a child\n"
    shown = capfd.readouterr()
    assert "to the output" in shown.out
    assert "from a child" in shown.err


# -- new interpreters -------------------------------------------------------------------------------------------


def test_steps_in_new_interpreters(instance: hw.DagsterInstance) -> None:
    config: dict[str, Any] = {"execution": {"config": {"start_method": {"spawn": {}}}}}
    with hw.execute_job(hw.reconstructable(jobs.two_steps), instance, run_config=config) as result:
        assert result.success
        assert result.output_for_node("plus_one") == 2


def test_beside_another_thread_nothing_is_forked(instance: hw.DagsterInstance) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="other")
    thread.start()
    try:
        result = hw.execute_job(hw.reconstructable(jobs.two_steps), instance)
    finally:
        stop.set()
        thread.join()
    assert result.success
    ways = [event.message for event in result.all_events if event.kind is EventKind.STEP_WORKER_STARTING]
    assert len(ways) == 2
    assert all("(spawn)" in way for way in ways)


# -- running again ----------------------------------------------------------------------------------------------


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mark"
    monkeypatch.setenv("HEADWATER_TEST_MARK", str(path))
    return path


def test_mapped_steps_are_resumed_one_by_one(instance: hw.DagsterInstance, mark: Path) -> None:
    failed = hw.execute_job(hw.reconstructable(jobs.mapped), instance)
    assert failed.get_failed_step_keys() == {"double[1]"}
    mark.touch()
    options = hw.ReexecutionOptions.from_failure(failed.run_id, instance)
    with hw.execute_job(hw.reconstructable(jobs.mapped), instance, reexecution_options=options) as again:
        assert order_of(again, EventKind.STEP_SUCCESS) == ["double[1]", "total"]
        assert again.output_for_node("total") == 6


def test_a_resumed_run_can_fail_and_be_resumed(instance: hw.DagsterInstance, mark: Path) -> None:
    first = hw.execute_job(hw.reconstructable(jobs.mapped), instance)
    options = hw.ReexecutionOptions.from_failure(first.run_id, instance)
    second = hw.execute_job(hw.reconstructable(jobs.mapped), instance, reexecution_options=options)
    assert order_of(second, EventKind.STEP_START) == ["double[1]"]
    mark.touch()
    options = hw.ReexecutionOptions.from_failure(second.run_id, instance)
    with hw.execute_job(hw.reconstructable(jobs.mapped), instance, reexecution_options=options) as third:
        assert order_of(third, EventKind.STEP_SUCCESS) == ["double[1]", "total"]
        assert third.output_for_node("total") == 6
    assert third.dagster_run.root_run_id == first.run_id


def test_assets_that_are_made_are_not_made_again(instance: hw.DagsterInstance, mark: Path) -> None:
    job = hw.build_reconstructable_job("tests.unit.instance.parallel_jobs", "make_assets")
    config: dict[str, object] = {"execution": {"config": {"in_process": {}}}}
    failed = hw.execute_job(job, instance, run_config=config)
    assert not failed.success
    mark.touch()
    options = hw.ReexecutionOptions.from_failure(failed.run_id, instance)
    again = hw.execute_job(job, instance, reexecution_options=options)
    assert again.success
    made = [
        event.asset_key.to_user_string() if event.asset_key else ""
        for event in again.all_events
        if event.kind is EventKind.ASSET_MATERIALIZATION
    ]
    assert made == ["right", "whole"]


def test_a_run_that_succeeded_has_no_failure_to_go_on_from(instance: hw.DagsterInstance) -> None:
    done = hw.execute_job(hw.reconstructable(jobs.two_steps), instance)
    with pytest.raises(hw.DagsterInvariantViolationError, match="SUCCESS"):
        hw.ReexecutionOptions.from_failure(done.run_id, instance)
    with pytest.raises(hw.DagsterRunNotFoundError):
        hw.ReexecutionOptions.from_failure("nope", instance)


def test_a_selected_step_without_its_inputs(instance: hw.DagsterInstance, mark: Path) -> None:
    failed = hw.execute_job(hw.reconstructable(jobs.two_steps), instance, op_selection=["number"])
    options = hw.ReexecutionOptions(failed.run_id, step_selection=["nothing"])
    with pytest.raises(hw.DagsterExecutionStepNotFoundError, match="nothing"):
        hw.execute_job(hw.reconstructable(jobs.two_steps), instance, reexecution_options=options)
