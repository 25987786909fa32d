"""Config types which are one of several things: ``Selector`` and ``ScalarUnion``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.config_field import NamedFields, Noneable, resolve_config_type
from headwater.definitions.config_finding import Trail
from headwater.definitions.config_type import ABSENT, ConfigType, Scalar, Source
from headwater.model.errors import ParameterCheckError


class Selector(NamedFields):
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

    def describe(self) -> dict[str, Any]:
        inner = {"scalar": self.scalar_type.describe(), "non_scalar": self.non_scalar_type.describe()}
        return {**super().describe(), **inner}
