"""Workspace files: YAML that lists code locations, as Dagster's users have them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec

from headwater.definitions.yaml_text import load_yaml
from headwater.hosting.code_target import CodeTarget
from headwater.model.errors import DagsterInvariantViolationError


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    relative_path: str | None = None
    module_name: str | None = None
    package_name: str | None = None
    attribute: str | None = None
    working_directory: str | None = None
    location_name: str | None = None
    executable_path: str | None = None


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    python_file: str | _Code | None = None
    python_module: str | _Code | None = None
    python_package: str | _Code | None = None


class _Workspace(msgspec.Struct):
    load_from: list[_Entry]


def read_workspace(path: Path) -> list[CodeTarget]:
    """The code locations that a workspace file lists; its paths are relative to the file's folder.

    Raises :class:`DagsterInvariantViolationError`, naming file and entry, for one that cannot be used: a server,
    another Python, a key that is not known.
    """
    try:
        content = load_yaml(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise DagsterInvariantViolationError(f"{path} cannot be read: {error.strerror}.") from error
    _refuse_servers(content, path)
    try:
        workspace = msgspec.convert(content, _Workspace)
    except msgspec.ValidationError as error:
        raise DagsterInvariantViolationError(f"{path} is no workspace: {error}") from error
    return [_target(entry, path) for entry in workspace.load_from]


def _refuse_servers(content: Any, path: Path) -> None:
    entries = content.get("load_from") if isinstance(content, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and "grpc_server" in entry:
            raise DagsterInvariantViolationError(
                f"{path} names a gRPC server. Headwater loads code by itself: name its python_file or python_module."
            )


def _target(entry: _Entry, path: Path) -> CodeTarget:
    folder = path.resolve().parent
    if entry.python_file is not None:
        code = (
            entry.python_file
            if isinstance(entry.python_file, _Code)
            else _Code(relative_path=entry.python_file)
        )
        module_name, python_file = None, code.relative_path
    else:
        given = entry.python_module if entry.python_module is not None else entry.python_package
        code = given if isinstance(given, _Code) else _Code(module_name=given)
        module_name, python_file = code.module_name or code.package_name, None
    if not (module_name or python_file):
        raise DagsterInvariantViolationError(
            f"An entry of {path} names no code. Write `- python_file: FILE` or `- python_module: MODULE`."
        )
    _check_interpreter(code, path)
    return CodeTarget(
        module_name=module_name,
        python_file=folder / python_file if python_file else None,
        working_directory=(folder / (code.working_directory or ".")).resolve(),
        attribute=code.attribute,
        location_name=code.location_name,
    )


def _check_interpreter(code: _Code, path: Path) -> None:
    """A location is loaded by the Python that runs the command; asking for another one cannot be met."""
    if code.executable_path is None:
        return
    wanted = os.path.expanduser(code.executable_path)
    if not os.path.exists(wanted) or not os.path.samefile(
        os.path.dirname(wanted), os.path.dirname(sys.executable)
    ):
        raise DagsterInvariantViolationError(
            f"{path} wants another Python for a location ({code.executable_path}). Call the headwater command of that "
            "Python's environment instead, and remove executable_path."
        )
