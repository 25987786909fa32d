"""Run config as it may be shown: what resources were given and what is named like a secret stays hidden."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from headwater.model.run import DagsterRun, RunRecord

HIDDEN = "(hidden)"
_SECRET = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|credential|(api|access|private|account)_?key|connection_?string|dsn$|auth$|authorization",
    re.IGNORECASE,
)


def redact_config(config: Any, *, hidden: bool = False) -> Any:
    """``config`` with its names, without the values that may be secret.

    >>> redact_config({"ops": {"load": {"config": {"rows": 3, "api_key": "abc"}}}})
    {'ops': {'load': {'config': {'rows': 3, 'api_key': '(hidden)'}}}}
    """
    if isinstance(config, dict):
        return {
            name: redact_config(value, hidden=hidden or bool(_SECRET.search(str(name))))
            for name, value in config.items()
        }
    if isinstance(config, list):
        return [redact_config(value, hidden=hidden) for value in config]
    return HIDDEN if hidden and config is not None else config


def redact_run(record: RunRecord) -> RunRecord:
    """A run whose config may be shown. Resources hold connections and credentials: their values stay here."""
    config = redact_config(record.dagster_run.run_config)
    if "resources" in config:
        config["resources"] = redact_config(config["resources"], hidden=True)
    return msgspec.structs.replace(record, dagster_run=_with_config(record.dagster_run, config))


def without_config(record: RunRecord) -> RunRecord:
    """A run without its config, for lists."""
    return msgspec.structs.replace(record, dagster_run=_with_config(record.dagster_run, {}))


def _with_config(run: DagsterRun, config: dict[str, Any]) -> DagsterRun:
    return msgspec.structs.replace(run, run_config=config)
