"""I/O managers: the protocol by which values are stored and loaded, and the definitions which make them."""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any, Self, overload

from headwater.definitions.config_schema import ConfigSchema, resolve_config_schema
from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.resource import ResourceDefinition
from headwater.definitions.signature import read_signature


class InputManager(ABC):
    """Loads inputs. Subclass it where loading differs from how the value was stored."""

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value for the input that ``context`` describes."""


class OutputManager(ABC):
    """Stores outputs."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj`` as the output that ``context`` describes."""


class IOManager(InputManager, OutputManager):
    """Stores outputs and loads them again as inputs.

    >>> class Memory(IOManager):
    ...     def __init__(self): self.values = {}
    ...     def handle_output(self, context, obj): self.values[context.asset_key] = obj
    ...     def load_input(self, context): return self.values[context.asset_key]
    """

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value that :meth:`handle_output` stored for the output which the context describes."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj``, so that ``load_input`` finds it by asset key, or by run, step and output name."""


class IOManagerDefinition(ResourceDefinition):
    """A function which makes an I/O manager. See :func:`io_manager`.

    ``output_config_schema`` and ``input_config_schema`` say which config a run may give for each output
    that the manager stores (``context.config`` of its ``handle_output``) and each input that it loads.
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
        input_config_schema: Any = None,
        output_config_schema: Any = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self.input_config_schema = _schema_or_none(input_config_schema)
        self.output_config_schema = _schema_or_none(output_config_schema)

    @staticmethod
    def hardcoded_io_manager(value: IOManager, description: str | None = None) -> IOManagerDefinition:
        """An I/O manager that is ``value``."""
        return IOManagerDefinition(lambda: value, description=description)

    def copy(self, **changes: Any) -> Self:
        """The same definition with some arguments changed."""
        schemas = {
            "input_config_schema": self.input_config_schema,
            "output_config_schema": self.output_config_schema,
        }
        return super().copy(**{**schemas, **changes})


class InputManagerDefinition(ResourceDefinition):
    """A function which loads inputs. See :func:`input_manager`."""

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: str | None = None,
        input_config_schema: Any = None,
        required_resource_keys: AbstractSet[str] | None = None,
        version: str | None = None,
    ) -> None:
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self.input_config_schema = _schema_or_none(input_config_schema)

    def copy(self, **changes: Any) -> Self:
        """The same definition with some arguments changed."""
        return super().copy(**{"input_config_schema": self.input_config_schema, **changes})


class _LoadFunction(InputManager):
    """The input manager that a function is."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._takes_context = bool(read_signature(function).params)

    def load_input(self, context: InputContext) -> Any:
        loaded = self._function(context) if self._takes_context else self._function()
        return loaded.load_input(context) if isinstance(loaded, InputManager) else loaded


# -- decorators --------------------------------------------------------------------------------------------


@overload
def io_manager(config_schema: Callable[..., IOManager]) -> IOManagerDefinition: ...
@overload
def io_manager(
    config_schema: Any = ...,
    description: str | None = ...,
    output_config_schema: Any = ...,
    input_config_schema: Any = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    version: str | None = ...,
) -> Callable[[Callable[..., IOManager]], IOManagerDefinition]: ...
def io_manager(
    config_schema: Any = None,
    description: str | None = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> IOManagerDefinition | Callable[[Callable[..., IOManager]], IOManagerDefinition]:
    """Make an I/O manager of a function, which may take a context and returns the manager.

    >>> @io_manager(config_schema={"folder": str})
    ... def files(context): return PickledFiles(context.resource_config["folder"])
    """
    if _is_function(config_schema):
        return io_manager()(config_schema)

    def decorate(function: Callable[..., IOManager]) -> IOManagerDefinition:
        made = IOManagerDefinition(
            function,
            config_schema,
            description or function.__doc__,
            required_resource_keys,
            version,
            input_config_schema,
            output_config_schema,
        )
        functools.update_wrapper(made, function, updated=())
        return made

    return decorate


@overload
def input_manager(config_schema: Callable[..., Any]) -> InputManagerDefinition: ...
@overload
def input_manager(
    config_schema: Any = ...,
    description: str | None = ...,
    input_config_schema: Any = ...,
    required_resource_keys: AbstractSet[str] | None = ...,
    version: str | None = ...,
) -> Callable[[Callable[..., Any]], InputManagerDefinition]: ...
def input_manager(
    config_schema: Any = None,
    description: str | None = None,
    input_config_schema: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    version: str | None = None,
) -> InputManagerDefinition | Callable[[Callable[..., Any]], InputManagerDefinition]:
    """Make an input manager of a function, which may take the input's context and returns the value.

    What it returns may be an input manager or I/O manager itself, which then loads the input.

    >>> @input_manager
    ... def table(context): return read_table(context.definition_metadata["table"])
    """
    if _is_function(config_schema):
        return input_manager()(config_schema)

    def decorate(function: Callable[..., Any]) -> InputManagerDefinition:
        manager = _LoadFunction(function)
        made = InputManagerDefinition(
            lambda: manager,
            config_schema,
            description or function.__doc__,
            input_config_schema,
            required_resource_keys,
            version,
        )
        functools.update_wrapper(made, function, updated=())
        return made

    return decorate


def _is_function(given: Any) -> bool:
    """Whether a decorator stands without parentheses; classes are config schemas."""
    return callable(given) and not isinstance(given, type)


def _schema_or_none(schema: Any) -> ConfigSchema | None:
    return None if schema is None else resolve_config_schema(schema)
