"""The table of Dagster's public names: which of them Headwater has, and which test shows it.

    python -m tests.compat.name_table

rewrites `names/table.tsv` after names came to Headwater, and `docs/compatibility.md` from it. A name that
Headwater offers becomes *works*, with the test that shows it. What is decided by hand (*alias*, *later*,
*not offered*) is kept while Headwater does not offer it. `test_name_table.py` holds it to the truth.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import headwater
from headwater.compat.alias import PUBLIC_MODULES
from tests.compat.document import programs

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
TABLE = HERE / "names" / "table.tsv"
DIFFERENCES = HERE / "names" / "differences.md"
PAGE = REPOSITORY / "docs" / "compatibility.md"
VERSIONS = {"1.4.7": HERE / "names" / "dagster-1.4.7.txt", "1.13": HERE / "names" / "dagster-1.13.txt"}

WORKS, ALIAS, NOT_OFFERED, LATER = "works", "alias", "not offered", "later"
STATES = (WORKS, ALIAS, NOT_OFFERED, LATER)
SPOKEN = ("dagster", "dg", "headwater", "hw")

KINDS = "test_kinds_of_public_names.py"
"""It asks only what kind of thing a name is: that shows nothing of how it works."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One public name. `note` is the test that shows it, what it is an alias of, the reason, or the area."""

    name: str
    state: str
    note: str


def read_names() -> dict[str, list[str]]:
    """Every public name, with the versions of Dagster that have it."""
    versions: dict[str, list[str]] = defaultdict(list)
    for version, path in VERSIONS.items():
        for name in path.read_text().split():
            versions[name].append(version)
    return dict(versions)


def read_table() -> dict[str, Row]:
    """The table as it is stored."""
    lines = TABLE.read_text().splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {name: Row(name=name, state=state, note=note) for name, state, note in rows}


def names_used(source: str) -> set[str]:
    """The public names of Dagster or Headwater that a program uses; to import one is not to use it."""
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in SPOKEN
        for alias in node.names
    }
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in imported:
            used.add(imported[node.id])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in SPOKEN:
            used.add(node.attr)
    return used


def tests() -> Iterator[Path]:
    """What may show that a name works."""
    yield from compared()
    yield from sorted(
        path for path in HERE.parent.rglob("test_*.py") if HERE not in path.parents and path.name != KINDS
    )


def offered() -> set[str]:
    """The names that `from dagster import ...` finds under the alias: Headwater's, and modules of Dagster's."""
    return {*headwater.__all__, *(module.removeprefix("dagster.") for module in PUBLIC_MODULES)}


def find_evidence() -> dict[str, str]:
    """For each name, the test that shows it: of those which use it, the one which uses the fewest names."""
    best: dict[str, tuple[tuple[bool, int], str]] = {}
    preferred = set(compared())
    for path in tests():
        used = names_used(path.read_text())
        cost = (path not in preferred, len(used))
        for name in used:
            if name not in best or cost < best[name][0]:
                best[name] = (cost, str(path.relative_to(REPOSITORY)))
    return {name: path for name, (_, path) in best.items()}


def compared() -> list[Path]:
    """The programs that run on the real Dagster too."""
    return [*programs(), *sorted((HERE / "tutorial").glob("*.py"))]


def build_rows(stored: dict[str, Row], offered: set[str], evidence: dict[str, str]) -> list[Row]:
    """The table as it should be: names that are offered and shown work, the others stay what was decided."""
    rows = []
    for name in sorted(read_names(), key=lambda name: (name.lower(), name)):
        row = stored.get(name) or Row(name=name, state=LATER, note="declaring and running")
        if name in offered and row.state != ALIAS:
            row = Row(name=name, state=WORKS, note=evidence.get(name, ""))
        rows.append(row)
    return rows


def build_page(rows: list[Row]) -> str:
    """The compatibility page, in Markdown."""
    versions = read_names()
    counts = ", ".join(f"{sum(row.state == state for row in rows)} {state}" for state in STATES)
    lines = [
        "# Compatibility with Dagster",
        "",
        "<!-- Written by `python -m tests.compat.name_table` from tests/compat/names/table.tsv. -->",
        "",
        "Headwater speaks Dagster's public Python API: the names of 1.4.7 and the habits of 1.13. Each name",
        "below is in one of these states, and a test holds this page to the truth.",
        "",
        "- **works**: it is there, and the test named beside it shows so. Those in `programs/` and",
        "  `tutorial/` run on the real Dagster too and must print the same.",
        "- **alias**: another name for something that works.",
        "- **not offered**: it is not there, for the reason given.",
        "- **later**: it is not there yet; the area it belongs to is named.",
        "",
        f"Of {len(rows)} names: {counts}.",
        "",
        "| name | Dagster | state | shown by, or why not |",
        "|---|---|---|---|",
    ]
    for row in rows:
        note = f"`{row.note.removeprefix('tests/compat/')}`" if row.state == WORKS else row.note
        lines.append(f"| `{row.name}` | {', '.join(versions[row.name])} | {row.state} | {note} |")
    return "\n".join([*lines, "", "## Where Headwater differs on purpose", "", DIFFERENCES.read_text()])


def main() -> None:
    """Bring the table and the page up to date."""
    rows = build_rows(read_table(), offered(), find_evidence())
    TABLE.write_text(
        "name\tstate\tnote\n" + "".join(f"{row.name}\t{row.state}\t{row.note}\n" for row in rows)
    )
    PAGE.write_text(build_page(rows))
    unshown = [row.name for row in rows if row.state == WORKS and not row.note]
    print(f"{PAGE.relative_to(REPOSITORY)}: {len(rows)} names")
    if unshown:
        print("offered, but no test shows them yet:", ", ".join(unshown))


if __name__ == "__main__":
    main()
