"""One run of a job: prepared from what the caller gave, executed by an executor, and recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.resource import ResourceDefinition
from headwater.definitions.resource_set import ResourceSet
from headwater.execution.committed import Committed
from headwater.execution.console import ConsoleLog
from headwater.execution.event_buffer import EventBuffer
from headwater.execution.interrupt import Interrupts
from headwater.execution.log import event_of, install_handler, receiving, restore
from headwater.execution.run import Executor, execute_run
from headwater.execution.run_config import (
    ResolvedRunConfig,
    check_inputs,
    default_run_config,
    nodes_of,
    resolve_run_config,
)
from headwater.execution.run_loggers import open_run_loggers
from headwater.execution.run_partitions import partition_run
from headwater.execution.run_scope import RunScope
from headwater.instance.instance import DagsterInstance
from headwater.io.pickled_files import PickledFiles
from headwater.model.errors import (
    DagsterExecutionHandleOutputError,
    DagsterExecutionLoadInputError,
    DagsterExecutionStepExecutionError,
    DagsterInvalidSubsetError,
    DagsterRunAlreadyExists,
    DagsterTypeCheckError,
)
from headwater.model.event import Event, new_run_id
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.run import DagsterRun, RunStatus, job_phrase
from headwater.model.transition import RUN_STATUS_AFTER
from headwater.planning.op_selection import select_steps
from headwater.planning.plan import Plan, build_asset_plan, build_graph_plan


def build_plan(repository: RepositoryDefinition, job: JobDefinition) -> Plan:
    """The plan of a job: of its graph, or of its assets."""
    if job.graph is not None:
        return build_graph_plan(job.name, job.graph.spec(), list(job.input_values))
    return build_asset_plan(
        job.name, repository.manifest, repository.asset_graph, job.asset_keys or [], job.check_keys
    )


def resources_of(
    repository: RepositoryDefinition, job: JobDefinition, instance: DagsterInstance
) -> dict[str, Any]:
    """Every resource that a run of the job can use; values go to the instance's folder where nobody says otherwise.

    What is bound to assets is no resource of a job of ops.
    """
    return {
        "io_manager": ResourceDefinition(
            lambda _: PickledFiles(instance.storage_directory(), lasting=not instance.is_ephemeral)
        ),
        **repository.resources,
        **(repository.asset_resources if job.graph is None else {}),
        **job.resource_defs,
    }


class Resumption(NamedTuple):
    """What a run takes over from earlier ones: steps that are done, the keys of the only steps to run (None: all others),
    and the outputs that are made of steps which are not done."""

    parent_run_id: str
    root_run_id: str
    committed: Mapping[str, Committed]
    wanted: Collection[str] | None = None
    made_before: Collection[tuple[str, str]] = ()


Resume = Callable[[Plan], tuple[Plan, Resumption]]
"""Finds out, for the plan of a run, what is left of it to do."""


class Executed(NamedTuple):
    """A run that has ended."""

    run: DagsterRun
    scope: RunScope
    events: list[Event]
    values: dict[tuple[str, str, str | None], Any]


def select_assets(
    repository: RepositoryDefinition, job: JobDefinition, selection: Sequence[CoercibleToAssetKey]
) -> JobDefinition:
    """The job for only those of its assets that are selected."""
    wanted = [AssetKey.from_coercible(each) for each in selection]
    known = set(job.asset_keys or ())
    for key in wanted:
        if key not in known:
            raise DagsterInvalidSubsetError(
                f'The job "{job.name}" does not make the asset "{key.to_user_string()}".'
            )
    return job.copy(asset_keys=wanted, check_keys=[key for key in job.check_keys if key.asset_key in wanted])


def _chosen(repository: RepositoryDefinition, job: JobDefinition) -> list[tuple[str, Any]]:
    """The computations of the job's assets, by name."""
    keys = set(job.asset_keys or ())
    return [(name, each) for name, each in repository.computations.items() if keys & each.keys]


def _tags(job: JobDefinition, tags: Mapping[str, str] | None) -> dict[str, str]:
    return {**job.tags, **{key: str(value) for key, value in (tags or {}).items()}}


def prepare_run(
    repository: RepositoryDefinition,
    job: JobDefinition,
    instance: DagsterInstance,
    *,
    run_config: Any = None,
    partition_key: str | None = None,
    op_selection: Sequence[str] | None = None,
    asset_selection: Sequence[CoercibleToAssetKey] | None = None,
    run_id: str | None = None,
    input_values: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    resources: Mapping[str, Any] | None = None,
    location: str = "",
    resume: Resume | None = None,
    queued: bool = False,
) -> JobRun:
    """A run of ``job``, checked and ready. Raises for selections, config and inputs that are wrong."""
    if asset_selection is not None:
        job = select_assets(repository, job, asset_selection)
        run_config = run_config or default_run_config(job, [name for name, _ in _chosen(repository, job)])
    if input_values:
        job = job.copy(input_values=dict(input_values))
    plan = build_plan(repository, job)
    if op_selection is not None:
        plan = select_steps(plan, op_selection)
    run_tags, run_config = partition_run(
        repository, job, instance, partition_key=partition_key, tags=_tags(job, tags), run_config=run_config
    )
    config, given = resolve_config(repository, job, plan, run_config)
    resumption = None
    if resume is not None:
        plan, resumption = resume(plan)
    run = DagsterRun(
        run_id=run_id or new_run_id(),
        job_name=job.name,
        run_config=given,
        tags=run_tags,
        asset_selection=list(plan.asset_keys) if job.is_asset_job else None,
        asset_check_selection=list(job.check_keys) if job.check_keys else None,
        op_selection=list(op_selection) if op_selection is not None else None,
        location=location,
        status=RunStatus.QUEUED if queued else RunStatus.NOT_STARTED,
    )
    if resumption is not None:
        run = _resuming(run, plan, resumption)
    return JobRun(repository, job, plan, run, config, instance, resources, resumption)


def resolve_config(
    repository: RepositoryDefinition, job: JobDefinition, plan: Plan, run_config: Any
) -> tuple[ResolvedRunConfig, dict[str, Any]]:
    """The config of a run, resolved and as it was given. Raises for what is wrong or missing."""
    names = dict.fromkeys(step.computation for step in plan.steps if step.computation is not None)
    config, given = resolve_run_config(job, nodes_of(job, repository.computations, names), run_config)
    check_inputs(plan, config, job.input_values)
    return config, given


def _resuming(run: DagsterRun, plan: Plan, resumption: Resumption) -> DagsterRun:
    """``run`` as a child of the one that it goes on from, with the steps that are left to it."""
    wanted = resumption.wanted
    return msgspec.structs.replace(
        run,
        parent_run_id=resumption.parent_run_id,
        root_run_id=resumption.root_run_id,
        step_keys_to_execute=sorted(wanted)
        if wanted is not None
        else [key for key in plan.step_keys if key not in resumption.committed],
    )


class JobRun:
    """One run of a job, ready to be executed."""

    def __init__(
        self,
        repository: RepositoryDefinition,
        job: JobDefinition,
        plan: Plan,
        run: DagsterRun,
        config: ResolvedRunConfig,
        instance: DagsterInstance,
        resources: Mapping[str, Any] | None = None,
        resumption: Resumption | None = None,
    ) -> None:
        self.repository = repository
        self.job = job
        self.plan = plan
        self.run = run
        self.config = config
        self.instance = instance
        self.resumption = resumption
        self._resources = {**resources_of(repository, job, instance), **(resources or {})}

    @property
    def step_count(self) -> int:
        """How many steps of the plan it has to do (a mapped one counts once)."""
        keys = self.run.step_keys_to_execute
        return len(self.plan.steps if keys is None else keys)

    def open_resources(self) -> ResourceSet:
        """The resources of the run; none is made yet."""
        return ResourceSet(self._resources, self.config.resources, instance=self.instance, run=self.run)

    def scope(
        self,
        resources: ResourceSet,
        record: Callable[[Event], None],
        values: dict[tuple[str, str, str | None], Any] | None = None,
    ) -> RunScope:
        """What the steps share."""
        return RunScope(
            repository=self.repository,
            job=self.job,
            plan=self.plan,
            run=self.run,
            config=self.config,
            resources=resources,
            event_log=self.instance.storage.event_log,
            record=record,
            instance=self.instance,
            input_values=self.job.input_values,
            values=values,
            committed=self.resumption.committed if self.resumption is not None else None,
            wanted=self.resumption.wanted if self.resumption is not None else None,
            made_before=self.resumption.made_before if self.resumption is not None else (),
        )

    def execute(
        self, executor: Executor, *, raise_on_error: bool, keep_values: bool, console: bool
    ) -> Executed:
        """Execute the run and record it.

        ``keep_values`` keeps events and, where steps run in this process, every output in memory.
        """
        install_handler()
        events: list[Event] = []
        values: dict[tuple[str, str, str | None], Any] = {}
        buffer = EventBuffer(self.instance.write_events, rescue=self.instance.keep_unwritten_events)
        shown = ConsoleLog() if console else None
        loggers = open_run_loggers(self.repository, self.job, self.config.loggers, self.run)
        status = self.run.status
        interrupts = Interrupts()
        keep = interrupts.shielded(buffer.append)

        def record(event: Event) -> None:
            nonlocal status
            status = RUN_STATUS_AFTER.get(event.kind.value, status)
            if keep_values:
                events.append(event)
            if shown is not None:
                shown.show(event)
            if loggers is not None:
                loggers.show(event)
            keep(event)

        def receive(line: logging.LogRecord) -> None:
            """Keep a line that is written outside of steps."""
            record(event_of(line, run_id=self.run.run_id, job_name=self.run.job_name, step_key=None))

        with interrupts, self.open_resources() as resources:
            scope = self.scope(resources, record, values if keep_values else None)
            resources.check(scope.required_resources(), what=job_phrase(self.job.name))
            with self._at_work():
                self._record()
                if executor.in_run_process:
                    buffer.start()  # a process that is going to fork must have no such thread
                token = receiving(receive)
                try:
                    error = execute_run(scope, executor, flush=buffer.flush, interrupts=interrupts)
                finally:
                    restore(token)
                    buffer.close()
            if error is not None and raise_on_error:
                raise_to_user(error)
        ended = self.instance.get_run_by_id(self.run.run_id) or self.run
        if not ended.is_finished:  # its last events are kept elsewhere until the history can be written
            ended = msgspec.structs.replace(ended, status=status)
        return Executed(ended, scope, events, values)

    def _record(self) -> None:
        """Record the run; one that comes from the queue is recorded, and begins only once.

        Raises :class:`DagsterRunAlreadyExists` when it has begun, or was ended in the queue.
        """
        if self.run.status is not RunStatus.QUEUED:
            self.instance.add_run(self.run)
            return
        known = self.instance.get_run_by_id(self.run.run_id)
        if known is None or known.status is not RunStatus.QUEUED:
            status = known.status.value if known is not None else "deleted"
            raise DagsterRunAlreadyExists(
                f"The run {self.run.run_id} is in the queue no more: it is {status}."
            )

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Let everybody know that this process executes the run; of an instance in memory nobody else can ask."""
        if self.instance.is_ephemeral:
            yield
            return
        self.instance.reconcile_runs()
        with self.instance.run_control.at_work(self.run.run_id):
            yield


_OF_THE_STEP = (
    DagsterExecutionStepExecutionError,
    DagsterExecutionLoadInputError,
    DagsterExecutionHandleOutputError,
    DagsterTypeCheckError,
)


def raise_to_user(error: BaseException) -> None:
    """Raise what the user's own code raised, where it did; else ``error``."""
    if isinstance(error, _OF_THE_STEP) and error.user_exception is not None:
        raise error.user_exception
    raise error
