"""The published protocol of Pipes: names of parameters, how they are encoded, the version and shape of messages."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any, TypedDict

CONTEXT_VARIABLE = "DAGSTER_PIPES_CONTEXT"
MESSAGES_VARIABLE = "DAGSTER_PIPES_MESSAGES"
CONTEXT_ARGUMENT = "--dagster-pipes-context"
MESSAGES_ARGUMENT = "--dagster-pipes-messages"
VERSION_FIELD = "__dagster_pipes_version"
SUPPORTED_VERSION = "0.1"
COMPOSITE_WRITERS = "dagster_pipes_composite_writers"

PipesParams = Mapping[str, Any]
"""Plain data that tells the process where its context is, or where its messages go."""

PipesContextData = dict[str, Any]
"""What the process learns about its step: assets, partition, run, extras."""


class PipesOpenedData(TypedDict, total=False):
    """What the process tells when it has opened Pipes."""

    extras: Mapping[str, Any]


class PipesLaunchedData(TypedDict):
    """What a client tells when it has started the process: ids and places that were not known before."""

    extras: Mapping[str, Any]


def encode_param(value: PipesParams) -> str:
    """A parameter as text that an environment variable or an argument can hold."""
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


def parse_message(line: str) -> dict[str, Any] | None:
    """The message in a line of output; None for a line that is none (a child may print what it likes)."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and VERSION_FIELD in found else None
