"""How a configurable resource is made: its class, its config, and the resources in its fields."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Self

from headwater.definitions.config_schema import ConfigSchema
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.partial_resource import PartialResource
from headwater.definitions.placeholder_field import Ready
from headwater.definitions.resource import AsResource, ResourceDefinition, as_resource_definition
from headwater.definitions.resource_class import ResourceClass, resource_class
from headwater.definitions.resource_set import ResourceSet
from headwater.model.errors import DagsterInvalidDefinitionError


class ConfigurableResourceDefinition(ResourceDefinition):
    """The definition of a configurable resource: its class, its config, the resources in its fields."""

    def __init__(
        self,
        resource_cls: type[ResourceClass],
        config_schema: ConfigSchema,
        given: Mapping[str, Any],
        *,
        origin: object,
        from_config: Mapping[str, Any] | None = None,
        keys: Mapping[str, str] | None = None,
        required_resource_keys: AbstractSet[str] = frozenset(),
        description: str | None = None,
    ) -> None:
        super().__init__(
            self._make,
            config_schema,
            description or resource_cls.__dict__.get("__doc__"),
            frozenset({*required_resource_keys, *(keys or {}).values()}),
        )
        self.configurable_resource_cls = resource_cls
        self._given = dict(given)
        self._origin = origin
        self._from_config = dict(from_config or {})
        self._keys = dict(keys or {})
        for name, each in self._given.items():
            _check_class(resource_cls, name, each)

    @property
    def origin(self) -> object:
        """The resource or partial resource that this is the definition of."""
        return self._origin

    @property
    def needs_teardown(self) -> bool:
        """Whether the class, or a resource in its fields, has a tear-down."""
        given = map(as_resource_definition, self._given.values())
        return self.configurable_resource_cls.has_teardown() or any(each.needs_teardown for each in given)

    def bound_to(self, keys: Mapping[int, str]) -> ResourceDefinition:
        """The definition knowing which of the resources in its fields stand among those of the run."""
        bound = {}
        for name, each in self._given.items():
            if _is_shared(each) and id(each) in keys:
                bound[name] = keys[id(each)]
            elif isinstance(each, PartialResource):
                raise DagsterInvalidDefinitionError(
                    f"{self.configurable_resource_cls.__name__}.{name} is configured at launch, so that it "
                    "must stand among the resources of the run as well, under a key of its own."
                )
        return self.copy(keys=bound) if bound else self

    def copy(self, **changes: Any) -> Self:
        """The same definition with some arguments changed."""
        arguments: dict[str, Any] = {
            "resource_cls": self.configurable_resource_cls,
            "config_schema": self.config_schema,
            "given": self._given,
            "origin": self._origin,
            "from_config": self._from_config,
            "keys": self._keys,
            "required_resource_keys": self.required_resource_keys,
            "description": self.description,
        }
        return type(self)(**{**arguments, **changes})

    def _make(self, context: InitResourceContext) -> Iterator[Any]:
        cls = self.configurable_resource_cls
        config = dict(context.resource_config or {})
        with contextlib.ExitStack() as stack:
            nested = {}
            for name, each in self._given.items():
                nested[name] = stack.enter_context(self._open_given(name, each, context))
            for name, nested_cls in self._from_config.items():
                inner = nested_cls.configure_at_launch().get_resource_definition()
                nested[name] = stack.enter_context(inner.open(context.replace_config(config.pop(name, None))))
            fields = cls.resource_fields()
            values = {fields[name].alias or name: Ready(value) for name, value in nested.items()}
            made = cls.from_config({**config, **values}, given=context.given_config)
            made = made.with_replaced_resource_context(context)
            yield stack.enter_context(made.yield_for_execution(context))

    @contextlib.contextmanager
    def _open_given(self, name: str, given: Any, context: InitResourceContext) -> Iterator[Any]:
        """What a field for another resource holds in the run."""
        if name in self._keys:
            yield context.resources.original(self._keys[name])
        elif issubclass(type(given), AsResource):
            run = {"instance": context.instance, "run": context.run, "log": context.log}
            with ResourceSet({name: given}, **run) as inner:
                yield inner.require(name)
        else:
            yield given


def _check_class(resource_cls: type[ResourceClass], name: str, given: Any) -> None:
    """A resource that is configured at launch must be of the class that the field says."""
    if isinstance(given, PartialResource) and name in resource_cls.resource_fields():
        wanted = resource_class(resource_cls.resource_fields()[name].annotation)
        if wanted is not None and not issubclass(given.resource_cls, wanted):
            raise DagsterInvalidDefinitionError(
                f"{resource_cls.__name__}.{name} is a {wanted.__name__}, but was given a "
                f"{given.resource_cls.__name__}."
            )


def _is_shared(given: Any) -> bool:
    """Whether a resource in a field is the one among the run's resources, if it stands there too.

    A resource with all its config is made anew for each place where it stands, as in Dagster.
    """
    return isinstance(given, (PartialResource, ResourceDefinition))
