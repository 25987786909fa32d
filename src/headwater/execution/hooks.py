"""Hooks of a step: called after it ended; what they raise is recorded and changes nothing else."""

from __future__ import annotations

import logging
from typing import Any

from headwater.definitions.failure import RetryRequested
from headwater.definitions.resource_set import start_resources
from headwater.execution.step_scope import StepScope
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterMaxRetriesExceededError, DagsterUserCodeExecutionError
from headwater.model.event import EventKind, HookErroredData
from headwater.model.run import DagsterRun


class HookContext:
    """What a hook is told: the step, its op, what it raised, the outputs it gave, resources and log."""

    def __init__(self, scope: StepScope | None, hook: Any, error: BaseException | None) -> None:
        self._scope = scope
        self._hook = hook
        self._error = error

    def _step(self) -> StepScope:
        assert self._scope is not None
        return self._scope

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return self._step().run_scope.run.job_name

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self._step().run_scope.run.run_id

    @property
    def run(self) -> DagsterRun:
        """The run."""
        return self._step().run_scope.run

    @property
    def hook_def(self) -> Any:
        """The hook."""
        return self._hook

    @property
    def instance(self) -> Any:
        """The instance of the run."""
        return self._step().run_scope.instance

    @property
    def op(self) -> Any:
        """The op as a node."""
        return self._step().node

    @property
    def step_key(self) -> str:
        """The key of the step."""
        return self._step().key

    @property
    def required_resource_keys(self) -> frozenset[str]:
        """The resources that the hook needs."""
        return frozenset(self._hook.required_resource_keys)

    @property
    def resources(self) -> Any:
        """The resources that the hook needs, by attribute."""
        return self._step().run_scope.resources.view(self._hook.required_resource_keys)

    @property
    def op_config(self) -> Any:
        """The config of the op."""
        return self._step().config

    solid_config = op_config

    @property
    def log(self) -> Any:
        """A logger whose lines are kept with the run."""
        return self._step().log

    @property
    def op_exception(self) -> BaseException | None:
        """What the op raised."""
        error = self._error
        if isinstance(error, DagsterMaxRetriesExceededError):
            error = error.__context__
        if isinstance(error, RetryRequested):
            return error.__cause__ or error
        if isinstance(error, DagsterUserCodeExecutionError):
            return error.user_exception
        return error

    @property
    def op_output_values(self) -> dict[str, Any]:
        """The values of the outputs that the step gave, where the run keeps them."""
        values = self._step().run_scope.values or {}
        found: dict[str, Any] = {}
        for (key, name, mapping_key), value in values.items():
            if key == self._step().key:
                if mapping_key is None:
                    found[name] = value
                else:
                    found.setdefault(name, {})[mapping_key] = value
        return found

    @property
    def op_output_metadata(self) -> dict[str, Any]:
        """The metadata that was attached to the outputs."""
        return {name: data for (name, _), data in self._step().output_metadata.items()}


def run_hooks(scope: StepScope, on: str, error: BaseException | None) -> None:
    """Call the hooks of the step for this ending."""
    for hook in sorted(scope.run_scope.find_hooks(scope.step), key=lambda each: str(each.name)):
        if hook.on != on:
            scope.emit(EventKind.HOOK_SKIPPED, f'Skipped the execution of hook "{hook.name}".')
            continue
        try:
            hook.hook_fn(HookContext(scope, hook, error))
        except Exception as raised:  # noqa: BLE001 - recorded; a hook changes nothing else
            scope.emit(
                EventKind.HOOK_ERRORED,
                f'Error occurred during the execution of hook "{hook.name}".',
                HookErroredData(error=build_error_info(raised), hook_name=hook.name),
                level=logging.ERROR,
            )
            continue
        scope.emit(EventKind.HOOK_COMPLETED, f'Finished the execution of hook "{hook.name}".')


def build_hook_context(
    mode_def: Any = None,
    resources: dict[str, Any] | None = None,
    op: Any = None,
    run_id: str | None = None,
    job_name: str | None = None,
    op_exception: Exception | None = None,
    instance: Any = None,
) -> DirectHookContext:
    """A context for calling a hook directly in a test."""
    return DirectHookContext(resources or {}, op, run_id, job_name, op_exception, instance)


class DirectHookContext(HookContext):
    """A context for calling a hook directly in a test."""

    def __init__(
        self,
        resources: dict[str, Any],
        op: Any,
        run_id: str | None,
        job_name: str | None,
        op_exception: Exception | None,
        instance: Any,
    ) -> None:
        super().__init__(None, None, op_exception)
        self._resources = start_resources(resources)
        self._op, self._run_id, self._job_name, self._instance = op, run_id, job_name, instance

    def about_hook(self, hook: Any) -> DirectHookContext:
        """Take the place of the context of ``hook`` for one call."""
        self._hook = hook
        return self

    job_name = property(lambda self: self._job_name)
    run_id = property(lambda self: self._run_id)
    resources = property(lambda self: self._resources)
    instance = property(lambda self: self._instance)
    log = property(lambda self: logging.getLogger("dagster"))

    @property
    def op(self) -> Any:
        return self._op
