"""A step in a new interpreter: what the multi-process executor starts where it cannot fork.

``python -m headwater.instance.spawned_step FILE`` reads what it is to do from its input and reports to the open file.
"""

from __future__ import annotations

import pickle
import sys
from typing import BinaryIO

from headwater.definitions.repository import repository_of
from headwater.execution.log import install_handler
from headwater.execution.step_process import report_step
from headwater.execution.step_request import StepRequest
from headwater.hosting.alias import install_alias_if_wanted
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import JobRun, build_plan, resolve_config, select_assets
from headwater.model.errors import DagsterRunNotFoundError
from headwater.planning.op_selection import select_steps


def run_spawned(given: BinaryIO, file: int) -> None:
    """Load the job, and run the step that ``given`` asks for."""
    origin, request = pickle.load(given)
    home, run_id, place, resumption = pickle.loads(origin)
    assert isinstance(request, StepRequest)
    install_alias_if_wanted()
    install_handler()
    with DagsterInstance.open(home) as instance:
        run = instance.get_run_by_id(run_id)
        if run is None:
            raise DagsterRunNotFoundError(invalid_run_id=run_id)
        job = place.load()
        repository = repository_of(job)
        if run.asset_selection is not None and resumption is None:
            job = select_assets(repository, job, run.asset_selection)
        plan = build_plan(repository, job)
        if run.op_selection is not None:
            plan = select_steps(plan, run.op_selection)
        config, _ = resolve_config(repository, job, plan, run.run_config)
        prepared = JobRun(repository, job, plan, run, config, instance, resumption=resumption)
        with prepared.open_resources() as resources:
            scope = prepared.scope(resources, record=lambda event: None)
            report_step(scope, request, file)


if __name__ == "__main__":
    run_spawned(sys.stdin.buffer, int(sys.argv[1]))
