"""Configurable resources: classes with typed fields for their config, and methods for those who use them."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Self, TypeVar, overload

from pydantic.fields import FieldInfo

from headwater.definitions.config import Config
from headwater.definitions.config_class_field import class_field, class_fields, class_shape, dump_value
from headwater.definitions.config_field import Field
from headwater.definitions.config_schema import ConfigSchema
from headwater.definitions.configurable_resource_definition import ConfigurableResourceDefinition
from headwater.definitions.env_var import holds_env_var
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.partial_resource import PartialResource
from headwater.definitions.resource import AsResource, ResourceDefinition
from headwater.definitions.resource_class import resource_class
from headwater.definitions.resource_set import ResourceSet
from headwater.model.errors import CheckError

T = TypeVar("T")

if TYPE_CHECKING:
    V = TypeVar("V")

    class ResourceDependency(Generic[V]):
        """The annotation of a resource's field which receives another resource, of whatever class.

        The field is given a value, a resource definition, or a resource which makes such a value.

        >>> class Writer(ConfigurableResource):
        ...     engine: ResourceDependency[Engine]
        """

        def __set_name__(self, owner: Any, name: str) -> None: ...
        @overload
        def __get__(self, instance: None, owner: Any) -> ResourceDependency[V]: ...
        @overload
        def __get__(self, instance: object, owner: Any) -> V: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: Any) -> None: ...

else:

    class ResourceDependency:
        """The annotation of a resource's field which receives another resource, of whatever class."""

        def __class_getitem__(cls, target):
            return Annotated[Any, DependencyMark(target)]


class DependencyMark:
    """Stands beside the annotation of a field which receives another resource."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __repr__(self) -> str:
        return f"ResourceDependency[{getattr(self.target, '__name__', self.target)}]"


class ConfigurableResourceFactory(Config, AsResource, ABC, Generic[T]):
    """A class with config which makes a resource of another class: ``create_resource`` returns it.

    Fields are config, or other resources: a field with a resource class or ``ResourceDependency[...]`` is
    given a resource, and that one is made before this one.

    >>> class Engine(ConfigurableResourceFactory[sqlalchemy.Engine]):
    ...     url: str
    ...     def create_resource(self, context): return sqlalchemy.create_engine(self.url)
    """

    __headwater_resource__: ClassVar[bool] = True

    # -- what users override ---------------------------------------------------------------------------------

    @abstractmethod
    def create_resource(self, context: InitResourceContext) -> T:
        """The resource that ops and assets receive."""

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Called once in a run, before the resource is used. State goes to private attributes."""

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        """Called once in a run after the resource was used."""

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[T]:
        """Yield the resource; what stands around the ``yield`` is its set-up and tear-down."""
        self.setup_for_execution(context)
        try:
            yield self.create_resource(context)
        finally:
            self.teardown_after_execution(context)

    # -- what users call -------------------------------------------------------------------------------------

    @classmethod
    def configure_at_launch(cls, **kwargs: Any) -> Any:
        """The resource with only these values known, as a :class:`PartialResource`.

        The run's config gives the others. It may stand wherever the resource may, hence the open type.

        >>> Definitions(resources={"store": Store.configure_at_launch(path="x")})
        """
        return PartialResource(cls, kwargs)

    def process_config_and_initialize(self) -> T:
        """The resource as a run would make it: environment variables read, nested resources made, set up.

        Raises :class:`CheckError` for a resource with a tear-down, which nobody would call; use
        :meth:`process_config_and_initialize_cm`.
        """
        _refuse_teardown(self.get_resource_definition())
        resources = ResourceSet({"resource": self})
        value: T = resources.require("resource")
        return value

    @contextlib.contextmanager
    def process_config_and_initialize_cm(self) -> Iterator[T]:
        """The resource as a run would make it, torn down at the end."""
        with ResourceSet({"resource": self}) as resources:
            yield resources.require("resource")

    @classmethod
    def from_resource_context(cls, context: InitResourceContext, nested_resources: Any = None) -> T:
        """The resource for a function-style resource which has this class as its ``config_schema``."""
        definition = cls._definition_from(nested_resources)
        _refuse_teardown(definition)
        return definition.open(context).__enter__()  # type: ignore[no-any-return]

    @classmethod
    @contextlib.contextmanager
    def from_resource_context_cm(
        cls, context: InitResourceContext, nested_resources: Any = None
    ) -> Iterator[T]:
        """As :meth:`from_resource_context`, torn down at the end."""
        with cls._definition_from(nested_resources).open(context) as value:
            yield value

    def get_resource_context(self) -> InitResourceContext:
        """The context with which the resource was made. Raises :class:`CheckError` before that."""
        context: InitResourceContext | None = self.__dict__.get("_resource_context")
        if context is None:
            raise CheckError(f"{type(self).__name__} has a context only while a run uses it.")
        return context

    def with_replaced_resource_context(self, context: InitResourceContext) -> Self:
        """The same resource with another context."""
        other = self.model_copy()
        object.__setattr__(other, "_resource_context", context)
        return other

    @contextlib.contextmanager
    def with_resource_context(self, context: InitResourceContext) -> Iterator[Self]:
        """The same resource with another context, for the length of a ``with`` block."""
        yield self.with_replaced_resource_context(context)

    @property
    def nested_resources(self) -> Mapping[str, Any]:
        """The resources that were given to the fields of this one."""
        return {
            name: each for name, each in self._given_resources().items() if issubclass(type(each), AsResource)
        }

    # -- the class as config ---------------------------------------------------------------------------------

    @classmethod
    def config_fields(cls) -> dict[str, FieldInfo]:
        """The fields that config gives: all but those for other resources."""
        return {name: info for name, info in super().config_fields().items() if not _is_resource_field(info)}

    @classmethod
    def resource_fields(cls) -> dict[str, FieldInfo]:
        """The fields for other resources."""
        return {name: info for name, info in super().config_fields().items() if _is_resource_field(info)}

    @classmethod
    def remedy_for_unknown_type(cls, annotation: Any) -> str | None:
        """A class that config does not know is usually meant as another resource."""
        shown = getattr(annotation, "__name__", annotation)
        return f"If it is another resource, say ResourceDependency[{shown}]."

    @classmethod
    def dump_config(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The values of config fields, as config."""
        fields = cls.to_fields_dict()
        return {
            info.alias or name: dump_value(fields[info.alias or name].config_type, data[name])
            for name, info in cls.config_fields().items()
            if name in data
        }

    @staticmethod
    def is_placeholder(value: Any) -> bool:
        """Environment variables, and resources of other kinds than this: they are made when a run starts."""
        return holds_env_var(value) or (issubclass(type(value), AsResource) and not isinstance(value, Config))

    def _given_resources(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).resource_fields()}

    # -- the class as a resource -----------------------------------------------------------------------------

    @classmethod
    def definition_class(cls) -> type[ConfigurableResourceDefinition]:
        """The class of the definition. I/O managers have one of their own."""
        return ConfigurableResourceDefinition

    def provided_class(self) -> type | None:
        """The class itself, where the resource is an instance of it."""
        return type(self).class_provided()

    @classmethod
    def class_provided(cls) -> type | None:
        """The class of the resource, where it is known before the resource is made: that of what it makes is not."""
        return None

    @classmethod
    def has_teardown(cls) -> bool:
        """Whether the class does something when the resource is no longer needed."""
        base = ConfigurableResourceFactory
        return (
            cls.yield_for_execution is not base.yield_for_execution
            or cls.teardown_after_execution is not base.teardown_after_execution
        )

    def required_resource_keys_besides_fields(self) -> frozenset[str]:
        """Keys of resources that this one needs besides those in its fields."""
        return frozenset()

    def get_resource_definition(self) -> ResourceDefinition:
        """The definition which makes this resource. A run's config may replace the config given here."""
        cls = type(self)
        field = Field.of(class_shape(cls, class_fields(cls)), self.to_config_dict(), is_required=False)
        return cls.definition_class()(
            cls,
            ConfigSchema(field),
            self._given_resources(),
            origin=self,
            required_resource_keys=self.required_resource_keys_besides_fields(),
        )

    @classmethod
    def definition_of_partial(cls, partial: PartialResource[Any]) -> ResourceDefinition:
        """The definition for what ``configure_at_launch`` gave."""
        fields = class_fields(cls)
        for name, info in cls.config_fields().items():
            if name in partial.data:
                fields[info.alias or name] = class_field(cls, name, info, partial.data[name])
        given, from_config = {}, {}
        for name, info in cls.resource_fields().items():
            nested_cls = resource_class(info.annotation)
            if name in partial.data or not info.is_required():
                given[name] = partial.data.get(name, info.get_default(call_default_factory=True))
            elif nested_cls is not None:
                from_config[name] = nested_cls
                fields[name] = nested_cls.to_config_schema().as_field()
        schema = ConfigSchema(Field.of(class_shape(cls, fields)))
        return cls.definition_class()(cls, schema, given, origin=partial, from_config=from_config)

    @classmethod
    def _definition_from(cls, nested_resources: Any) -> ConfigurableResourceDefinition:
        given = dict(nested_resources or {})
        return cls.definition_class()(cls, cls.to_config_schema(), given, origin=cls)

    def _why_frozen(self, name: str) -> str:
        return (
            f"{type(self).__name__}.{name} cannot be set, because resources do not change. State that a run "
            "needs goes to a private attribute: `_name: Type = PrivateAttr()`, set in setup_for_execution."
        )


if TYPE_CHECKING:
    # Strict type checkers would ask every user of a generic class for its argument, which few have.
    _OfItself = ConfigurableResourceFactory[Any]
else:
    _OfItself = ConfigurableResourceFactory[T]


class ConfigurableResource(_OfItself):
    """A resource whose config is its typed fields, and which ops and assets receive itself.

    A parameter with the class as annotation receives it. Fields are config, :class:`EnvVar`, or other
    resources. Instances cannot be changed; state that a run needs goes to private attributes.

    >>> class Store(ConfigurableResource):
    ...     path: str
    ...     def read(self, name): return (Path(self.path) / name).read_text()
    >>> @asset
    ... def numbers(store: Store): return store.read("numbers")
    >>> Definitions(assets=[numbers], resources={"store": Store(path=EnvVar("STORE"))})
    """

    @classmethod
    def class_provided(cls) -> type | None:
        """The class itself, unless it makes something else of itself."""
        makes_itself = (
            cls.create_resource is ConfigurableResource.create_resource
            and cls.yield_for_execution is ConfigurableResourceFactory.yield_for_execution
        )
        return cls if makes_itself else None

    def create_resource(self, context: InitResourceContext) -> Any:
        """The resource itself. To give something else, use :class:`ConfigurableResourceFactory`."""
        return self


class ConfigurableLegacyResourceAdapter(ConfigurableResource, ABC):
    """A configurable resource around a function-style one: its fields are the config of ``wrapped_resource``.

    >>> class Database(ConfigurableLegacyResourceAdapter):
    ...     path: str
    ...     @property
    ...     def wrapped_resource(self): return database_resource
    """

    @property
    @abstractmethod
    def wrapped_resource(self) -> ResourceDefinition:
        """The resource which is made, with the fields as its config."""

    def required_resource_keys_besides_fields(self) -> frozenset[str]:
        """What the wrapped resource needs."""
        return self.wrapped_resource.required_resource_keys

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Any]:
        """Make the wrapped resource, and tear it down at the end."""
        with self.wrapped_resource.open(context) as value:
            yield value


def _refuse_teardown(definition: ResourceDefinition) -> None:
    if definition.needs_teardown:
        raise CheckError(
            "The resource, or one in its fields, has a tear-down that nobody would call. Use the method "
            "of the same name with _cm at its end, in a with statement."
        )


def _is_resource_field(info: FieldInfo) -> bool:
    if any(isinstance(each, DependencyMark) for each in info.metadata):
        return True
    return resource_class(info.annotation) is not None
