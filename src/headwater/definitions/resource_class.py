"""The class of a configurable resource: what those ask of it who make it, and how an annotation names it."""

from __future__ import annotations

import contextlib
import typing
from collections.abc import Mapping
from typing import Any, Protocol, Self

from pydantic.fields import FieldInfo

from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import ResourceDefinition


class ResourceClass(Protocol):
    """What of a :class:`ConfigurableResource` class is asked for to make its resources."""

    @classmethod
    def has_teardown(cls) -> bool: ...

    @classmethod
    def class_provided(cls) -> type | None: ...

    @classmethod
    def resource_fields(cls) -> dict[str, FieldInfo]: ...

    @classmethod
    def dump_config(cls, data: Mapping[str, Any]) -> dict[str, Any]: ...

    @classmethod
    def definition_of_partial(cls, partial: Any) -> ResourceDefinition: ...

    @classmethod
    def from_config(cls, value: Any, given: Any = None) -> Self: ...

    def with_replaced_resource_context(self, context: InitResourceContext) -> Self: ...

    def yield_for_execution(self, context: InitResourceContext) -> contextlib.AbstractContextManager[Any]: ...


def resource_class(annotation: Any) -> Any:
    """The resource class that an annotation names, alone or as ``Optional``."""
    if isinstance(annotation, type) and getattr(annotation, "__headwater_resource__", False):
        return annotation
    if typing.get_origin(annotation) is None:
        return None
    found = [resource_class(each) for each in typing.get_args(annotation) if each is not type(None)]
    return found[0] if len(found) == 1 and _is_optional(annotation) else None


def _is_optional(annotation: Any) -> bool:
    return type(None) in typing.get_args(annotation)
