"""Definitions that contradict each other: every fault is told at once, with its place and its mend."""

from __future__ import annotations

import pickle
from typing import Any
from unittest.mock import MagicMock

import pytest

import headwater as hw


@hw.asset
def orders() -> list[int]:
    return [1]


@hw.asset(required_resource_keys={"mail"})
def letters(oders: list[int]) -> None:
    return None


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError) as raised:
        hw.Definitions(assets=[orders, letters]).get_repository_def()
    text = str(raised.value)
    assert "2 things are wrong" in text
    assert 'takes the value of "oders" by its parameter "oders"' in text
    assert "Did you mean orders" in text
    assert 'needs the resource "mail"' in text
    assert "test_faults_at_load.py:" in text


def test_a_duplicate_names_both_places() -> None:
    @hw.asset(name="orders")
    def again() -> int:
        return 2

    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r'"orders" is declared twice.*\.py:\d+.*\.py:\d+'
    ):
        hw.Definitions(assets=[orders, again]).get_repository_def()


def test_a_cycle_is_told_as_a_path() -> None:
    @hw.asset(deps=["second"])
    def first() -> None: ...

    @hw.asset(deps=["first"])
    def second() -> None: ...

    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match=r"in a circle: (first -> second -> first|second -> first)"
    ):
        hw.Definitions(assets=[first, second]).get_repository_def()


def test_what_is_no_asset_is_named() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="got 5, which is none of assets"):
        hw.Definitions(assets=[5])


# -- edges ------------------------------------------------------------------------------------------------------


@hw.asset
def price() -> str:
    return "3"


@hw.asset
def doubled(price: int) -> int:
    return 2 * price


def load(*assets: Any, **named: Any) -> None:
    hw.Definitions(assets=assets, **named).get_repository_def()


def test_an_edge_whose_types_cannot_match_names_both_ends() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError) as raised:
        load(price, doubled)
    text = str(raised.value)
    assert 'Asset "doubled" takes "price" as int by its parameter "price"' in text
    assert "made as str" in text
    assert text.count("test_faults_at_load.py:") == 2
    assert "Change one of the two annotations" in text


def test_an_io_manager_of_ones_own_may_load_another_type() -> None:
    class Texts(hw.ConfigurableIOManager):
        def handle_output(self, context: hw.OutputContext, obj: object) -> None: ...

        def load_input(self, context: hw.InputContext) -> int:
            return 3

    load(price, doubled, resources={"io_manager": Texts()})


def test_files_that_keep_objects_are_checked_and_others_are_not() -> None:
    files = hw.FilesystemIOManager(base_dir="data")
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="made as str"):
        load(price, doubled, resources={"io_manager": files})
    load(price, doubled, resources={"io_manager": hw.FilesystemIOManager(base_dir="data", format="auto")})


def test_an_input_manager_and_partitions_are_left_alone() -> None:
    @hw.asset(ins={"price": hw.AssetIn(input_manager_key="reader")})
    def read(price: int) -> int:
        return price

    @hw.input_manager
    def reader() -> int:
        return 3

    load(price, read, resources={"reader": reader})


# -- resources --------------------------------------------------------------------------------------------------


class Store(hw.ConfigurableResource):
    path: str

    def read(self, name: str) -> str:
        return name


class Clock(hw.ConfigurableResource):
    zone: str = "UTC"


class Drawer(Store):
    path: str = "drawer"


class FakeStore:
    path = "nowhere"

    def read(self, name: str) -> str:
        return "fake"


@hw.asset
def letters_of(store: Store) -> str:
    return store.read("letters")


def test_a_resource_of_another_class_is_told_with_what_it_lacks() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError) as raised:
        load(letters_of, resources={"store": Clock()})
    text = str(raised.value)
    assert 'Asset "letters_of" takes the resource "store" as a Store' in text
    assert "a Clock is provided, which has no" in text
    assert "test_faults_at_load.py:" in text


@pytest.mark.parametrize(
    "store",
    [
        Store(path="x"),
        Drawer(),
        FakeStore(),
        MagicMock(),
        Store.configure_at_launch(),
        hw.ResourceDefinition(lambda _: 1),
    ],
    ids=["itself", "a subclass", "a fake with all names", "a mock", "partial", "a function"],
)
def test_what_may_stand_for_a_resource_is_let_through(store: Any) -> None:
    load(letters_of, resources={"store": store})


def test_the_ops_of_jobs_are_asked_as_well() -> None:
    @hw.op
    def post(store: Store) -> None: ...

    @hw.job
    def nightly() -> None:
        post()

    with pytest.raises(
        hw.DagsterInvalidDefinitionError, match='Op "post" of job "nightly" takes the resource'
    ):
        hw.Definitions(jobs=[nightly], resources={"store": Clock()}).get_repository_def()


# -- all at once ------------------------------------------------------------------------------------------------


def test_faults_of_every_kind_are_told_together() -> None:
    @hw.asset(name="orders")
    def again() -> int:
        return 2

    @hw.asset(deps=["second"])
    def first() -> None: ...

    @hw.asset(deps=["first"])
    def second() -> None: ...

    nobody = hw.define_asset_job("nobody", selection="nobdy")
    with pytest.raises(hw.DagsterInvalidDefinitionError) as raised:
        hw.Definitions(
            assets=[orders, again, letters, first, second, price, doubled, letters_of],
            jobs=[nobody, hw.define_asset_job("nobody", "orders")],
            resources={"store": Clock()},
        ).get_repository_def()
    found = [type(fault) for fault in raised.value.faults]
    assert len(found) == 8
    assert hw.DagsterInvalidSubsetError in found
    for part in ("twice", "circle", "oders", "mail", "as int", "Clock", "nobdy", "Two different jobs"):
        assert part in str(raised.value)
    again_there = pickle.loads(pickle.dumps(raised.value))
    assert (str(again_there), len(again_there.faults)) == (str(raised.value), 8)


def test_a_fault_that_is_alone_keeps_its_class() -> None:
    with pytest.raises(hw.DagsterInvalidSubsetError):
        load(orders, jobs=[hw.define_asset_job("nobody", selection="nobdy")])


def test_nodes_of_a_graph_that_cannot_agree_are_named_with_both_places() -> None:
    @hw.op
    def count() -> int:
        return 1

    @hw.op
    def shout(words: list[str]) -> None: ...

    @hw.graph
    def inner() -> None:
        shout(count())

    @hw.job
    def outer() -> None:
        inner()

    with pytest.raises(
        hw.DagsterInvalidDefinitionError,
        match=r'Graph "inner": "shout" takes its input "words" as list\[str\] \(.*\.py:\d+\), but the output "result" '
        r'of "count" is made as int \(.*\.py:\d+\)',
    ):
        hw.Definitions(jobs=[outer]).get_repository_def()


def test_nodes_of_a_graph_may_differ_where_a_list_is_gathered_or_another_manager_stores() -> None:
    class Words(hw.IOManager):
        def handle_output(self, context: hw.OutputContext, obj: object) -> None: ...

        def load_input(self, context: hw.InputContext) -> list[str]:
            return ["one"]

    @hw.op
    def count() -> int:
        return 1

    @hw.op(out=hw.Out(int, io_manager_key="words"))
    def kept() -> int:
        return 1

    @hw.op
    def add(numbers: list[int]) -> float:
        return sum(numbers)

    @hw.op
    def shout(words: list[str]) -> None: ...

    @hw.job
    def both() -> None:
        add([count(), count.alias("again")()])
        shout(kept())

    hw.Definitions(jobs=[both], resources={"words": Words()}).get_repository_def()
