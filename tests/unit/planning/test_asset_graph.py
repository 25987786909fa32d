"""The asset graph: order, reach, cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headwater.model.key import AssetKey
from headwater.model.manifest import AssetDepSpec, AssetNode
from headwater.planning.asset_graph import AssetGraph


def build(edges: Mapping[str, Sequence[str]], **groups: str) -> AssetGraph:
    """A graph of assets, each with the names of its upstream assets."""
    return AssetGraph(
        AssetNode(
            key=AssetKey(name),
            computation=name,
            deps=[AssetDepSpec(key=AssetKey(each)) for each in deps],
            group_name=groups.get(name, "default"),
        )
        for name, deps in edges.items()
    )


@st.composite
def acyclic(draw: st.DrawFn) -> dict[str, list[str]]:
    """Assets which depend on earlier ones only, declared in any order."""
    names = [f"a{number}" for number in range(draw(st.integers(1, 12)))]
    edges = {
        name: draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        for index, name in enumerate(names)
    }
    return dict(draw(st.permutations(list(edges.items()))))


@given(acyclic())
def test_every_asset_comes_after_what_it_needs(edges: dict[str, list[str]]) -> None:
    graph = build(edges)
    place = {key: index for index, key in enumerate(graph.order)}
    assert set(place) == {AssetKey(name) for name in edges}
    assert all(place[AssetKey(dep)] < place[AssetKey(name)] for name, deps in edges.items() for dep in deps)
    assert graph.find_cycle() is None


@given(acyclic())
def test_upstream_and_downstream_are_each_others_inverse(edges: dict[str, list[str]]) -> None:
    graph = build(edges)
    for one in graph.keys:
        for other in graph.upstream([one]):
            assert one in graph.downstream([other])


def test_depth_bounds_the_reach() -> None:
    graph = build({"a": [], "b": ["a"], "c": ["b"], "d": ["c"]})
    assert graph.upstream([AssetKey("d")], depth=2) == {AssetKey("d"), AssetKey("c"), AssetKey("b")}
    assert graph.downstream([AssetKey("a")], depth=0) == {AssetKey("a")}


def test_roots_and_sinks_are_of_the_chosen_ones() -> None:
    graph = build({"a": [], "b": ["a"], "c": ["b"]})
    chosen = {AssetKey("b"), AssetKey("c")}
    assert graph.roots(chosen) == {AssetKey("b")}
    assert graph.sinks(chosen) == {AssetKey("c")}


@given(st.integers(2, 8), acyclic())
def test_a_cycle_is_told_as_a_path_that_closes(length: int, edges: dict[str, list[str]]) -> None:
    ring = {f"ring{index}": [f"ring{(index + 1) % length}"] for index in range(length)}
    cycle = build({**edges, **ring}).find_cycle()
    assert cycle is not None
    assert cycle[0] == cycle[-1]
    assert {key.to_user_string() for key in cycle} == set(ring)
    names = [key.to_user_string() for key in cycle]
    for upstream, downstream in pairwise(names):
        assert upstream in ring[downstream]
