"""What a resource is told when it is made: its config, the resources that it needs, the run, a log."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from typing import Any, ClassVar, Self

_LOG = logging.getLogger("dagster.resources")  # below `dagster`, whose lines are kept with the run


class InitResourceContext:
    """The context of one resource.

    ``resource_config`` is its config, checked and with defaults; ``resources`` are those it requires, by
    attribute.
    """

    __headwater_context__: ClassVar[bool] = True

    def __init__(
        self,
        *,
        resource_config: Any = None,
        given_config: Any = None,
        resources: Any = None,
        resource_key: str | None = None,
        resource_def: Any = None,
        all_resource_defs: Mapping[str, Any] | None = None,
        instance: Any = None,
        run: Any = None,
        log: Any = None,
    ) -> None:
        self._resource_config = resource_config
        self._resources = resources
        self.given_config = given_config
        self.resource_key = resource_key
        self.resource_def = resource_def
        self.all_resource_defs: Mapping[str, Any] = all_resource_defs or {}
        self.instance = instance
        self.run = run
        self.log = log or _LOG

    @property
    def resource_config(self) -> Any:
        """The config of the resource."""
        return self._resource_config

    @property
    def resources(self) -> Any:
        """The resources that this one requires, by attribute."""
        return self._resources

    @property
    def dagster_run(self) -> Any:
        """The run; the same as ``run``."""
        return self.run

    @property
    def run_id(self) -> str | None:
        """The id of the run, if there is one."""
        return getattr(self.run, "run_id", None)

    @property
    def log_manager(self) -> Any:
        """The log; the same as ``log``."""
        return self.log

    def replace_config(self, config: Any) -> Self:
        """The same context with another config."""
        other = copy.copy(self)
        other._resource_config = config
        return other
