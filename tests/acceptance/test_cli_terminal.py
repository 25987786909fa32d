"""What somebody at a terminal sees while a run is at work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

PIPELINE = """
    import os
    import subprocess
    import headwater as hw

    @hw.asset
    def rain(context) -> int:
        print("printed by the asset")
        subprocess.run(["echo", "printed by a child"], check=True)
        context.log.warning("the gauge is old")
        return 1

    @hw.asset
    def floods(rain: int) -> int:
        if "BROKEN" in os.environ:
            raise ValueError("the dam broke")
        return rain

    here = hw.in_process_executor if "HERE" in os.environ else None
    defs = hw.Definitions(assets=[rain, floods], executor=here)
"""
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"rain.py": PIPELINE})


@pytest.mark.parametrize("where", [{}, {"HERE": "1"}], ids=["in processes", "in process"])
class TestLive:
    def test_steps_scroll_by_above_a_bar_which_goes_in_the_end(
        self, shell: Shell, where: dict[str, str]
    ) -> None:
        raw, exit_code = shell.on_terminal("asset", "materialize", "-f", "rain.py", "--select", "*", **where)
        shown = ESCAPES.sub("", raw)
        assert exit_code == 0
        assert "0/2 steps" in shown
        assert "2/2 steps" in shown
        for word, name in (("ok", "rain"), ("ok", "floods"), ("warning", "rain")):
            assert re.search(rf"^.*{word} +{name}  ", shown, re.MULTILINE)
        assert raw.index("\x1b[?25l") < raw.index("\x1b[?25h"), "the cursor comes back"
        assert "steps" not in shown.split("\nStored\n")[1].split("\nRun ")[0]

    def test_what_is_printed_is_not_lost(self, shell: Shell, where: dict[str, str]) -> None:
        raw, _ = shell.on_terminal("asset", "materialize", "-f", "rain.py", "--select", "*", **where)
        lines = [line.strip() for line in ESCAPES.sub("\n", raw).splitlines()]
        assert "printed by the asset" in lines
        assert "printed by a child" in lines

    def test_a_failure_stands_below_with_its_source(self, shell: Shell, where: dict[str, str]) -> None:
        raw, exit_code = shell.on_terminal(
            "asset", "materialize", "-f", "rain.py", "--select", "*", BROKEN="1", **where
        )
        assert exit_code == 1
        end = ESCAPES.sub("", raw[raw.index("\x1b[?25h") :])
        assert end.lstrip().startswith(
            'ValueError: the dam broke\n  rain.py:16 in floods\n    raise ValueError("the dam broke")\n'
        )

    def test_beside_a_document_the_terminal_shows_progress_and_the_pipe_gets_json(
        self, shell: Shell, where: dict[str, str]
    ) -> None:
        """Here both are the terminal; what matters is that the document comes whole, after the bar has gone."""
        raw, exit_code = shell.on_terminal(
            "asset", "materialize", "-f", "rain.py", "--select", "*", "--json", **where
        )
        assert exit_code == 0
        assert ESCAPES.sub("", raw[raw.index("\x1b[?25h") :]).strip().startswith("{")
        assert raw.rstrip().endswith("}")


def test_a_pipe_gets_no_escape_codes_and_does_not_load_the_drawing(shell: Shell) -> None:
    ended = shell.run("asset", "materialize", "-f", "rain.py", "--select", "*", PYTHONPROFILEIMPORTTIME="1")
    assert "\x1b" not in ended.stdout
    assert not re.search(r"\| +rich", ended.stderr)
    assert "headwater.cli.run_job" in ended.stderr
