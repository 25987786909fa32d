"""Whether what is provided under a resource key can be what a parameter asks for by its annotation."""

from __future__ import annotations

import abc
import typing
from typing import Any

from headwater.definitions.resource import AsResource, ResourceDefinition
from headwater.definitions.signature import Signature, unwrap_annotated

_ROOTS = (object, abc.ABC, typing.Generic, typing.Protocol)


def resource_annotation(signature: Signature, name: str) -> Any:
    """What the parameter of that name asks for, without ``Annotated``."""
    annotation = next(param.annotation for param in signature.params if param.name == name)
    return unwrap_annotated(annotation)[0]


def lacking_names(provided: Any, wanted: type) -> list[str]:
    """What ``wanted`` has and the provided resource has not: nothing, where it is one or can stand for one.

    A stand-in of another class (a fake in a test) is welcome if it has all public names. What a function makes
    is not known before it runs.
    """
    made = provided.provided_class() if isinstance(provided, AsResource) else type(provided)
    if (
        provided is None
        or made is None
        or isinstance(provided, ResourceDefinition)
        or issubclass(made, wanted)
    ):
        return []
    fields = getattr(made, "model_fields", {})
    source = made if isinstance(provided, AsResource) else provided
    return [name for name in _public_names(wanted) if name not in fields and not hasattr(source, name)]


def _public_names(cls: type) -> list[str]:
    """The public methods and fields of a class, without those that every resource has."""
    names: dict[str, None] = {}
    for each in reversed(cls.__mro__):
        if each in _ROOTS or each.__module__.partition(".")[0] == "pydantic" or _is_our_root(each):
            continue
        names.update(dict.fromkeys((*vars(each), *vars(each).get("__annotations__", {}))))
    return [name for name in names if not name.startswith("_") and not name.startswith("model_")]


def _is_our_root(cls: type) -> bool:
    return cls.__module__.startswith("headwater.definitions.")


def class_text(provided: Any) -> str:
    """The class of what is provided, for people."""
    made = provided.provided_class() if isinstance(provided, AsResource) else None
    return f"a {(made or type(provided)).__name__}"
