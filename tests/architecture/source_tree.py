"""The package's source as data: its modules and what each of them imports, read without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "headwater"


@dataclass(frozen=True, kw_only=True)
class Import:
    """One imported module, with the place that imports it and whether that happens while the module loads."""

    target: str
    place: str
    at_load: bool


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module of the package."""

    name: str
    path: Path
    imports: tuple[Import, ...]

    @property
    def layer(self) -> str:
        """The folder below ``headwater`` that the module lives in; the façade's is the empty string."""
        return self.name.partition(".")[2].partition(".")[0]


@cache
def modules() -> dict[str, Module]:
    """All modules of the package by name."""
    paths = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {
        name: Module(name=name, path=path, imports=tuple(_imports(name, path, frozenset(paths))))
        for name, path in paths.items()
    }


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, path: Path, known: frozenset[str]) -> Iterator[Import]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node, at_load in _import_nodes(ast.parse(path.read_text()), at_load=True):
        place = f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for target in _targets(node, package, known):
            yield Import(target=target, place=place, at_load=at_load)


def _import_nodes(parent: ast.AST, *, at_load: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_load
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _import_nodes(node, at_load=False)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.body:
                yield from _import_nodes(ast.Module([child], []), at_load=False)
            for child in node.orelse:
                yield from _import_nodes(ast.Module([child], []), at_load=at_load)
        else:
            yield from _import_nodes(node, at_load=at_load)


def _targets(node: ast.Import | ast.ImportFrom, package: str, known: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    source = node.module or ""
    if node.level:
        anchor = package.split(".")[: len(package.split(".")) - node.level + 1]
        source = ".".join([*anchor, *([node.module] if node.module else [])])
    for alias in node.names:
        inner = f"{source}.{alias.name}"
        yield inner if inner in known else source
