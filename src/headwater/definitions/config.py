"""``Config``: the config of an op or asset as a pydantic model."""

from __future__ import annotations

import sys
import types
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import pydantic
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from headwater.definitions.config_class_field import class_fields, class_shape, dump_value, read_value
from headwater.definitions.config_field import Field, Noneable
from headwater.definitions.config_schema import ConfigSchema
from headwater.definitions.config_type import ANY
from headwater.definitions.env_var import holds_env_var
from headwater.definitions.placeholder_field import accept_placeholders
from headwater.definitions.signature import UnresolvedAnnotation, resolve_annotation
from headwater.model.errors import DagsterInvalidInvocationError, DagsterInvalidPythonicConfigDefinitionError


class Config(pydantic.BaseModel):
    """The config of an op or asset, as a class with typed fields.

    A parameter ``config`` with such an annotation receives an instance, made from the run's config. Fields
    are those of pydantic; a value may be an :class:`EnvVar`. Instances cannot be changed.

    >>> class Limits(Config):
    ...     highest: int
    ...     lowest: int = 0
    >>> @asset
    ... def numbers(config: Limits): return range(config.lowest, config.highest)
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)
    __headwater_config__: ClassVar[bool] = True

    # -- the class as a schema -------------------------------------------------------------------------------

    @classmethod
    def to_config_schema(cls) -> ConfigSchema:
        """The class in the schema language, as a ``config_schema``."""
        known: ConfigSchema | None = cls.__dict__.get("__config_schema__")
        if known is None:
            known = ConfigSchema(Field.of(class_shape(cls, class_fields(cls))))
            cls.__config_schema__ = known  # type: ignore[attr-defined]
        return known

    @classmethod
    def to_fields_dict(cls) -> dict[str, Field]:
        """The fields in the schema language, by the names that config gives them."""
        fields: dict[str, Field] = cls.to_config_schema().config_type.fields  # type: ignore[attr-defined]
        return dict(fields)

    @classmethod
    def config_fields(cls) -> dict[str, FieldInfo]:
        """The fields that config gives; of a resource, those which are no resources themselves."""
        if not cls.__pydantic_complete__:
            cls._complete()
        return dict(cls.model_fields)

    @classmethod
    def _complete(cls) -> None:
        """Resolve annotations with names that pydantic did not find: imports for type checkers only."""
        module = sys.modules[cls.__module__]
        found: dict[str, Any] = dict(vars(module))
        where_defined = types.FunctionType((lambda: None).__code__, vars(module))
        while not cls.__pydantic_complete__:
            try:
                cls.model_rebuild(_types_namespace=found)
            except pydantic.errors.PydanticUndefinedAnnotation as error:
                name = error.name or ""
                found[name] = resolve_annotation(name, where_defined)
                if isinstance(found[name], UnresolvedAnnotation):
                    raise DagsterInvalidPythonicConfigDefinitionError(
                        cls, name, found[name], f"There is no {name} in {cls.__module__}."
                    ) from error

    @classmethod
    def remedy_for_unknown_type(cls, annotation: Any) -> str | None:
        """What to do about a field whose annotation config cannot express."""
        return None

    # -- from and to config ----------------------------------------------------------------------------------

    @classmethod
    def from_config(cls, value: Any, given: Any = None) -> Self:
        """An instance from config which the schema has resolved.

        ``given`` is the config before that: what it takes from environment variables stays out of the
        instance's ``repr`` and of error messages. Raises pydantic's ``ValidationError``.
        """
        variables = {name: each for name, each in (given or {}).items() if _names_variable(each)}
        try:
            made = cls.model_validate(value or {})
        except pydantic.ValidationError as error:
            if variables:
                raise _without_input(error) from None
            raise
        if variables:
            object.__setattr__(made, "_variables", variables)
        return made

    def to_config_dict(self) -> dict[str, Any]:
        """The instance as config. Environment variables stay ``{"env": NAME}``; their values are not read."""
        fields = self.to_fields_dict()
        plain = {}
        for name, info in type(self).config_fields().items():
            key = info.alias or name
            value = getattr(self, name)
            if value is not None or (fields[key].default_provided and fields[key].default_value is not None):
                plain[key] = dump_value(fields[key].config_type, value)
        extra = self.__pydantic_extra__ or {}
        return {**plain, **{name: dump_value(ANY, each) for name, each in extra.items()}}

    @pydantic.model_validator(mode="before")
    @classmethod
    def _read_config(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        fields = cls.to_fields_dict()
        read = dict(data)
        for name, info in cls.config_fields().items():
            config_type = fields[info.alias or name].config_type
            key = name if name in read else info.alias or name
            if key in read:
                read[key] = read_value(config_type, read[key])
            elif info.is_required() and isinstance(config_type, Noneable):
                read[key] = None
        return read

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: pydantic.GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        accept_placeholders(handler.resolve_ref_schema(schema), cls.is_placeholder)
        return schema

    @staticmethod
    def is_placeholder(value: Any) -> bool:
        """Whether a field may hold ``value`` without a check, because what it stands for is not known yet."""
        return holds_env_var(value)

    # -- an unchangeable value -------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise DagsterInvalidInvocationError(self._why_frozen(name))
        super().__setattr__(name, value)

    def _why_frozen(self, name: str) -> str:
        return (
            f"{type(self).__name__}.{name} cannot be set, because config does not change. "
            "To have it otherwise, make another with model_copy(update={...})."
        )

    def __repr_args__(self) -> Any:
        variables = self.__dict__.get("_variables", {})
        for name, value in super().__repr_args__():
            info = type(self).model_fields.get(name) if name else None
            source = variables.get(name, variables.get(info.alias) if info and info.alias else None)
            yield (name, _Hidden(source)) if source is not None else (name, value)


class PermissiveConfig(Config):
    """A :class:`Config` which accepts other fields than its own as well.

    >>> class Free(PermissiveConfig):
    ...     known: int
    """

    model_config = pydantic.ConfigDict(extra="allow")


class _Hidden:
    """Stands in a ``repr`` for a value that came from an environment variable."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __repr__(self) -> str:
        match self._source:
            case {"env": str(name)}:
                return f"EnvVar({name!r})"
        return "<holds an EnvVar>"


def _names_variable(given: Any) -> bool:
    if isinstance(given, Mapping):
        return set(given) == {"env"} or any(map(_names_variable, given.values()))
    if isinstance(given, (list, tuple)):
        return any(map(_names_variable, given))
    return holds_env_var(given)


def _without_input(error: pydantic.ValidationError) -> pydantic.ValidationError:
    """The same error without the values that it is about: they came from environment variables."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(each["type"], "{message}", {"message": each["msg"]}),
            loc=each["loc"],
            input="hidden",
        )
        for each in error.errors(include_url=False, include_input=False)
    ]
    return pydantic.ValidationError.from_exception_data(error.title, details, hide_input=True)
