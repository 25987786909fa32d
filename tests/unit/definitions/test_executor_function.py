"""Executors of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from headwater import (
    DagsterInstance,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterUnmetExecutorRequirementsError,
    Field,
    InitExecutorContext,
    executor,
    in_process_executor,
    multiple_process_executor_requirements,
    multiprocess_executor,
)
from headwater.definitions.executor import ExecutorDefinition
from headwater.definitions.executor_function import ExecutorRequirement, make_executor, requirements_of
from headwater.model.errors import CheckError


@executor(name="by_size", config_schema={"parallel": Field(bool, default_value=False)})
def by_size(context: InitExecutorContext) -> ExecutorDefinition:
    """Chooses by size."""
    assert context.executor_def.name == "by_size"
    return multiprocess_executor if context.executor_config["parallel"] else in_process_executor


def make(definition: ExecutorDefinition, config: Mapping[str, Any], *, reconstructable: bool = True) -> Any:
    with DagsterInstance.ephemeral() as instance:
        return make_executor(
            definition, job=None, instance=instance, config=config, reconstructable=reconstructable
        )


def test_an_executor_is_chosen_by_its_config() -> None:
    assert make(by_size, {}) is in_process_executor
    assert make(by_size, {"parallel": True}) is multiprocess_executor
    assert by_size.description == "Chooses by size."
    with pytest.raises(DagsterInvalidConfigError, match="parallel"):
        make(by_size, {"parallel": 1})


def test_an_object_that_runs_steps_is_an_executor() -> None:
    class Own:
        def run_steps(self, scope: Any, flush: Any, interrupts: Any) -> dict[str, BaseException]:
            return {}

    own = Own()

    @executor
    def bare(context: InitExecutorContext) -> Any:
        return own

    assert bare.name == "bare"
    assert make(bare, {}) is own


def test_what_is_no_executor_is_refused() -> None:
    @executor
    def broken(context: InitExecutorContext) -> Any:
        return 3

    with pytest.raises(DagsterInvalidDefinitionError, match='"broken" gave 3'):
        make(broken, {})


def test_what_an_executor_needs_is_checked() -> None:
    @executor(requirements=multiple_process_executor_requirements())
    def needy(context: InitExecutorContext) -> ExecutorDefinition:
        return in_process_executor

    with pytest.raises(DagsterUnmetExecutorRequirementsError, match="persistent instance"):
        make(needy, {})

    @executor(requirements=lambda config: [ExecutorRequirement.RECONSTRUCTABLE_JOB])
    def reloading(context: InitExecutorContext) -> ExecutorDefinition:
        return in_process_executor

    assert make(reloading, {}) is in_process_executor
    with pytest.raises(DagsterUnmetExecutorRequirementsError, match="other processes can load"):
        make(reloading, {}, reconstructable=False)


def test_a_requirement_is_one_of_those_that_there_are() -> None:
    odd = ExecutorDefinition("odd", requirements=["magic"])
    with pytest.raises(CheckError, match="'magic'"):
        requirements_of(odd, {})
