"""What a single config value may be: a scalar, an enum member, an environment variable, anything.

The containers (shapes, lists, maps) and :class:`Field` stand in ``config_field``.
"""

from __future__ import annotations

import enum
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from headwater.definitions.config_trail import Trail, near
from headwater.definitions.env_var import EnvVar, IntEnvVar, is_env_var, parse_bool
from headwater.model.errors import CheckError, ParameterCheckError


class Absent:
    """Stands where config gives no value."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final[Any] = Absent()


class ConfigType(ABC):
    """What a config value may be. ``check`` is its meaning; the rest describes it to people."""

    kind: str
    description: str | None = None

    @abstractmethod
    def check(self, value: Any, trail: Trail) -> Any:
        """``value`` as the user's function receives it, with defaults filled in. Mistakes go to ``trail``."""

    @property
    @abstractmethod
    def label(self) -> str:
        """The type in a few words, for messages: ``{ host: String, port?: Int }``."""

    @property
    @abstractmethod
    def example(self) -> Any:
        """A value of the type, to start from."""

    @property
    def when_absent(self) -> Any:
        """What an absent value means, or ``ABSENT`` where a value is required."""
        return ABSENT

    def __repr__(self) -> str:
        return f"<config type {self.label}>"


class AnyType(ConfigType):
    """Any value, also none."""

    kind = "any"

    def check(self, value: Any, trail: Trail) -> Any:
        if is_env_var(value):
            return _read_env_var(value, trail)
        return value

    @property
    def label(self) -> str:
        return "Any"

    @property
    def example(self) -> Any:
        return None


class Scalar(ConfigType):
    """One of the plain types: ``String``, ``Int``, ``Float``, ``Bool``."""

    kind = "scalar"

    def __init__(
        self, name: str, accepts: Callable[[Any], bool], example: Any, parse: Callable[[str], Any]
    ) -> None:
        self.name = name
        self.accepts = accepts
        self.parse = parse
        self._example = example

    def check(self, value: Any, trail: Trail) -> Any:
        if is_env_var(value):
            trail.report(
                "env_misplaced",
                f"{value!r} cannot stand here, because the schema says {self.name}. Let the schema say "
                f"{self.name}Source to allow environment variables.",
                expected=self.name,
                found=repr(value),
                variable=value.env_var_name,
            )
            return value
        if not self.accepts(value):
            trail.mismatch(value, self.label)
            return value
        return float(value) if self is FLOAT else value

    @property
    def label(self) -> str:
        return self.name

    @property
    def example(self) -> Any:
        return self._example


ANY: Final = AnyType()
STRING: Final = Scalar("String", lambda value: isinstance(value, str), "...", str)
INT: Final = Scalar("Int", lambda value: isinstance(value, int) and not isinstance(value, bool), 0, int)
FLOAT: Final = Scalar(
    "Float", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool), 0.0, float
)
BOOL: Final = Scalar("Bool", lambda value: isinstance(value, bool), True, parse_bool)


class Source(ConfigType):
    """A scalar, or ``{"env": NAME}`` for the value of an environment variable."""

    kind = "source"

    def __init__(self, scalar: Scalar) -> None:
        self.scalar = scalar

    def check(self, value: Any, trail: Trail) -> Any:
        if is_env_var(value):
            return self._read(value.env_var_name, value, trail)
        if isinstance(value, Mapping):
            match dict(value):
                case {"env": str(name), **others} if not others:
                    return self._read(name, value, trail)
            trail.mismatch(value, self.label)
            return value
        if value is None:
            trail.mismatch(value, self.label)
            return value
        return self.scalar.check(value, trail)

    def _read(self, name: str, value: Any, trail: Trail) -> Any:
        if not trail.resolve:
            return {"env": name}
        text = os.environ.get(name)
        if text is None:
            report_missing_variable(name, trail)
            return value
        try:
            return self.scalar.parse(text)
        except ValueError:
            # The text may be a secret: it is never shown.
            trail.report(
                "env_unreadable",
                f'the environment variable "{name}" does not hold a value of type {self.scalar.name}.',
                expected=self.scalar.name,
                variable=name,
            )
            return value

    @property
    def label(self) -> str:
        return self.scalar.label

    @property
    def example(self) -> Any:
        return self.scalar.example


StringSource: Final = Source(STRING)
IntSource: Final = Source(INT)
FloatSource: Final = Source(FLOAT)
BoolSource: Final = Source(BOOL)


def report_missing_variable(name: str, trail: Trail) -> None:
    """Note that an environment variable which a run needs is not set."""
    trail.report(
        "env_missing",
        f'the environment variable "{name}" is not set. Set it where the run happens.',
        variable=name,
    )


def _read_env_var(value: EnvVar | IntEnvVar, trail: Trail) -> Any:
    return (IntSource if isinstance(value, IntEnvVar) else StringSource).check(value, trail)


class EnumValue:
    """One member of an :class:`Enum`: its name in config, and the Python value that the function receives."""

    def __init__(
        self, config_value: str, python_value: object = None, description: str | None = None
    ) -> None:
        if not isinstance(config_value, str):
            raise ParameterCheckError(f"The name of an enum value is text, not {config_value!r}.")
        self.config_value = config_value
        self.python_value: Any = config_value if python_value is None else python_value
        self.description = description

    def __repr__(self) -> str:
        return f"EnumValue({self.config_value!r}, {self.python_value!r})"


class Enum(ConfigType):
    """One of several names, each of which may stand for a Python value.

    >>> Enum("Mode", [EnumValue("FAST", 1), EnumValue("SLOW", 2)])
    >>> Enum.from_python_enum(Colour)
    """

    kind = "enum"

    def __init__(self, name: str, enum_values: Sequence[EnumValue]) -> None:
        values = list(enum_values)
        if not all(isinstance(each, EnumValue) for each in values):
            raise CheckError(f'The values of the enum "{name}" must be EnumValue objects.')
        self.name = name
        self.given_name = name
        self.enum_values = values
        self._by_name = {each.config_value: each.python_value for each in values}
        if len(self._by_name) != len(values):
            raise CheckError(f'The enum "{name}" has two values of the same name.')

    @classmethod
    def from_python_enum(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:
        """The members of a Python enum, by their names."""
        return cls(name or enum.__name__, [EnumValue(each.name, each) for each in enum])

    @classmethod
    def from_python_enum_direct_values(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:
        """The members of a Python enum, by their names; the same as :meth:`from_python_enum`."""
        return cls.from_python_enum(enum, name)

    @classmethod
    def of_literals(cls, values: Iterable[str]) -> Enum:
        """The texts of a ``Literal[...]``."""
        values = list(values)
        return cls(" | ".join(map(repr, values)), [EnumValue(each) for each in values])

    def check(self, value: Any, trail: Trail) -> Any:
        name = self.name_of(value)
        if name is None:
            self._refuse(value, trail)
            return value
        return self._by_name[name] if trail.resolve else name

    def name_of(self, value: Any) -> str | None:
        """The name under which config knows ``value``: a name itself, or a member of a Python enum."""
        if isinstance(value, enum.Enum):
            return next((name for name, member in self._by_name.items() if member is value), None)
        return value if isinstance(value, str) and value in self._by_name else None

    def member(self, name: str) -> Any:
        """The Python value behind a name, or the name itself where there is none of that name."""
        return self._by_name.get(name, name)

    def _refuse(self, value: Any, trail: Trail) -> None:
        if not isinstance(value, str):
            trail.mismatch(value, self.label)
            return
        guess = near(value, self._by_name)
        trail.report(
            "choice",
            f"{trail.show(value)} is none of {', '.join(self._by_name)}."
            + (f' Did you mean "{guess}"?' if guess and not trail.secret else ""),
            expected=self.label,
            found=trail.show(value),
            suggestion=guess,
        )

    @property
    def label(self) -> str:
        return f"one of {', '.join(self._by_name)}"

    @property
    def example(self) -> Any:
        return next(iter(self._by_name), None)
