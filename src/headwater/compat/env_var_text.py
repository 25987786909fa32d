"""Environment variables as a text names them, as projects know it from ``dagster._core.utils``."""

from __future__ import annotations

import os

from headwater.model.errors import DagsterInvalidDefinitionError


def parse_env_var(env_var_str: str) -> tuple[str, str]:
    """The name and the value of ``NAME=value``, or of ``NAME``, whose value is that of this process.

    Raises :class:`DagsterInvalidDefinitionError` for the name of a variable that is not set.

    >>> parse_env_var("REGION=eu")
    ('REGION', 'eu')
    """
    name, given, value = env_var_str.partition("=")
    if given:
        return name, value
    if name not in os.environ:
        raise DagsterInvalidDefinitionError(
            f"The environment variable {name} is not set. Set it, or give {name}=value."
        )
    return name, os.environ[name]
