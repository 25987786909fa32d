"""The code in the how-to pages is quoted from the examples, which run as tests; this keeps the two the same.

A quote is a comment that says where from, and the fenced block that follows it::

    <!-- from examples/flights/flights/raw.py: planes -->

`python -m tests.acceptance.doc_quotes` writes all quotes anew after an example has changed.
"""

import ast
import re
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
QUOTE = re.compile(
    r"<!-- from (?P<file>[^:\s]+)(?:: (?P<names>.+?))? -->\n```(?P<kind>\w*)\n(?P<code>.*?)```\n", re.DOTALL
)


def quote(file: str, names: str | None) -> str:
    """The text that a page is to show: a whole file, or the parts of it that have these names."""
    text = (ROOT / file).read_text()
    if names is None:
        return text
    find = _toml_table if file.endswith(".toml") else _python_statement
    return _between([find(text, name.strip()) for name in names.split(",")])


def refreshed(page: str) -> str:
    """A page with each quote as its source has it now."""
    return QUOTE.sub(
        lambda found: found[0].replace(
            f"```{found['kind']}\n{found['code']}```",
            f"```{found['kind']}\n{quote(found['file'], found['names'])}```",
        ),
        page,
    )


def unquoted_python(page: str) -> list[str]:
    """The Python blocks of a page that name no source."""
    return re.findall(r"```python\n(.*?)```", QUOTE.sub("", page), re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """The `headwater` commands that a page gives, without their arguments: `[["asset", "materialize"], …]`."""
    return [
        found.split() for found in re.findall(r"(?:^ *|`)headwater ([a-z]+(?: [a-z]+)?)", page, re.MULTILINE)
    ]


def _python_statement(text: str, name: str) -> str:
    lines = text.splitlines(keepends=True)
    for statement in ast.parse(text).body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                start = min([statement.lineno, *(mark.lineno for mark in statement.decorator_list)])
                found = statement.name
            case ast.Assign(targets=[ast.Name(id=found)]):
                start = statement.lineno
            case _:
                continue
        if found == name:
            return "".join(lines[start - 1 : statement.end_lineno])
    raise LookupError(f"there is no function, class or value called {name!r}")


def _toml_table(text: str, name: str) -> str:
    found = re.search(rf"^\[{re.escape(name)}\]\n(?:[^\[\n].*\n)*", text, re.MULTILINE)
    if found is None:
        raise LookupError(f"there is no table [{name}]")
    return found[0]


def _between(parts: list[str]) -> str:
    """One-line values follow each other, longer ones stand apart, functions and classes as in their file."""
    text = parts[0]
    for before, part in pairwise(parts):
        if any(each.startswith(("@", "def ", "class ")) for each in (before, part)):
            text += "\n\n"
        elif max(before.count("\n"), part.count("\n")) > 1:
            text += "\n"
        text += part
    return text


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(refreshed(path.read_text()))
