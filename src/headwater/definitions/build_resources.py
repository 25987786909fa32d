"""Resources outside a run: for tests and scripts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource_set import Resources, ResourceSet, refuse_teardown


@contextlib.contextmanager
def build_resources(
    resources: Mapping[str, Any],
    instance: Any = None,
    resource_config: Mapping[str, Any] | None = None,
    dagster_run: Any = None,
    log_manager: Any = None,
) -> Iterator[Resources]:
    """Make resources, and tear them down at the end.

    ``resource_config`` maps keys to ``{"config": ...}``, as the ``resources`` section of a run's config does.
    Raises ``DagsterInvalidConfigError`` for config that does not fit, and ``DagsterResourceFunctionError``
    where a resource raises.

    >>> with build_resources({"store": Store(path="x")}) as resources:
    ...     resources.store.read()
    """
    with ResourceSet(
        resources, resource_config, instance=instance, run=dagster_run, log=log_manager
    ) as resource_set:
        resource_set.check(what="the resources")
        resource_set.require_all()
        yield resource_set.view()


class UnboundInitResourceContext(InitResourceContext):
    """A context for calling a resource directly. Made by :func:`build_init_resource_context`."""

    def __init__(self, *, config: Any, resources: ResourceSet, instance: Any) -> None:
        super().__init__(resource_config=config, given_config=config, instance=instance)
        self._resource_set = resources
        self._is_entered = False

    @property
    def resources(self) -> Resources:
        """The resources given, by attribute, made when they are asked for."""
        if not self._is_entered:
            refuse_teardown(self._resource_set)
        return self._resource_set.view()

    def __enter__(self) -> Self:
        self._resource_set.__enter__()
        self._is_entered = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resource_set.__exit__(kind, error, trace)


def build_init_resource_context(
    config: Any = None, resources: Mapping[str, Any] | None = None, instance: Any = None
) -> UnboundInitResourceContext:
    """A context for calling a resource directly in a test.

    Use it as a context manager where one of ``resources`` has a tear-down.

    >>> database(build_init_resource_context(config={"path": "x"}))
    """
    return UnboundInitResourceContext(
        config=config, resources=ResourceSet(resources or {}, instance=instance), instance=instance
    )
