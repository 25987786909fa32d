"""What an asset is, apart from the function that makes it: key, dependencies, group, metadata, owners, tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.definitions.output import NO_VALUE, Out
from headwater.model.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from headwater.model.key import (
    AssetCheckKey,
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)
from headwater.model.nothing import NO_ENTRIES, NO_ITEMS

_GROUP = re.compile(r"^[A-Za-z0-9_]+$")
_KIND_TAG = "dagster/kind/"
DEFAULT_GROUP = "default"


def check_group_name(name: str | None) -> str | None:
    """``name`` itself, if a group can have it: letters, digits and underscores."""
    if name is not None and not _GROUP.match(name):
        raise DagsterInvalidDefinitionError(
            f'"{name}" cannot name a group of assets: use letters, digits and underscores only.'
        )
    return name


_TAG_PART = re.compile(r"^[A-Za-z0-9_.-]{1,63}$")


def check_tags(tags: Mapping[str, str] | None, what: str) -> dict[str, str]:
    """``tags`` itself, if each name is one or two parts (``a/b``) of letters, digits, ``_``, ``-`` and ``.``."""
    for name, value in (tags or {}).items():
        parts = name.split("/") if isinstance(name, str) else []
        if (not 1 <= len(parts) <= 2 and not name.startswith("dagster/")) or not all(
            _TAG_PART.match(part) for part in parts
        ):
            raise DagsterInvalidDefinitionError(
                f'{what}: "{name}" cannot name a tag: use letters, digits, "_", "-" and ".", at most 63 of them, and at '
                "most one /."
            )
        if not isinstance(value, str):
            raise DagsterInvalidDefinitionError(
                f'{what}: the tag "{name}" has the value {value!r}, which is no string.'
            )
    return dict(tags or {})


def kind_tags(kinds: Iterable[str] | None) -> dict[str, str]:
    """Kinds as the tags by which they travel."""
    return {f"{_KIND_TAG}{kind}": "" for kind in kinds or ()}


def check_owners(owners: Sequence[str] | None, what: str) -> list[str]:
    """``owners`` itself, if each is an e-mail address or ``team:name``."""
    for owner in owners or ():
        if "@" not in owner and not owner.startswith("team:"):
            raise DagsterInvalidDefinitionError(
                f'{what}: "{owner}" is not an owner. Give an e-mail address, or a team as "team:name".'
            )
    return list(owners or ())


class AssetDep:
    """A dependency on an asset, with the partitions of it that are needed."""

    __slots__ = ("asset_key", "partition_mapping", "metadata")

    def __init__(
        self,
        asset: CoercibleToAssetKey,
        *,
        partition_mapping: Any = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(asset, (list, tuple)) and not all(isinstance(part, str) for part in asset):
            raise DagsterInvalidDefinitionError(f"{asset!r} does not name an asset to depend on.")
        keys = getattr(asset, "keys", None)
        if (
            not isinstance(asset, AssetKey)
            and keys is not None
            and not callable(keys)
            and len(list(keys)) > 1
        ):
            raise DagsterInvalidDefinitionError(
                f"{asset!r} makes several assets; name the ones you depend on, e.g. deps=[AssetKey(...)]."
            )
        self.asset_key = AssetKey.from_coercible(asset)
        self.partition_mapping = partition_mapping
        self.metadata: Mapping[str, Any] = metadata or NO_ENTRIES

    @staticmethod
    def from_coercible(arg: Any) -> AssetDep:
        """A dependency from whatever names an asset."""
        return arg if isinstance(arg, AssetDep) else AssetDep(arg)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetDep)
            and self.asset_key == other.asset_key
            and self.partition_mapping == other.partition_mapping
        )

    def __hash__(self) -> int:
        return hash(self.asset_key)

    def __repr__(self) -> str:
        return f"AssetDep({self.asset_key!r})"


def build_deps(deps: Iterable[Any] | None) -> list[AssetDep]:
    """Dependencies from whatever names assets; a definition of several assets means all of them."""
    made: dict[AssetKey, AssetDep] = {}
    for dep in deps or ():
        keys = getattr(dep, "keys", None)
        several = (
            [AssetDep(key) for key in sorted(keys)]
            if not isinstance(dep, (AssetKey, AssetDep)) and keys is not None and not callable(keys)
            else [AssetDep.from_coercible(dep)]
        )
        for each in several:
            known = made.get(each.asset_key)
            if known is not None and known != each:
                raise DagsterInvariantViolationError(
                    f"{each.asset_key.to_user_string()} is named twice among deps, with different partition mappings."
                )
            made[each.asset_key] = each
    return list(made.values())


class AssetSpec:
    """The declaration of an asset without a function: for external assets, and for what a multi-asset makes.

    >>> AssetSpec("flights", group_name="raw").key
    AssetKey(['flights'])
    """

    __slots__ = (
        "key",
        "deps",
        "description",
        "metadata",
        "skippable",
        "group_name",
        "code_version",
        "freshness_policy",
        "automation_condition",
        "owners",
        "tags",
        "partitions_def",
        "auto_materialize_policy",
        "is_virtual",
    )

    def __init__(
        self,
        key: CoercibleToAssetKey,
        *,
        deps: Iterable[Any] | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        skippable: bool = False,
        group_name: str | None = None,
        code_version: str | None = None,
        freshness_policy: Any = None,
        automation_condition: Any = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
        partitions_def: Any = None,
        is_virtual: bool = False,
        auto_materialize_policy: Any = None,
        legacy_freshness_policy: Any = None,
    ) -> None:
        self.key = AssetKey.from_coercible(key)
        self.is_virtual = is_virtual
        self.deps = build_deps(deps)
        self.description = description
        self.metadata: Mapping[str, Any] = metadata or NO_ENTRIES
        self.skippable = skippable
        self.group_name = check_group_name(group_name)
        self.code_version = code_version
        self.freshness_policy = freshness_policy or legacy_freshness_policy
        self.automation_condition = automation_condition
        self.auto_materialize_policy = auto_materialize_policy
        self.owners: Sequence[str] = check_owners(owners, self.key.to_user_string()) if owners else NO_ITEMS
        self.tags: Mapping[str, str] = (
            {**check_tags(tags, self.key.to_user_string()), **kind_tags(kinds)}
            if tags or kinds
            else NO_ENTRIES
        )
        self.partitions_def = partitions_def

    @property
    def kinds(self) -> set[str]:
        """What the asset is made with or of (``duckdb``, ``python``), for people."""
        return {tag.removeprefix(_KIND_TAG) for tag in self.tags if tag.startswith(_KIND_TAG)}

    def replace_attributes(self, **changes: Any) -> AssetSpec:
        """The same spec with some attributes changed."""
        arguments: dict[str, Any] = {
            "key": self.key,
            "deps": self.deps,
            "description": self.description,
            "metadata": self.metadata,
            "skippable": self.skippable,
            "group_name": self.group_name,
            "code_version": self.code_version,
            "freshness_policy": self.freshness_policy,
            "automation_condition": self.automation_condition,
            "owners": self.owners,
            "tags": self.tags,
            "partitions_def": self.partitions_def,
            "auto_materialize_policy": self.auto_materialize_policy,
            "is_virtual": self.is_virtual,
        }
        if "kinds" in changes and "tags" not in changes:
            arguments["tags"] = {
                tag: value for tag, value in self.tags.items() if not tag.startswith(_KIND_TAG)
            }
        return AssetSpec(**{**arguments, **changes})

    def merge_attributes(
        self,
        *,
        deps: Iterable[Any] = (),
        metadata: Mapping[str, Any] | None = None,
        owners: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] = (),
    ) -> AssetSpec:
        """The same spec with dependencies, metadata, owners, tags and kinds added."""
        return self.replace_attributes(
            deps=[*self.deps, *build_deps(deps)],
            metadata={**self.metadata, **(metadata or {})},
            owners=[*self.owners, *owners],
            tags={**self.tags, **(tags or {}), **kind_tags(kinds)},
        )

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """The same spec, stored and loaded by another I/O manager."""
        return self.merge_attributes(metadata={IO_MANAGER_KEY: io_manager_key})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetSpec) and all(
            getattr(self, n) == getattr(other, n) for n in self.__slots__
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"AssetSpec({self.key.to_user_string()!r})"


IO_MANAGER_KEY = "dagster/io_manager_key"
"""The metadata by which a spec names its I/O manager."""


class AssetIn:
    """How an asset takes the value of another: which one, and which I/O manager loads it."""

    __slots__ = ("key", "metadata", "key_prefix", "input_manager_key", "partition_mapping", "dagster_type")

    def __init__(
        self,
        key: CoercibleToAssetKey | None = None,
        metadata: Mapping[str, Any] | None = None,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        input_manager_key: str | None = None,
        partition_mapping: Any = None,
        dagster_type: Any = NO_VALUE,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise DagsterInvalidDefinitionError("AssetIn takes a key or a key_prefix, not both.")
        self.key = AssetKey.from_coercible(key) if key is not None else None
        self.metadata = metadata
        self.key_prefix = key_prefix_parts(key_prefix) if key_prefix is not None else None
        self.input_manager_key = input_manager_key
        self.partition_mapping = partition_mapping
        self.dagster_type = dagster_type

    @staticmethod
    def from_coercible(arg: Any) -> AssetIn:
        """An AssetIn from a key, or itself."""
        return arg if isinstance(arg, AssetIn) else AssetIn(key=arg)


class AssetOut:
    """One of the assets that a multi-asset makes."""

    __slots__ = (
        "key",
        "key_prefix",
        "out",
        "spec_arguments",
        "is_required",
        "io_manager_key",
        "backfill_policy",
    )

    def __init__(
        self,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        key: CoercibleToAssetKey | None = None,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        is_required: bool = True,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        code_version: str | None = None,
        freshness_policy: Any = None,
        automation_condition: Any = None,
        backfill_policy: Any = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Iterable[str] | None = None,
        is_virtual: bool = False,
        auto_materialize_policy: Any = None,
        legacy_freshness_policy: Any = None,
    ) -> None:
        if key is not None and key_prefix is not None:
            raise DagsterInvalidDefinitionError("AssetOut takes a key or a key_prefix, not both.")
        self.key = AssetKey.from_coercible(key) if key is not None else None
        self.key_prefix = key_prefix_parts(key_prefix)
        self.is_required = is_required
        self.io_manager_key = io_manager_key
        self.backfill_policy = backfill_policy
        self.out = Out(dagster_type, description, is_required, io_manager_key, metadata, code_version)
        self.spec_arguments: dict[str, Any] = {
            "description": description,
            "metadata": metadata,
            "group_name": group_name,
            "code_version": code_version,
            "freshness_policy": freshness_policy or legacy_freshness_policy,
            "automation_condition": automation_condition,
            "auto_materialize_policy": auto_materialize_policy,
            "owners": owners,
            "tags": tags,
            "kinds": kinds,
            "is_virtual": is_virtual or None,
        }

    @property
    def description(self) -> str | None:
        """The description of the asset; None without one."""
        return self.spec_arguments["description"]  # type: ignore[no-any-return]

    @property
    def group_name(self) -> str | None:
        """The group of the asset; None without one."""
        return self.spec_arguments["group_name"]  # type: ignore[no-any-return]

    @property
    def code_version(self) -> str | None:
        """The version of the code that makes it; None without one."""
        return self.spec_arguments["code_version"]  # type: ignore[no-any-return]

    @property
    def metadata(self) -> Mapping[str, Any] | None:
        """The metadata of the asset; None without any."""
        return self.spec_arguments["metadata"]  # type: ignore[no-any-return]

    @property
    def owners(self) -> Sequence[str] | None:
        """The owners of the asset; None without any."""
        return self.spec_arguments["owners"]  # type: ignore[no-any-return]

    @property
    def tags(self) -> Mapping[str, str] | None:
        """The tags of the asset; None without any."""
        return self.spec_arguments["tags"]  # type: ignore[no-any-return]

    @property
    def automation_condition(self) -> Any:
        """When the asset is made by itself; None where it is not."""
        return self.spec_arguments["automation_condition"]

    @property
    def freshness_policy(self) -> Any:
        """How fresh the asset is to be; None where nobody says."""
        return self.spec_arguments["freshness_policy"]

    def key_for(self, output_name: str) -> AssetKey:
        """The asset that the output of that name makes."""
        return self.key if self.key is not None else AssetKey((*self.key_prefix, output_name))

    def to_spec(self, output_name: str, **extra: Any) -> AssetSpec:
        """The spec of the asset that the output of that name makes."""
        given = {name: value for name, value in self.spec_arguments.items() if value is not None}
        return AssetSpec(self.key_for(output_name), skippable=not self.is_required, **{**extra, **given})

    @staticmethod
    def from_spec(
        spec: AssetSpec, dagster_type: Any = NO_VALUE, io_manager_key: str | None = None
    ) -> AssetOut:
        """An AssetOut that says what ``spec`` says."""
        return AssetOut(
            key=spec.key,
            dagster_type=dagster_type,
            description=spec.description,
            metadata=spec.metadata,
            is_required=not spec.skippable,
            io_manager_key=io_manager_key,
            group_name=spec.group_name,
            code_version=spec.code_version,
            automation_condition=spec.automation_condition,
            freshness_policy=spec.freshness_policy,
            auto_materialize_policy=spec.auto_materialize_policy,
            is_virtual=spec.is_virtual,
            owners=spec.owners,
            tags=spec.tags,
        )


class AssetCheckSpec:
    """The declaration of a check without a function: for checks that the asset's own function evaluates."""

    __slots__ = (
        "name",
        "asset_key",
        "description",
        "additional_deps",
        "blocking",
        "metadata",
        "automation_condition",
        "partitions_def",
    )

    def __init__(
        self,
        name: str,
        *,
        asset: CoercibleToAssetKey,
        description: str | None = None,
        additional_deps: Iterable[Any] | None = None,
        blocking: bool = False,
        metadata: Mapping[str, Any] | None = None,
        automation_condition: Any = None,
        partitions_def: Any = None,
    ) -> None:
        self.name = name
        self.partitions_def = partitions_def
        self.asset_key = AssetKey.from_coercible(asset)
        self.description = description
        self.additional_deps = build_deps(additional_deps)
        self.blocking = blocking
        self.metadata: Mapping[str, Any] = metadata or {}
        self.automation_condition = automation_condition

    @property
    def key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        """The name of the output by which the check is reported."""
        return f"{self.asset_key.to_python_identifier()}_{self.name}"

    def __repr__(self) -> str:
        return f"AssetCheckSpec({self.key.to_user_string()!r})"
