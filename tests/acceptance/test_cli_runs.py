"""The history, from the shell: runs listed and shown, where it is kept, cancelled and killed runs."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

PIPELINE = """
    import os
    import signal
    import headwater as hw

    @hw.asset
    def rain(context) -> int:
        context.log.info("the gauge was read")
        return 1

    @hw.asset
    def floods(rain: int) -> int:
        if "BROKEN" in os.environ:
            raise ValueError("the dam broke")
        return rain

    @hw.asset
    def waits() -> None:
        signal.pause()

    defs = hw.Definitions(assets=[rain, floods, waits])
"""

CONFIGURED = """
    import headwater as hw

    class Gauge(hw.Config):
        height: int

    class Mark(hw.Config):
        mark: int
        name: str

    @hw.asset
    def rain(config: Gauge) -> int:
        return config.height

    @hw.asset
    def floods(context, config: Mark, rain: int) -> int:
        context.add_output_metadata({"told": f"{config.name}: {rain // config.mark}"})
        return rain // config.mark

    defs = hw.Definitions(assets=[rain, floods])
"""


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A project with one good run and, after it, one that failed."""
    shell = Shell(tmp_path_factory.mktemp("history"), {"definitions.py": PIPELINE})
    shell.says("asset", "materialize", "--select", "rain,floods")
    shell.fails("asset", "materialize", "--select", "floods", BROKEN="1")
    return shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"definitions.py": PIPELINE})


class TestListAndShow:
    def test_runs_are_listed_newest_first(self, twice: Shell) -> None:
        rows = [line.split() for line in twice.says("run", "list").splitlines()]
        assert rows[0] == ["RUN", "JOB", "STATUS", "BEGAN", "TOOK"]
        assert [row[2] for row in rows[1:]] == ["FAILURE", "SUCCESS"]
        assert [run["status"] for run in twice.json("run", "list")] == ["FAILURE", "SUCCESS"]

    def test_a_list_may_be_cut_and_filtered(self, twice: Shell) -> None:
        ended = twice.run("run", "list", "--limit", "1")
        assert len(ended.stdout.splitlines()) == 2
        assert "and 1 older ones (--limit)" in ended.stderr
        assert [run["status"] for run in twice.json("run", "list", "--status", "success")] == ["SUCCESS"]
        assert twice.json("run", "list", "--job", "other") == []

    def test_a_run_is_shown_by_the_beginning_of_its_id(self, twice: Shell) -> None:
        run_id = twice.json("run", "list")[-1]["run_id"]
        words = [" ".join(line.split()) for line in twice.says("run", "show", run_id[:6]).splitlines()]
        assert words[0] == f"run {run_id}"
        assert "status SUCCESS" in words
        assert any(line.startswith("rain SUCCESS ") for line in words)
        assert "rain: .headwater/storage/rain" in words
        assert any(line.endswith("INFO rain: the gauge was read") for line in words)
        assert not any("STEP_START" in line for line in words)

    def test_all_events_are_for_those_who_ask(self, twice: Shell) -> None:
        run_id = twice.json("run", "list")[-1]["run_id"]
        words = [
            " ".join(line.split()[1:]) for line in twice.says("run", "show", run_id, "--events").splitlines()
        ]
        assert 'RUN_START Started execution of run for "__ASSET_JOB".' in words
        assert "ASSET_MATERIALIZATION rain: Materialized value rain." in words

    def test_without_an_id_the_newest_run_is_shown_with_its_failure(self, twice: Shell) -> None:
        said = twice.says("run", "show")
        assert "ValueError: the dam broke\n  definitions.py:14 in floods\n" in said
        assert "This failed the step floods." in said

    def test_a_script_gets_everything(self, twice: Shell) -> None:
        good, bad = (twice.json("run", "show", run["run_id"]) for run in reversed(twice.json("run", "list")))
        assert [(each["asset"], each["step"]) for each in good["assets"]] == [
            ("rain", "rain"),
            ("floods", "floods"),
        ]
        assert good["events"][0]["kind"] == "RUN_START"
        assert {event["message"] for event in good["events"] if event["kind"] == "LOG"} == {
            "the gauge was read"
        }
        [failure] = bad["errors"]
        error = failure["error"]["cause"]
        assert (failure["step"], error["class"], error["message"]) == (
            "floods",
            "ValueError",
            "the dam broke",
        )
        assert error["frames"][-1]["line"] == 14

    @pytest.mark.parametrize(
        ("run_id", "message"), [("zz", 'There is no run "zz" here.'), ("", "Several runs begin")]
    )
    def test_an_id_that_is_not_one_run(self, twice: Shell, run_id: str, message: str) -> None:
        assert message in twice.fails("run", "show", run_id)

    def test_where_nothing_has_run(self, shell: Shell) -> None:
        ended = shell.run("run", "list")
        assert (ended.returncode, ended.stdout) == (0, "")
        assert f"There are no runs in {shell.path / '.headwater'}." in ended.stderr
        assert "There are no runs here yet." in shell.fails("run", "show")
        assert not (shell.path / ".headwater").exists()


class TestHome:
    def test_the_history_is_beside_the_project(self, twice: Shell) -> None:
        facts = twice.json("instance", "info")
        assert facts["home"] == str(twice.path / ".headwater")
        assert (facts["runs"], facts["assets"]) == (2, 2)
        assert str(twice.path / ".headwater") in twice.says("instance", "info")

    def test_a_variable_puts_it_elsewhere(self, shell: Shell) -> None:
        elsewhere = {"HEADWATER_HOME": str(shell.path / "elsewhere")}
        shell.says("asset", "materialize", "--select", "rain", **elsewhere)
        assert not (shell.path / ".headwater").exists()
        assert len(shell.json("run", "list", **elsewhere)) == 1
        assert shell.json("run", "list") == []

    def test_where_only_dagsters_variable_is_set_it_counts(self, shell: Shell) -> None:
        home = shell.path / "dagster_home"
        home.mkdir()
        both = {"DAGSTER_HOME": str(home), "HEADWATER_HOME": str(shell.path / "ours")}
        inside = shell.json("instance", "info", DAGSTER_HOME=str(home))["home"]
        assert Path(inside).is_relative_to(home)
        assert shell.json("instance", "info", **both)["home"] == str(shell.path / "ours")

    def test_what_is_not_there_yet_is_not_made(self, shell: Shell) -> None:
        assert "nothing recorded yet" in shell.says("instance", "info")
        assert not (shell.path / ".headwater").exists()


@pytest.fixture(scope="module")
def resumed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, str]:
    """A project with a run that failed, and one that went on from it; and what that said."""
    shell = Shell(tmp_path_factory.mktemp("resumed"), {"definitions.py": PIPELINE})
    failed = shell.run("asset", "materialize", "--select", "rain,floods", BROKEN="1")
    assert "\nResume   headwater run resume " in failed.stdout
    return shell, shell.says("run", "resume")


class TestResume:
    def test_what_is_committed_is_not_done_again(self, resumed: tuple[Shell, str]) -> None:
        shell, said = resumed
        newest, first = shell.json("run", "list")[-2:]
        assert (newest["status"], first["status"]) == ("SUCCESS", "FAILURE")
        assert f"Going on from run {first['run_id'][:8]}, which has 1 step done." in said
        assert ": 1 step done." in said
        assert [each["asset"] for each in shell.json("run", "show", newest["run_id"])["assets"]] == ["floods"]

    def test_a_run_that_went_well_has_nothing_to_go_on_from(self, resumed: tuple[Shell, str]) -> None:
        shell, _ = resumed
        assert "is SUCCESS and cannot be run again from its failure" in shell.fails("run", "resume")

    def test_an_id_may_be_cut_short_and_scripts_get_a_document(self, resumed: tuple[Shell, str]) -> None:
        shell, _ = resumed
        first = shell.json("run", "list")[-1]["run_id"]
        assert shell.json("run", "resume", first[:8])["status"] == "SUCCESS"

    def test_a_cancelled_run_is_gone_on_from(self, shell: Shell) -> None:
        process = start_waiting(shell)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        again = shell.start("run", "resume")
        assert again.stdout is not None
        assert "which has 0 steps done" in again.stdout.readline()
        again.send_signal(signal.SIGTERM)
        again.communicate(timeout=60)

    @pytest.mark.parametrize("how", ["--config-json", "-c"])
    def test_config_may_be_changed_and_the_rest_of_it_stays(self, tmp_path: Path, how: str) -> None:
        first = {
            "ops": {"rain": {"config": {"height": 7}}, "floods": {"config": {"mark": 0, "name": "Elbe"}}}
        }
        change = {"ops": {"floods": {"config": {"mark": 2}}, "rain": {"config": {"height": 99}}}}
        files = {
            "definitions.py": CONFIGURED,
            "first.json": json.dumps(first),
            "change.json": json.dumps(change),
        }
        shell = Shell(tmp_path, files)
        assert "ZeroDivisionError" in shell.fails("asset", "materialize", "--select", "*", "-c", "first.json")
        assert "ZeroDivisionError" in shell.fails("run", "resume")
        given = "change.json" if how == "-c" else json.dumps(change)
        assert "which has 1 step done" in shell.says("run", "resume", how, given)
        [made] = shell.json("run", "show")["assets"]
        assert made["asset"] == "floods"
        assert made["metadata"]["told"]["value"] == "Elbe: 3"

    def test_config_that_does_not_fit_is_refused_before_anything_runs(self, shell: Shell) -> None:
        shell.run("asset", "materialize", "--select", "floods", BROKEN="1")
        told = shell.fails("run", "resume", "--config-json", '{"ops": {"tide": {}}}')
        assert "tide" in told
        assert len(shell.json("run", "list")) == 1

    def test_a_job_that_is_gone_is_named(self, shell: Shell) -> None:
        shell.run("asset", "materialize", "--select", "floods", BROKEN="1")
        (shell.path / "definitions.py").write_text(
            "import headwater as hw\n@hw.asset\ndef rain(): ...\ndefs = hw.Definitions(assets=[rain])\n"
        )
        assert "floods" in shell.fails("run", "resume")


def start_waiting(shell: Shell) -> subprocess.Popen[str]:
    """A run whose step has begun and does not end by itself."""
    process = shell.start("asset", "materialize", "--select", "waits")
    assert process.stdout is not None
    assert "started  waits" in process.stdout.readline()
    return process


@pytest.mark.faults
class TestInterrupted:
    @pytest.mark.parametrize(
        ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
    )
    def test_a_run_that_is_interrupted_is_recorded_as_cancelled(
        self, shell: Shell, number: signal.Signals, exit_code: int
    ) -> None:
        process = start_waiting(shell)
        process.send_signal(number)
        said, complained = process.communicate(timeout=60)
        assert process.returncode == exit_code
        assert "was cancelled" in said
        assert "Traceback" not in said + complained
        assert [run["status"] for run in shell.json("run", "list")] == ["CANCELED"]

    def test_somebody_else_cancels_it(self, shell: Shell) -> None:
        process = start_waiting(shell)
        run_id = shell.json("run", "list")[0]["run_id"]
        assert "CANCELED" in shell.says("run", "cancel", run_id[:8])
        process.communicate(timeout=60)
        assert process.returncode == 143
        assert "has ended already: CANCELED" in shell.fails("run", "cancel", run_id)

    def test_a_run_whose_process_is_killed_is_ended_by_who_looks(self, shell: Shell) -> None:
        process = start_waiting(shell)
        process.kill()
        process.communicate(timeout=60)
        assert [run["status"] for run in shell.json("run", "list")] == ["FAILURE"]
