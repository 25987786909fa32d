"""Write what follows from the façade's table: its type stub and the list of public names.

``headwater/__init__.py`` loads its names lazily from a table ``_HOMES`` (module -> names), where no type
checker can follow. This program writes the same names as plain imports into ``__init__.pyi``, and one per
line into ``tests/architecture/public_names.txt``, whose changes are thereby seen in a review. ``make stub``
runs it; ``tests/architecture/test_public_names.py`` fails while either file is stale.
"""

from __future__ import annotations

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
FACADE = REPOSITORY / "src" / "headwater" / "__init__.py"
STUB = FACADE.with_suffix(".pyi")
PUBLIC_NAMES = REPOSITORY / "tests" / "architecture" / "public_names.txt"

Homes = dict[str, tuple[str, ...]]


def load_homes(facade: Path = FACADE) -> Homes:
    """The table of a façade, read from its source. Raises ``LookupError`` when there is none."""
    for node in ast.parse(facade.read_text()).body:
        match node:
            case ast.AnnAssign(target=ast.Name(id="_HOMES"), value=ast.expr() as table):
                homes: Homes = ast.literal_eval(table)
                return homes
    raise LookupError(f"{facade} has no table _HOMES: dict[str, tuple[str, ...]]")


def build_stub(homes: Homes) -> str:
    """The text of the stub: each module's names as re-exports, in the order of the table."""
    lines = ["# Written by `make stub` from the table in __init__.py; not to be edited."]
    for module, names in homes.items():
        lines += [f"from {module} import {name} as {name}" for name in sorted(names)]
    return "\n".join(
        [*lines, "", "__version__: str", "__all__: list[str]", "", "def home_of(name: str) -> str: ...", ""]
    )


def build_public_names(homes: Homes) -> str:
    """All names of the table, one per line, sorted."""
    return "".join(f"{name}\n" for name in sorted(name for names in homes.values() for name in names))


def main() -> None:
    """Write both files."""
    homes = load_homes()
    STUB.write_text(build_stub(homes))
    PUBLIC_NAMES.write_text(build_public_names(homes))
    print(f"{sum(map(len, homes.values()))} public names from {len(homes)} modules")


if __name__ == "__main__":
    main()
