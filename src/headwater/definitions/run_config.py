"""The config of a run, written with ``Config`` objects instead of nested dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.config_schema import plain_config


class RunConfig:
    """The config of a run: of its ops (and assets), resources, loggers, and of how it is executed.

    Values are ``Config`` objects, resources, or what a run config dict has there.

    >>> RunConfig(ops={"reads": Limits(highest=5)}, resources={"store": Store(name="local")})
    """

    def __init__(
        self,
        ops: Mapping[str, Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        loggers: Mapping[str, Any] | None = None,
        execution: Mapping[str, Any] | None = None,
    ) -> None:
        self.ops: dict[str, Any] = dict(ops or {})
        self.resources: dict[str, Any] = dict(resources or {})
        self.loggers: dict[str, Any] = dict(loggers or {})
        self.execution: dict[str, Any] = dict(execution or {})

    def to_config_dict(self) -> dict[str, Any]:
        """The same as a run config dict. Environment variables stay ``{"env": NAME}``: they are not read."""
        return {
            "loggers": _section(self.loggers),
            "resources": _section(self.resources),
            "ops": _section(self.ops),
            "execution": plain_config(self.execution),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunConfig) and other.to_config_dict() == self.to_config_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        sections = {name: given for name, given in vars(self).items() if given}
        return f"RunConfig({', '.join(f'{name}={given!r}' for name, given in sections.items())})"


def _section(entries: Mapping[str, Any]) -> dict[str, Any]:
    """A ``Config`` object or a resource is the ``config`` of its entry; a dict is the entry itself."""
    return {
        name: {"config": plain_config(entry)} if hasattr(entry, "to_config_dict") else plain_config(entry)
        for name, entry in entries.items()
    }


def run_config_dict(run_config: RunConfig | Mapping[str, Any] | None) -> dict[str, Any]:
    """A run config in either form as a dict."""
    return dict(plain_config(run_config)) if run_config is not None else {}
