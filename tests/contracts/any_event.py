"""Events of every kind with facts of every kind, for hypothesis."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from headwater.model import event as events
from headwater.model import metadata as values
from headwater.model.code_reference import CodeReference, LocalFileCodeReference, UrlCodeReference
from headwater.model.error_info import ErrorInfo, Frame
from headwater.model.event import Event, EventData, EventKind
from headwater.model.key import AssetKey
from headwater.model.metadata import AnyMetadataValue
from headwater.model.table import TableColumn, TableColumnDep, TableColumnLineage, TableRecord, TableSchema

text = st.text(max_size=8)
names = st.text(min_size=1, max_size=6)
keys = st.lists(text, min_size=1, max_size=3).map(AssetKey)
partitions = st.none() | text
tags = st.dictionaries(text, text, max_size=2)
numbers = st.integers(-(2**63), 2**63 - 1)
reals = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | reals | text
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
schemas = st.builds(
    TableSchema,
    columns=st.lists(st.builds(TableColumn, name=text, type=text, description=partitions), max_size=2),
)

_code_references: st.SearchStrategy[CodeReference] = st.one_of(
    st.builds(LocalFileCodeReference, file_path=text, line_number=st.none() | numbers, label=partitions),
    st.builds(UrlCodeReference, url=text, label=partitions),
)

_METADATA: dict[type, st.SearchStrategy[Any]] = {
    values.TextMetadataValue: st.builds(values.TextMetadataValue, text),
    values.UrlMetadataValue: st.builds(values.UrlMetadataValue, text),
    values.PathMetadataValue: st.builds(values.PathMetadataValue, text),
    values.NotebookMetadataValue: st.builds(values.NotebookMetadataValue, text),
    values.JsonMetadataValue: st.builds(values.JsonMetadataValue, json_values),
    values.MarkdownMetadataValue: st.builds(values.MarkdownMetadataValue, text),
    values.PythonArtifactMetadataValue: st.builds(values.PythonArtifactMetadataValue, text, text),
    values.FloatMetadataValue: st.builds(values.FloatMetadataValue, st.floats(allow_nan=False)),
    values.IntMetadataValue: st.builds(values.IntMetadataValue, numbers),
    values.BoolMetadataValue: st.builds(values.BoolMetadataValue, st.booleans()),
    values.TimestampMetadataValue: st.builds(values.TimestampMetadataValue, reals),
    values.DagsterRunMetadataValue: st.builds(values.DagsterRunMetadataValue, text),
    values.DagsterAssetMetadataValue: st.builds(values.DagsterAssetMetadataValue, keys),
    values.DagsterJobMetadataValue: st.builds(values.DagsterJobMetadataValue, text, text, partitions),
    values.NullMetadataValue: st.builds(values.NullMetadataValue),
    values.TableMetadataValue: st.builds(
        values.TableMetadataValue,
        st.lists(st.builds(TableRecord, st.dictionaries(text, scalars, max_size=2)), max_size=2),
        schemas,
    ),
    values.TableSchemaMetadataValue: st.builds(values.TableSchemaMetadataValue, schemas),
    values.TableColumnLineageMetadataValue: st.builds(
        values.TableColumnLineageMetadataValue,
        st.builds(
            TableColumnLineage,
            st.dictionaries(text, st.lists(st.builds(TableColumnDep, keys, text), max_size=2), max_size=2),
        ),
    ),
    values.CodeReferencesMetadataValue: st.builds(
        values.CodeReferencesMetadataValue, st.lists(_code_references, max_size=2)
    ),
    values.PoolMetadataValue: st.builds(values.PoolMetadataValue, text),
}
metadata = st.dictionaries(text, st.one_of(*_METADATA.values()), max_size=3)

errors = st.builds(
    ErrorInfo,
    cls_name=text,
    message=text,
    frames=st.lists(st.builds(Frame, text, st.integers(0, 9999), text, text), max_size=2),
    cause=st.none() | st.builds(ErrorInfo, cls_name=text, message=text),
)
type_checks = st.none() | st.builds(
    events.TypeCheckData, success=st.booleans(), label=text, description=partitions, metadata=metadata
)
_said: dict[str, st.SearchStrategy[Any]] = {
    "asset_key": keys,
    "description": partitions,
    "metadata": metadata,
    "partition": partitions,
    "tags": tags,
}
_expectations = st.builds(
    events.ExpectationResult,
    success=st.booleans(),
    label=partitions,
    description=partitions,
    metadata=metadata,
)
_failures = st.builds(events.UserFailureData, label=text, description=partitions, metadata=metadata)

DATA: dict[type, st.SearchStrategy[Any]] = {
    events.StepOutputData: st.builds(
        events.StepOutputData,
        step_key=text,
        output_name=text,
        mapping_key=partitions,
        type_check_data=type_checks,
        metadata=metadata,
    ),
    events.StepInputData: st.builds(events.StepInputData, input_name=text, type_check_data=type_checks),
    events.LoadedInputData: st.builds(
        events.LoadedInputData,
        input_name=text,
        manager_key=text,
        upstream_output_name=partitions,
        upstream_step_key=partitions,
        metadata=metadata,
    ),
    events.HandledOutputData: st.builds(
        events.HandledOutputData, output_name=text, manager_key=text, metadata=metadata
    ),
    events.StepMaterializationData: st.builds(
        events.StepMaterializationData,
        materialization=st.builds(events.AssetMaterialization, **_said),
        asset_lineage=st.lists(keys, max_size=2),
    ),
    events.AssetObservationData: st.builds(
        events.AssetObservationData, asset_observation=st.builds(events.AssetObservation, **_said)
    ),
    events.AssetPlannedData: st.builds(events.AssetPlannedData, asset_key=keys, partition=partitions),
    events.AssetCheckEvaluation: st.builds(
        events.AssetCheckEvaluation,
        asset_key=keys,
        check_name=text,
        passed=st.booleans(),
        metadata=metadata,
        severity=st.sampled_from(events.AssetCheckSeverity),
        description=partitions,
        blocking=st.booleans(),
        partition=partitions,
    ),
    events.StepExpectationResultData: st.builds(
        events.StepExpectationResultData, expectation_result=_expectations
    ),
    events.StepFailureData: st.builds(
        events.StepFailureData,
        error=st.none() | errors,
        user_failure_data=st.none() | _failures,
        error_source=text,
    ),
    events.StepRetryData: st.builds(
        events.StepRetryData, error=st.none() | errors, seconds_to_wait=st.none() | reals
    ),
    events.StepSuccessData: st.builds(events.StepSuccessData, duration_ms=reals),
    events.RunFailureData: st.builds(
        events.RunFailureData, error=st.none() | errors, failure_reason=partitions
    ),
    events.HookErroredData: st.builds(events.HookErroredData, error=errors, hook_name=text),
    events.EngineEventData: st.builds(
        events.EngineEventData,
        metadata=metadata,
        error=st.none() | errors,
        marker_start=partitions,
        marker_end=partitions,
    ),
    events.LogData: st.builds(
        events.LogData,
        logger=text,
        error=st.none() | errors,
        extra=st.dictionaries(text, json_values, max_size=2),
    ),
    events.SkippedData: st.builds(events.SkippedData, reason=text),
}

_KIND_OF_DATA: dict[type, list[EventKind]] = {
    events.StepMaterializationData: [EventKind.ASSET_MATERIALIZATION],
    events.AssetObservationData: [EventKind.ASSET_OBSERVATION],
    events.AssetPlannedData: [EventKind.ASSET_MATERIALIZATION_PLANNED],
    events.AssetCheckEvaluation: [EventKind.ASSET_CHECK_EVALUATION],
}


def missing_kinds() -> set[type]:
    """Facts and metadata values for which there is no strategy here: none, or the suite has a hole."""
    return {*get_args(EventData), *get_args(AnyMetadataValue)} - {*DATA, *_METADATA}


def events_with(data_type: type) -> st.SearchStrategy[Event]:
    """Events which carry facts of this type."""
    kinds = _KIND_OF_DATA.get(data_type, list(EventKind))
    return st.builds(
        Event,
        kind=st.sampled_from(kinds),
        run_id=text,
        timestamp=reals,
        job_name=text,
        step_key=partitions,
        message=text,
        level=st.integers(0, 50),
        data=DATA[data_type],
    )
