"""Resources: clients, connections, settings; made once for a run, used by its ops, torn down at its end."""

from __future__ import annotations

import contextlib
import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Self, overload

from headwater.definitions.config_schema import resolve_config_schema
from headwater.definitions.config_type import ABSENT
from headwater.definitions.configured import configure
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.signature import EMPTY, is_config_annotation, is_context_param, read_signature
from headwater.model.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterResourceFunctionError,
    ParameterCheckError,
)

_SCHEMA_TYPES = (int, str, float, bool, dict, list)


class AsResource:
    """Base of everything that a run can make a resource of."""

    def get_resource_definition(self) -> ResourceDefinition:
        """The definition which makes the resource."""
        raise NotImplementedError

    def provided_class(self) -> type | None:
        """The class of the resource, where it is known before the resource is made."""
        return None


class IAttachDifferentObjectToOpContext(ABC):
    """A resource which shows another object as ``context.resources.<key>`` than it is as a parameter."""

    @abstractmethod
    def get_object_to_set_on_execution_context(self) -> Any:
        """The object for ``context.resources``."""


class ResourceDefinition(AsResource):
    """A function which makes a resource, its config, and the resources that it needs. See :func:`resource`.

    The function returns the resource, or yields it and tears it down afterwards. Called directly, for tests,
    it takes a context from ``build_init_resource_context``, if the function takes one.
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        if not callable(resource_fn):
            raise ParameterCheckError(f"resource_fn must be a function, not {resource_fn!r}.")
        if required_resource_keys is not None and not isinstance(required_resource_keys, (set, frozenset)):
            raise ParameterCheckError(
                f"required_resource_keys must be a set, not {required_resource_keys!r}."
            )
        self.resource_fn = resource_fn
        self.config_schema = resolve_config_schema(config_schema)
        self.description = description
        self.required_resource_keys: frozenset[str] = frozenset(required_resource_keys or ())
        self.version = version

    # -- ready-made ------------------------------------------------------------------------------------------

    @staticmethod
    def hardcoded_resource(value: Any, description: str | None = None) -> ResourceDefinition:
        """A resource that is ``value``."""
        return ResourceDefinition(lambda: value, description=description)

    @staticmethod
    def none_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def mock_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is a new ``MagicMock`` in each run."""
        return ResourceDefinition(_mock, description=description)

    @staticmethod
    def string_resource(description: str | None = None) -> ResourceDefinition:
        """A resource that is the text in its config."""
        return ResourceDefinition(lambda context: context.resource_config, str, description)

    # -- what it declares ------------------------------------------------------------------------------------

    def get_resource_definition(self) -> ResourceDefinition:
        """Itself."""
        return self

    @property
    def origin(self) -> object:
        """The object that the definition was made of, by which another resource may refer to it."""
        return self

    def bound_to(self, keys: Mapping[int, str]) -> ResourceDefinition:
        """The definition, knowing the keys of the resources beside it (by the ``id`` of their ``origin``)."""
        return self

    @functools.cached_property
    def needs_teardown(self) -> bool:
        """Whether something happens when the resource is no longer needed."""
        return inspect.isgeneratorfunction(inspect.unwrap(self.resource_fn))

    # -- variations ------------------------------------------------------------------------------------------

    def copy(self, **changes: Any) -> Self:
        """The same definition with some arguments changed."""
        arguments: dict[str, Any] = {
            "resource_fn": self.resource_fn,
            "config_schema": self.config_schema,
            "description": self.description,
            "required_resource_keys": self.required_resource_keys,
            "version": self.version,
        }
        return type(self)(**{**arguments, **changes})

    def configured(
        self, config_or_config_fn: Any, config_schema: Any = None, description: str | None = None
    ) -> Self:
        """The same resource with its config given, or computed by a function from a smaller one.

        >>> database.configured({"path": "local.db"})
        >>> database.configured(lambda name: {"path": f"{name}.db"}, config_schema=str)
        """
        return configure(self, config_or_config_fn, config_schema=config_schema, description=description)

    # -- making it -------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def open(self, context: InitResourceContext) -> Iterator[Any]:
        """Make the resource, and tear it down at the end.

        What happens to those who use it in between is not told to it: it is torn down as if all went well.
        """
        made: Any = self._call(context)
        if inspect.isgenerator(made):
            yield _first(made)
            _finish(made)
        elif isinstance(made, contextlib.ContextDecorator):
            # What @contextmanager gives. Other context managers, such as a lock, are resources themselves.
            yield made.__enter__()  # type: ignore[attr-defined]
            made.__exit__(None, None, None)  # type: ignore[attr-defined]
        else:
            yield made

    def _call(self, context: Any) -> Any:
        return self.resource_fn(context) if self._takes_context else self.resource_fn()

    @functools.cached_property
    def _takes_context(self) -> bool:
        signature = read_signature(self.resource_fn)
        if not signature.params:
            return signature.takes_args
        return not signature.params[0].has_default or is_context_param(signature.params[0])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, for a test: with a context, if it takes one."""
        if len(args) + len(kwargs) > 1:
            raise DagsterInvalidInvocationError(
                "A resource is called with one argument at most: its context."
            )
        given = bool(args or kwargs)
        if given and not self._takes_context:
            raise DagsterInvalidInvocationError(
                "The resource's function takes no context, but one was given."
            )
        if not given and self._takes_context:
            raise DagsterInvalidInvocationError(
                "The resource's function takes a context; none was given. Use build_init_resource_context()."
            )
        context = self._bind(self._context_argument(args, kwargs))
        made = self._call(context)
        return contextlib.contextmanager(lambda: made)() if inspect.isgenerator(made) else made

    def _context_argument(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> InitResourceContext:
        if kwargs:
            expected = read_signature(self.resource_fn).params[0].name
            (name,) = kwargs
            if name != expected:
                raise DagsterInvalidInvocationError(
                    f'The context of this resource is called "{expected}", not "{name}".'
                )
            args = (kwargs[name],)
        context = args[0] if args else None
        if context is not None and not isinstance(context, InitResourceContext):
            raise ParameterCheckError(
                f"A resource is called with a context from build_init_resource_context(), not {context!r}."
            )
        return context or InitResourceContext()

    def _bind(self, context: InitResourceContext) -> InitResourceContext:
        """``context`` with the config checked and the required resources known to be there."""
        given = context.resource_config
        config = self.config_schema.resolve(ABSENT if given is None else given, what="the resource")
        for key in sorted(self.required_resource_keys):
            if not hasattr(context.resources, key):
                raise DagsterInvalidDefinitionError(
                    f'The resource needs the resource "{key}". Give it with '
                    f"build_init_resource_context(resources={{{key!r}: ...}})."
                )
        return context.replace_config(config)


def _mock() -> Any:
    # Costs more to import than all of this layer, and only tests use it.
    from unittest.mock import MagicMock

    return MagicMock()


def _first(generator: Generator[Any, Any, Any]) -> Any:
    try:
        return next(generator)
    except StopIteration:
        raise CheckError("The function of a resource must yield it, and yielded nothing.") from None


def _finish(generator: Generator[Any, Any, Any]) -> None:
    try:
        next(generator)
    except StopIteration:
        return
    generator.close()
    raise CheckError("The function of a resource must yield once, and yielded again.")


def as_resource_definition(resource: Any) -> ResourceDefinition:
    """The definition for anything that can be given as a resource; a plain object is a resource as it is.

    Goes by the class itself, since mocks of a resource class claim to be its instances.
    """
    if issubclass(type(resource), AsResource):
        return resource.get_resource_definition()  # type: ignore[no-any-return]
    return ResourceDefinition.hardcoded_resource(resource)


# -- decorators ----------------------------------------------------------------------------------------------


@overload
def resource(function: Callable[..., Any], /) -> ResourceDefinition: ...
@overload
def resource(
    config_schema: Any = ...,
    description: str | None = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    version: str | None = ...,
) -> Callable[[Callable[..., Any]], ResourceDefinition]: ...
def resource(
    config_schema: Any = None,
    description: str | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> ResourceDefinition | Callable[[Callable[..., Any]], ResourceDefinition]:
    """Make a resource of a function.

    The function may take a context (``context.resource_config``, ``context.resources``) and returns the
    resource, or yields it and tears it down afterwards.

    >>> @resource(config_schema={"path": str})
    ... def database(context):
    ...     connection = connect(context.resource_config["path"])
    ...     yield connection
    ...     connection.close()
    """
    if callable(config_schema) and not _is_schema(config_schema):
        return _decorate(config_schema)

    def decorate(function: Callable[..., Any]) -> ResourceDefinition:
        return _decorate(
            function,
            config_schema=config_schema,
            description=description,
            required_resource_keys=required_resource_keys,
            version=version,
        )

    return decorate


def _is_schema(schema: Any) -> bool:
    return isinstance(schema, type) and (schema in _SCHEMA_TYPES or is_config_annotation(schema))


def _decorate(function: Callable[..., Any], **arguments: Any) -> ResourceDefinition:
    extra = [each.name for each in read_signature(function).params[1:] if each.default is EMPTY]
    if extra:
        raise DagsterInvalidDefinitionError(
            f'The resource "{function.__name__}" takes only a context, but asks for: {", ".join(extra)}.'
        )
    arguments["description"] = arguments.get("description") or function.__doc__
    made = ResourceDefinition(function, **arguments)
    functools.update_wrapper(made, function, updated=())
    return made


def make_values_resource(**kwargs: Any) -> ResourceDefinition:
    """A resource that is the dict in its config: values with the names and types given, or any.

    >>> job(resource_defs={"limits": make_values_resource(low=int, high=int)})
    """
    return ResourceDefinition(lambda context: context.resource_config, kwargs or None)


def resource_error(key: str, doing: str, error: BaseException) -> DagsterResourceFunctionError:
    """The error for a resource which raised."""
    return DagsterResourceFunctionError(
        f'The resource "{key}" raised while it was {doing}: {type(error).__name__}: {error}',
        user_exception=error,
    )


def resource_keys(keys: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Needed keys, and for each who needs it."""
    return dict(keys) if isinstance(keys, Mapping) else dict.fromkeys(keys, "the run")
