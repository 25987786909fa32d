"""Go on from the newest run that failed, as `headwater run resume` does."""

from nightly import defs

import headwater as hw


def nightly() -> hw.JobDefinition:
    """The job, where each step's process finds it."""
    return defs.resolve_job_def("nightly")


if __name__ == "__main__":
    with hw.DagsterInstance.get() as instance:
        [failed] = instance.get_runs(hw.RunsFilter(statuses=[hw.DagsterRunStatus.FAILURE]), limit=1)
        result = hw.execute_job(
            hw.reconstructable(nightly),
            instance,
            reexecution_options=hw.ReexecutionOptions.from_failure(failed.run_id, instance),
        )
        done = [str(event.step_key) for event in result.all_events if event.is_step_success]
        print(f"{result.dagster_run.status.value}: {', '.join(done)}")
