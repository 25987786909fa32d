"""The config of a definition: what a run may give, and what the definition's function receives for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headwater.definitions.config_check import check_config
from headwater.definitions.config_field import Field, SchemaReader, Shape, resolve_field
from headwater.definitions.config_type import ABSENT, ANY, ConfigType
from headwater.definitions.signature import EMPTY, is_config_annotation, read_signature
from headwater.model.config_finding import Step
from headwater.model.errors import (
    DagsterConfigMappingFunctionError,
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidDefinitionError,
    DagsterInvalidPythonicConfigDefinitionError,
)


class ConfigSchema:
    """What a run may give, and, after ``configured``, the way from there to the config of the inner definition.

    >>> schema = resolve_config_schema({"low": int, "high": int})
    >>> around = schema.configured(lambda config: {"low": config - 1, "high": config + 1}, int)
    >>> around.resolve(5)
    {'low': 4, 'high': 6}
    """

    def __init__(
        self, field: Field, *, inner: ConfigSchema | None = None, mapping: Callable[[Any], Any] | None = None
    ) -> None:
        self._field = field
        self._inner = inner
        self._mapping = mapping

    def as_field(self) -> Field:
        """What a run may give."""
        return self._field

    @property
    def config_type(self) -> ConfigType:
        """The type of what a run may give."""
        return self._field.config_type

    def resolve(
        self, value: Any = ABSENT, *, path: tuple[Step, ...] = ("config",), what: str = "the run"
    ) -> Any:
        """What the function receives for ``value``: checked, with defaults and environment variables, mapped.

        Raises ``DagsterInvalidConfigError``, and ``DagsterConfigMappingFunctionError`` where a mapping
        raises.
        """
        return self.apply(check_config(self._field, value, path=path, what=what), what=what)

    def apply(self, checked: Any, *, what: str = "the run") -> Any:
        """What the function receives for a value which is already checked."""
        if self._inner is None or self._mapping is None:
            return checked
        return self._inner.resolve(call_mapping(self._mapping, checked, what), what=what)

    def configured(self, config_or_fn: Any, config_schema: Any = None) -> ConfigSchema:
        """This schema with its config given in advance, or computed by a function from a smaller one.

        The function's own config has ``config_schema``; a ``Config`` class on its parameter serves as well.
        """
        if not callable(config_or_fn):
            given = plain_config(config_or_fn)
            return ConfigSchema(Field.of(Shape({})), inner=self, mapping=lambda _: given)
        annotation = mapping_annotation(config_or_fn)
        schema = annotation if annotation is not None else config_schema
        outer = resolve_field(schema) if schema is not None else Field.of(ANY, is_required=False)
        return ConfigSchema(outer, inner=self, mapping=mapping_function(config_or_fn))


def resolve_config_schema(schema: Any) -> ConfigSchema:
    """What a definition was given as ``config_schema``. Without one, any config is accepted, none is needed.

    Raises ``DagsterInvalidConfigDefinitionError`` for what is no schema.
    """
    if isinstance(schema, ConfigSchema):
        return schema
    if is_config_annotation(schema):
        return schema.to_config_schema()  # type: ignore[no-any-return]
    return ConfigSchema(Field.of(ANY, is_required=False) if schema is None else resolve_field(schema))


def config_schema_of(annotation: Any, default: Any = ABSENT) -> ConfigSchema:
    """The schema of a parameter ``config``, from its annotation: a ``Config`` class or a plain type.

    Raises ``DagsterInvalidPythonicConfigDefinitionError`` for an annotation which config cannot express.
    """
    if is_config_annotation(annotation):
        return annotation.to_config_schema()  # type: ignore[no-any-return]
    try:
        config_type = SchemaReader(annotation, sources=True).read(annotation)
    except (DagsterInvalidConfigDefinitionError, DagsterInvalidDefinitionError) as error:
        raise DagsterInvalidPythonicConfigDefinitionError(invalid_type=annotation) from error
    return ConfigSchema(Field.of(config_type, default))


def build_config(annotation: Any, value: Any) -> Any:
    """What a parameter ``config: annotation`` receives for a value that the schema has resolved.

    Of a ``Config`` class this is an instance. Raises pydantic's ``ValidationError`` where a value breaks a
    rule that only the class knows (``Field(gt=0)``, a validator).
    """
    return annotation.from_config(value) if is_config_annotation(annotation) else value


def plain_config(value: Any) -> Any:
    """``value`` with ``Config`` objects and a run config in it as plain dicts."""
    to_config_dict = getattr(value, "to_config_dict", None)
    if to_config_dict is not None and not isinstance(value, type):
        return to_config_dict()
    if isinstance(value, Mapping):
        return {key: plain_config(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain_config(each) for each in value]
    return value


def mapping_annotation(function: Callable[..., Any]) -> Any:
    """The ``Config`` class on the parameter of a function which maps config, if it has one."""
    params = read_signature(function).params
    if params and params[0].annotation is not EMPTY and is_config_annotation(params[0].annotation):
        return params[0].annotation
    return None


def mapping_function(function: Callable[..., Any]) -> Callable[[Any], Any]:
    """``function`` from and to plain config, whether it speaks of dicts or of ``Config`` objects."""
    annotation = mapping_annotation(function)
    return lambda value: plain_config(
        function(value if annotation is None else build_config(annotation, value))
    )


def call_mapping(mapping: Callable[[Any], Any], checked: Any, what: str) -> Any:
    """What a mapping gives. Raises ``DagsterConfigMappingFunctionError`` where it raises."""
    try:
        return mapping(checked)
    except Exception as error:
        raise DagsterConfigMappingFunctionError(
            f"The function which maps the config of {what} raised {type(error).__name__}: {error}",
            user_exception=error,
        ) from error
