"""What the process of a code location is asked about its code and the values that it stores, and what it answers."""

from __future__ import annotations

from typing import Any

import msgspec

from headwater.model.config_finding import ConfigFinding
from headwater.model.error_info import ErrorInfo
from headwater.model.key import AssetKey
from headwater.model.tick import TickAnswer, TickRequest


class LaunchQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="launch"):
    """How can this be launched: a job, or some assets of it; is ``config`` right, and what would run?

    ``with_schema``: answer with what config can hold, too. ``partition_search`` keeps the partitions whose key contains it.
    """

    job_name: str
    asset_selection: list[AssetKey] | None = None
    op_selection: list[str] | None = None
    config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    partition: str | None = None
    partition_search: str = ""
    with_schema: bool = False

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return f"The look at {self.job_name}"


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step as it would run: ``assets`` are those that it makes, ``loads`` those whose stored values it takes."""

    key: str
    after: list[str] = []
    assets: list[AssetKey] = []
    checks: list[str] = []
    loads: list[AssetKey] = []
    pool: str | None = None
    is_mapped: bool = False


class JobPartitions(msgspec.Struct, frozen=True, kw_only=True):
    """The partitions that a run can be of: how many there are, and the newest ``keys`` that fit the search."""

    count: int
    keys: list[str]


class LaunchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="launch"):
    """``schema`` describes the run config; ``config`` is what the job itself brings, ``example`` what is needed at least,
    ``complete`` the given one with all defaults. ``error`` is what keeps it from being planned beside its config."""

    schema: dict[str, Any] | None = None
    config: dict[str, Any] = {}
    example: Any = None
    complete: Any = None
    findings: list[ConfigFinding] = []
    steps: list[PlannedStep] = []
    partitions: JobPartitions | None = None
    error: ErrorInfo | None = None


class ValueQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="value"):
    """What is stored as this asset (a partition, or an earlier version of it)? The first rows of it."""

    key: AssetKey
    partition: str | None = None
    version: str | None = None
    rows: int = 20

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return f'Loading the stored value of "{self.key.to_user_string()}"'


class ValueAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="value"):
    """The beginning of a value: a table (``columns`` and ``rows`` of texts) or ``text``.

    ``row_count`` is the size of the whole where it is known, ``is_cut`` tells that there is more than is shown.
    """

    type_name: str = ""
    columns: list[str] = []
    column_types: list[str] = []
    rows: list[list[str]] = []
    row_count: int | None = None
    text: str = ""
    is_cut: bool = False
    error: ErrorInfo | None = None


class VersionsQuestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="versions"):
    """Which versions of an asset are kept; how two of them (``before``, ``after``) differ; ``publish`` one again."""

    key: AssetKey
    partition: str | None = None
    before: str | None = None
    after: str | None = None
    publish: str | None = None
    sample: int = 10

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return f'The look at the versions of "{self.key.to_user_string()}"'


class KeptVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a stored value; ``stored_at`` in seconds since the epoch."""

    version_id: str
    stored_at: float
    is_current: bool
    run_id: str | None = None
    size_bytes: int | None = None


class VersionDiff(msgspec.Struct, frozen=True, kw_only=True):
    """How two versions differ: how many of ``unit`` (rows, lines, entries, values) each has and the other has not."""

    unit: str
    before: int
    after: int
    removed: int
    added: int
    removed_sample: list[str] = []
    added_sample: list[str] = []
    missing_columns: dict[str, str] = {}
    new_columns: dict[str, str] = {}
    changed_columns: dict[str, tuple[str, str]] = {}


class VersionsAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="versions"):
    """What is kept, newest first; the difference where it was asked for; ``error`` is what kept it from being told."""

    versions: list[KeptVersion] = []
    diff: VersionDiff | None = None
    published: str | None = None
    error: ErrorInfo | None = None


CodeQuestion = LaunchQuestion | ValueQuestion | VersionsQuestion
Question = TickRequest | CodeQuestion
Answer = TickAnswer | LaunchAnswer | ValueAnswer | VersionsAnswer
