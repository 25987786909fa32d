"""The user's function behind a schedule or sensor: what it asks for, and how it is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from headwater.definitions.signature import (
    Param,
    is_context_param,
    is_resource_annotation,
    read_signature,
)
from headwater.definitions.tick_context import TickContext
from headwater.model.errors import DagsterInvalidInvocationError


class TickFunction:
    """A function that takes a context (or none) first, and resources by name. ``what`` names it in messages."""

    def __init__(self, function: Callable[..., Any], what: str) -> None:
        self.function = function
        self.what = what

    @cached_property
    def _params(self) -> tuple[Param, ...]:
        return read_signature(self.function).params

    @cached_property
    def positional_names(self) -> tuple[str, ...]:
        """The parameters that take the context and what else the function is told (an event), in their order."""
        return tuple(
            param.name
            for param in self._params
            if not is_resource_annotation(param.annotation)
            and (is_context_param(param) or not param.has_default)
        )

    @property
    def context_name(self) -> str | None:
        """The name of the parameter that takes the context, if there is one."""
        return self.positional_names[0] if self.positional_names else None

    @cached_property
    def resource_names(self) -> frozenset[str]:
        """The names of the parameters that take resources."""
        return frozenset(param.name for param in self._params if is_resource_annotation(param.annotation))

    def evaluate(self, context: TickContext, *facts: Any) -> Any:
        """Call the function with what ``context`` has, and with as many of the ``facts`` as it takes."""
        given = {name: getattr(context.resources, name) for name in self.resource_names}
        return self.function(*(context, *facts)[: len(self.positional_names)], **given)

    def invoke(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the function as a test does: a context first or by name, resources by name or in the context.

        Raises :class:`DagsterInvalidInvocationError` for what is missing or too much.
        """
        context, facts, resources = self._take_context(args, dict(kwargs))
        given: dict[str, Any] = {}
        for name in sorted(self.resource_names):
            if name in resources:
                given[name] = resources.pop(name)
            elif context is not None and name in context.resource_defs:
                given[name] = getattr(context.resources, name)
            else:
                raise DagsterInvalidInvocationError(
                    f'{self.what} needs the resource "{name}". Pass it by name, or in the context.'
                )
        if resources:
            raise DagsterInvalidInvocationError(f'{self.what} takes no "{next(iter(resources))}".')
        return self.function(*(context, *facts)[: len(self.positional_names)], **given)

    def _take_context(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, list[Any], dict[str, Any]]:
        """The context, what comes after it, and the resources, from the arguments of a call."""
        if len(args) > max(1, len(self.positional_names)):
            raise DagsterInvalidInvocationError(
                f"{self.what} takes {' and '.join(self.positional_names) or 'a context'}; resources go by name."
            )
        if not self.positional_names:
            return args[0] if args else kwargs.pop("context", None), [], kwargs
        given = list(args)
        for name in self.positional_names[len(args) :]:
            if name not in kwargs:
                raise DagsterInvalidInvocationError(
                    f"{self.what} takes {' and '.join(self.positional_names)} first, and {name} was not given."
                )
            given.append(kwargs.pop(name))
        return given[0], given[1:], kwargs
