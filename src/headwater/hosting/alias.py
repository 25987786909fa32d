"""The hook through which a code location lets ``import dagster`` mean Headwater.

The alias itself lives in ``headwater.compat``, above this layer; the façade fills the hook when it is imported
(docs/adr/0009-compat-alias.md).
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable

from headwater.model.errors import DagsterInvariantViolationError

ALIAS_VARIABLE = "HEADWATER_DAGSTER_ALIAS"
"""Set to 1 in every child that Headwater starts while the alias is on."""

_install: Callable[[], None] | None = None


def set_alias(install: Callable[[], None]) -> None:
    """Say how the alias is installed."""
    global _install
    _install = install


def install_alias() -> None:
    """Let ``dagster`` and its libraries mean Headwater in this process and in the children that it starts."""
    if _install is None:
        raise DagsterInvariantViolationError(
            "Nothing here can install the alias. Import headwater, not its parts."
        )
    os.environ[ALIAS_VARIABLE] = "1"
    _install()


def install_alias_if_wanted(*, asked: bool = False) -> bool:
    """Install the alias when it was asked for, here or by a parent, or when no real Dagster is installed."""
    wanted = asked or os.environ.get(ALIAS_VARIABLE) == "1" or importlib.util.find_spec("dagster") is None
    if wanted:
        install_alias()
    return wanted
