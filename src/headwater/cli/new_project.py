"""The files of a new project: small, complete, and the same wherever they are made."""

from __future__ import annotations

_PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "$name"
version = "0.1.0"
description = "A Headwater project."
requires-python = ">=3.11"
dependencies = ["headwater"]

[dependency-groups]
dev = ["pytest"]

# Where the `headwater` command finds the definitions when it is called in this folder.
[tool.headwater]
module_name = "$package.definitions"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
"""

_IGNORED = """\
data/
.headwater/
__pycache__/
"""

_PACKAGE = '''\
"""A Headwater project."""
'''

_ASSETS = '''\
"""The assets: functions whose results are stored. A parameter with the name of an asset receives its value."""

from collections import Counter

import headwater as hw


@hw.asset
def orders() -> list[tuple[str, int]]:
    """What was ordered, and how much of it. Read your own source here."""
    return [("bread", 3), ("cake", 1), ("bread", 2), ("coffee", 4)]


@hw.asset
def sold(orders: list[tuple[str, int]]) -> dict[str, int]:
    """How much of each article was sold."""
    total: Counter[str] = Counter()
    for article, amount in orders:
        total[article] += amount
    return dict(total)


@hw.asset
def report(context: hw.AssetExecutionContext, sold: dict[str, int]) -> str:
    """The articles, most wanted first; the page shows it, too."""
    ranking = sorted(sold.items(), key=lambda each: each[1], reverse=True)
    text = "\\n".join(f"- {article}: {amount}" for article, amount in ranking)
    context.add_output_metadata({"preview": hw.MetadataValue.md(text), "articles": len(ranking)})
    return text
'''

_DEFINITIONS = '''\
"""All of the project together: what there is, where it is stored, when it runs."""

from pathlib import Path

import headwater as hw

from . import assets

DATA = Path(__file__).parents[1] / "data"
everything = hw.define_asset_job("everything", selection=hw.AssetSelection.all())

defs = hw.Definitions(
    assets=hw.load_assets_from_modules([assets]),
    jobs=[everything],
    schedules=[hw.ScheduleDefinition(job=everything, cron_schedule="0 6 * * *")],
    resources={"io_manager": hw.FilesystemIOManager(base_dir=str(DATA))},
)
'''

_TEST = '''\
"""The assets as plain functions, and all of them together without a file."""

from $package.assets import orders, report, sold
from $package.definitions import defs

import headwater as hw


def test_amounts_of_an_article_are_added() -> None:
    assert sold([("bread", 1), ("cake", 2), ("bread", 4)]) == {"bread": 5, "cake": 2}


def test_the_report_begins_with_what_is_wanted_most() -> None:
    result = hw.materialize_to_memory([orders, sold, report])
    assert result.output_for_node("report").splitlines()[0] == "- bread: 5"


def test_the_definitions_fit_together() -> None:
    hw.Definitions.validate_loadable(defs)
'''


def build_project_files(name: str, package: str) -> dict[str, str]:
    """The text of each file, by its path in the folder of the project; ``package`` is how Python code names it.

    >>> sorted(build_project_files("my-shop", "my_shop"))[-2:]
    ['pyproject.toml', 'tests/test_assets.py']
    """
    files = {
        "pyproject.toml": _PYPROJECT,
        ".gitignore": _IGNORED,
        f"{package}/__init__.py": _PACKAGE,
        f"{package}/assets.py": _ASSETS,
        f"{package}/definitions.py": _DEFINITIONS,
        "tests/test_assets.py": _TEST,
    }
    return {path: text.replace("$name", name).replace("$package", package) for path, text in files.items()}
