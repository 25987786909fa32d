"""A value as it was stored before: what I/O managers that keep such values tell of them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from headwater.definitions.io_context import InputContext


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """One version of a stored value; it never changes.

    ``version_id`` names it among those of its asset and partition, and sorts by age. ``run_id`` is the run that stored it,
    None where that is not known. ``is_current`` says that it is what the asset's path holds now.
    """

    version_id: str
    stored_at: datetime.datetime
    run_id: str | None
    size_bytes: int
    is_current: bool


@runtime_checkable
class KeepsVersions(Protocol):
    """An I/O manager that keeps versions. ``context`` tells the asset, and at most one partition, as for ``load_input``.

    Each raises :class:`VersionNotFoundError` for a version that there is not.
    """

    def list_versions(self, context: InputContext) -> list[StoredVersion]:
        """The versions that are kept, oldest first."""

    def load_version(self, context: InputContext, version_id: str) -> Any:
        """The value of a version, as the annotation asks for it."""

    def restore_version(self, context: InputContext, version_id: str) -> StoredVersion:
        """Publish a version again, in one step; it is the current one then."""
