"""The code of a running project, loaded anew when that is asked for."""

from __future__ import annotations

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell, read_address

CODE = """
    import headwater as hw

    @hw.asset
    def rain() -> int:
        return 1

    defs = hw.Definitions(assets=[rain])
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"definitions.py": CODE})


@pytest.fixture
def address(shell: Shell) -> Iterator[str]:
    """Where the project is shown, by a server that does not look at its files."""
    with shell.start("dev", "-f", "definitions.py", "--port", "0", "--no-watch") as process:
        assert process.stdout is not None
        yield read_address(process.stdout)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def assets(address: str) -> list[str]:
    with urllib.request.urlopen(f"{address}/api/v1/graph") as answer:
        return [each["asset"]["key"][0] for each in json.load(answer)["assets"]]


def test_code_is_loaded_anew_and_a_fault_leaves_what_there_is(shell: Shell, address: str) -> None:
    code = shell.path / "definitions.py"
    assert assets(address) == ["rain"]
    assert shell.json("location", "list") == [{"name": "definitions.py", "error": None}]
    code.write_text(code.read_text().replace("rain", "snow"))
    assert assets(address) == ["rain"]
    assert shell.says("location", "reload") == "Loaded definitions.py anew.\n"
    assert assets(address) == ["snow"]
    code.write_text("import nothing_of_that_name\n")
    told = shell.fails("location", "reload", "definitions.py")
    assert "definitions.py cannot be loaded; what was loaded before stays." in told
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in told
    assert assets(address) == ["snow"]
    assert 'no code location "x"' in shell.fails("location", "reload", "x")


def test_where_nothing_runs_that_is_said(shell: Shell) -> None:
    assert "Nothing runs here. Begin with: headwater dev" in shell.fails("location", "list")
