"""The example of partitions, as its README says: day by day, shop by shop, a range at once, a customer more."""

import json
import pickle
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.project_copy import EXAMPLES, ProjectCopy

pytestmark = pytest.mark.slow  # a process for each command of the README

COMMANDS = [
    line.strip()
    for line in (EXAMPLES / "shops" / "README.md").read_text().splitlines()
    if line.startswith("    ")
]


def run(project: ProjectCopy, command: str) -> str:
    program, *arguments = shlex.split(command)
    ended = project.python(*(["-m", "headwater"] if program == "headwater" else []), *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """The example after every command of its README."""
    project = ProjectCopy("shops", tmp_path_factory.mktemp("projects"))
    for command in COMMANDS:
        run(project, command)
    return project


def stored(project: ProjectCopy, *place: str) -> Any:
    return pickle.loads(Path(project.path, ".headwater", "storage", *place).read_bytes())


def test_each_day_of_each_shop_lies_by_itself(project: ProjectCopy) -> None:
    tills = [stored(project, "receipts", "2024-05-01", shop) for shop in ("berlin", "oslo")]
    assert [len(till) for till in tills] == [20, 20]
    assert (
        stored(project, "revenue", "2024-05-01")
        == sum(map(sum, tills))
        == stored(project, "balance", "2024-05-01")
    )


def test_the_balance_goes_on_from_the_day_before(project: ProjectCopy) -> None:
    for command in COMMANDS[:3]:
        run(project, command.replace("2024-05-01", "2024-05-02"))
    assert stored(project, "balance", "2024-05-02") == (
        stored(project, "balance", "2024-05-01") + stored(project, "revenue", "2024-05-02")
    )


def test_a_range_is_made_by_one_run_and_stored_day_by_day(project: ProjectCopy) -> None:
    assert [stored(project, "weather", f"2024-05-0{day}") for day in range(1, 8)] == ["sun", "rain"] * 3 + [
        "sun"
    ]
    shown = project.json("asset", "show", "weather", "-f", "shops.py")
    assert len(shown["partitions"]) == 7


def test_a_backfill_makes_each_day_after_the_one_before(project: ProjectCopy) -> None:
    for before, day in (
        ("2024-05-01", "2024-05-02"),
        ("2024-05-02", "2024-05-03"),
        ("2024-05-03", "2024-05-04"),
    ):
        assert stored(project, "balance", day) == (
            stored(project, "balance", before) + stored(project, "revenue", day)
        )
    (backfill,) = project.json("backfill", "list")
    assert backfill["backfill"]["status"] == "SUCCESS"
    assert [(each["parts"], each["partitions"]) for each in backfill["counts"]] == [(6, 6), (3, 3), (3, 3)]


def test_days_that_are_not_there_are_left_out(project: ProjectCopy) -> None:
    assert stored(project, "best_day") in ("2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04")


def test_a_customer_comes_without_a_change_of_the_code(project: ProjectCopy) -> None:
    assert stored(project, "invoice", "acme") == "Dear acme, please pay."
    refused = project.python(
        "-m",
        "headwater",
        "asset",
        "materialize",
        "-f",
        "shops.py",
        "--select",
        "invoice",
        "--partition",
        "bolt",
    )
    assert refused.returncode != 0
    assert 'There is no partition "bolt"' in refused.stderr
    run(project, "python add_customer.py bolt")
    run(project, "headwater asset materialize -f shops.py --select invoice --partition bolt")


def test_a_missing_partition_is_named_with_the_command_that_makes_it(project: ProjectCopy) -> None:
    refused = project.python(
        "-m",
        "headwater",
        "asset",
        "materialize",
        "-f",
        "shops.py",
        "--select",
        "revenue",
        "--partition",
        "2024-05-07",
    )
    assert refused.returncode == 1
    assert 'the asset "receipts", partition "2024-05-07|berlin" is not stored' in refused.stderr
    assert "headwater asset materialize --select receipts --partition '2024-05-07|berlin'" in refused.stderr


def test_the_run_has_the_partition_among_its_tags(project: ProjectCopy) -> None:
    runs = [project.json("run", "show", each["run_id"]) for each in project.json("run", "list")]
    assert any("2024-05-01|oslo" in json.dumps(each) for each in runs)
