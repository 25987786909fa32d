"""Assets and jobs run from the shell: what is stored, what is said, what a script gets, what stays in the history."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

PIPELINE = '''
    """Rain, by month."""
    import subprocess
    import headwater as hw

    @hw.asset(group_name="raw")
    def rain(context: hw.AssetExecutionContext) -> list[int]:
        """What the gauge read."""
        print("printed by the asset")
        subprocess.run(["echo", "printed by a child"], check=True)
        context.log.info("the gauge was read")
        context.log.debug("in the morning")
        context.add_output_metadata({"wettest": "May", "preview": hw.MetadataValue.md("| a |\\n| - |\\n| 1 |")})
        return [3, 1, 2]

    class Settings(hw.Config):
        mark: int = 2

    @hw.asset
    def floods(rain: list[int], config: Settings) -> int:
        return sum(1 for each in rain if each > config.mark)

    @hw.asset_check(asset=floods)
    def is_rare(floods: int) -> hw.AssetCheckResult:
        return hw.AssetCheckResult(passed=floods < 3, metadata={"floods": floods})

    @hw.asset(deps=[rain])
    def gauge_log() -> hw.MaterializeResult:
        return hw.MaterializeResult(metadata={"lines": 7})

    @hw.op
    def first() -> int:
        return 1

    @hw.op
    def second(first: int) -> int:
        return first + 1

    @hw.job(description="Counts to two.")
    def counting() -> None:
        second(first())

    nightly = hw.define_asset_job("nightly", selection="*floods")
    defs = hw.Definitions(
        assets=[rain, floods, gauge_log],
        asset_checks=[is_rare],
        jobs=[counting, nightly],
        schedules=[hw.ScheduleDefinition(job=nightly, cron_schedule="0 6 * * *")],
        resources={"io_manager": hw.FilesystemIOManager(base_dir="data")},
    )
'''


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The project after a run of all its assets."""
    shell = Shell(tmp_path_factory.mktemp("rain"), {"rain.py": PIPELINE})
    shell.says("asset", "materialize", "-f", "rain.py", "--select", "*")
    return shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, {"rain.py": PIPELINE})


def lines_below(text: str, title: str) -> list[str]:
    """The indented lines below a title, without spaces at their ends and double ones inside."""
    after = text.split(f"\n{title}\n", 1)[1].splitlines()
    block = after[
        : next((number for number, line in enumerate(after) if not line.startswith(" ")), len(after))
    ]
    return [" ".join(line.split()) for line in block]


class TestMaterialize:
    def test_the_summary_says_what_is_stored_where_and_what_is_next(self, shell: Shell) -> None:
        said = shell.says("asset", "materialize", "-f", "rain.py", "--select", "*")
        places = {line.rsplit(" ", 2)[0] for line in lines_below(said, "Stored")}
        assert places == {"rain data/rain", "floods data/floods", "gauge_log by itself"}
        assert lines_below(said, "Metadata") == [
            "rain", "wettest May", "preview table of 1 row: a", "gauge_log", "lines 7"
        ]  # fmt: skip
        assert lines_below(said, "Checks") == ["floods: is_rare passed floods 1"]
        *_, result, history, page = said.splitlines()
        assert result.startswith("Run ")
        assert "succeeded in" in result
        assert history == f"History  .headwater: headwater run show {result.split()[1]}"
        assert page == "Page     headwater dev -f rain.py"
        assert pickle.loads((shell.path / "data" / "floods").read_bytes()) == 1

    def test_a_pipe_gets_plain_lines_with_the_log_and_what_is_printed(self, shell: Shell) -> None:
        said = shell.says("asset", "materialize", "-f", "rain.py", "--select", "rain")
        progress = [
            line.split(maxsplit=2)[1:]
            for line in said.split("\nStored\n")[0].splitlines()
            if line[:2].isdigit()
        ]
        assert ["info", "rain  the gauge was read"] in progress
        assert ["started", "rain"] in progress
        assert any(word == "ok" and rest.endswith("data/rain") for word, rest in progress[1:])
        assert "printed by the asset\n" in said
        assert "printed by a child\n" in said
        assert "in the morning" not in said
        assert "\x1b" not in said

    def test_debug_lines_are_for_those_who_ask(self, shell: Shell) -> None:
        assert "in the morning" in shell.says(
            "asset", "materialize", "-f", "rain.py", "--select", "rain", "-v"
        )

    def test_a_script_gets_one_document_and_nothing_else(self, shell: Shell) -> None:
        ended = shell.run("asset", "materialize", "-f", "rain.py", "--select", "*", "--json")
        document = json.loads(ended.stdout)
        assert document["status"] == "SUCCESS"
        assert document["run_id"] == shell.json("run", "list")[0]["run_id"]
        rain = next(each for each in document["assets"] if each["asset"] == "rain")
        assert rain["stored"] == str(shell.path / "data" / "rain") or rain["stored"] == "data/rain"
        assert rain["rows"] is None
        assert rain["seconds"] > 0
        assert rain["metadata"]["wettest"] == {"type": "text", "value": "May"}
        assert [(each["asset"], each["check"], each["passed"]) for each in document["checks"]] == [
            ("floods", "is_rare", True)
        ]
        assert document["history"] == str(shell.path / ".headwater")
        assert "printed by the asset" in ended.stderr
        assert "printed by a child" in ended.stderr

    def test_only_what_is_selected_runs_and_the_rest_is_loaded(self, made: Shell) -> None:
        document = made.json("asset", "materialize", "-f", "rain.py", "--select", "floods")
        assert [each["asset"] for each in document["assets"]] == ["floods"]

    def test_config_tags_and_partition_reach_the_run(self, made: Shell) -> None:
        (made.path / "high.yaml").write_text("ops: {floods: {config: {mark: 0}}}")
        document = made.json(
            "asset", "materialize", "-f", "rain.py", "--select", "floods",
            "-c", "high.yaml", "--tags", '{"team": "weather", "level": 2}',
        )  # fmt: skip
        assert pickle.loads((made.path / "data" / "floods").read_bytes()) == 3
        assert [each["passed"] for each in document["checks"]] == [False]
        run = made.json("run", "show", document["run_id"])
        assert run["tags"] == {"team": "weather", "level": "2"}
        assert run["config"] == {"ops": {"floods": {"config": {"mark": 0}}}}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--select", "floosd"], "floosd is no asset here. Did you mean floods?"),
            (["--select", "group:none"], "'group:none' selects no asset. `headwater asset list` shows them."),
            (["--select", "floods", "--config-json", '{"ops": {"floods": {"config": {"mrak": 1}}}}'], "mrak"),
        ],
        ids=["unknown", "empty", "config"],
    )
    def test_what_cannot_run_is_told_and_no_run_is_recorded(
        self, shell: Shell, arguments: list[str], message: str
    ) -> None:
        said = shell.fails("asset", "materialize", "-f", "rain.py", *arguments)
        assert message in said
        assert "Traceback" not in said
        assert shell.json("run", "list") == []

    def test_a_selection_is_needed(self, shell: Shell) -> None:
        ended = shell.run("asset", "materialize", "-f", "rain.py")
        assert ended.returncode == 2
        assert "Missing option '--select'" in ended.stderr

    def test_a_reader_who_has_seen_enough_does_not_end_the_run(self, shell: Shell) -> None:
        process = shell.start("asset", "materialize", "-f", "rain.py", "--select", "*")
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()
        process.wait(100)
        (run,) = shell.json("run", "list")
        assert run["status"] == "SUCCESS", shell.says("run", "show", run["run_id"], "--verbose")


class TestJob:
    def test_a_job_of_ops_says_where_outputs_are(self, shell: Shell) -> None:
        document = shell.json("job", "execute", "-f", "rain.py", "-j", "counting")
        assert [each["output"] for each in document["assets"]] == ["first.result", "second.result"]
        assert [step["status"] for step in document["steps"]] == ["SUCCESS", "SUCCESS"]

    def test_a_job_of_assets_makes_them(self, shell: Shell) -> None:
        document = shell.json("job", "execute", "-f", "rain.py", "-j", "nightly")
        assert sorted(each["asset"] for each in document["assets"]) == ["floods", "rain"]
        assert document["job"] == "nightly"

    def test_a_part_of_a_job(self, shell: Shell) -> None:
        document = shell.json("job", "execute", "-f", "rain.py", "-j", "counting", "-o", "first")
        assert [step["step"] for step in document["steps"]] == ["first"]

    def test_the_only_job_needs_no_name(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"one.py": PIPELINE.replace("jobs=[counting, nightly]", "jobs=[counting]").replace(
            'schedules=[hw.ScheduleDefinition(job=nightly, cron_schedule="0 6 * * *")],', ""
        )})  # fmt: skip
        assert shell.json("job", "execute", "-f", "one.py")["job"] == "counting"

    def test_several_jobs_are_named(self, made: Shell) -> None:
        assert "Say which job with -j. There are: " in made.fails("job", "execute", "-f", "rain.py")
        assert 'There is no job "nihgtly" here.' in made.fails(
            "job", "execute", "-f", "rain.py", "-j", "nihgtly"
        )


class TestListAndShow:
    def test_keys_for_a_pipe(self, made: Shell) -> None:
        assert made.says("asset", "list", "-f", "rain.py") == "rain\nfloods\ngauge_log\n"
        assert made.says("asset", "list", "-f", "rain.py", "--select", "group:raw") == "rain\n"
        assert made.says("job", "list", "-f", "rain.py").split() == ["counting", "nightly"]

    def test_a_table_for_a_terminal(self, made: Shell) -> None:
        said, exit_code = made.on_terminal("asset", "list", "-f", "rain.py")
        assert exit_code == 0
        assert said.splitlines()[0].split() == ["ASSET", "GROUP", "NEEDS", "LAST", "MADE"]
        floods = next(line for line in said.splitlines() if line.startswith("floods"))
        assert floods.split()[1:3] == ["default", "rain"]
        jobs, _ = made.on_terminal("job", "list", "-f", "rain.py")
        assert [line.split() for line in jobs.splitlines()[1:]] == [
            ["counting", "2", "ops", "Counts", "to", "two."],
            ["nightly", "2", "assets", "0", "6", "*", "*", "*"],
        ]

    def test_documents_for_a_script(self, made: Shell) -> None:
        assets = {each["asset"]: each for each in made.json("asset", "list", "-f", "rain.py")}
        assert assets["rain"]["group"] == "raw"
        assert assets["rain"]["needed_by"] == ["floods", "gauge_log"]
        assert assets["floods"]["needs"] == ["rain"]
        assert assets["floods"]["checks"] == ["is_rare"]
        assert assets["rain"]["newest"]["metadata"]["wettest"]["value"] == "May"
        jobs = {each["job"]: each for each in made.json("job", "list", "-f", "rain.py")}
        assert jobs["nightly"]["schedules"] == ["0 6 * * *"]
        assert jobs["counting"]["ops"] == ["first", "second"]

    def test_one_asset_with_its_newest_metadata(self, made: Shell) -> None:
        said = made.says("asset", "show", "rain", "-f", "rain.py")
        words = [" ".join(line.split()) for line in said.splitlines()]
        assert words[:2] == ["rain", "What the gauge read."]
        assert {"declared rain.py:6", "group raw", "needed by floods, gauge_log", "wettest May"} <= set(words)
        assert "stored by io_manager (FilesystemIOManager)" in words
        assert "Last made 20" in said

    def test_an_asset_that_was_never_made_says_what_makes_it(self, shell: Shell) -> None:
        said = shell.says("asset", "show", "rain", "-f", "rain.py")
        assert "Never made. headwater asset materialize --select 'rain' makes it." in said
        assert not (shell.path / ".headwater").exists(), "to look is not to write"

    def test_an_asset_that_is_not_there(self, made: Shell) -> None:
        assert "rian is no asset here. Did you mean rain?" in made.fails(
            "asset", "show", "rian", "-f", "rain.py"
        )
