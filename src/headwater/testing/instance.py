"""An instance for the length of a test."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from headwater.instance.database_url import keep_apart
from headwater.instance.instance import DagsterInstance
from headwater.instance.settings import DAGSTER_HOME_VARIABLE, HOME_VARIABLE
from headwater.testing.environment import environ

SETTINGS_FILE = "dagster.yaml"


@contextlib.contextmanager
def instance_for_test(
    overrides: Mapping[str, Any] | None = None,
    set_dagster_home: bool = True,
    temp_dir: str | None = None,
    **_: Any,
) -> Iterator[DagsterInstance]:
    """An instance that keeps its history in a temporary folder (or in ``temp_dir``, which stays).

    ``overrides`` are settings, written to the folder's ``dagster.yaml``. With ``set_dagster_home``, whatever
    asks for the instance of the environment meanwhile (``DagsterInstance.get()``, a child) gets this one.

    >>> with instance_for_test() as instance:
    ...     materialize([numbers], instance=instance)
    """
    with contextlib.ExitStack() as stack:
        home = temp_dir or stack.enter_context(
            tempfile.TemporaryDirectory(prefix="headwater-", ignore_cleanup_errors=True)
        )
        keep_apart(Path(home))
        if overrides:
            # JSON is YAML, and needs no library.
            Path(home, SETTINGS_FILE).write_text(json.dumps(dict(overrides), indent=2))
        if set_dagster_home:
            stack.enter_context(environ({HOME_VARIABLE: home, DAGSTER_HOME_VARIABLE: home}))
        yield stack.enter_context(DagsterInstance.open(home))
