"""A value as it was stored before: what I/O managers that keep such values tell of them.

**The protocol.** An I/O manager (what the resource makes, not its configuration) that has the three methods of
:class:`KeepsVersions` has versions. That is all: ``load(version=…)`` and ``load(as_of=…)`` (``context.load``,
``Definitions.load_asset_value``), ``headwater asset versions``, ``rollback`` and ``diff`` follow from them. One that
also has :meth:`CollectsVersions.collect_versions` takes part in ``headwater asset collect``. Files have them
(``headwater/io/file_versions.py``); a table format with time travel has its own: the id is what it calls a version
or a snapshot, ``restore_version`` its own restore.

An I/O manager should also record the id of what it has stored, as the output metadata :data:`VERSION_LABEL`: by that
the run that stored a version is found where the store itself does not know it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from headwater.definitions.io_context import InputContext

VERSION_LABEL = "headwater/version"
"""The output metadata that names the version which was stored."""


@dataclass(frozen=True, kw_only=True)
class StoredVersion:
    """One version of a stored value; it never changes.

    ``version_id`` names it among those of its asset and partition. ``stored_at`` (aware, UTC) is when it was stored
    first; ``run_id`` the run that did it and ``size_bytes`` what it takes, None where that is not known. ``is_current``
    says that it is what the asset holds now.
    """

    version_id: str
    stored_at: datetime.datetime
    run_id: str | None = None
    size_bytes: int | None = None
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class VersionLimits:
    """Which versions stay: at most the latest ``count``, the current one among them, and none older than ``days``.

    None is no limit. The current version stays whatever the limits are.

    >>> VersionLimits(count=2).superseded([], datetime.datetime.now(datetime.UTC))
    []
    """

    count: int | None = None
    days: float | None = None

    def superseded(self, versions: Sequence[StoredVersion], now: datetime.datetime) -> list[StoredVersion]:
        """Those of ``versions`` (oldest first) that go."""
        older = [each for each in versions if not each.is_current]
        has_current = len(older) < len(versions)
        beyond = 0 if self.count is None else max(len(older) - max(self.count - has_current, 0), 0)
        oldest = now - datetime.timedelta(days=self.days) if self.days is not None else None
        return [
            each
            for number, each in enumerate(older)
            if number < beyond or (oldest is not None and each.stored_at < oldest)
        ]


@runtime_checkable
class KeepsVersions(Protocol):
    """An I/O manager that keeps versions. ``context`` tells the asset, and at most one partition, as for ``load_input``.

    Each raises :class:`VersionNotFoundError` for a version that there is not.
    """

    def list_versions(self, context: InputContext) -> list[StoredVersion]:
        """The versions that are kept, the current one among them, oldest first."""

    def load_version(self, context: InputContext, version_id: str) -> Any:
        """The value of a version, as the annotation asks for it."""

    def restore_version(self, context: InputContext, version_id: str) -> StoredVersion:
        """Publish a version again, in one step; it is the current one then."""


@runtime_checkable
class CollectsVersions(Protocol):
    """An I/O manager that can remove versions."""

    def collect_versions(
        self, context: InputContext, limits: VersionLimits | None, now: datetime.datetime, *, dry_run: bool
    ) -> list[StoredVersion]:
        """Remove the versions beyond ``limits`` (None: those of the asset's own options), and return them, oldest first.

        Never the current one. With ``dry_run`` nothing is removed.
        """


def version_at(versions: Sequence[StoredVersion], moment: datetime.datetime) -> StoredVersion | None:
    """The one of ``versions`` that was stored last at or before ``moment``."""
    return max(
        (each for each in versions if each.stored_at <= moment), key=lambda each: each.stored_at, default=None
    )
