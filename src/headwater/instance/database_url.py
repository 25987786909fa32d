"""Which database server keeps the history, if any does: as the environment says, or the settings of the project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from headwater.hosting.pyproject import FILE as PYPROJECT
from headwater.hosting.pyproject import read_table
from headwater.instance.settings import FOLDER
from headwater.model.errors import DagsterInvariantViolationError

DATABASE_VARIABLE = "HEADWATER_DATABASE_URL"
_OWN = "own-history"
_DAGSTER_FILE = "dagster.yaml"
_Shape = TypeVar("_Shape")


class _FromEnvironment(msgspec.Struct, forbid_unknown_fields=True):
    env: str


_Text = str | int | _FromEnvironment | None


class _Server(msgspec.Struct, forbid_unknown_fields=True):
    """``postgres_db`` of a ``dagster.yaml``."""

    hostname: _Text = None
    db_name: _Text = None
    username: _Text = None
    password: _Text = None
    port: _Text = None
    params: dict[str, Any] = {}
    scheme: _Text = None


class _Postgres(msgspec.Struct):
    postgres_url: _Text = None
    postgres_db: _Server | None = None


class _Storage(msgspec.Struct):
    postgres: _Postgres | None = None


class _DagsterFile(msgspec.Struct):
    storage: _Storage | None = None


class _Table(msgspec.Struct):
    database_url: _Text = None


def find_database_url(home: Path, environment: Mapping[str, str] | None = None) -> str | None:
    """The URL of the server that keeps the history of ``home``; None: a file in ``home`` does.

    ``HEADWATER_DATABASE_URL`` counts first. Then ``database_url`` in ``[tool.headwater]`` beside a ``home`` called
    ``.headwater``, then ``storage: postgres:`` in a ``dagster.yaml`` there or in ``home``. ``{env: NAME}`` stands for a
    variable. Raises :class:`DagsterInvariantViolationError`, naming the file, for what is not understood.

    >>> find_database_url(Path("/srv/flights/.headwater"), {"HEADWATER_DATABASE_URL": "postgresql://db/flights"})
    'postgresql://db/flights'
    """
    variables = os.environ if environment is None else environment
    if (url := variables.get(DATABASE_VARIABLE)) and not (home / _OWN).exists():
        return url
    beside = [home.parent] if home.name == FOLDER else []
    for folder in beside:
        if _mentions(folder / PYPROJECT, b"database_url"):
            table = read_table(folder)
            said = _shaped(table.content, _Table, table.place).database_url if table is not None else None
            if table is not None and said is not None:
                return _text(said, table.place, variables)
    for folder in (home, *beside):
        path = folder / _DAGSTER_FILE
        if _mentions(path, b"postgres"):
            return _url_of(path, variables)
    return None


def keep_apart(home: Path) -> None:
    """Let ``home``, of a test, have a history of its own, also where the environment names the server of a real one."""
    home.mkdir(parents=True, exist_ok=True)
    (home / _OWN).touch()


def has_history(home: Path) -> bool:
    """Whether there may be a history to read; opening it makes one."""
    return home.is_dir() or find_database_url(home) is not None


def _mentions(path: Path, word: bytes) -> bool:
    """Whether a file is worth being understood: each process that opens the history looks at it."""
    try:
        return word in path.read_bytes()
    except OSError:
        return False


def _url_of(path: Path, variables: Mapping[str, str]) -> str | None:
    from headwater.definitions.yaml_text import load_yaml  # only who has such a file pays for YAML

    content = load_yaml(path.read_text(encoding="utf-8"), str(path)) or {}
    storage = _shaped(content, _DagsterFile, str(path)).storage
    if storage is None or storage.postgres is None:
        return None
    place = f"{path}, storage.postgres"
    if storage.postgres.postgres_url is not None:
        return _text(storage.postgres.postgres_url, place, variables)
    server = storage.postgres.postgres_db
    if server is None:
        raise DagsterInvariantViolationError(f"{place} says neither postgres_url nor postgres_db.")
    user, password, host, port, name = (
        quote(_text(each, place, variables) or "", safe="")
        for each in (server.username, server.password, server.hostname, server.port, server.db_name)
    )
    access = f"{user}:{password}@" if password else f"{user}@" if user else ""
    query = f"?{urlencode(server.params)}" if server.params else ""
    return f"postgresql://{access}{host}{f':{port}' if port else ''}/{name}{query}"


def _text(said: _Text, place: str, variables: Mapping[str, str]) -> str | None:
    if not isinstance(said, _FromEnvironment):
        return None if said is None else str(said)
    if said.env not in variables:
        raise DagsterInvariantViolationError(
            f"{place} takes a value from the environment variable {said.env}, which is not set."
        )
    return variables[said.env]


def _shaped(content: object, shape: type[_Shape], place: str) -> _Shape:
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as error:
        raise DagsterInvariantViolationError(f"{place}: {error}") from error
