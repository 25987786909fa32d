"""Libraries that tell that they are here, with their versions."""

from __future__ import annotations

from collections.abc import Mapping

_known: dict[str, str] = {}


class DagsterLibraryRegistry:
    """The libraries that are loaded beside Headwater, by name.

    >>> DagsterLibraryRegistry.register("my-library", "1.2.0")
    """

    @classmethod
    def register(cls, name: str, version: str, *, is_dagster_package: bool = True) -> None:
        """Say that a library is here. ``is_dagster_package`` makes no difference; libraries for Dagster give it."""
        _known[name] = version

    @classmethod
    def get(cls) -> Mapping[str, str]:
        """The libraries that have said so, with their versions."""
        return dict(_known)
