"""One change to the specs of many assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition

T = TypeVar("T", bound=Any)


def map_asset_specs(func: Callable[[AssetSpec], AssetSpec], iterable: Iterable[T]) -> list[T]:
    """The same assets with ``func`` applied to each of their specs; what is no asset stays as it is.

    >>> map_asset_specs(lambda spec: spec.replace_attributes(group_name="raw"), [flights, airports])
    """
    return [_mapped(func, each) for each in iterable]


def _mapped(func: Callable[[AssetSpec], AssetSpec], each: Any) -> Any:
    if isinstance(each, AssetSpec):
        return func(each)
    return each.map_asset_specs(func) if isinstance(each, AssetsDefinition) else each
