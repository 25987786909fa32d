"""The schema language: fields and containers, written with types, literals and each other.

``{"host": str, "port": Field(int, default_value=80), "tags": [str]}`` is a schema; so are ``int``,
``Shape({...})``, ``Selector({...})`` and a ``Config`` class. :func:`resolve_config_type` reads them all.
"""

from __future__ import annotations

import copy
import enum
import json
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from headwater.definitions.config_trail import Trail, near
from headwater.definitions.config_type import (
    ABSENT,
    ANY,
    BOOL,
    FLOAT,
    INT,
    STRING,
    BoolSource,
    ConfigType,
    Enum,
    FloatSource,
    IntSource,
    Scalar,
    Source,
    StringSource,
)
from headwater.model.errors import (
    CheckError,
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidDefinitionError,
    ParameterCheckError,
)


@runtime_checkable
class HasConfigField(Protocol):
    """What stands for a field without being one: a resolved schema, or a ``Config`` class."""

    def as_field(self) -> Field:
        """The field."""


class Field:
    """A config type with a default, and whether it must be given.

    ``is_secret`` hides the value in messages and the default in descriptions. Raises
    :class:`DagsterInvalidDefinitionError` for what is no config type, and ``DagsterInvalidConfigError`` for a
    default that does not fit.

    >>> Field(int, default_value=3, description="How often to try")
    """

    def __init__(
        self,
        config: Any,
        default_value: Any = ABSENT,
        is_required: bool | None = None,
        description: str | None = None,
        is_secret: bool = False,
    ) -> None:
        self.config_type = _type_of_field(config)
        self.description = description
        self.is_secret = is_secret
        self._default = default_value
        self._is_required = is_required
        if default_value is not ABSENT:
            if is_required:
                raise ParameterCheckError(
                    "A required field has no default: leave out is_required or default_value."
                )
            trail = Trail(resolve=False, secret=is_secret)
            self.config_type.check(default_value, trail)
            trail.raise_findings("a field's default_value", default_value)

    @classmethod
    def of(
        cls,
        config_type: ConfigType,
        default_value: Any = ABSENT,
        is_required: bool | None = None,
        description: str | None = None,
    ) -> Field:
        """A field of a type that is already resolved, with a default that is checked only when it is used."""
        made = cls(config_type, is_required=is_required, description=description)
        made._default = default_value
        return made

    @property
    def default_provided(self) -> bool:
        """Whether there is a default."""
        return self._default is not ABSENT

    @property
    def default_value(self) -> Any:
        """The default. Raises :class:`CheckError` if there is none."""
        if self._default is ABSENT:
            raise CheckError("The field has no default; ask default_provided first.")
        return self._default

    @property
    def default_value_as_json_str(self) -> str:
        """The default as JSON."""
        return json.dumps(self.default_value, default=repr)

    @property
    def is_required(self) -> bool:
        """Whether config must give a value."""
        if self._is_required is not None:
            return self._is_required
        return self._default is ABSENT and self.config_type.when_absent is ABSENT

    @property
    def value_when_absent(self) -> Any:
        """What the field is where config leaves it out: its default, or what its type says, or ``ABSENT``."""
        if self._default is not ABSENT:
            # A copy: a type that passes values through would hand out the default itself.
            return copy.deepcopy(self._default)
        return ABSENT if self._is_required is not None else self.config_type.when_absent

    def as_field(self) -> Field:
        """Itself."""
        return self

    def check(self, value: Any, trail: Trail) -> Any:
        """``value`` checked; for ``ABSENT``, the default. Gives ``ABSENT`` where the field stays empty."""
        if value is ABSENT:
            value = self.value_when_absent
        if value is ABSENT:
            if self.is_required:
                self._report_missing(trail)
            return ABSENT
        return self.config_type.check(value, trail)

    def _report_missing(self, trail: Trail) -> None:
        """Name what is missing: of a shape, the fields inside it which somebody has to fill in."""
        known = len(trail.findings)
        if isinstance(self.config_type, Shape):
            self.config_type.check({}, trail)
        if len(trail.findings) == known:
            label = self.config_type.label
            trail.report("missing", f"a value is needed ({label}).", expected=label)

    def __repr__(self) -> str:
        default = "" if self._default is ABSENT or self.is_secret else f", default_value={self._default!r}"
        return f"Field({self.config_type.label}{default}, is_required={self.is_required})"


def _type_of_field(config: Any) -> ConfigType:
    if isinstance(config, Field):
        raise DagsterInvalidDefinitionError(f"A Field cannot hold a Field: {config!r}.")
    try:
        return resolve_config_type(config)
    except DagsterInvalidConfigDefinitionError as error:
        raise DagsterInvalidDefinitionError(str(error)) from None


# -- containers ----------------------------------------------------------------------------------------------


class Noneable(ConfigType):
    """A value of the inner type, or None. Where config gives nothing, None."""

    kind = "noneable"

    def __init__(self, inner_type: Any) -> None:
        self.inner_type = resolve_config_type(inner_type)

    def check(self, value: Any, trail: Trail) -> Any:
        return None if value is None else self.inner_type.check(value, trail)

    @property
    def when_absent(self) -> Any:
        return None

    @property
    def label(self) -> str:
        return f"{self.inner_type.label} or None"

    @property
    def example(self) -> Any:
        return self.inner_type.example


class Array(ConfigType):
    """A list of values of one type."""

    kind = "array"

    def __init__(self, inner_type: Any) -> None:
        self.inner_type = resolve_config_type(inner_type)

    def check(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, (list, tuple)):
            trail.mismatch(value, self.label)
            return value
        return [self.inner_type.check(each, trail.into(index)) for index, each in enumerate(value)]

    @property
    def label(self) -> str:
        return f"[{self.inner_type.label}]"

    @property
    def example(self) -> Any:
        return [self.inner_type.example]


class Map(ConfigType):
    """A dict from scalars to values of one type; ``key_label_name`` says what the keys are."""

    kind = "map"

    def __init__(self, key_type: Any, inner_type: Any, key_label_name: str | None = None) -> None:
        self.key_type = resolve_config_type(key_type)
        self.inner_type = resolve_config_type(inner_type)
        self.key_label_name = key_label_name
        if not isinstance(self.key_type, (Scalar, Source)):
            raise ParameterCheckError(f"The keys of a Map must be scalars, not {self.key_type.label}.")

    def check(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, Mapping):
            trail.mismatch(value, self.label)
            return value
        return {
            self.key_type.check(key, trail.into(f"the key {key!r}")): self.inner_type.check(
                each, trail.into(str(key))
            )
            for key, each in value.items()
        }

    @property
    def label(self) -> str:
        key = f"{self.key_label_name}: {self.key_type.label}" if self.key_label_name else self.key_type.label
        return f"{{ [{key}]: {self.inner_type.label} }}"

    @property
    def example(self) -> Any:
        return {self.key_type.example: self.inner_type.example}


class ScalarUnion(ConfigType):
    """A scalar, or something with an inside: a dict or a list."""

    kind = "scalar_union"

    def __init__(self, scalar_type: Any, non_scalar_schema: Any) -> None:
        self.scalar_type = resolve_config_type(scalar_type)
        self.non_scalar_type = resolve_config_type(non_scalar_schema)
        if not isinstance(self.scalar_type, (Scalar, Source)):
            raise ParameterCheckError(f"scalar_type must be a scalar, not {self.scalar_type.label}.")
        if isinstance(self.non_scalar_type, (Scalar, Source, Noneable)):
            raise ParameterCheckError(
                f"non_scalar_schema must be a dict or a list, not {self.non_scalar_type.label}."
            )

    def check(self, value: Any, trail: Trail) -> Any:
        if value is None:
            trail.mismatch(value, self.label)
            return value
        inner = self.non_scalar_type if isinstance(value, (Mapping, list, tuple)) else self.scalar_type
        return inner.check(value, trail)

    @property
    def label(self) -> str:
        return f"({self.scalar_type.label} | {self.non_scalar_type.label})"

    @property
    def example(self) -> Any:
        return self.scalar_type.example


class _Fields(ConfigType):
    """What types with named fields share: shapes and selectors."""

    def __init__(self, fields: Mapping[str, Any], description: str | None = None) -> None:
        if not isinstance(fields, Mapping):
            raise ParameterCheckError(
                f"The fields of a {type(self).__name__} are a dict of names, not {fields!r}."
            )
        self.description = description
        self.fields: dict[str, Field] = {
            name: resolve_field(each, (name,), fields) for name, each in fields.items()
        }
        for name in self.fields:
            if not isinstance(name, str):
                raise DagsterInvalidDefinitionError(f"The name of a config field is text, not {name!r}.")

    def report_unknown(self, name: Any, trail: Trail) -> None:
        """Note that config names a field which is not there."""
        guess = near(str(name), self.fields)
        trail.report(
            "unknown",
            f'there is no field "{name}" here.'
            + (f' Did you mean "{guess}"?' if guess else "")
            + (f" Fields: {', '.join(self.fields)}." if self.fields else " It has no fields."),
            expected=self.label,
            found=str(name),
            suggestion=guess,
        )


class Shape(_Fields):
    """A dict with exactly these fields.

    ``field_aliases`` says under which other names config may give them.

    >>> Shape({"host": str, "port": Field(int, default_value=80)})
    """

    kind = "shape"
    is_open = False

    def __init__(
        self,
        fields: Mapping[str, Any],
        description: str | None = None,
        field_aliases: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(fields, description)
        self.field_aliases = dict(field_aliases or {})

    def check(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, Mapping):
            trail.mismatch(value, self.label)
            return value
        own_names = {alias: own for own, alias in self.field_aliases.items()}
        given = {own_names.get(key, key): each for key, each in value.items()}
        checked = {}
        for name, field in self.fields.items():
            found = field.check(given.pop(name, ABSENT), trail.into(name, secret=field.is_secret))
            if found is not ABSENT:
                checked[name] = found
        if not self.is_open:
            for unknown in given:
                self.report_unknown(unknown, trail)
        return {**checked, **given}

    @property
    def when_absent(self) -> Any:
        return ABSENT if any(field.is_required for field in self.fields.values()) else {}

    @property
    def label(self) -> str:
        fields = [
            f"{name}{'' if field.is_required else '?'}: {field.config_type.label}"
            for name, field in self.fields.items()
        ]
        return f"{{ {', '.join([*fields, '...'] if self.is_open else fields)} }}"

    @property
    def example(self) -> Any:
        return {name: field.config_type.example for name, field in self.fields.items() if field.is_required}


class Permissive(Shape):
    """A dict with these fields and any others."""

    kind = "permissive"
    is_open = True

    def __init__(self, fields: Mapping[str, Any] | None = None, description: str | None = None) -> None:
        super().__init__(fields or {}, description)


class Selector(_Fields):
    """A dict with exactly one of these fields. The only field may be left out if it has a default.

    >>> Selector({"file": {"path": str}, "memory": {}})
    """

    kind = "selector"

    def check(self, value: Any, trail: Trail) -> Any:
        if not isinstance(value, Mapping):
            trail.mismatch(value, self.label)
            return value
        if not value and self.when_absent is not ABSENT:
            value = dict.fromkeys(self.fields, ABSENT)
        if len(value) != 1:
            named = (
                f"but {len(value)} are given: {', '.join(map(str, value))}" if value else "but none is given"
            )
            trail.report(
                "choice",
                f"exactly one of {', '.join(self.fields)} is needed, {named}.",
                expected=self.label,
                found=", ".join(map(str, value)),
            )
            return value
        ((name, inner),) = value.items()
        field = self.fields.get(name)
        if field is None:
            self.report_unknown(name, trail)
            return value
        if inner is None and field.value_when_absent is not ABSENT:
            inner = ABSENT
        return {name: field.check(inner, trail.into(name, secret=field.is_secret))}

    @property
    def when_absent(self) -> Any:
        only = list(self.fields.values())
        return {} if len(only) == 1 and only[0].value_when_absent is not ABSENT else ABSENT

    @property
    def label(self) -> str:
        return " | ".join(f"{{ {name}: {field.config_type.label} }}" for name, field in self.fields.items())

    @property
    def example(self) -> Any:
        return {name: field.config_type.example for name, field in list(self.fields.items())[:1]}


# -- reading a schema ----------------------------------------------------------------------------------------

_SCALARS: dict[Any, ConfigType] = {str: STRING, int: INT, float: FLOAT, bool: BOOL}
_SOURCES: dict[Any, ConfigType] = {str: StringSource, int: IntSource, float: FloatSource, bool: BoolSource}


def resolve_field(schema: Any, stack: tuple[str, ...] = (), root: Any = None) -> Field:
    """``schema`` as a field. Raises :class:`DagsterInvalidConfigDefinitionError` for what is no schema."""
    if isinstance(schema, type) and getattr(schema, "__headwater_config__", False):
        schema = schema.to_config_schema()  # type: ignore[attr-defined]
    if isinstance(schema, HasConfigField) and not isinstance(schema, type):
        return schema.as_field()
    return Field.of(resolve_config_type(schema, stack, schema if root is None else root))


def resolve_config_type(schema: Any, stack: tuple[str, ...] = (), root: Any = None) -> ConfigType:
    """The config type that ``schema`` means: a config type, a Python type, a literal, a ``Config`` class.

    Raises :class:`DagsterInvalidConfigDefinitionError`, which names the place inside ``schema``.
    """
    return SchemaReader(schema if root is None else root).read(schema, stack)


class SchemaReader:
    """Reads schemas and annotations. With ``sources``, scalars may come from environment variables too."""

    def __init__(self, root: Any, *, sources: bool = False) -> None:
        self.root = root
        self.scalars = _SOURCES if sources else _SCALARS

    def read(self, schema: Any, stack: tuple[str, ...] = ()) -> ConfigType:
        """The config type that ``schema`` means."""
        if isinstance(schema, ConfigType):
            return schema
        if isinstance(schema, type) and getattr(schema, "__headwater_config__", False):
            return resolve_field(schema).config_type
        if isinstance(schema, HasConfigField) and not isinstance(schema, (type, Field)):
            return schema.as_field().config_type
        if schema is None or schema is Any:
            return ANY
        if isinstance(schema, type) and schema in self.scalars:
            return self.scalars[schema]
        if schema is dict:
            return Permissive()
        if schema is list:
            return Array(ANY)
        if isinstance(schema, dict):
            return self._read_dict(schema, stack)
        if isinstance(schema, list):
            return self._read_list(schema, stack)
        resolved = self.read_annotation(schema)
        if resolved is None:
            raise DagsterInvalidConfigDefinitionError(self.root, schema, stack)
        return resolved

    def _read_list(self, schema: list[Any], stack: tuple[str, ...]) -> ConfigType:
        if len(schema) != 1:
            raise DagsterInvalidDefinitionError(
                f"A list as a schema has one entry, its inner type; this one has {len(schema)}: {schema!r}."
            )
        return Array(self.read(schema[0], stack))

    def _read_dict(self, schema: dict[Any, Any], stack: tuple[str, ...]) -> ConfigType:
        keys = list(schema)
        if len(keys) == 1 and not isinstance(keys[0], str):
            if not isinstance(keys[0], (type, ConfigType)):
                raise DagsterInvalidDefinitionError(
                    f"The key of a map is a type such as str, not {keys[0]!r}."
                )
            return Map(keys[0], self.read(schema[keys[0]], stack))
        return Shape(
            {name: resolve_field(each, (*stack, str(name)), self.root) for name, each in schema.items()}
        )

    def read_annotation(self, annotation: Any) -> ConfigType | None:
        """What ``list[int]``, ``Optional[str]``, ``Literal[...]`` or a Python enum means; None for others."""
        if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
            return Enum.from_python_enum(annotation)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            return self.read(args[0])
        if origin is typing.Literal and all(isinstance(each, str) for each in args):
            return Enum.of_literals(args)
        if origin in (typing.Union, types.UnionType):
            return self.read_union([each for each in args if each is not type(None)], type(None) in args)
        if origin in (list, Sequence):
            return Array(self.read(args[0]))
        if origin in (dict, Mapping):
            return Map(self.read(args[0]), self.read(args[1]))
        return None

    def read_union(self, members: list[Any], may_be_none: bool) -> ConfigType | None:
        """``Optional[X]`` may be None; other unions have no counterpart in the schema language."""
        return Noneable(self.read(members[0])) if len(members) == 1 and may_be_none else None
