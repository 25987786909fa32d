"""Run config from YAML: files, strings, and files inside packages, the later ones over the earlier."""

from __future__ import annotations

import glob
import importlib.resources
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from headwater.definitions.yaml_text import load_yaml
from headwater.model.errors import CheckError, DagsterInvariantViolationError, ParameterCheckError


def config_from_files(config_files: Sequence[str]) -> Mapping[str, Any]:
    """The config in YAML files, merged in their order; a pattern (``conf/*.yaml``) names all files that fit, sorted.

    Raises :class:`DagsterInvariantViolationError` for a pattern that fits no file, and for what is no YAML.

    >>> nightly.execute_in_process(run_config=config_from_files(["base.yaml", "production.yaml"]))
    """
    _check_sequence("config_files", config_files)
    paths = [path for pattern in config_files for path in _paths_of(pattern)]
    return _merged((str(path), path.read_text(encoding="utf-8")) for path in paths)


def config_from_yaml_strings(yaml_strings: Sequence[str]) -> Mapping[str, Any]:
    """The config in pieces of YAML, merged in their order.

    Raises :class:`DagsterInvariantViolationError` for what is no YAML.
    """
    _check_sequence("yaml_strings", yaml_strings)
    return _merged((f"The text number {number}", text) for number, text in enumerate(yaml_strings, 1))


def config_from_pkg_resources(pkg_resource_defs: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
    """The config in files that lie inside packages, as (package, file), merged in their order.

    Raises :class:`DagsterInvariantViolationError` for a file that is not there, and for what is no YAML.
    """
    _check_sequence("pkg_resource_defs", pkg_resource_defs)
    return _merged(
        (f"{name} in {package}", _read_resource(package, name)) for package, name in pkg_resource_defs
    )


def merge_config(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both as one; dicts under one key are merged, any other value is ``above``'s."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = merge_config(known, value)
        else:
            merged[key] = value
    return merged


def _merged(texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for where, text in texts:
        part = load_yaml(text, where)
        if not isinstance(part, dict):
            raise CheckError(
                f"{where} is no dictionary but {part!r}. Run config starts with `ops:` or the like."
            )
        config = merge_config(config, part)
    return config


def _paths_of(pattern: str) -> list[Path]:
    found = sorted(glob.glob(pattern))
    if not found:
        raise DagsterInvariantViolationError(f'No config file fits "{pattern}" (looked from {Path.cwd()}).')
    return [Path(path) for path in found]


def _read_resource(package: str, name: str) -> str:
    try:
        return importlib.resources.files(package).joinpath(name).read_text(encoding="utf-8")
    except (OSError, ImportError) as error:
        raise DagsterInvariantViolationError(
            f'There is no file "{name}" in the package "{package}": {error}'
        ) from error


def _check_sequence(name: str, value: object) -> None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ParameterCheckError(f"{name} is a list, not {value!r}.")
