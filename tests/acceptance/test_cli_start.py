"""The command itself: what it loads when little is asked of it, and the page that it can serve."""

from __future__ import annotations

import re
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell, read_address
from tests.architecture.test_import_budget import HEAVY

HELLO = """
    import headwater as hw

    @hw.asset
    def rain() -> int:
        return 1

    defs = hw.Definitions(assets=[rain])
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_load_click_and_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    ended = Shell(tmp_path).run(*arguments, PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"\| +([\w.]+)$", ended.stderr, re.MULTILINE))
    assert "headwater.cli.main" in loaded
    assert sorted(loaded & (HEAVY | {"msgspec", "yaml"} - {"click"})) == ["click"]


def test_to_list_runs_loads_nothing_that_only_code_needs(tmp_path: Path) -> None:
    ended = Shell(tmp_path).run("run", "list", PYTHONPROFILEIMPORTTIME="1")
    loaded = set(re.findall(r"\| +([\w.]+)$", ended.stderr, re.MULTILINE))
    assert "headwater.cli.run_page" in loaded
    to_tell_of_runs = {"headwater.execution"} | {
        f"headwater.execution.{each}" for each in ("captured_text", "death", "guardian", "pools")
    }
    for_code = ("headwater.definitions.asset", "headwater.execution")
    assert {each for each in loaded if each.startswith(for_code)} <= to_tell_of_runs


def test_the_page_is_served_until_somebody_stops_it(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"hello.py": HELLO})
    process = shell.start("dev", "-f", "hello.py", "--port", "0")
    assert process.stdout is not None
    with urllib.request.urlopen(f"{read_address(process.stdout)}/api/v1/assets") as answer:
        assert '"rain"' in answer.read().decode()
    process.send_signal(signal.SIGINT)
    _, complained = process.communicate(timeout=60)
    assert (process.returncode, complained) == (0, "")
