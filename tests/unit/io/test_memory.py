"""Values in the memory of the process."""

from __future__ import annotations

import pytest

from headwater.definitions.io_context import InputContext, build_input_context, build_output_context
from headwater.io.memory import InMemoryIOManager, mem_io_manager
from headwater.model.errors import ValueNotFoundError
from headwater.model.key import AssetKey


def test_the_very_object_comes_back() -> None:
    memory = mem_io_manager()
    assert isinstance(memory, InMemoryIOManager)
    value = object()
    memory.handle_output(build_output_context(asset_key=["raw", "flights"]), value)
    assert memory.load_input(build_input_context(asset_key=["raw", "flights"])) is value
    output = build_output_context(step_key="step", name="result", run_id="run")
    memory.handle_output(output, 5)
    assert memory.load_input(build_input_context(upstream_output=output)) == 5


def test_partitions_are_kept_apart_and_come_back_by_key() -> None:
    memory = InMemoryIOManager()
    for number, key in enumerate("xy"):
        memory.handle_output(build_output_context(asset_key="a", asset_partition_key=key), number)
    assert memory.load_input(build_input_context(asset_key="a", asset_partition_key="y")) == 1
    both = InputContext(asset_key=AssetKey("a"), asset_partition_keys=["y", "x"])
    assert memory.load_input(both) == {"y": 1, "x": 0}


def test_what_is_not_there_says_so() -> None:
    with pytest.raises(ValueNotFoundError, match="in the memory of this process"):
        InMemoryIOManager().load_input(build_input_context(asset_key="flights"))
