"""What the function of a schedule or sensor is told, whichever of the two it is."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, ClassVar, Self

from headwater.definitions.resource_set import Resources, ResourceSet, refuse_teardown
from headwater.model.errors import DagsterInvariantViolationError

LOGGER_NAME = "dagster.ticks"


class TickContext:
    """The instance, resources and log of one tick. A context manager, so that resources are torn down."""

    __headwater_context__: ClassVar[bool] = True

    def __init__(
        self,
        *,
        instance: Any = None,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
        log: logging.Logger | None = None,
    ) -> None:
        self._instance = instance
        self._resource_set = ResourceSet(resources or {}, instance=instance)
        self._repository_def = repository_def
        self._log = log
        self._is_entered = False

    def __enter__(self) -> Self:
        self._resource_set.__enter__()
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_entered = False
        self._resource_set.__exit__(kind, error, trace)

    @property
    def instance(self) -> Any:
        """The instance: its runs, events and assets. Raises when the context was built without one."""
        if self._instance is None:
            raise DagsterInvariantViolationError(
                "This context was built without an instance. Pass instance=DagsterInstance.ephemeral()."
            )
        return self._instance

    @property
    def log(self) -> logging.Logger:
        """A logger for the function's own lines."""
        return self._log if self._log is not None else logging.getLogger(LOGGER_NAME)

    @property
    def resources(self) -> Resources:
        """The resources that the function requires, by attribute."""
        if not self._is_entered:
            refuse_teardown(self._resource_set)
        return self._resource_set.view()

    @property
    def resource_defs(self) -> Mapping[str, Any]:
        """The definitions of the resources."""
        return self._resource_set.definitions

    @property
    def repository_def(self) -> Any:
        """The definitions among which the schedule or sensor lives. Raises when there are none."""
        if self._repository_def is None:
            raise DagsterInvariantViolationError(
                "This context was built without definitions. Pass repository_def=defs.get_repository_def()."
            )
        return self._repository_def

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
