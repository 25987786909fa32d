"""What every I/O manager must do: a suite of tests to run against one's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from headwater.definitions.dagster_type import resolve_dagster_type
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.model.errors import ValueNotFoundError
from headwater.model.key import AssetKey

UGLY_KEYS: Sequence[tuple[str, ...]] = (
    *(("..", "a"), (".",), ("a/b",), ("a", "b"), ("a|b",), ("/a",), ("a.b",), ("NUL",)),
    *(("größe ☂",), ("x" * 300,), ("a b'\";",)),
)
"""Asset keys that an I/O manager must keep apart, and keep where it keeps its values."""


class IOManagerSuite(ABC):
    """Subclass it in a test module under a name that pytest collects, and say how the manager is made.

    ``values`` are two or more values that differ; ``same`` compares two. ``python_type`` is what an input asks for.
    ``unstorable`` is a value that the manager has to refuse, or :data:`NOTHING`; ``keys`` are those that are tried, and
    ``has_partitions`` and ``has_ops`` say whether partitions and the outputs of ops can be stored.

    >>> class TestMyFiles(IOManagerSuite):
    ...     values = ("one", "two")
    ...     def make(self, tmp_path): return MyFiles(tmp_path)
    """

    NOTHING: Any = object()

    values: Sequence[Any]
    python_type: Any = Any
    unstorable: Any = NOTHING
    keys: Sequence[tuple[str, ...]] = UGLY_KEYS
    has_partitions: bool = True
    has_ops: bool = True

    @abstractmethod
    def make(self, tmp_path: Any) -> Any:
        """The manager. Made again for the same folder, as another process would, it finds what is there."""

    def same(self, one: Any, other: Any) -> bool:
        """Whether a value that came back is the one that was stored."""
        return bool(one == other)

    # -- the contexts --------------------------------------------------------------------------------------

    def output(self, *key: str, partitions: Sequence[str] | None = None) -> OutputContext:
        """The context of storing an asset, or without a key the output of an op."""
        return OutputContext(
            step_key="step",
            name="result",
            run_id="run",
            dagster_type=resolve_dagster_type(self.python_type),
            asset_key=AssetKey(list(key)) if key else None,
            asset_partition_keys=partitions,
        )

    def input(self, *key: str, partitions: Sequence[str] | None = None) -> InputContext:
        """The context of loading it."""
        output = self.output(*key, partitions=partitions)
        return InputContext(
            name="value",
            upstream_output=output,
            dagster_type=output.dagster_type,
            asset_key=AssetKey(list(key)) if key else None,
            asset_partition_keys=partitions,
        )

    # -- the behaviour -------------------------------------------------------------------------------------

    def test_a_value_comes_back_in_another_process(self, tmp_path: Any) -> None:
        self.make(tmp_path).handle_output(self.output("a"), self.values[0])
        assert self.same(self.make(tmp_path).load_input(self.input("a")), self.values[0])

    def test_a_value_replaces_the_one_before(self, tmp_path: Any) -> None:
        manager = self.make(tmp_path)
        for value in self.values:
            manager.handle_output(self.output("a"), value)
            assert self.same(manager.load_input(self.input("a")), value)

    def test_ugly_keys_are_kept_apart(self, tmp_path: Any) -> None:
        manager = self.make(tmp_path)
        kept = {key: self.values[number % len(self.values)] for number, key in enumerate(self.keys)}
        for key, value in kept.items():
            manager.handle_output(self.output(*key), value)
        for key, value in kept.items():
            assert self.same(manager.load_input(self.input(*key)), value), key

    def test_partitions_are_kept_apart_from_each_other_and_from_other_assets(self, tmp_path: Any) -> None:
        if not self.has_partitions:
            return
        manager = self.make(tmp_path)
        one, other = self.values[:2]
        manager.handle_output(self.output("raw", partitions=["x"]), one)
        manager.handle_output(self.output("raw", partitions=["../y"]), other)
        assert self.same(manager.load_input(self.input("raw", partitions=["x"])), one)
        assert self.same(manager.load_input(self.input("raw", partitions=["../y"])), other)

    def test_the_output_of_an_op_comes_back(self, tmp_path: Any) -> None:
        if not self.has_ops:
            return
        manager = self.make(tmp_path)
        manager.handle_output(self.output(), self.values[0])
        assert self.same(manager.load_input(self.input()), self.values[0])

    def test_what_is_missing_is_told_by_name(self, tmp_path: Any) -> None:
        error = _raised(lambda: self.make(tmp_path).load_input(self.input("gone")))
        assert isinstance(error, ValueNotFoundError), "A value that is not stored is a ValueNotFoundError."
        assert "gone" in str(error), "The error does not name the asset."

    def test_a_value_that_is_refused_leaves_the_one_before(self, tmp_path: Any) -> None:
        if self.unstorable is self.NOTHING:
            return
        manager = self.make(tmp_path)
        manager.handle_output(self.output("a"), self.values[0])
        error = _raised(lambda: manager.handle_output(self.output("a"), self.unstorable))
        assert str(error), "A value that cannot be stored was taken, or the error says nothing."
        assert self.same(manager.load_input(self.input("a")), self.values[0])


def _raised(call: Callable[[], object]) -> Exception | str:
    """What a call raises; an empty text where it raises nothing."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - which it may be is for the test to say
        return error
    return ""
