"""Check a config value against a schema."""

from __future__ import annotations

from typing import Any

from headwater.definitions.config_field import resolve_field
from headwater.definitions.config_trail import Trail
from headwater.definitions.config_type import ABSENT
from headwater.model.config_finding import ConfigFinding, Step


def check_config(
    schema: Any,
    value: Any = ABSENT,
    *,
    path: tuple[Step, ...] = (),
    what: str = "the run",
    resolve: bool = True,
) -> Any:
    """``value`` with the defaults of ``schema`` filled in.

    ``schema`` is anything that the schema language knows. ``path`` says where the value stands in the run's
    config, ``what`` whose config it is; both are for messages. With ``resolve=False`` nothing is read from
    environment variables and enum members stay names, so that the result is plain data.

    Raises ``DagsterInvalidConfigError`` with **all** that is wrong, each a :class:`ConfigFinding` in
    ``errors``.

    >>> check_config({"host": str, "port": Field(int, default_value=80)}, {"host": "localhost"})
    {'host': 'localhost', 'port': 80}
    """
    trail = Trail(path, resolve=resolve)
    checked = resolve_field(schema).check(value, trail)
    trail.raise_findings(what, None if value is ABSENT else value)
    return None if checked is ABSENT else checked


def find_config_errors(
    schema: Any, value: Any = ABSENT, *, path: tuple[Step, ...] = (), resolve: bool = False
) -> list[ConfigFinding]:
    """All that is wrong with ``value``, without raising: for a page that shows mistakes as they are typed."""
    trail = Trail(path, resolve=resolve)
    resolve_field(schema).check(value, trail)
    return trail.findings
