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
    config = redact_run_config(record.dagster_run.run_config)
    return msgspec.structs.replace(record, dagster_run=_with_config(record.dagster_run, config))


def redact_run_config(config: dict[str, Any]) -> Any:
    """Run config that may be shown: what is named like a secret is hidden, and all that resources are given."""
    shown = redact_config(config)
    if isinstance(shown, dict) and "resources" in shown:
        shown["resources"] = redact_config(shown["resources"], hidden=True)
    return shown


def config_to_edit(config: Any, brought: Any) -> Any:
    """Run config to begin with on a launch pad: without anything hidden, so that it is not given back in place of a secret.

    A run takes from the job itself (``brought``) each op, resource or logger that it is not given: one that holds a secret
    there is left out as a whole. Elsewhere the hidden value alone is, and its default counts.

    >>> config_to_edit({"ops": {"load": {"config": {"rows": 3, "api_key": "abc"}}}}, {})
    {'ops': {'load': {'config': {'rows': 3}}}}
    """
    own = redact_run_config(brought)
    edited: dict[str, Any] = {}
    for section, parts in redact_run_config(config).items():
        if isinstance(parts, dict):
            theirs = own.get(section) if isinstance(own.get(section), dict) else {}
            parts = {
                name: _without_hidden(each)
                for name, each in parts.items()
                if not _holds_hidden(theirs.get(name))
            }
        if parts not in ({}, HIDDEN):
            edited[section] = parts
    return {section: parts for section, parts in edited.items() if section != "resources" or _says(parts)}


def _says(config: Any) -> bool:
    """Whether there is any value in it."""
    return any(map(_says, config.values())) if isinstance(config, dict) else config is not None


def _without_hidden(config: Any) -> Any:
    if isinstance(config, dict):
        return {name: _without_hidden(each) for name, each in config.items() if each != HIDDEN}
    if isinstance(config, list):
        return [_without_hidden(each) for each in config if each != HIDDEN]
    return config


def _holds_hidden(config: Any) -> bool:
    if isinstance(config, dict):
        return any(map(_holds_hidden, config.values()))
    if isinstance(config, list):
        return any(map(_holds_hidden, config))
    return bool(config == HIDDEN)


def redact_schema(schema: Any, *, hidden: bool = False) -> Any:
    """A described schema without the defaults that may be secret: those of resources, and of fields named like one.

    >>> redact_schema({"fields": {"api_key": {"kind": "scalar", "default": "abc"}}})
    {'fields': {'api_key': {'kind': 'scalar'}}}
    """
    if isinstance(schema, list):
        return [redact_schema(each, hidden=hidden) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shown: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "fields" and isinstance(value, dict):
            shown[name] = {
                field: redact_schema(
                    each, hidden=hidden or field == "resources" or bool(_SECRET.search(str(field)))
                )
                for field, each in value.items()
            }
        elif name == "default":
            if not hidden:
                shown[name] = redact_config(value)
        else:
            shown[name] = redact_schema(value, hidden=hidden)
    return shown


def without_config(record: RunRecord) -> RunRecord:
    """A run without its config, for lists."""
    return msgspec.structs.replace(record, dagster_run=_with_config(record.dagster_run, {}))


def _with_config(run: DagsterRun, config: dict[str, Any]) -> DagsterRun:
    return msgspec.structs.replace(run, run_config=config)
