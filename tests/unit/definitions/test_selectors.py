"""Selectors: a sensor that watches runs of another code location."""

from __future__ import annotations

import msgspec

import headwater as hw
from headwater.model.selector import is_selected

RUN = hw.DagsterRun(run_id="1", job_name="nightly", location="reports")


def test_a_run_is_of_what_a_selector_names() -> None:
    repository = hw.CodeLocationSelector("reports").to_repository_selector()
    assert repository == hw.RepositorySelector("reports", "__repository__")
    chosen = [
        hw.CodeLocationSelector("reports"),
        repository,
        hw.JobSelector("reports", job_name="nightly"),
        hw.JobSelector("reports"),
        hw.JobSelector("reports", job_name="hourly"),
        hw.CodeLocationSelector("orders"),
    ]
    assert [is_selected(RUN, each) for each in chosen] == [True, True, True, True, False, False]


def test_a_sensor_watches_a_job_of_another_location() -> None:
    seen: list[str] = []

    @hw.run_status_sensor(
        run_status=hw.DagsterRunStatus.SUCCESS,
        monitored_jobs=[hw.JobSelector("reports", job_name="nightly")],
    )
    def watch(context: hw.RunStatusSensorContext) -> None:
        seen.append(context.dagster_run.location)

    with hw.DagsterInstance.ephemeral() as instance:
        begun = watch.evaluate_tick(hw.build_sensor_context(instance=instance))
        for number, location in enumerate(("reports", "orders")):
            run = msgspec.structs.replace(RUN, run_id=str(number), location=location)
            instance.add_run(run)
            instance.write_events(
                [
                    hw.DagsterEvent(
                        kind=hw.DagsterEventType.RUN_SUCCESS, run_id=run.run_id, job_name=run.job_name
                    )
                ]
            )
        watch.evaluate_tick(hw.build_sensor_context(instance=instance, cursor=begun.cursor))
    assert seen == ["reports"]


def test_the_status_of_a_partition() -> None:
    assert [each.value for each in hw.AssetPartitionStatus] == ["FAILED", "IN_PROGRESS", "MATERIALIZED"]
