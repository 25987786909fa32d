"""Where the code of assets is: noted as metadata, and turned into links to a repository on the web."""

from __future__ import annotations

import os
import posixpath
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from headwater.definitions.asset_spec import AssetSpec
from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.map_asset_specs import map_asset_specs
from headwater.model.code_reference import CodeReference, LocalFileCodeReference, UrlCodeReference
from headwater.model.metadata import CodeReferencesMetadataValue

T = TypeVar("T", bound=Any)

CODE_REFERENCES_KEY = "dagster/code_references"
_PAGES = {"github": "{url}/tree/{branch}/{path}", "gitlab": "{url}/-/tree/{branch}/{path}"}


class FilePathMapping(ABC):
    """Says where a file on this machine is in the repository."""

    @abstractmethod
    def convert_to_source_control_path(self, local_path: Path) -> str:
        """The path of ``local_path`` from the root of the repository."""


class AnchorBasedFilePathMapping(FilePathMapping):
    """Says it by one file (usually the calling one) of which both paths are known.

    >>> AnchorBasedFilePathMapping(Path(__file__), "src/flights/definitions.py")
    """

    def __init__(self, local_file_anchor: Path, file_anchor_path_in_repository: str) -> None:
        self.local_file_anchor = Path(local_file_anchor)
        self.file_anchor_path_in_repository = file_anchor_path_in_repository

    def convert_to_source_control_path(self, local_path: Path) -> str:
        local_root, root = self._roots()
        below = PurePosixPath(Path(os.path.relpath(local_path, local_root)))
        return posixpath.normpath(posixpath.join(root, str(below)))

    def _roots(self) -> tuple[Path, str]:
        """Two folders, here and in the repository, that are the same one: all that follows is equal."""
        here, there = self.local_file_anchor, PurePosixPath(self.file_anchor_path_in_repository)
        while here.name == there.name and here.name:
            here, there = here.parent, there.parent
        return here, str(there)


def with_source_code_references(assets_defs: Sequence[T]) -> list[T]:
    """The same assets, each with the file and line of its function as metadata; others stay as they are.

    >>> Definitions(assets=with_source_code_references([flights, airports]))
    """
    return [_with_own_reference(each) for each in assets_defs]


def _with_own_reference(definition: Any) -> Any:
    if not isinstance(definition, AssetsDefinition) or definition.source is None:
        return definition
    own = LocalFileCodeReference(file_path=definition.source.file, line_number=definition.source.line)
    return definition.map_asset_specs(lambda spec: _with_references(spec, [*_references_of(spec), own]))


def link_code_references_to_git(
    assets_defs: Sequence[T],
    git_url: str,
    git_branch: str,
    file_path_mapping: FilePathMapping,
    platform: Literal["github", "gitlab"] | None = None,
) -> list[T]:
    """The same assets, their references to files on this machine replaced by links to a repository on the web.

    Raises ``ValueError`` where ``git_url`` does not tell by itself which platform it is.

    >>> link_code_references_to_git(
    ...     with_source_code_references([flights]),
    ...     git_url="https://github.com/example/flights",
    ...     git_branch="main",
    ...     file_path_mapping=AnchorBasedFilePathMapping(Path(__file__), "flights/definitions.py"),
    ... )
    """
    page = _PAGES[platform or _platform_of(git_url)]

    def link(reference: CodeReference) -> CodeReference:
        if not isinstance(reference, LocalFileCodeReference):
            return reference
        path = file_path_mapping.convert_to_source_control_path(Path(reference.file_path))
        url = page.format(url=git_url.rstrip("/"), branch=git_branch, path=path)
        line = "" if reference.line_number is None else f"#L{reference.line_number}"
        return UrlCodeReference(url=url + line, label=reference.label)

    def change(spec: AssetSpec) -> AssetSpec:
        known = _references_of(spec)
        return _with_references(spec, [link(each) for each in known]) if known else spec

    return map_asset_specs(change, assets_defs)


def _platform_of(git_url: str) -> str:
    host = urlsplit(git_url).netloc
    for platform in _PAGES:
        if platform in host:
            return platform
    raise ValueError(f'"{git_url}" does not tell what it is. Give platform="github" or platform="gitlab".')


def _references_of(spec: AssetSpec) -> list[CodeReference]:
    known = spec.metadata.get(CODE_REFERENCES_KEY)
    return list(known.code_references) if isinstance(known, CodeReferencesMetadataValue) else []


def _with_references(spec: AssetSpec, references: list[CodeReference]) -> AssetSpec:
    noted = CodeReferencesMetadataValue(code_references=references)
    return spec.replace_attributes(metadata={**spec.metadata, CODE_REFERENCES_KEY: noted})
