"""A code location: the user's code, imported, with everything that it defines."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import msgspec

from headwater.definitions.repository import RepositoryDefinition
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.discovery import find_definitions
from headwater.hosting.import_code import import_code
from headwater.model.manifest import Manifest


class CodeLocation:
    """Loaded code: ``target`` says where it is, ``repository`` what it defines, ``manifest`` the same as values."""

    def __init__(self, target: CodeTarget, repository: RepositoryDefinition) -> None:
        self.target = target
        self.repository = repository

    @property
    def name(self) -> str:
        """What the location is called."""
        return self.target.name

    @cached_property
    def manifest(self) -> Manifest:
        """What the location defines, as values that leave the process, under the location's own name."""
        return msgspec.structs.replace(self.repository.manifest, location=self.name)


def load_location(target: CodeTarget) -> CodeLocation:
    """Import the code of ``target`` and resolve what it defines.

    Raises what the user's own code raises; :class:`DagsterImportError` when there is nothing to load;
    :class:`DagsterInvalidDefinitionError` with all faults of the definitions.

    >>> load_location(CodeTarget(python_file=Path("hello.py"), working_directory=Path.cwd())).manifest.assets
    """
    with _nothing_collected():
        found = find_definitions(import_code(target), target.attribute, target.repository)
        location = CodeLocation(target, found)
        location.manifest  # noqa: B018 - built here, so that what is wrong with it is told now
    return location


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Definitions stay as long as the process: looking for garbage among them takes more time than making them (half of
    it at 10,000 assets), and afterwards touches what forked runs would share."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
