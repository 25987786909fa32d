"""Executors of the user's own: a function that chooses, run by run, how steps are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, overload

from headwater.definitions.config_schema import resolve_config_schema
from headwater.definitions.config_type import ABSENT
from headwater.definitions.executor import ExecutorDefinition
from headwater.model.errors import (
    DagsterInvalidDefinitionError,
    DagsterUnmetExecutorRequirementsError,
    ParameterCheckError,
)


class ExecutorRequirement(Enum):
    """What an executor cannot do without."""

    RECONSTRUCTABLE_PIPELINE = "RECONSTRUCTABLE_PIPELINE"
    RECONSTRUCTABLE_JOB = "RECONSTRUCTABLE_PIPELINE"
    NON_EPHEMERAL_INSTANCE = "NON_EPHEMERAL_INSTANCE"
    PERSISTENT_OUTPUTS = "PERSISTENT_OUTPUTS"


def multiple_process_executor_requirements() -> Sequence[ExecutorRequirement]:
    """What an executor needs that runs steps in processes of their own."""
    return list(ExecutorRequirement)


class InitExecutorContext:
    """What the function of an executor is told: the job, the executor and its config, the instance."""

    def __init__(
        self, job: Any, executor_def: ExecutorDefinition, executor_config: Mapping[str, object], instance: Any
    ) -> None:
        self.job = job
        self.executor_def = executor_def
        self.executor_config = executor_config
        self.instance = instance


ExecutorFunction = Callable[[InitExecutorContext], Any]
Requirements = Sequence[ExecutorRequirement] | Callable[[Mapping[str, object]], Sequence[ExecutorRequirement]]


@overload
def executor(name: ExecutorFunction) -> ExecutorDefinition: ...
@overload
def executor(
    name: str | None = None, config_schema: Any = None, requirements: Requirements | None = None
) -> Callable[[ExecutorFunction], ExecutorDefinition]: ...
def executor(name: Any = None, config_schema: Any = None, requirements: Requirements | None = None) -> Any:
    """Make an executor of a function that gives another one, or an object with ``run_steps`` (see ``Executor``).

    >>> @executor(config_schema={"parallel": bool})
    ... def by_size(context):
    ...     return multiprocess_executor if context.executor_config["parallel"] else in_process_executor
    """

    def decorate(function: ExecutorFunction) -> ExecutorDefinition:
        return ExecutorDefinition(
            name if isinstance(name, str) else function.__name__,
            config_schema=config_schema,
            requirements=requirements,
            executor_creation_fn=function,
            description=function.__doc__,
        )

    return decorate(name) if callable(name) else decorate


def requirements_of(
    definition: ExecutorDefinition, config: Mapping[str, object]
) -> Sequence[ExecutorRequirement]:
    """What an executor needs when it is configured like this. Raises ``CheckError`` for what is no requirement."""
    given = definition.requirements
    found = list(given(config) if callable(given) else given or ())
    for each in found:
        if not isinstance(each, ExecutorRequirement):
            raise ParameterCheckError(
                f'The executor "{definition.name}" requires {each!r}, which is no requirement.'
            )
    return found


def make_executor(
    definition: ExecutorDefinition,
    *,
    job: Any,
    instance: Any,
    config: Mapping[str, Any],
    reconstructable: bool,
) -> Any:
    """What the function of an executor gives for ``config``: another definition, or an object with ``run_steps``.

    Raises ``DagsterInvalidConfigError`` for config that does not fit its schema,
    :class:`DagsterUnmetExecutorRequirementsError` for what it needs and the run does not have, and
    :class:`DagsterInvalidDefinitionError` when the function gives anything else.
    """
    schema = resolve_config_schema(definition.config_schema)
    given = config if config or definition.config_schema is None else ABSENT
    checked = schema.resolve(given, path=("execution", "config"), what=f'the executor "{definition.name}"')
    _check_requirements(definition, requirements_of(definition, checked), instance, reconstructable)
    assert definition.executor_creation_fn is not None
    made = definition.executor_creation_fn(InitExecutorContext(job, definition, checked, instance))
    if not isinstance(made, ExecutorDefinition) and not callable(getattr(made, "run_steps", None)):
        raise DagsterInvalidDefinitionError(
            f'The executor "{definition.name}" gave {made!r}. It gives in_process_executor, multiprocess_executor, '
            "or an object with run_steps(scope, flush, interrupts)."
        )
    return made


def _check_requirements(
    definition: ExecutorDefinition, needs: Sequence[ExecutorRequirement], instance: Any, reconstructable: bool
) -> None:
    if ExecutorRequirement.NON_EPHEMERAL_INSTANCE in needs and instance.is_ephemeral:
        raise DagsterUnmetExecutorRequirementsError(
            f'The executor "{definition.name}" needs a persistent instance. Give DagsterInstance.get().'
        )
    if ExecutorRequirement.RECONSTRUCTABLE_JOB in needs and not reconstructable:
        raise DagsterUnmetExecutorRequirementsError(
            f'The executor "{definition.name}" needs a job that other processes can load. '
            "Give reconstructable(job), or run it by the headwater command."
        )
