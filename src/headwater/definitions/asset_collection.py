"""The assets of a code location before they are checked: gathered, their inputs and their computations named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.observation import assets_of_source
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey


def collect_assets(given: Iterable[Any]) -> list[AssetsDefinition]:
    """Everything that declares assets, as definitions, each once. Raises for what declares none."""
    assets: list[AssetsDefinition] = []
    for each in given:
        if isinstance(each, AssetsDefinition):
            assets.append(each)
        elif isinstance(each, SourceAsset):
            assets.append(assets_of_source(each))
        elif isinstance(each, AssetSpec):
            assets.append(AssetsDefinition(specs=[each]))
        elif isinstance(each, (list, tuple)):
            assets += collect_assets(each)
        elif hasattr(each, "compute_cacheable_data") or hasattr(each, "build_definitions"):
            assets += collect_assets(each.build_definitions(each.compute_cacheable_data()))
        else:
            raise DagsterInvalidDefinitionError(
                f"{each!r} is not an asset. Give functions decorated with @asset, SourceAssets or AssetSpecs."
            )
    return list({id(each): each for each in assets}.values())


def resolve_names(assets: list[AssetsDefinition]) -> list[AssetsDefinition]:
    """Let a parameter of one part mean the asset of that name beside it: in its folder, or alone in its group.

    As in Dagster: only where no asset has the parameter's own key.
    """
    known = {key for each in assets for key in each.specs_by_key}
    unknown = any(key not in known for each in assets for key in each.keys_by_input_name.values())
    if not unknown:
        return assets
    groups: dict[tuple[str, str], list[AssetKey]] = {}
    for each in assets:
        for spec in each.specs_by_key.values():
            groups.setdefault((spec.key.parts[-1], spec.group_name or "default"), []).append(spec.key)
    return [_resolve_one(each, known, groups) for each in assets]


def _resolve_one(
    definition: AssetsDefinition,
    known: set[AssetKey],
    groups: Mapping[tuple[str, str], list[AssetKey]],
) -> AssetsDefinition:
    renamed: dict[AssetKey, AssetKey] = {}
    own = next(iter(definition.specs_by_key.values()), None)
    for key in definition.keys_by_input_name.values():
        if key in known or len(key.parts) != 1 or own is None:
            continue
        beside = AssetKey((*own.key.parts[:-1], key.parts[0]))
        candidates = groups.get((key.parts[0], own.group_name or "default"), [])
        if beside in known and beside != own.key:
            renamed[key] = beside
        elif len(candidates) == 1 and candidates[0] not in definition.specs_by_key:
            renamed[key] = candidates[0]
    return definition.with_keys(renamed) if renamed else definition


def name_computations(assets: Iterable[AssetsDefinition]) -> dict[str, AssetsDefinition]:
    """Each op or graph under a name of its own; a second of the same name gets ``_2``."""
    named: dict[str, AssetsDefinition] = {}
    for each in assets:
        if each.node_def is None:
            continue
        name, number = each.node_def.name, 1
        while name in named:
            number += 1
            name = f"{each.node_def.name}_{number}"
        named[name] = each
    return named
