"""Resources bound to assets, and specs changed, before they come into definitions."""

from __future__ import annotations

from typing import Any

import pytest

from headwater import (
    AssetSpec,
    ConfigurableResource,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    InitResourceContext,
    SourceAsset,
    asset,
    map_asset_specs,
    materialize,
    multi_asset,
    resource,
    with_resources,
)


class Store(ConfigurableResource):
    name: str


@resource(config_schema={"size": int}, required_resource_keys={"unit"})
def limit(context: InitResourceContext) -> str:
    return f"{context.resource_config['size']} {context.resources.unit}"


@asset(required_resource_keys={"limit"})
def limited(context: Any) -> str:
    return str(context.resources.limit)


@asset
def stored(store: Store) -> str:
    return store.name


def test_each_asset_gets_what_it_needs_and_what_that_needs() -> None:
    given = {"limit": limit, "unit": "kg", "store": Store(name="s"), "other": 3}
    assets: list[Any] = with_resources(
        [limited, stored, SourceAsset("raw")], given, {"limit": {"config": {"size": 4}}}
    )
    assert set(assets[0].resource_defs) == {"limit", "unit"}
    assert set(assets[1].resource_defs) == {"store"}
    result = materialize(assets)
    assert result.output_for_node("limited") == "4 kg"
    assert result.output_for_node("stored") == "s"


def test_a_resource_that_nobody_gives_is_a_fault() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match='"limit" is needed'):
        with_resources([limited], {})


def test_a_resource_is_bound_once() -> None:
    (bound,) = with_resources([stored], {"store": Store(name="s")})
    with pytest.raises(DagsterInvalidInvocationError, match="already has the resource store"):
        with_resources([bound], {"store": Store(name="t")})


@pytest.mark.parametrize(
    ("entry", "error"),
    [({"size": 4}, DagsterInvalidInvocationError), ({"config": {"size": "x"}}, DagsterInvalidConfigError)],
)
def test_config_that_does_not_fit_is_refused(entry: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match="limit"):
        with_resources([limited], {"limit": limit, "unit": "kg"}, {"limit": entry})


def test_one_change_to_many_specs() -> None:
    @multi_asset(specs=[AssetSpec("x"), AssetSpec("y")])
    def several() -> None: ...

    def into_group(spec: AssetSpec) -> AssetSpec:
        return spec.replace_attributes(group_name="raw")

    mapped: list[Any] = map_asset_specs(into_group, [stored, several, AssetSpec("z")])
    specs = [*mapped[0].specs, *mapped[1].specs, mapped[2]]
    assert [(spec.key.to_user_string(), spec.group_name) for spec in specs] == [
        ("stored", "raw"),
        ("x", "raw"),
        ("y", "raw"),
        ("z", "raw"),
    ]
