"""What I/O managers are told, and what they record."""

from __future__ import annotations

import pytest

from headwater.definitions.io_context import (
    InputContext,
    OutputContext,
    build_input_context,
    build_output_context,
)
from headwater.model.errors import CheckError, DagsterInvariantViolationError
from headwater.model.event import AssetObservation
from headwater.model.key import AssetKey
from headwater.model.metadata import DagsterInvalidMetadata, IntMetadataValue


def test_outputs_are_identified_by_run_and_step_and_assets_by_their_key() -> None:
    output = build_output_context(step_key="step", name="rows", run_id="run", mapping_key="x")
    assert output.get_identifier() == ["run", "step", "rows", "x"]
    assert output.get_output_identifier() == output.get_run_scoped_output_identifier()
    assert build_input_context(upstream_output=output).get_identifier() == ["run", "step", "rows", "x"]
    asset = build_output_context(
        step_key="step", name="result", run_id="run", asset_key=["raw", "flights"], partition_key="2013"
    )
    assert asset.get_asset_identifier() == ["raw", "flights", "2013"]
    assert asset.get_identifier() == ["run", "step", "result"]
    assert build_input_context(asset_key="flights").get_asset_identifier() == ["flights"]
    with pytest.raises(DagsterInvariantViolationError, match="get_asset_identifier"):
        build_input_context(asset_key="flights").get_identifier()


def test_each_label_is_recorded_once() -> None:
    output = build_output_context(name="rows")
    output.add_output_metadata({"rows": 1})
    output.add_output_metadata({"columns": 2})
    assert output.get_logged_metadata() == {"rows": IntMetadataValue(1), "columns": IntMetadataValue(2)}
    with pytest.raises(DagsterInvalidMetadata, match='has metadata "rows" already'):
        output.add_output_metadata({"rows": 3})
    assert set(output.consume_logged_metadata()) == {"rows", "columns"}
    assert output.get_logged_metadata() == {}


def test_metadata_about_loading_an_asset_is_an_observation_of_it() -> None:
    context = build_input_context(asset_key="flights", asset_partition_key="2013")
    context.add_input_metadata({"rows": 1}, description="seen")
    [observation] = context.get_observations()
    assert isinstance(observation, AssetObservation)
    assert (observation.asset_key, observation.partition) == (AssetKey("flights"), "2013")
    assert list(context.consume_events()) == [observation]
    assert list(context.consume_events()) == []
    assert set(context.consume_logged_metadata()) == {"rows"}


def test_what_a_context_does_not_have_is_said() -> None:
    output = build_output_context(name="rows")
    for name in ("asset_key", "step_key", "job_name", "op_def", "step_context", "asset_spec"):
        with pytest.raises(DagsterInvariantViolationError):
            getattr(output, name)
    for name in ("partition_key", "asset_partition_key", "asset_partition_keys", "asset_partitions_def"):
        with pytest.raises(CheckError):
            getattr(output, name)
    assert not any([output.has_asset_key, output.has_partition_key, output.has_asset_partitions])
    assert not build_input_context().has_input_name
    with pytest.raises(DagsterInvariantViolationError, match="loaded for no input"):
        _ = build_input_context().name


def test_several_partitions_have_no_single_key() -> None:
    context = InputContext(name="rows", asset_key=AssetKey("a"), asset_partition_keys=["x", "y"])
    assert list(context.asset_partition_keys) == ["x", "y"]
    with pytest.raises(CheckError, match="covers 2 partitions"):
        _ = context.asset_partition_key


def test_the_metadata_of_the_declaration_has_two_names() -> None:
    declared = {"schema": "raw"}
    assert OutputContext(definition_metadata=declared).metadata == declared
    assert build_output_context(metadata=declared).definition_metadata == declared
    assert build_input_context(metadata=declared).definition_metadata == declared
