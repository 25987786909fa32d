"""How many runs may be at work at once, as the settings of a project or of a Dagster instance say."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from headwater.definitions.yaml_text import load_yaml
from headwater.hosting.pyproject import read_table
from headwater.instance.settings import FOLDER
from headwater.model.errors import DagsterInvariantViolationError
from headwater.services.run_queue import MOST_RUNS, TagLimit

DAGSTER_FILE = "dagster.yaml"
UNLIMITED = -1
_QUEUED = "QueuedRunCoordinator"
_AT_ONCE = "DefaultRunCoordinator"
_Shape = TypeVar("_Shape")


class RunLimits(msgspec.Struct, frozen=True, kw_only=True):
    """``most_runs`` at once (-1: as many as there are, 0: none begins), and ``tag_limits`` beside that.

    >>> RunLimits(most_runs=2).tag_limits
    []
    """

    most_runs: int = MOST_RUNS
    tag_limits: Sequence[TagLimit] = []


# -- what the files may say --------------------------------------------------------------------------------------


class _FromEnvironment(msgspec.Struct, forbid_unknown_fields=True):
    env: str


class _EachValue(msgspec.Struct, forbid_unknown_fields=True):
    apply_limit_per_unique_value: bool = msgspec.field(name="applyLimitPerUniqueValue")


class _Tag(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    limit: Annotated[int, msgspec.Meta(ge=0)]
    value: str | _EachValue | None = None

    def build_limit(self) -> TagLimit:
        if isinstance(self.value, _EachValue):
            return TagLimit(key=self.key, limit=self.limit, per_value=self.value.apply_limit_per_unique_value)
        return TagLimit(key=self.key, limit=self.limit, value=self.value)


class _Runs(msgspec.Struct, forbid_unknown_fields=True):
    max_concurrent_runs: Annotated[int, msgspec.Meta(ge=UNLIMITED)] | _FromEnvironment | None = None
    tag_concurrency_limits: list[_Tag] | None = None


class _Queue(_Runs, forbid_unknown_fields=True):
    """The rest says how Dagster's daemon goes about it. There is none here, so it is read and means nothing."""

    block_op_concurrency_limited_runs: Any = None
    dequeue_interval_seconds: Any = None
    dequeue_num_workers: Any = None
    dequeue_use_threads: Any = None
    max_user_code_failure_retries: Any = None
    user_code_failure_retry_delay: Any = None


class _Concurrency(msgspec.Struct):
    runs: _Runs | None = None


class _Coordinator(msgspec.Struct):
    class_name: str = msgspec.field(name="class")
    config: dict[str, Any] | None = None


class _Table(msgspec.Struct):
    """The part of ``[tool.headwater]`` that is about runs."""

    concurrency: _Concurrency | None = None


class _DagsterFile(msgspec.Struct):
    """The parts of a ``dagster.yaml`` that are about runs: of today, of before, and of the beginning."""

    concurrency: _Concurrency | None = None
    run_queue: _Queue | None = None
    run_coordinator: _Coordinator | None = None


# -- reading them ------------------------------------------------------------------------------------------------


def load_run_limits(
    home: Path, project: Path | None = None, environment: Mapping[str, str] | None = None
) -> RunLimits:
    """The limits of the history in ``home`` and the project in the folder ``project``.

    They stand in ``[tool.headwater.concurrency.runs]``; where that is not, in a ``dagster.yaml`` in ``home``, beside a
    ``home`` called ``.headwater`` (in ``DAGSTER_HOME``, that is), or in ``project``. Without any: ten runs at once.
    Raises :class:`DagsterInvariantViolationError`, naming the file and the entry, for what cannot be a limit.
    """
    variables = os.environ if environment is None else environment
    table = read_table(project) if project is not None else None
    if table is not None:
        said = _shaped(table.content, _Table, table.place).concurrency
        if said is not None and said.runs is not None:
            return _limits([said.runs], table.place, variables)
    beside = [home.parent] if home.name == FOLDER else []
    for folder in (home, *beside, *([project] if project is not None else [])):
        if (folder / DAGSTER_FILE).is_file():
            return _read_dagster_file(folder / DAGSTER_FILE, variables)
    return RunLimits()


def _read_dagster_file(path: Path, variables: Mapping[str, str]) -> RunLimits:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DagsterInvariantViolationError(f"{path} cannot be read: {error}.") from error
    said = _shaped(load_yaml(text, str(path)) or {}, _DagsterFile, str(path))
    parts: list[_Runs | None] = [said.concurrency.runs if said.concurrency else None, said.run_queue]
    if said.run_coordinator is not None:
        parts.append(_read_coordinator(said.run_coordinator, path))
    return _limits([each for each in parts if each is not None], str(path), variables)


def _read_coordinator(coordinator: _Coordinator, path: Path) -> _Runs:
    """What a run coordinator says: the one that queues has limits, the one that does not has none."""
    if coordinator.class_name == _AT_ONCE:
        return _Runs(max_concurrent_runs=UNLIMITED)
    if coordinator.class_name != _QUEUED:
        raise DagsterInvariantViolationError(
            f"{path} names the run coordinator {coordinator.class_name}, which is not Headwater's. Say the limits of runs "
            "in [tool.headwater.concurrency.runs] of the project's pyproject.toml; they count before this file."
        )
    return _shaped(coordinator.config or {}, _Queue, f"{path}, run_coordinator.config")


def _shaped(content: object, shape: type[_Shape], place: str) -> _Shape:
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        raise DagsterInvariantViolationError(f"{place}: {error}") from error


def _limits(parts: Sequence[_Runs], place: str, variables: Mapping[str, str]) -> RunLimits:
    """One set of limits of all the places in a file that say some. Two that say the same contradict each other."""
    numbers = [_read_number(each.max_concurrent_runs, variables, place) for each in parts]
    most = _only(numbers, "max_concurrent_runs", place)
    tags = _only([each.tag_concurrency_limits for each in parts], "tag_concurrency_limits", place)
    return RunLimits(
        most_runs=MOST_RUNS if most is None else most,
        tag_limits=[each.build_limit() for each in tags or ()],
    )


def _only(values: Sequence[_Shape | None], key: str, place: str) -> _Shape | None:
    said = [each for each in values if each is not None]
    if len(said) > 1:
        raise DagsterInvariantViolationError(
            f"{place} says {key} {len(said)} times. Leave it under concurrency: runs:."
        )
    return said[0] if said else None


def _read_number(said: int | _FromEnvironment | None, variables: Mapping[str, str], place: str) -> int | None:
    """The number that is said, or that the environment variable has which is named in its place."""
    if not isinstance(said, _FromEnvironment):
        return said
    name, text = said.env, variables.get(said.env)
    try:
        number = int(text) if text is not None else None
    except ValueError:
        number = None
    if number is None or number < UNLIMITED:
        found = "is not set" if text is None else f'is "{text}"'
        raise DagsterInvariantViolationError(
            f"{place} takes max_concurrent_runs from the environment variable {name}, which {found}. Set it to a whole "
            "number; -1 means no limit."
        )
    return number
