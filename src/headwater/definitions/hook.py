"""Hooks: functions that run after a step succeeded or failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any, overload

from headwater.model.errors import DagsterInvalidDefinitionError


class HookDefinition:
    """A function that is called with a context after each step it is attached to, on success or on failure."""

    def __init__(
        self,
        *,
        name: str,
        hook_fn: Callable[[Any], Any],
        on: str,
        required_resource_keys: AbstractSet[str] | None = None,
        decorated_fn: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self.hook_fn = hook_fn
        self.on = on
        self.required_resource_keys = frozenset(required_resource_keys or ())
        self.decorated_fn = decorated_fn or hook_fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """On a graph, job or node: the same with this hook on it. On a hook context: call the function."""
        if len(args) + len(kwargs) != 1:
            raise DagsterInvalidDefinitionError(
                f'The hook "{self.name}" takes one argument: a job, a node or a context.'
            )
        (target,) = (*args, *kwargs.values())
        attach = getattr(target, "with_hooks", None)
        if attach is not None:
            return attach({self})
        missing = [key for key in sorted(self.required_resource_keys) if not hasattr(target.resources, key)]
        if missing:
            raise DagsterInvalidDefinitionError(
                f'The hook "{self.name}" needs the resource "{missing[0]}". Pass it with '
                f"build_hook_context(resources={{{missing[0]!r}: ...}})."
            )
        about = getattr(target, "about_hook", None)
        return self.decorated_fn(about(self) if about is not None else target)

    def __repr__(self) -> str:
        return f"HookDefinition({self.name!r}, on={self.on!r})"


def _hook(on: str, function: Any, name: str | None, required_resource_keys: AbstractSet[str] | None) -> Any:
    def decorate(decorated: Callable[[Any], Any]) -> HookDefinition:
        return HookDefinition(
            name=name or decorated.__name__,
            hook_fn=decorated,
            on=on,
            required_resource_keys=required_resource_keys,
            decorated_fn=decorated,
        )

    return decorate(function) if callable(function) else decorate


@overload
def success_hook(hook_fn: Callable[..., Any]) -> HookDefinition: ...


@overload
def success_hook(
    *,
    name: str | None = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
) -> Callable[[Callable[..., Any]], HookDefinition]: ...


def success_hook(
    hook_fn: Any = None, *, name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Any:
    """Call a function after each step that succeeded.

    >>> @success_hook(required_resource_keys={"slack"})
    ... def tell(context): context.resources.slack.send(context.op.name)
    """
    return _hook("success", hook_fn, name, required_resource_keys)


@overload
def failure_hook(hook_fn: Callable[..., Any]) -> HookDefinition: ...


@overload
def failure_hook(
    *,
    name: str | None = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
) -> Callable[[Callable[..., Any]], HookDefinition]: ...


def failure_hook(
    hook_fn: Any = None, *, name: str | None = None, required_resource_keys: AbstractSet[str] | None = None
) -> Any:
    """Call a function after each step that failed; ``context.op_exception`` is what it raised."""
    return _hook("failure", hook_fn, name, required_resource_keys)


def check_hooks(hooks: Iterable[Any] | None) -> frozenset[HookDefinition]:
    """``hooks`` as a set, if each is a hook."""
    for each in hooks or ():
        if not isinstance(each, HookDefinition):
            raise DagsterInvalidDefinitionError(
                f"{each!r} is not a hook. Make one with @success_hook or @failure_hook."
            )
    return frozenset(hooks or ())
