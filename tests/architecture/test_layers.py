"""The table of layers: who may import whom, inside the package and outside it."""

from __future__ import annotations

import sys
import tomllib
from typing import Any

from tests.architecture.source_tree import PACKAGE, REPOSITORY, modules

VALUES = {"model"}
PURE = VALUES | {"planning", "ports"}
WRITTEN = PURE | {"definitions"}
RUNNING = WRITTEN | {"execution", "adapters", "io"}
COMPOSED = RUNNING | {"services", "hosting", "instance"}

# docs/adr/0001-layers-and-their-contract.md; the façade (headwater/__init__.py) and compat see all.
MAY_IMPORT = {
    "model": set[str](),
    "planning": VALUES,
    "ports": VALUES,
    "definitions": PURE,
    "execution": WRITTEN,
    "services": PURE,
    "adapters": VALUES | {"ports"},
    "io": WRITTEN,
    "hosting": RUNNING,
    "instance": RUNNING | {"services", "hosting"},
    "server": COMPOSED,
    "cli": COMPOSED,
    "testing": COMPOSED,
}

# msgspec is the codec of the values that travel, so every layer may name it. The extras are always optional.
EXTRAS = {
    "azure",
    "boto3",
    "botocore",
    "cryptography",  # what the connector of Snowflake takes keys as
    "databricks",
    "deltalake",
    "duckdb",
    "google",
    "ibis",
    "numpy",
    "pandas",
    "polars",
    "psycopg",
    "pyarrow",
    "pyiceberg",
    "pyspark",
    "snowflake",
    "sqlalchemy",  # what an SQL catalog of pyiceberg stands on
    "sqlglot",  # and what Ibis does
    "urllib3",  # what the connector of Databricks raises
}
MAY_IMPORT_FROM_OUTSIDE = {
    "model": {"msgspec"},
    "planning": {"msgspec"},
    "ports": {"msgspec"},
    "definitions": {"msgspec", "pydantic", "pydantic_core", "typing_extensions", "yaml"},
    "execution": {"msgspec"},
    "services": {"msgspec"},
    "adapters": {"msgspec", "psycopg"},
    "io": {"msgspec", "pydantic", "upath"} | EXTRAS,
    "hosting": {"msgspec"},
    "instance": {"msgspec"},
    "server": {"msgspec", "starlette", "uvicorn"},
    "cli": {"click", "msgspec", "rich"},
    "testing": {"msgspec"},
}


LINTER: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_every_folder_of_the_package_is_a_layer() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == {*MAY_IMPORT, "compat"}


def test_a_layer_imports_only_the_layers_below_it() -> None:
    """Wherever the import stands: at the top, in a function, or for the type checker only."""
    offences = [
        f"{found.place}: {module.layer}/ may not import {found.target}"
        for module in modules().values()
        if module.layer in MAY_IMPORT
        for found in module.imports
        if found.target.partition(".")[0] == "headwater"
        and found.target.partition(".")[2].partition(".")[0] not in MAY_IMPORT[module.layer] | {module.layer}
    ]
    assert not offences, "\n".join(offences)


def test_a_layer_imports_only_its_own_libraries() -> None:
    offences = [
        f"{found.place}: {module.layer}/ may not import {found.target}"
        for module in modules().values()
        if module.layer in MAY_IMPORT_FROM_OUTSIDE
        for found in module.imports
        if (root := found.target.partition(".")[0]) != "headwater"
        and root not in sys.stdlib_module_names
        and root not in MAY_IMPORT_FROM_OUTSIDE[module.layer]
    ]
    assert not offences, "\n".join(offences)


def test_extras_are_imported_by_nothing_that_loads_with_the_core() -> None:
    """The I/O manager of a library, or the adapter of a server, may import it at the top of its file; nothing else may."""
    offences = [
        f"{found.place}: imports {found.target} while it loads"
        for module in modules().values()
        if module.layer != "io" and not module.name.startswith("headwater.adapters.sql.postgres")
        for found in module.imports
        if found.at_load and found.target.partition(".")[0] in EXTRAS
    ]
    assert not offences, "\n".join(offences)


def test_the_contract_has_no_ignore_list() -> None:
    assert set(LINTER) == {"root_package", "contracts"}
    loosened = [
        f"{contract['id']}: {key}"
        for contract in LINTER["contracts"]
        for key in contract
        if "ignore" in key or key.startswith("allow_")
    ]
    assert loosened == [], "a contract is kept in the code, not in its settings"


def test_the_linted_contract_names_every_layer() -> None:
    layers = next(contract for contract in LINTER["contracts"] if contract["id"] == "layers")
    named = {name.strip(" ()") for line in layers["layers"] for name in line.split("|")}
    assert named == {*MAY_IMPORT, "compat", "__main__"}
    assert layers["exhaustive"] is True
