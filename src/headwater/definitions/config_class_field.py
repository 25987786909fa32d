"""What the fields of a ``Config`` class mean in the schema language, and their values on both sides of it.

Config speaks of an enum member by its name and of one class of a union as ``{"cat": {...}}``; pydantic wants
the member, and ``{"kind": "cat", ...}``. :func:`dump_value` and :func:`read_value` go from one to the other.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

import pydantic
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from headwater.definitions.config_field import (
    Array,
    Field,
    Map,
    Noneable,
    Permissive,
    SchemaReader,
    Selector,
    Shape,
)
from headwater.definitions.config_type import ABSENT, ANY, AnyType, ConfigType, Enum, StringSource
from headwater.definitions.env_var import is_env_var
from headwater.definitions.signature import is_config_annotation
from headwater.model.errors import (
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidDefinitionError,
    DagsterInvalidPythonicConfigDefinitionError,
)


class ConfigModel(Protocol):
    """What of a :class:`Config` class is asked for here."""

    model_config: ClassVar[pydantic.ConfigDict]

    @classmethod
    def config_fields(cls) -> dict[str, FieldInfo]: ...

    @classmethod
    def to_fields_dict(cls) -> dict[str, Field]: ...

    @classmethod
    def remedy_for_unknown_type(cls, annotation: Any) -> str | None: ...

    def to_config_dict(self) -> dict[str, Any]: ...


class TaggedSelector(Selector):
    """One class of a discriminated union: ``{tag: fields}``."""

    def __init__(self, discriminator: str, members: list[type[ConfigModel]]) -> None:
        shapes = {
            tag: _member_shape(each, discriminator) for each in members for tag in _tags(each, discriminator)
        }
        super().__init__(shapes)
        self.discriminator = discriminator


def _member_shape(member: type[ConfigModel], discriminator: str) -> Field:
    fields = {name: field for name, field in member.to_fields_dict().items() if name != discriminator}
    return Field.of(class_shape(member, fields))


def _tags(member: type[ConfigModel], discriminator: str) -> tuple[str, ...]:
    return typing.get_args(member.config_fields()[discriminator].annotation)


class _FieldReader(SchemaReader):
    """Reads the annotation of a field: what the schema language knows, and unions with a discriminator."""

    def __init__(self, annotation: Any, discriminator: Any) -> None:
        super().__init__(annotation, sources=True)
        self.discriminator = discriminator

    def read_annotation(self, annotation: Any) -> ConfigType | None:
        if annotation is pydantic.SecretStr:
            return StringSource
        if typing.get_origin(annotation) is typing.Annotated:
            inner, *metadata = typing.get_args(annotation)
            discriminators = [each.discriminator for each in metadata if isinstance(each, FieldInfo)]
            return _FieldReader(inner, next(filter(None, discriminators), None)).read(inner)
        return super().read_annotation(annotation)

    def read_union(self, members: list[Any], may_be_none: bool) -> ConfigType | None:
        if (
            len(members) > 1
            and isinstance(self.discriminator, str)
            and all(map(is_config_annotation, members))
        ):
            selector = TaggedSelector(self.discriminator, members)
            return Noneable(selector) if may_be_none else selector
        return super().read_union(members, may_be_none)


def class_shape(cls: type[ConfigModel], fields: dict[str, Field]) -> Shape:
    """The fields of a class as a type, open where the class allows others."""
    description = cls.__dict__.get("__doc__")
    return (
        Permissive(fields, description)
        if cls.model_config.get("extra") == "allow"
        else Shape(fields, description)
    )


def class_field(cls: type[ConfigModel], name: str, info: FieldInfo, default: Any = ABSENT) -> Field:
    """One field of a class. ``default`` replaces the field's own.

    Raises ``DagsterInvalidPythonicConfigDefinitionError`` for an annotation that neither config nor pydantic
    knows.
    """
    config_type = _read_type(cls, name, info)
    if default is ABSENT and info.default is not PydanticUndefined:
        default = info.default
    if default is None and not isinstance(config_type, Noneable):
        config_type = Noneable(config_type)
    if is_config_annotation(type(default)) and type(config_type) in (Shape, Permissive):
        # Config which gives only some of the nested fields takes the others from the default.
        config_type = class_shape(type(default), class_fields(type(default), default))
    field = Field.of(
        config_type,
        default if default is ABSENT else dump_value(config_type, default),
        is_required=False if info.default_factory is not None else None,
        description=info.description,
    )
    field.is_secret = info.annotation is pydantic.SecretStr
    return field


def class_fields(cls: type[ConfigModel], defaults: ConfigModel | None = None) -> dict[str, Field]:
    """The fields of a class by their names in config; ``defaults`` is an instance to take defaults from."""
    return {
        info.alias or name: class_field(
            cls, name, info, ABSENT if defaults is None else getattr(defaults, name)
        )
        for name, info in cls.config_fields().items()
    }


def _read_type(cls: type[ConfigModel], name: str, info: FieldInfo) -> ConfigType:
    annotation: Any = info.annotation
    try:
        return _FieldReader(annotation, info.discriminator).read(annotation)
    except (DagsterInvalidConfigDefinitionError, DagsterInvalidDefinitionError) as error:
        # No counterpart in the schema language (a date, a path, a union): pydantic reads it, if it can.
        try:
            pydantic.TypeAdapter(annotation)
        except pydantic.errors.PydanticSchemaGenerationError:
            raise DagsterInvalidPythonicConfigDefinitionError(
                cls, name, annotation, cls.remedy_for_unknown_type(annotation)
            ) from error
        return ANY


def dump_value(config_type: ConfigType, value: Any) -> Any:
    """A field's value as config writes it. Environment variables become ``{"env": NAME}``."""
    if is_env_var(value):
        return {"env": value.env_var_name}
    if is_config_annotation(type(value)):
        return _dump_config(config_type, value)
    match config_type, value:
        case Noneable(), _ if value is not None:
            return dump_value(config_type.inner_type, value)
        case Array(), list() | tuple():
            return [dump_value(config_type.inner_type, each) for each in value]
        case Map(), Mapping():
            return {key: dump_value(config_type.inner_type, each) for key, each in value.items()}
        case Enum(), enum.Enum():
            return config_type.name_of(value)
        case AnyType() | Permissive(), _:
            return _dump_any(value)
    return value.get_secret_value() if isinstance(value, pydantic.SecretStr) else value


def _dump_config(config_type: ConfigType, value: ConfigModel) -> Any:
    selector = config_type.inner_type if isinstance(config_type, Noneable) else config_type
    plain = value.to_config_dict()
    if isinstance(selector, TaggedSelector):
        tag = getattr(value, selector.discriminator)
        return {tag: {name: each for name, each in plain.items() if name != selector.discriminator}}
    return plain


def _dump_any(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: dump_value(ANY, each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [dump_value(ANY, each) for each in value]
    return to_jsonable_python(value, fallback=lambda other: other)


def read_value(config_type: ConfigType, value: Any) -> Any:
    """A config value as pydantic wants it: members of enums, and one flat dict for a class of a union."""
    match config_type, value:
        case Noneable(), _:
            return read_value(config_type.inner_type, value)
        case Array(), list():
            return [read_value(config_type.inner_type, each) for each in value]
        case Map(), dict():
            return {key: read_value(config_type.inner_type, each) for key, each in value.items()}
        case Enum(), str() if not isinstance(value, enum.Enum):
            return config_type.member(value)
        case TaggedSelector(), dict() if len(value) == 1:
            ((tag, fields),) = value.items()
            if tag in config_type.fields and (fields is None or isinstance(fields, dict)):
                return {config_type.discriminator: tag, **(fields or {})}
    return value
