"""Find the assets of modules and packages."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from headwater.definitions.asset_check import AssetChecksDefinition
from headwater.definitions.asset_spec import DEFAULT_GROUP, AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.source_asset import SourceAsset
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


def find_modules_in_package(package: ModuleType) -> Iterator[ModuleType]:
    """A package and every module below it, imported, sorted by name."""
    yield package
    for info in sorted(
        pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda each: each.name
    ):
        yield importlib.import_module(info.name)


def _found(module: ModuleType, kinds: tuple[type, ...]) -> Iterator[Any]:
    for value in vars(module).values():
        if isinstance(value, kinds):
            yield value
        elif isinstance(value, list) and value and all(isinstance(each, kinds) for each in value):
            yield from value


def _collect(modules: Iterable[ModuleType], include_specs: bool) -> list[Any]:
    kinds: tuple[type, ...] = (AssetsDefinition, SourceAsset)
    if include_specs:
        kinds = (*kinds, AssetSpec)
    unique: dict[int, tuple[Any, str]] = {}
    for module in modules:
        for each in _found(module, kinds):
            if not isinstance(each, AssetChecksDefinition):
                unique.setdefault(id(each), (each, module.__name__))
    by_key: dict[AssetKey, str] = {}
    for each, module_name in unique.values():
        keys = each.keys if isinstance(each, AssetsDefinition) else [each.key]
        for key in keys:
            if key in by_key and isinstance(each, AssetsDefinition):
                raise DagsterInvalidDefinitionError(
                    f'Asset "{key.to_user_string()}" is declared twice: in {by_key[key]} and in {module_name}.'
                )
            by_key[key] = module_name
    return [each for each, _ in unique.values()]


def _prefixed(
    assets: Sequence[Any],
    *,
    group_name: str | None,
    key_prefix: CoercibleToAssetKeyPrefix | None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    **attributes: Any,
) -> list[Any]:
    """Put assets below a prefix and into a group; references among them follow."""
    renamed: dict[AssetKey, AssetKey] = {}
    for each in assets:
        if isinstance(each, AssetsDefinition) and key_prefix is not None:
            renamed.update({key: key.with_prefix(key_prefix_parts(key_prefix)) for key in each.specs_by_key})
        elif isinstance(each, SourceAsset) and source_key_prefix is not None:
            renamed[each.key] = each.key.with_prefix(key_prefix_parts(source_key_prefix))
    given = {name: value for name, value in attributes.items() if value is not None}
    made: list[Any] = []
    for each in assets:
        if isinstance(each, AssetsDefinition):
            changed = each.with_keys(renamed) if renamed else each
            if group_name is not None:
                for spec in changed.specs_by_key.values():
                    if spec.group_name not in (None, DEFAULT_GROUP, group_name):
                        raise DagsterInvalidDefinitionError(
                            f'Asset "{spec.key.to_user_string()}" is in the group "{spec.group_name}" and is loaded '
                            f'into "{group_name}". Remove one of the two.'
                        )
                given["group_name"] = group_name
            backfill_policy = given.pop("backfill_policy", None)
            if given:
                changed = changed.with_attributes(**given)
            made.append(
                changed.copy(backfill_policy=backfill_policy) if backfill_policy is not None else changed
            )
            if backfill_policy is not None:
                given["backfill_policy"] = backfill_policy
        elif isinstance(each, SourceAsset):
            if each.key in renamed or group_name is not None:
                each = each.with_attributes(key=renamed.get(each.key), group_name=group_name)
            made.append(each)
        else:
            made.append(each if group_name is None else each.replace_attributes(group_name=group_name))
    return made


def load_assets_from_modules(
    modules: Iterable[ModuleType],
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    *,
    freshness_policy: Any = None,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    include_specs: bool = False,
    auto_materialize_policy: Any = None,
    legacy_freshness_policy: Any = None,
) -> list[Any]:
    """The assets that the modules define, in order; optionally in a group and below a key prefix.

    Raises :class:`DagsterInvalidDefinitionError` when a key is declared in two places.
    """
    return _prefixed(
        _collect(modules, include_specs),
        group_name=group_name,
        key_prefix=key_prefix,
        source_key_prefix=source_key_prefix,
        freshness_policy=freshness_policy or legacy_freshness_policy,
        automation_condition=automation_condition,
        auto_materialize_policy=auto_materialize_policy,
        backfill_policy=backfill_policy,
    )


def _caller_module() -> ModuleType:
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame is not None and frame.f_back is not None else None
    name = caller.f_globals["__name__"] if caller is not None else "__main__"
    module = sys.modules.get(name)
    if module is not None:
        return module
    made = ModuleType(name)
    made.__dict__.update(caller.f_globals if caller is not None else {})
    return made


def load_assets_from_current_module(
    group_name: str | None = None, key_prefix: CoercibleToAssetKeyPrefix | None = None, **arguments: Any
) -> list[Any]:
    """The assets that the calling module has defined so far."""
    return load_assets_from_modules([_caller_module()], group_name, key_prefix, **arguments)


def load_assets_from_package_module(
    package_module: ModuleType,
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    **arguments: Any,
) -> list[Any]:
    """The assets that a package and all modules below it define."""
    return load_assets_from_modules(
        find_modules_in_package(package_module), group_name, key_prefix, **arguments
    )


def load_assets_from_package_name(
    package_name: str,
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    **arguments: Any,
) -> list[Any]:
    """The assets that the package of that name and all modules below it define."""
    return load_assets_from_package_module(
        importlib.import_module(package_name), group_name, key_prefix, **arguments
    )


def load_asset_checks_from_modules(modules: Iterable[ModuleType], asset_key_prefix: Any = None) -> list[Any]:
    """The checks that the modules define, of assets below ``asset_key_prefix`` if it is given."""
    unique = {id(each): each for module in modules for each in _found(module, (AssetChecksDefinition,))}
    if asset_key_prefix is None:
        return list(unique.values())
    prefix = key_prefix_parts(asset_key_prefix)
    return [
        each.with_keys({spec.asset_key: spec.asset_key.with_prefix(prefix) for spec in each.check_specs})
        for each in unique.values()
    ]


def load_asset_checks_from_current_module(asset_key_prefix: Any = None) -> list[Any]:
    """The checks that the calling module has defined so far."""
    return load_asset_checks_from_modules([_caller_module()], asset_key_prefix)


def load_asset_checks_from_package_module(
    package_module: ModuleType, asset_key_prefix: Any = None
) -> list[Any]:
    """The checks that a package and all modules below it define."""
    return load_asset_checks_from_modules(find_modules_in_package(package_module), asset_key_prefix)


def load_asset_checks_from_package_name(package_name: str, asset_key_prefix: Any = None) -> list[Any]:
    """The checks that the package of that name and all modules below it define."""
    return load_asset_checks_from_package_module(importlib.import_module(package_name), asset_key_prefix)
