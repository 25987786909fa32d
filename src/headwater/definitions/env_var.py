"""Environment variables in config: named when the code is written, read when a run needs them."""

from __future__ import annotations

import os
from typing import Any, overload

from headwater.model.errors import EnvVarNotReadError

_FALSE = frozenset({"", "0", "false"})


class EnvVar(str):
    """The value of an environment variable, read when the run starts and never shown.

    Give it as a value of a ``Config``, a ``ConfigurableResource`` or a :class:`RunConfig`. It is a ``str``,
    so that type checkers take it for text; used as text outside config it raises :class:`EnvVarNotReadError`.

    >>> Client(token=EnvVar("TOKEN"), port=EnvVar.int("PORT"))
    """

    __slots__ = ()

    @classmethod
    def int(cls, name: str) -> IntEnvVar:
        """The variable ``name``, whose value is a whole number."""
        return IntEnvVar(name)

    @property
    def env_var_name(self) -> str:
        """The name of the variable."""
        return str.__str__(self)

    @overload
    def get_value(self) -> str | None: ...
    @overload
    def get_value(self, default: str) -> str: ...
    @overload
    def get_value(self, default: str | None) -> str | None: ...
    def get_value(self, default: str | None = None) -> str | None:
        """The value now, or ``default`` where the variable is not set."""
        return os.environ.get(self.env_var_name, default)

    def __str__(self) -> str:
        raise EnvVarNotReadError(self.env_var_name)

    def __format__(self, format_spec: str) -> str:
        raise EnvVarNotReadError(self.env_var_name)

    def __repr__(self) -> str:
        return f"EnvVar({self.env_var_name!r})"


class IntEnvVar(int):
    """A whole number in an environment variable. Made by :meth:`EnvVar.int`."""

    name: str

    def __new__(cls, name: str) -> IntEnvVar:
        made = super().__new__(cls, 0)
        made.name = name
        return made

    @property
    def env_var_name(self) -> str:
        """The name of the variable."""
        return self.name

    @overload
    def get_value(self) -> int | None: ...
    @overload
    def get_value(self, default: int) -> int: ...
    @overload
    def get_value(self, default: int | None) -> int | None: ...
    def get_value(self, default: int | None = None) -> int | None:
        """The number now, or ``default`` where the variable is not set. ``ValueError`` for other text."""
        text = os.environ.get(self.name)
        return default if text is None else int(text)

    def __int__(self) -> int:
        raise EnvVarNotReadError(self.name)

    def __str__(self) -> str:
        raise EnvVarNotReadError(self.name)

    def __format__(self, format_spec: str) -> str:
        raise EnvVarNotReadError(self.name)

    def __repr__(self) -> str:
        return f"EnvVar.int({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntEnvVar) and other.name == self.name

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.name)

    def __getnewargs__(self) -> Any:
        return (self.name,)


def is_env_var(value: object) -> bool:
    """Whether ``value`` stands for an environment variable."""
    return isinstance(value, (EnvVar, IntEnvVar))


def holds_env_var(value: object) -> bool:
    """Whether ``value`` is an environment variable, or a list or dict with one somewhere inside."""
    if isinstance(value, dict):
        return any(holds_env_var(each) for each in value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_env_var(each) for each in value)
    return is_env_var(value)


def parse_bool(text: str) -> bool:
    """The meaning of a variable's text as yes or no: empty, ``0`` and ``false`` are no, all else is yes."""
    return text.lower() not in _FALSE
