"""How and where one asset is stored as a file: the options that a manager, a pattern or the asset itself gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pydantic

from headwater.definitions.config import Config
from headwater.definitions.stored_version import VersionLimits
from headwater.io.asset_pattern import first_fit
from headwater.io.compression import ENDINGS
from headwater.io.file_format import FORMATS, FileFormat, format_for, resolve_format
from headwater.io.location import encode_part, key_parts
from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("key", "name", "prefix", "partition", "extension")


class FileOptions(Config):
    """How values are stored as files. What is not given is left to the next in line: asset, pattern, manager.

    ``format``: one of pickle, parquet, arrow, csv, jsonl, json, text, bytes; ``auto`` goes by the annotation.
    ``compression``: gzip, and what the format itself knows (zstd, snappy, lz4, ...).
    ``path``: where below the root, e.g. ``exports/{key}/date={partition}{extension}``. Placeholders are ``{key}``,
    ``{name}`` (its last part), ``{prefix}`` (the others), ``{partition}`` or ``{partition.DIMENSION}`` and
    ``{extension}``.
    ``versions``: how many of the latest values of an asset, or of each of its partitions, stay for
    ``headwater asset rollback``, the current one among them: 2 where nothing is said, 0 for none. ``versions_days``:
    after how many days earlier ones go. Local files only.

    Raises ``DagsterInvalidDefinitionError`` at once for what cannot be meant.

    >>> @asset(metadata={"io": FileOptions(format="csv", compression="gzip")})
    ... def report() -> pandas.DataFrame: ...
    """

    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(extra="forbid")

    format: str | None = None
    compression: str | None = None
    path: str | None = None
    versions: int | None = None
    versions_days: float | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, given: Any) -> Any:
        unknown = sorted(set(given) - set(cls.model_fields)) if isinstance(given, Mapping) else []
        if unknown:
            raise DagsterInvalidDefinitionError(
                f"FileOptions take {', '.join(cls.model_fields)}, and no {', '.join(unknown)}."
            )
        return given

    @pydantic.model_validator(mode="after")
    def _check(self) -> FileOptions:
        if self.format not in (None, "auto"):
            resolve_format(str(self.format))
        if self.path is not None:
            _check_path(self.path)
        if self.versions is not None and self.versions < 0:
            raise DagsterInvalidDefinitionError(
                f"FileOptions with versions={self.versions}: give how many values to keep, or 0 for none but the current."
            )
        if self.versions_days is not None and not self.versions_days > 0:
            raise DagsterInvalidDefinitionError(
                f"FileOptions with versions_days={self.versions_days}: give after how many days earlier values go, or "
                "versions=0 to keep none."
            )
        return self

    def over(self, other: FileOptions) -> FileOptions:
        """These options, with those of ``other`` where nothing is said."""
        if self.format is self.compression is self.path is None and self.limits is None:
            return other  # nearly always: every store and load comes through here, and a check costs
        says_versions = self.limits is not None
        return FileOptions(
            format=self.format or other.format,
            compression=self.compression or other.compression,
            path=self.path or other.path,
            versions=(self if says_versions else other).versions,
            versions_days=(self if says_versions else other).versions_days,
        )

    @property
    def limits(self) -> VersionLimits | None:
        """Which versions stay; None where nothing is said."""
        if self.versions is None and self.versions_days is None:
            return None
        return VersionLimits(count=self.versions, days=self.versions_days)


_NONE = FileOptions()


@dataclass(frozen=True)
class FilePlan:
    """How the values of one asset or output are stored: its format, compression and path, and which versions stay."""

    format: FileFormat
    compression: str | None
    path: str | None
    limits: VersionLimits | None = None

    @property
    def extension(self) -> str:
        """What its files' names end with."""
        outer = ENDINGS.get(self.compression or "", "")
        inner = getattr(self.format, "own_codecs", ())
        return self.format.extension + (outer if self.compression not in inner else "")

    def fill(self, key: AssetKey, partition: str | None) -> str:
        """The path of an asset, or of one of its partitions, where the options say it."""
        dimensions: Mapping[str, str] = getattr(partition, "keys_by_dimension", {})

        def fill_one(found: re.Match[str]) -> str:
            name, _, dimension = found[1].partition(".")
            match name:
                case "key":
                    return "/".join(map(encode_part, key.parts))
                case "name":
                    return encode_part(key.parts[-1])
                case "prefix":
                    return "/".join(map(encode_part, key.parts[:-1]))
                case "extension":
                    return self.extension
            if dimension:
                return encode_part(dimensions[dimension])
            return "/".join(encode_part(each) for each in key_parts((), partition))

        return _PLACEHOLDER.sub(fill_one, self.path or "").replace("//", "/").lstrip("/")


def build_plan(options: FileOptions, annotation: Any, what: str) -> FilePlan:
    """What options mean for values of an annotation. Raises :class:`DagsterInvalidDefinitionError`."""
    form = resolve_format(format_for(annotation) if options.format in (None, "auto") else str(options.format))
    if options.compression is not None and options.compression not in {*form.codecs, "gzip"}:
        raise DagsterInvalidDefinitionError(
            f"{what} is to be stored as {form.name}, compressed with {options.compression}. {form.name} takes "
            f"{', '.join(dict.fromkeys([*form.codecs, 'gzip']))}."
        )
    if annotation not in (Any, None) and not form.takes(annotation):
        raise DagsterInvalidDefinitionError(
            f"{what} is to be stored as {form.name}, but its values are {_shown(annotation)}. Annotate another type, or "
            f"choose another format: {', '.join(name for name in FORMATS if resolve_format(name).takes(annotation))}."
        )
    return FilePlan(form, options.compression, options.path, options.limits)


def refuse_shared_path(plan: FilePlan, what: str) -> None:
    """Raise :class:`DagsterInvalidDefinitionError` where all partitions of an asset would lie at one path."""
    if plan.path is not None and "{partition" not in plan.path:
        raise DagsterInvalidDefinitionError(
            f'{what} has partitions, and its path "{plan.path}" is the same for all. Put {{partition}} into it.'
        )


def refuse_versions(limits: VersionLimits | None, what: str) -> None:
    """Raise :class:`DagsterInvalidDefinitionError` where versions are asked of a store that keeps none."""
    if limits is not None and limits.count != 0:
        raise DagsterInvalidDefinitionError(
            f"{what} is to keep versions, but its I/O manager keeps none: only local files have them. Leave out versions= "
            "and versions_days=, or use FilesystemIOManager; buckets have versions of their own to switch on."
        )


def matching(patterns: Mapping[str, FileOptions], key: AssetKey, group: str | None) -> FileOptions:
    """The options of the first pattern that fits: ``raw/*``, or ``group:exports``; a star stands for anything."""
    return first_fit(patterns, key, group) or _NONE


def options_in(metadata: Mapping[str, Any]) -> FileOptions:
    """The options among the metadata of an asset or output, under whatever label."""
    return next((each for each in metadata.values() if isinstance(each, FileOptions)), _NONE)


def _check_path(path: str) -> None:
    unknown = [name for name in _PLACEHOLDER.findall(path) if name.partition(".")[0] not in _KNOWN]
    if unknown or "{" in _PLACEHOLDER.sub("", path):
        raise DagsterInvalidDefinitionError(
            f'The path "{path}" has the placeholder {{{unknown[0] if unknown else ""}}}. Known are '
            f"{', '.join(f'{{{name}}}' for name in _KNOWN)} and {{partition.DIMENSION}}."
        )
    if path.startswith(("/", "~")) or "\\" in path or {"..", "."} & set(path.split("/")):
        raise DagsterInvalidDefinitionError(
            f'The path "{path}" leaves the root. Give one below it, such as exports/{{key}}{{extension}}.'
        )


def _shown(annotation: Any) -> str:
    return (
        annotation.__qualname__
        if isinstance(annotation, type) and not hasattr(annotation, "__args__")
        else str(annotation)
    )
