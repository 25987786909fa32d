"""Where the limits of runs are read, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.instance.run_limits import RunLimits, load_run_limits
from headwater.model.errors import DagsterInvariantViolationError
from headwater.services.run_queue import TagLimit

TAGS = """
    - {key: database, value: small, limit: 2}
    - {key: customer, value: {applyLimitPerUniqueValue: true}, limit: 1}
    - {key: heavy, value: {applyLimitPerUniqueValue: false}, limit: 3}
    - {key: nightly, limit: 4}
"""
TAG_LIMITS = [
    TagLimit(key="database", value="small", limit=2),
    TagLimit(key="customer", per_value=True, limit=1),
    TagLimit(key="heavy", limit=3),
    TagLimit(key="nightly", limit=4),
]
IN_PYPROJECT = """
[tool.headwater.concurrency.runs]
max_concurrent_runs = 3
tag_concurrency_limits = [
    { key = "database", value = "small", limit = 2 },
    { key = "customer", value = { applyLimitPerUniqueValue = true }, limit = 1 },
    { key = "heavy", value = { applyLimitPerUniqueValue = false }, limit = 3 },
    { key = "nightly", limit = 4 },
]
"""


def said(folder: Path, *, toml: str = "", dagster: str = "", **environment: str) -> RunLimits:
    """The limits of a project whose files say this."""
    (folder / "pyproject.toml").write_text(toml or "[tool.headwater]\n")
    if dagster:
        (folder / "dagster.yaml").write_text(dagster)
    return load_run_limits(folder / ".headwater", folder, environment)


def same(limits: RunLimits, most_runs: int, tag_limits: list[TagLimit]) -> bool:
    return limits.most_runs == most_runs and list(limits.tag_limits) == tag_limits


def test_ten_runs_at_once_where_nothing_is_said(tmp_path: Path) -> None:
    assert same(said(tmp_path, dagster="telemetry: {enabled: false}\n"), 10, [])
    assert same(load_run_limits(tmp_path / "nowhere"), 10, [])


def test_the_table_of_the_project(tmp_path: Path) -> None:
    assert same(said(tmp_path, toml=IN_PYPROJECT), 3, TAG_LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        f"concurrency:\n  runs:\n    max_concurrent_runs: 3\n    tag_concurrency_limits: {TAGS}",
        f"run_queue:\n  dequeue_use_threads: true\n  max_concurrent_runs: 3\n  tag_concurrency_limits: {TAGS}",
        "run_coordinator:\n  module: dagster.core.run_coordinator\n  class: QueuedRunCoordinator\n"
        f"  config:\n    max_concurrent_runs: 3\n    tag_concurrency_limits: {TAGS}",
        f"run_queue:\n  max_concurrent_runs: 3\nconcurrency:\n  runs:\n    tag_concurrency_limits: {TAGS}",
    ],
    ids=["concurrency", "run_queue", "run_coordinator", "two places"],
)
def test_every_way_in_which_a_dagster_yaml_says_it(tmp_path: Path, text: str) -> None:
    assert same(said(tmp_path, dagster=text), 3, TAG_LIMITS)


def test_the_table_of_the_project_counts_before_a_dagster_yaml(tmp_path: Path) -> None:
    limits = said(
        tmp_path,
        toml="[tool.headwater.concurrency.runs]\nmax_concurrent_runs = 2\n",
        dagster="run_queue: {max_concurrent_runs: 7}\n",
    )
    assert same(limits, 2, [])


@pytest.mark.parametrize("home", ["home", "dagster_home/.headwater"])
def test_the_folder_of_the_history_counts_before_the_project(tmp_path: Path, home: str) -> None:
    (tmp_path / home).mkdir(parents=True)
    (tmp_path / "dagster.yaml").write_text("run_queue: {max_concurrent_runs: 7}\n")
    (tmp_path / Path(home).parts[0] / "dagster.yaml").write_text("run_queue: {max_concurrent_runs: 5}\n")
    assert same(load_run_limits(tmp_path / home, tmp_path), 5, [])


def test_a_number_from_the_environment(tmp_path: Path) -> None:
    text = "run_queue: {max_concurrent_runs: {env: MOST}}\n"
    assert same(said(tmp_path, dagster=text, MOST="6"), 6, [])
    with pytest.raises(DagsterInvariantViolationError, match=r"variable MOST, which is not set\. Set it"):
        said(tmp_path, dagster=text)
    with pytest.raises(DagsterInvariantViolationError, match='MOST, which is "many"'):
        said(tmp_path, dagster=text, MOST="many")


def test_runs_that_begin_at_once_have_no_limit(tmp_path: Path) -> None:
    text = "run_coordinator: {module: dagster.core.run_coordinator, class: DefaultRunCoordinator}\n"
    assert same(said(tmp_path, dagster=text), -1, [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("concurrency: {runs: {max_concurrent_runs: many}}", r"dagster\.yaml: .*concurrency\.runs\.max_conc"),
        ("run_queue: {max_concurrent_runs: -2}", r"dagster\.yaml: .*-1.*run_queue\.max_concurrent_runs"),
        ("run_queue: {max_runs: 2}", r"dagster\.yaml: .*max_runs.*run_queue"),
        ("run_queue: {tag_concurrency_limits: [{key: a}]}", r"`limit` - at .*tag_concurrency_limits\[0\]"),
        ("run_queue: {tag_concurrency_limits: [{key: a, limit: -1}]}", r"tag_concurrency_limits\[0\]\.limit"),
        ("run_coordinator: {module: m, class: Mine}", r"coordinator Mine, .*\[tool\.headwater\.concurrency"),
        (
            "run_coordinator: {module: m, class: QueuedRunCoordinator, config: {max_runs: 1}}",
            r"dagster\.yaml, run_coordinator\.config: .*max_runs",
        ),
        (
            "run_queue: {max_concurrent_runs: 1}\nconcurrency: {runs: {max_concurrent_runs: 1}}",
            r"says max_concurrent_runs 2 times",
        ),
        ("run_queue: [", r"dagster\.yaml is no valid YAML, line 2"),
        ("- run_queue", r"dagster\.yaml: Expected `object`"),
    ],
)
def test_what_cannot_be_a_limit_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DagsterInvariantViolationError, match=told):
        said(tmp_path, dagster=f"{text}\n")


def test_a_wrong_entry_of_the_table_is_told_with_its_place(tmp_path: Path) -> None:
    toml = "[tool.headwater.concurrency.runs]\nmax_runs = 2\n"
    with pytest.raises(DagsterInvariantViolationError, match=r"\[tool\.headwater\]: .*`max_runs`.*runs`"):
        said(tmp_path, toml=toml)
