"""How a job or some assets can be launched: what config they take, what is wrong with one, and what would run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from headwater.definitions.config_check import check_config, find_config_errors
from headwater.definitions.config_description import describe_schema, example_config
from headwater.definitions.config_field import Field
from headwater.definitions.config_mapping import ConfigMapping
from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.definitions.run_config_schema import run_config_schema, top_nodes
from headwater.execution.run_config import default_run_config, over_default
from headwater.execution.run_partitions import RunPartitions, partition_run, partitions_of_job
from headwater.instance.instance import DagsterInstance
from headwater.instance.job_run import prepare_run, select_assets
from headwater.model.code_question import JobPartitions, LaunchAnswer, LaunchQuestion, PlannedStep
from headwater.model.config_finding import ConfigFinding
from headwater.model.error_info import build_error_info
from headwater.model.errors import DagsterInvalidConfigError
from headwater.planning.partition_context import partition_loading_context
from headwater.planning.plan import FromAsset, FromMany, Plan, Source, Step

_MOST_KEYS = 200
_MOST_SEARCHED = 100_000


def answer_launch(
    repository: RepositoryDefinition, instance: DagsterInstance, question: LaunchQuestion
) -> LaunchAnswer:
    """All that a launch pad needs to know. Whatever the user's code raises on the way is told as ``error``."""
    try:
        return _answer(repository, instance, question)
    except Exception as error:  # noqa: BLE001 - told to who asked
        return LaunchAnswer(error=build_error_info(error))


def _answer(
    repository: RepositoryDefinition, instance: DagsterInstance, question: LaunchQuestion
) -> LaunchAnswer:
    job = repository.get_job(question.job_name)
    if question.asset_selection is not None:
        job = select_assets(repository, job, question.asset_selection)
    answer = LaunchAnswer(partitions=_partitions(repository, job, instance, question.partition_search))
    if question.partition is None and not RunPartitions(question.tags, instance).are_there:
        # Until one is chosen, the newest shows what would run.
        newest = (
            _partitions(repository, job, instance, "") if question.partition_search else answer.partitions
        )
        if newest is not None and newest.keys:
            question = msgspec.structs.replace(question, partition=newest.keys[0])
    schema, names = _schema(job), list(top_nodes(job))
    brought = default_run_config(job, names)
    try:
        tags, of_partition = _of_partition(repository, job, instance, question)
    except Exception as error:  # noqa: BLE001 - told beside what else is known
        return msgspec.structs.replace(answer, error=build_error_info(error))
    brought = of_partition or brought
    config = over_default(job, names, question.config) if question.config else brought
    answer = msgspec.structs.replace(answer, config=_plain(brought))
    if question.with_schema:
        answer = msgspec.structs.replace(
            answer, schema=describe_schema(schema), example=_plain(example_config(schema))
        )
    question = msgspec.structs.replace(question, tags=tags)
    return _plan(repository, instance, question, answer, schema, config)


def _of_partition(
    repository: RepositoryDefinition, job: JobDefinition, instance: DagsterInstance, question: LaunchQuestion
) -> tuple[dict[str, str], Any]:
    """The tags of the run's partition, and the config that the job brings for it."""
    return partition_run(
        repository, job, instance, partition_key=question.partition, tags=question.tags, run_config=None
    )


def _plan(
    repository: RepositoryDefinition,
    instance: DagsterInstance,
    question: LaunchQuestion,
    answer: LaunchAnswer,
    schema: Field,
    config: Mapping[str, Any],
) -> LaunchAnswer:
    """``answer`` with the steps that would run, or with all that keeps them from it."""
    findings: dict[tuple[object, ...], ConfigFinding] = {
        each.path: each for each in find_config_errors(schema, config)
    }
    steps: list[PlannedStep] = []
    error = None
    try:
        prepared = prepare_run(
            repository,
            repository.get_job(question.job_name),
            instance,
            run_config=question.config,
            partition_key=question.partition,
            op_selection=question.op_selection,
            asset_selection=question.asset_selection,
            tags=question.tags,
        )
        steps = list(describe_steps(prepared.plan))
    except DagsterInvalidConfigError as invalid:
        for each in invalid.errors:
            if isinstance(each, ConfigFinding):
                findings.setdefault(each.path, each)
    except Exception as raised:  # noqa: BLE001 - told to who asked
        error = build_error_info(raised)
    return msgspec.structs.replace(
        answer,
        findings=list(findings.values()),
        complete=None if findings else _plain(check_config(schema, config, resolve=False)),
        steps=steps,
        error=error,
    )


def _schema(job: JobDefinition) -> Field:
    """What a run of the job can be configured with: by its config mapping, where it has one."""
    if isinstance(job.config, ConfigMapping):
        return job.config.config_schema.as_field()
    return Field.of(run_config_schema(job))


def describe_steps(plan: Plan) -> Iterable[PlannedStep]:
    """The steps of a plan for people: in the order of the plan."""
    for step in plan.steps:
        yield PlannedStep(
            key=step.key,
            after=list(step.after),
            assets=[each.asset_key for each in step.outputs if each.asset_key is not None],
            checks=[each.check_key.name for each in step.outputs if each.check_key is not None],
            loads=list(dict.fromkeys(_stored(step))),
            pool=step.pool,
            is_mapped=step.mapped_over is not None,
        )


def _stored(step: Step) -> Iterable[Any]:
    """The assets whose values this run does not make and the step takes."""
    for each in step.inputs:
        for source in _flat(each.source):
            if isinstance(source, FromAsset) and source.step is None and not each.spec.nothing:
                yield source.key


def _flat(source: Source) -> Iterable[Source]:
    if isinstance(source, FromMany):
        for each in source.sources:
            yield from _flat(each)
    else:
        yield source


def _partitions(
    repository: RepositoryDefinition, job: JobDefinition, instance: DagsterInstance, search: str
) -> JobPartitions | None:
    """The partitions that a run of the job can be of: those of its only partitions definition."""
    definitions = partitions_of_job(repository, job)
    if len(definitions) != 1:
        return None
    definition = definitions[0]
    with partition_loading_context(dynamic_partitions_store=instance):
        count = definition.get_num_partitions()
        if not search:
            keys = list(definition.keys_at(max(0, count - _MOST_KEYS), count))
            return JobPartitions(count=count, keys=[str(each) for each in reversed(keys)])
        looked_at = definition.keys_at(max(0, count - _MOST_SEARCHED), count)
        found = [str(each) for each in reversed(looked_at) if search in str(each)]
    return JobPartitions(count=count, keys=found[:_MOST_KEYS])


def _plain(value: Any) -> Any:
    """``value`` as JSON has it; what JSON does not know, as text."""
    return json.loads(json.dumps(value, default=str))
