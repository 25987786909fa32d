"""Events: everything that happens in a run, as it is recorded and shown.

One :class:`Event` serves as the record on disk, as what services and pages read, and, under the names
``DagsterEvent`` and ``EventLogEntry``, as what user code gets.
"""

from __future__ import annotations

import enum
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from headwater.model.error_info import ErrorInfo
from headwater.model.key import AssetCheckKey, AssetKey, CoercibleToAssetKey
from headwater.model.metadata import AnyMetadataValue, build_metadata

Metadata = dict[str, AnyMetadataValue]


class DagsterEventType(str, enum.Enum):
    """What an event says. The values are Dagster's; what is stored is the value."""

    STEP_OUTPUT = "STEP_OUTPUT"
    STEP_INPUT = "STEP_INPUT"
    STEP_FAILURE = "STEP_FAILURE"
    STEP_START = "STEP_START"
    STEP_SUCCESS = "STEP_SUCCESS"
    STEP_SKIPPED = "STEP_SKIPPED"
    STEP_UP_FOR_RETRY = "STEP_UP_FOR_RETRY"
    STEP_RESTARTED = "STEP_RESTARTED"
    STEP_WORKER_STARTING = "STEP_WORKER_STARTING"
    STEP_WORKER_STARTED = "STEP_WORKER_STARTED"
    STEP_EXPECTATION_RESULT = "STEP_EXPECTATION_RESULT"
    RESOURCE_INIT_STARTED = "RESOURCE_INIT_STARTED"
    RESOURCE_INIT_SUCCESS = "RESOURCE_INIT_SUCCESS"
    RESOURCE_INIT_FAILURE = "RESOURCE_INIT_FAILURE"
    ASSET_MATERIALIZATION = "ASSET_MATERIALIZATION"
    ASSET_MATERIALIZATION_PLANNED = "ASSET_MATERIALIZATION_PLANNED"
    ASSET_OBSERVATION = "ASSET_OBSERVATION"
    ASSET_CHECK_EVALUATION = "ASSET_CHECK_EVALUATION"
    ASSET_CHECK_EVALUATION_PLANNED = "ASSET_CHECK_EVALUATION_PLANNED"
    HANDLED_OUTPUT = "HANDLED_OUTPUT"
    LOADED_INPUT = "LOADED_INPUT"
    OBJECT_STORE_OPERATION = "OBJECT_STORE_OPERATION"
    ENGINE_EVENT = "ENGINE_EVENT"
    HOOK_COMPLETED = "HOOK_COMPLETED"
    HOOK_ERRORED = "HOOK_ERRORED"
    HOOK_SKIPPED = "HOOK_SKIPPED"
    LOGS_CAPTURED = "LOGS_CAPTURED"
    RUN_ENQUEUED = "PIPELINE_ENQUEUED"
    RUN_DEQUEUED = "PIPELINE_DEQUEUED"
    RUN_STARTING = "PIPELINE_STARTING"
    RUN_START = "PIPELINE_START"
    RUN_SUCCESS = "PIPELINE_SUCCESS"
    RUN_FAILURE = "PIPELINE_FAILURE"
    RUN_CANCELING = "PIPELINE_CANCELING"
    RUN_CANCELED = "PIPELINE_CANCELED"
    PIPELINE_ENQUEUED = "PIPELINE_ENQUEUED"
    PIPELINE_DEQUEUED = "PIPELINE_DEQUEUED"
    PIPELINE_STARTING = "PIPELINE_STARTING"
    PIPELINE_START = "PIPELINE_START"
    PIPELINE_SUCCESS = "PIPELINE_SUCCESS"
    PIPELINE_FAILURE = "PIPELINE_FAILURE"
    PIPELINE_CANCELING = "PIPELINE_CANCELING"
    PIPELINE_CANCELED = "PIPELINE_CANCELED"
    LOG = "LOG"


EventKind = DagsterEventType


class _AssetReport(msgspec.Struct, frozen=True):
    """What is said of an asset, or of one partition of it."""

    asset_key: AssetKey
    description: str | None = None
    metadata: Metadata = {}
    partition: str | None = None
    tags: dict[str, str] = {}

    if TYPE_CHECKING:

        def __init__(
            self,
            asset_key: CoercibleToAssetKey,
            description: str | None = None,
            metadata: Mapping[str, object] | None = None,
            partition: str | None = None,
            tags: Mapping[str, str] | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        force = msgspec.structs.force_setattr
        if not isinstance(self.asset_key, AssetKey):
            force(self, "asset_key", AssetKey.from_coercible(self.asset_key))
        if self.metadata is None or self.metadata:
            force(self, "metadata", build_metadata(self.metadata))
        if self.tags is None:
            force(self, "tags", {})
        if self.partition is not None and type(self.partition) is not str:
            force(self, "partition", str(self.partition))

    @property
    def label(self) -> str:
        """The key as people read it."""
        return " ".join(self.asset_key.parts)

    @property
    def data_version(self) -> str | None:
        """The data version recorded with it."""
        return self.tags.get("dagster/data_version")


class AssetMaterialization(_AssetReport, frozen=True, tag="materialization"):
    """An asset (or one partition of it) was made.

    >>> AssetMaterialization("flights", metadata={"rows": 3}).metadata["rows"].value
    3
    """

    if TYPE_CHECKING:
        __init__ = _AssetReport.__init__


class AssetObservation(_AssetReport, frozen=True, tag="observation"):
    """An asset was looked at: metadata and data version of what is there, made by somebody else."""

    if TYPE_CHECKING:
        __init__ = _AssetReport.__init__


class AssetCheckSeverity(enum.Enum):
    """How bad a failed check is."""

    WARN = "WARN"
    ERROR = "ERROR"


class AssetCheckEvaluation(msgspec.Struct, frozen=True, kw_only=True, tag="check"):
    """A check of an asset was evaluated."""

    asset_key: AssetKey
    check_name: str
    passed: bool
    metadata: Metadata = {}
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR
    description: str | None = None
    blocking: bool = False
    partition: str | None = None

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.check_name)


class ExpectationResult(msgspec.Struct, frozen=True, tag="expectation"):
    """An expectation stated by an op: it held or it did not."""

    success: bool
    label: str | None = None
    description: str | None = None
    metadata: Metadata = {}

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "metadata", build_metadata(self.metadata))


class TypeCheckData(msgspec.Struct, frozen=True):
    """What the check of a type said."""

    success: bool
    label: str = ""
    description: str | None = None
    metadata: Metadata = {}


class StepOutputData(msgspec.Struct, frozen=True, kw_only=True, tag="output", omit_defaults=True):
    """A step yielded an output."""

    step_key: str
    output_name: str
    mapping_key: str | None = None
    type_check_data: TypeCheckData | None = None
    metadata: Metadata = {}

    @property
    def step_output_handle(self) -> StepOutputData:
        """The output's address: step, name and mapping key."""
        return self


class StepInputData(msgspec.Struct, frozen=True, kw_only=True, tag="input", omit_defaults=True):
    """A step got an input."""

    input_name: str
    type_check_data: TypeCheckData | None = None


class LoadedInputData(msgspec.Struct, frozen=True, kw_only=True, tag="loaded", omit_defaults=True):
    """An I/O manager loaded an input."""

    input_name: str
    manager_key: str
    upstream_output_name: str | None = None
    upstream_step_key: str | None = None
    metadata: Metadata = {}


class HandledOutputData(msgspec.Struct, frozen=True, kw_only=True, tag="stored", omit_defaults=True):
    """An I/O manager stored an output."""

    output_name: str
    manager_key: str
    metadata: Metadata = {}


class StepMaterializationData(msgspec.Struct, frozen=True, kw_only=True, tag="materialized"):
    """A step made an asset."""

    materialization: AssetMaterialization
    asset_lineage: list[AssetKey] = []


class AssetObservationData(msgspec.Struct, frozen=True, kw_only=True, tag="observed"):
    """A step observed an asset."""

    asset_observation: AssetObservation


class AssetPlannedData(msgspec.Struct, frozen=True, kw_only=True, tag="planned"):
    """A run is going to make an asset."""

    asset_key: AssetKey
    partition: str | None = None


class StepExpectationResultData(msgspec.Struct, frozen=True, kw_only=True, tag="expected"):
    """An expectation was evaluated."""

    expectation_result: ExpectationResult


class UserFailureData(msgspec.Struct, frozen=True, kw_only=True):
    """What the user's ``Failure`` said."""

    label: str = "intentional-failure"
    description: str | None = None
    metadata: Metadata = {}


class StepFailureData(msgspec.Struct, frozen=True, kw_only=True, tag="failure", omit_defaults=True):
    """A step failed: the error, and the metadata of a ``Failure``."""

    error: ErrorInfo | None = None
    user_failure_data: UserFailureData | None = None
    error_source: str = "USER_CODE_ERROR"

    @property
    def error_display_string(self) -> str:
        """The error as text."""
        return str(self.error) if self.error else ""


class StepRetryData(msgspec.Struct, frozen=True, kw_only=True, tag="retry", omit_defaults=True):
    """A step failed and will be tried again."""

    error: ErrorInfo | None = None
    seconds_to_wait: float | None = None


class StepSuccessData(msgspec.Struct, frozen=True, kw_only=True, tag="success"):
    """A step succeeded."""

    duration_ms: float


class RunFailureData(msgspec.Struct, frozen=True, kw_only=True, tag="run_failure", omit_defaults=True):
    """A run failed: the error, where there is one beside its steps'."""

    error: ErrorInfo | None = None
    failure_reason: str | None = None


class HookErroredData(msgspec.Struct, frozen=True, kw_only=True, tag="hook_error"):
    """A hook raised."""

    error: ErrorInfo
    hook_name: str = ""


class EngineEventData(msgspec.Struct, frozen=True, tag="engine", omit_defaults=True):
    """Something that the engine itself has to tell."""

    metadata: Metadata = {}
    error: ErrorInfo | None = None
    marker_start: str | None = None
    marker_end: str | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "metadata", build_metadata(self.metadata))


class LogData(msgspec.Struct, frozen=True, kw_only=True, tag="log", omit_defaults=True):
    """A log record written by user code."""

    logger: str = "dagster"
    error: ErrorInfo | None = None
    extra: dict[str, Any] = {}


class SkippedData(msgspec.Struct, frozen=True, kw_only=True, tag="skipped", omit_defaults=True):
    """Why a step was skipped."""

    reason: str = ""


EventData = (
    StepOutputData
    | StepInputData
    | LoadedInputData
    | HandledOutputData
    | StepMaterializationData
    | AssetObservationData
    | AssetPlannedData
    | AssetCheckEvaluation
    | StepExpectationResultData
    | StepFailureData
    | StepRetryData
    | StepSuccessData
    | RunFailureData
    | HookErroredData
    | EngineEventData
    | LogData
    | SkippedData
)

_RUN_EVENTS = frozenset(
    {
        EventKind.RUN_ENQUEUED,
        EventKind.RUN_DEQUEUED,
        EventKind.RUN_STARTING,
        EventKind.RUN_START,
        EventKind.RUN_SUCCESS,
        EventKind.RUN_FAILURE,
        EventKind.RUN_CANCELING,
        EventKind.RUN_CANCELED,
    }
)


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened.

    ``timestamp`` is in seconds since the epoch (UTC); ``level`` is a level of :mod:`logging`.
    """

    kind: EventKind
    run_id: str
    timestamp: float = msgspec.field(default_factory=time.time)
    job_name: str = ""
    step_key: str | None = None
    message: str = ""
    level: int = logging.DEBUG
    data: EventData | None = None

    # -- as DagsterEvent ----------------------------------------------------------------------------------------

    @property
    def event_type(self) -> DagsterEventType:
        """What the event says."""
        return self.kind

    @property
    def event_type_value(self) -> str:
        """What the event says, as stored."""
        return self.kind.value

    @property
    def event_specific_data(self) -> EventData | None:
        """The facts of this kind of event."""
        return self.data

    @property
    def node_name(self) -> str | None:
        """The name of the op or graph at the end of the step's path."""
        return self.step_key.rpartition(".")[2] if self.step_key else None

    @property
    def pipeline_name(self) -> str:
        """The name of the job."""
        return self.job_name

    @property
    def asset_key(self) -> AssetKey | None:
        """The asset that the event is about, if any."""
        data = self.data
        if isinstance(data, StepMaterializationData):
            return data.materialization.asset_key
        if isinstance(data, AssetObservationData):
            return data.asset_observation.asset_key
        if isinstance(data, (AssetPlannedData, AssetCheckEvaluation)):
            return data.asset_key
        return None

    @property
    def partition(self) -> str | None:
        """The partition that the event is about, if any."""
        data = self.data
        if isinstance(data, StepMaterializationData):
            return data.materialization.partition
        if isinstance(data, AssetObservationData):
            return data.asset_observation.partition
        return data.partition if isinstance(data, (AssetPlannedData, AssetCheckEvaluation)) else None

    @property
    def is_step_event(self) -> bool:
        """Whether the event belongs to a step."""
        return self.step_key is not None

    @property
    def is_run_event(self) -> bool:
        """Whether the event is about the run as a whole."""
        return self.kind in _RUN_EVENTS

    @property
    def is_failure(self) -> bool:
        """Whether the event is a failure of a step or of the run."""
        return self.kind in (EventKind.STEP_FAILURE, EventKind.RUN_FAILURE, EventKind.RUN_CANCELED)

    @property
    def is_step_failure(self) -> bool:
        return self.kind is EventKind.STEP_FAILURE

    @property
    def is_step_success(self) -> bool:
        return self.kind is EventKind.STEP_SUCCESS

    @property
    def is_step_start(self) -> bool:
        return self.kind is EventKind.STEP_START

    @property
    def is_step_skipped(self) -> bool:
        return self.kind is EventKind.STEP_SKIPPED

    @property
    def is_step_up_for_retry(self) -> bool:
        return self.kind is EventKind.STEP_UP_FOR_RETRY

    @property
    def is_step_restarted(self) -> bool:
        return self.kind is EventKind.STEP_RESTARTED

    @property
    def is_successful_output(self) -> bool:
        return self.kind is EventKind.STEP_OUTPUT

    @property
    def is_step_materialization(self) -> bool:
        return self.kind is EventKind.ASSET_MATERIALIZATION

    @property
    def is_asset_observation(self) -> bool:
        return self.kind is EventKind.ASSET_OBSERVATION

    @property
    def is_expectation_result(self) -> bool:
        return self.kind is EventKind.STEP_EXPECTATION_RESULT

    @property
    def is_handled_output(self) -> bool:
        return self.kind is EventKind.HANDLED_OUTPUT

    @property
    def is_loaded_input(self) -> bool:
        return self.kind is EventKind.LOADED_INPUT

    @property
    def is_hook_event(self) -> bool:
        return self.kind in (EventKind.HOOK_COMPLETED, EventKind.HOOK_ERRORED, EventKind.HOOK_SKIPPED)

    @property
    def is_engine_event(self) -> bool:
        return self.kind is EventKind.ENGINE_EVENT

    @property
    def is_resource_init_failure(self) -> bool:
        return self.kind is EventKind.RESOURCE_INIT_FAILURE

    def _data_as(self, type_: type, name: str) -> Any:
        if not isinstance(self.data, type_):
            raise AttributeError(f"A {self.kind.value} event has no {name}.")
        return self.data

    @property
    def materialization(self) -> AssetMaterialization:
        """The materialisation which this event records."""
        return self._data_as(StepMaterializationData, "materialization").materialization  # type: ignore[no-any-return]

    @property
    def step_materialization_data(self) -> StepMaterializationData:
        return self._data_as(StepMaterializationData, "step_materialization_data")  # type: ignore[no-any-return]

    @property
    def asset_observation_data(self) -> AssetObservationData:
        return self._data_as(AssetObservationData, "asset_observation_data")  # type: ignore[no-any-return]

    @property
    def asset_check_evaluation_data(self) -> AssetCheckEvaluation:
        return self._data_as(AssetCheckEvaluation, "asset_check_evaluation_data")  # type: ignore[no-any-return]

    @property
    def step_output_data(self) -> StepOutputData:
        return self._data_as(StepOutputData, "step_output_data")  # type: ignore[no-any-return]

    @property
    def step_input_data(self) -> StepInputData:
        return self._data_as(StepInputData, "step_input_data")  # type: ignore[no-any-return]

    @property
    def step_failure_data(self) -> StepFailureData:
        return self._data_as(StepFailureData, "step_failure_data")  # type: ignore[no-any-return]

    @property
    def step_retry_data(self) -> StepRetryData:
        return self._data_as(StepRetryData, "step_retry_data")  # type: ignore[no-any-return]

    @property
    def step_success_data(self) -> StepSuccessData:
        return self._data_as(StepSuccessData, "step_success_data")  # type: ignore[no-any-return]

    @property
    def step_expectation_result_data(self) -> StepExpectationResultData:
        return self._data_as(StepExpectationResultData, "step_expectation_result_data")  # type: ignore[no-any-return]

    @property
    def handled_output_data(self) -> HandledOutputData:
        return self._data_as(HandledOutputData, "handled_output_data")  # type: ignore[no-any-return]

    @property
    def loaded_input_data(self) -> LoadedInputData:
        return self._data_as(LoadedInputData, "loaded_input_data")  # type: ignore[no-any-return]

    @property
    def job_failure_data(self) -> RunFailureData:
        return self._data_as(RunFailureData, "job_failure_data")  # type: ignore[no-any-return]

    @property
    def engine_event_data(self) -> EngineEventData:
        return self._data_as(EngineEventData, "engine_event_data")  # type: ignore[no-any-return]

    # -- as EventLogEntry ---------------------------------------------------------------------------------------

    @property
    def is_dagster_event(self) -> bool:
        """Whether the engine wrote it (``False``: a log line of user code)."""
        return self.kind is not EventKind.LOG

    @property
    def dagster_event(self) -> Event | None:
        """The event itself; ``None`` for a log line of user code."""
        return self if self.kind is not EventKind.LOG else None

    def get_dagster_event(self) -> Event:
        """The event itself; raises for a log line of user code."""
        if self.kind is EventKind.LOG:
            raise AttributeError("A log line has no dagster_event.")
        return self

    @property
    def dagster_event_type(self) -> DagsterEventType | None:
        return self.kind if self.kind is not EventKind.LOG else None

    @property
    def user_message(self) -> str:
        """The message as written."""
        return self.message

    @property
    def error_info(self) -> ErrorInfo | None:
        """The error of a failure, if any."""
        return getattr(self.data, "error", None)

    @property
    def asset_materialization(self) -> AssetMaterialization | None:
        """The materialisation which this event records, if it does."""
        return self.data.materialization if isinstance(self.data, StepMaterializationData) else None

    @property
    def asset_observation(self) -> AssetObservation | None:
        """The observation which this event records, if it does."""
        return self.data.asset_observation if isinstance(self.data, AssetObservationData) else None

    @property
    def asset_check_evaluation(self) -> AssetCheckEvaluation | None:
        """The check evaluation which this event records, if it does."""
        return self.data if isinstance(self.data, AssetCheckEvaluation) else None


class EventLogRecord(msgspec.Struct, frozen=True):
    """An event as stored: with its number in the log (ascending, never reused)."""

    storage_id: int
    event_log_entry: Event

    @property
    def event(self) -> Event:
        """The event."""
        return self.event_log_entry

    @property
    def run_id(self) -> str:
        return self.event_log_entry.run_id

    @property
    def timestamp(self) -> float:
        """Seconds since the epoch, UTC."""
        return self.event_log_entry.timestamp

    @property
    def asset_key(self) -> AssetKey | None:
        return self.event_log_entry.asset_key

    @property
    def partition_key(self) -> str | None:
        return self.event_log_entry.partition

    @property
    def asset_materialization(self) -> AssetMaterialization | None:
        return self.event_log_entry.asset_materialization

    @property
    def asset_observation(self) -> AssetObservation | None:
        return self.event_log_entry.asset_observation


class EventRecordsFilter(msgspec.Struct, frozen=True):
    """Which events to list. Everything that is given must hold."""

    event_type: DagsterEventType | None = None
    asset_key: AssetKey | None = None
    asset_partitions: Sequence[str] | None = None
    after_cursor: int | Any | None = None
    before_cursor: int | Any | None = None
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    storage_ids: Sequence[int] | None = None
    tags: Mapping[str, str | list[str]] | None = None


def new_run_id() -> str:
    """A new, unique id of a run."""
    return str(uuid.uuid4())


# One event under the names of Dagster's two: what happened, and its entry in the log.
DagsterEvent = Event
EventLogEntry = Event
