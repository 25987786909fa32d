"""An asset as its I/O manager is asked about it when definitions load: can it be stored, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey


@dataclass(frozen=True, kw_only=True)
class StoredAsset:
    """What an I/O manager needs to know of an asset to say how it stores it.

    A manager (or the resource that makes it) which has a method ``describe_storage(asset)`` is asked for each of its
    assets: it returns facts in words (``{"format": "parquet", "path": "data/flights.parquet"}``), which
    ``headwater asset show`` prints, and raises ``DagsterInvalidDefinitionError`` for what it cannot store.
    Two assets of one manager with the same ``path`` are refused.
    """

    key: AssetKey
    group_name: str
    metadata: Mapping[str, Any]
    annotation: Any
    partitioned: bool


def describe_storage(resource: Any, definition: Any, key: AssetKey) -> dict[str, str]:
    """What the I/O manager says of an asset of ``definition``; nothing where it does not say."""
    describe = getattr(resource, "describe_storage", None)
    if describe is None:
        return {}
    spec = definition.specs_by_key[key]
    metadata, annotation = spec.metadata, Any
    if definition.node_def is not None:
        out = definition.node_def.output_dict[definition.get_output_name_for_asset_key(key)]
        metadata, annotation = out.metadata or metadata, out.dagster_type.typing_type
        if out.dagster_type.is_nothing:
            return {}
    asset = StoredAsset(
        key=key,
        group_name=spec.group_name or "default",
        metadata=metadata,
        annotation=annotation,
        partitioned=(spec.partitions_def or definition.partitions_def) is not None,
    )
    told: dict[str, str] = describe(asset)
    return told


def find_storage_faults(definitions: Iterable[Any], resources: Mapping[str, Any]) -> list[str]:
    """Assets that their I/O managers cannot store, and those which would share one place."""
    faults: list[str] = []
    taken: dict[tuple[int, str], AssetKey] = {}
    for definition in definitions:
        for key in definition.specs_by_key:
            resource = resources.get(definition.io_manager_key_of(key))
            try:
                path = describe_storage(resource, definition, key).get("path")
            except DagsterInvalidDefinitionError as error:
                faults.append(str(error))
                continue
            other = taken.setdefault((id(resource), path), key) if path is not None else key
            if other != key:
                faults.append(
                    f'The assets "{other.to_user_string()}" and "{key.to_user_string()}" would both be stored at {path}. '
                    "Give one of them another path."
                )
    return faults
