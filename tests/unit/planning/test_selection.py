"""Selections: algebra, steps along the graph, and the text form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.model.errors import DagsterInvalidAssetSelectionError, DagsterInvalidSubsetError
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.selection import AssetSelection
from tests.unit.planning.test_asset_graph import build

GRAPH = build(
    {"raw": [], "clean": ["raw"], "report": ["clean"], "alone": []}, raw="in", clean="in", report="out"
)
NAMES = ("raw", "clean", "report", "alone")


def names(selection: AssetSelection | str, graph: AssetGraph = GRAPH) -> set[str]:
    """The names of what is selected."""
    found = AssetSelection.from_coercible(selection).resolve(graph)
    return {key.to_user_string() for key in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", set(NAMES)),
        ("raw", {"raw"}),
        ("raw*", {"raw", "clean", "report"}),
        ("*report", {"raw", "clean", "report"}),
        ("raw+", {"raw", "clean"}),
        ("++report", {"raw", "clean", "report"}),
        ("group:in", {"raw", "clean"}),
        ("group:in and not key:raw", {"clean"}),
        ('key:"report" or key:alone', {"report", "alone"}),
        ('+key:"report"', {"raw", "clean", "report"}),
        ('1+key:"report"', {"clean", "report"}),
        ('key:"r*"', {"raw", "report"}),
        ("not (group:in or alone)", {"report"}),
        ("roots(group:in)", {"raw"}),
        ("sinks(*)", {"report", "alone"}),
    ],
)
def test_text_selects(text: str, expected: set[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize("text", ["", "(raw", "raw or", "key:", "raw raw", "group=in"])
def test_text_that_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DagsterInvalidAssetSelectionError, match="Examples"):
        names(text)


def test_what_nothing_can_be_selected_by_is_told_with_what_can() -> None:
    with pytest.raises(
        DagsterInvalidAssetSelectionError, match=r"selected by 'grup'; it can by .*group, tag"
    ):
        names("grup:in")


def test_a_name_that_is_not_there_is_told_with_near_ones() -> None:
    with pytest.raises(DagsterInvalidSubsetError, match=r"reprt is no asset here\. Did you mean report"):
        names("reprt")


leaves = st.sampled_from(["raw", "clean", "report", "alone", "group:in", "group:out", "*", '+key:"report"'])
selections = st.recursive(
    leaves.map(AssetSelection.from_string),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        inner.map(lambda one: one.upstream()),
        inner.map(lambda one: one.downstream()),
    ),
    max_leaves=6,
)


@given(selections, selections)
def test_operators_are_those_of_sets(one: AssetSelection, other: AssetSelection) -> None:
    assert names(one | other) == names(one) | names(other)
    assert names(one & other) == names(one) & names(other)
    assert names(one - other) == names(one) - names(other)


@given(selections)
def test_the_text_of_a_selection_selects_the_same(selection: AssetSelection) -> None:
    assert names(str(selection)) == names(selection)
