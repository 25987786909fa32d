"""The changes of runs, page by page."""

from __future__ import annotations

import pytest

import headwater as hw
from headwater.model.errors import CheckError


@hw.op
def work() -> None: ...


def build(name: str) -> hw.JobDefinition:
    @hw.job(name=name)
    def made() -> None:
        work()

    return made


def test_of_some_jobs_only() -> None:
    with hw.DagsterInstance.ephemeral() as instance:
        for name in ("alpha", "beta", "alpha", "beta"):
            build(name).execute_in_process(instance=instance)
        wanted = hw.RunStatusChangeRecordsFilter(hw.DagsterEventType.RUN_SUCCESS, job_names=["beta"])
        first = instance.fetch_run_status_changes(wanted, limit=1, ascending=True)
        rest = instance.fetch_run_status_changes(wanted, limit=5, cursor=first.cursor, ascending=True)
        assert [record.event.job_name for record in (*first.records, *rest.records)] == ["beta", "beta"]
        assert (first.has_more, rest.has_more) == (True, False)
        assert first.records[0].storage_id < rest.records[0].storage_id


def test_a_page_goes_on_inside_the_bounds_of_the_filter() -> None:
    with hw.DagsterInstance.ephemeral() as instance:
        job = build("alpha")
        for _ in range(4):
            job.execute_in_process(instance=instance)
        done = hw.DagsterEventType.RUN_SUCCESS
        numbers = [each.storage_id for each in instance.fetch_run_status_changes(done, limit=9).records]
        inner = hw.RunStatusChangeRecordsFilter(
            done, after_storage_id=numbers[-1], before_storage_id=numbers[0]
        )
        first = instance.fetch_run_status_changes(inner, limit=1)
        rest = instance.fetch_run_status_changes(inner, limit=9, cursor=first.cursor)
        assert [each.storage_id for each in (*first.records, *rest.records)] == numbers[1:-1]


def test_what_is_no_change_of_a_run_is_refused() -> None:
    with pytest.raises(CheckError, match="no change of a run's status"):
        hw.RunStatusChangeRecordsFilter(hw.DagsterEventType.STEP_START)
