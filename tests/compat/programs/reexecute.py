"""Running again from the failure: only what did not succeed runs, the rest is loaded.

oracle: both
"""

import os

from dagster import (
    ReexecutionOptions,
    execute_job,
    in_process_executor,
    instance_for_test,
    job,
    op,
    reconstructable,
)
from observe import events, show

MARK = "failed_once"


@op
def first():
    return 1


@op
def flaky(first):
    if not os.path.exists(MARK):
        open(MARK, "w").close()
        raise ValueError("once")
    return first + 1


@op
def after(flaky, first):
    return flaky * 10 + first


@op
def beside():
    return 5


@job(executor_def=in_process_executor)
def line():
    one = first()
    after(flaky(one), one)
    beside()


if __name__ == "__main__":
    with instance_for_test() as instance:
        failed = execute_job(reconstructable(line), instance=instance)
        options = ReexecutionOptions.from_failure(failed.run_id, instance)
        again = execute_job(reconstructable(line), instance=instance, reexecution_options=options)
        with again as opened:
            value = opened.output_for_node("after")
        chosen = execute_job(
            reconstructable(line),
            instance=instance,
            reexecution_options=ReexecutionOptions(parent_run_id=again.run_id, step_selection=["after"]),
        )
        run = instance.get_run_by_id(again.run_id)
        show(
            failed=events(failed),
            again=events(again),
            chosen=events(chosen),
            value=value,
            parents=[run.parent_run_id == failed.run_id, run.root_run_id == failed.run_id],
            tags=sorted(key for key in run.tags if "run_id" in key),
            step_keys=sorted(run.step_keys_to_execute or []),
        )
