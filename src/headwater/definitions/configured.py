"""Give a definition's config in advance, or compute it from a smaller one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from headwater.definitions.config_mapping import ConfigMapping
from headwater.definitions.config_schema import resolve_config_schema
from headwater.model.errors import DagsterInvalidDefinitionError, ParameterCheckError


@runtime_checkable
class Configurable(Protocol):
    """A definition whose config can be given in advance: ``copy`` makes it with another ``config_schema``."""

    @property
    def config_schema(self) -> Any:
        """The schema of its config."""

    def copy(self, **changes: Any) -> Any:
        """The same definition with some arguments changed."""


C = TypeVar("C")


def configured(configurable: C, config_schema: Any = None, **kwargs: Any) -> Callable[[object], C]:
    """Make a definition of another one by giving its config.

    ``configurable`` is a resource, an op, a graph, an I/O manager, a logger or an executor. What is made
    takes the config itself, or, as a decorator, a function from a smaller config (``config_schema``) to it.
    ``name`` and ``description`` are for the new definition.

    >>> local = configured(database)({"path": "local.db"})
    >>> @configured(database, config_schema=str)
    ... def named(name): return {"path": f"{name}.db"}
    """
    if not isinstance(configurable, Configurable) or isinstance(configurable, type):
        raise ParameterCheckError(
            f"{configurable!r} cannot be configured. configured takes a resource, op, graph, I/O manager, "
            "logger or executor definition."
        )

    def make(config_or_config_fn: object) -> C:
        named = dict(kwargs)
        if callable(config_or_config_fn) and hasattr(configurable, "name"):
            named.setdefault("name", getattr(config_or_config_fn, "__name__", None))
        return configure(configurable, config_or_config_fn, config_schema=config_schema, **named)

    return make


def configure(
    definition: C,
    config_or_config_fn: Any,
    *,
    name: str | None = None,
    config_schema: Any = None,
    description: str | None = None,
) -> C:
    """``definition`` with its config given or computed: the ``.configured`` method of every definition.

    Raises ``DagsterInvalidDefinitionError`` where a definition with a name gets none for the new one.
    """
    copy: Callable[..., C] = definition.copy  # type: ignore[attr-defined]
    changes: dict[str, Any] = {}
    if hasattr(definition, "name"):
        if name is None:
            raise DagsterInvalidDefinitionError(
                f'The configured "{definition.name}" needs a name of its own: pass name=..., or decorate a '
                "function."
            )
        changes["name"] = name
    if description is not None:
        changes["description"] = description
    mapping = getattr(definition, "config_mapping", None)
    if isinstance(mapping, ConfigMapping):
        return copy(**changes, config=mapping.configured(config_or_config_fn, config_schema))
    inner = resolve_config_schema(definition.config_schema)  # type: ignore[attr-defined]
    return copy(**changes, config_schema=inner.configured(config_or_config_fn, config_schema))
