"""Where the code may be, and what is said when it cannot be found or loaded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.shell import Shell

DEFINITIONS = """
    import headwater as hw

    @hw.asset
    def rain() -> int:
        return 1

    defs = hw.Definitions(assets=[rain])
"""
OF_DAGSTER = """
    from dagster import Definitions, asset

    @asset
    def rain():
        return 1

    defs = Definitions(assets=[rain])
"""


class TestFound:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["-f", "src/weather/definitions.py"],
            ["-m", "weather.definitions", "-d", "src"],
            ["-w", "locations.yaml"],
            [],
        ],
        ids=["file", "module", "workspace", "pyproject"],
    )
    def test_each_way_leads_to_the_same_code_and_history(self, tmp_path: Path, arguments: list[str]) -> None:
        shell = Shell(
            tmp_path,
            {
                "pyproject.toml": '[tool.headwater]\nmodule_name = "weather.definitions"\nworking_directory = "src"\n',
                "locations.yaml": "load_from: [python_module: {module_name: weather.definitions, working_directory: src}]",
                "src/weather/__init__.py": "",
                "src/weather/parts.py": "low = 1",
                "src/weather/definitions.py": "    from .parts import low\n" + DEFINITIONS,
            },
        )
        assert shell.says("asset", "list", *arguments) == "rain\n"
        shell.says("asset", "materialize", "--select", "rain", *arguments)
        assert len(shell.json("run", "list")) == 1

    def test_from_a_folder_inside_the_project(self, tmp_path: Path) -> None:
        shell = Shell(
            tmp_path,
            {
                "pyproject.toml": '[tool.dagster]\npython_file = "rain.py"\n',
                "rain.py": DEFINITIONS,
                "docs/x.md": "",
            },
        )
        shell.says("asset", "materialize", "--select", "rain", folder="docs")
        assert [run["location"] for run in shell.json("run", "list", folder="docs")] == ["rain.py"]
        assert (tmp_path / ".headwater").is_dir()

    def test_definitions_py_is_used_and_that_is_said(self, tmp_path: Path) -> None:
        ended = Shell(tmp_path, {"definitions.py": DEFINITIONS}).run("asset", "list")
        assert ended.stdout == "rain\n"
        assert ended.stderr.startswith("Using definitions.py, since nothing else is said")

    def test_a_file_elsewhere_has_its_history_beside_it(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"scripts/rain.py": DEFINITIONS})
        said = shell.says("asset", "materialize", "-f", "scripts/rain.py", "--select", "rain")
        run_id = said.split("\nRun ")[1].split()[0]
        assert f"History  scripts/.headwater: headwater run show {run_id} -f scripts/rain.py\n" in said
        assert "SUCCESS" in shell.says("run", "show", run_id, "-f", "scripts/rain.py")

    def test_of_several_locations_one_is_chosen(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"a.py": DEFINITIONS, "b.py": DEFINITIONS.replace("rain", "snow")})
        both = ["-f", "a.py", "-f", "b.py"]
        assert shell.says("asset", "list", *both) == "rain\nsnow\n"
        assert "There are several code locations: a.py, b.py. Choose one with -l NAME." in shell.fails(
            "asset", "materialize", "--select", "snow", *both
        )
        assert (
            shell.json("asset", "materialize", "--select", "snow", "-l", "b.py", *both)["status"] == "SUCCESS"
        )
        assert 'no code location "c.py"' in shell.fails("asset", "list", "-l", "c.py", *both)

    def test_one_name_of_a_file(self, tmp_path: Path) -> None:
        more = "\n    other = hw.Definitions()\n"
        shell = Shell(tmp_path, {"two.py": DEFINITIONS + more})
        assert shell.says("asset", "list", "-f", "two.py", "-a", "defs") == "rain\n"
        assert "two.py has 2 Definitions objects: defs, other." in shell.fails(
            "asset", "list", "-f", "two.py"
        )


class TestAlias:
    def test_code_for_dagster_runs_when_dagster_is_not_installed(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"rain.py": OF_DAGSTER})
        assert shell.json("asset", "materialize", "-f", "rain.py", "--select", "*")["status"] == "SUCCESS"

    def test_a_dagster_that_is_installed_is_shadowed_by_those_who_ask(self, tmp_path: Path) -> None:
        theirs = "class Definitions:\n    def __init__(self, assets): ...\n\ndef asset(function): return function\n"
        shell = Shell(tmp_path, {"rain.py": OF_DAGSTER, "dagster/__init__.py": theirs})
        assert "has definitions of the installed Dagster. Add --dagster-alias" in shell.fails(
            "asset", "list", "-f", "rain.py"
        )
        assert shell.says("asset", "list", "-f", "rain.py", "--dagster-alias") == "rain\n"
        assert shell.says("asset", "list", "-f", "rain.py", HEADWATER_DAGSTER_ALIAS="1") == "rain\n"


class TestValidate:
    def test_every_location_is_told(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"good.py": DEFINITIONS, "bad.py": "1 / 0\n"})
        ended = shell.run("definitions", "validate", "-f", "good.py", "-f", "bad.py")
        assert ended.returncode == 1
        assert ended.stdout == "good.py is valid: 1 asset.\n"
        assert ended.stderr.startswith(
            "ZeroDivisionError: division by zero\n  bad.py:1 in <module>\n    1 / 0\n"
        )
        assert shell.says("definitions", "validate", "-f", "good.py") == "good.py is valid: 1 asset.\n"

    def test_a_script_learns_it_too(self, tmp_path: Path) -> None:
        shell = Shell(tmp_path, {"good.py": DEFINITIONS, "bad.py": "1 / 0\n"})
        ended = shell.run("definitions", "validate", "-f", "good.py", "-f", "bad.py", "--json")
        document = json.loads(ended.stdout)
        assert (ended.returncode, document["valid"]) == (1, False)
        assert [(each["location"], each["valid"]) for each in document["locations"]] == [
            ("good.py", True),
            ("bad.py", False),
        ]
        assert document["locations"][0]["assets"] == 1

    def test_all_faults_at_once_with_file_and_line(self, tmp_path: Path) -> None:
        faulty = DEFINITIONS.replace("def rain()", "def rain(snow: int, hail: int)")
        said = Shell(tmp_path, {"faulty.py": faulty}).fails("definitions", "validate", "-f", "faulty.py")
        assert '"snow"' in said
        assert '"hail"' in said
        assert "faulty.py:4" in said


class TestNotLoaded:
    @pytest.mark.parametrize(
        ("code", "first_lines"),
        [
            ("def connect():\n    return {}['x']\nconnect()\n",
             ["KeyError: 'x'", "  code.py:3 in <module>", "    connect()", "  code.py:2 in connect", "    return {}['x']"],
            ),
            ("x = 1\ndef rain(:\n", ["SyntaxError: invalid syntax", "  code.py:2", "    def rain(:"]),
            ("import a_library_that_is_not_there\n",
             ["ModuleNotFoundError: No module named 'a_library_that_is_not_there'", "  code.py:1 in <module>"]),
            ("raise SystemExit(0)\n", ["SystemExit: 0", "  code.py:1 in <module>"]),
        ],
        ids=["exception", "syntax", "import", "exit"],
    )  # fmt: skip
    def test_the_users_own_error_comes_first_with_file_and_line(
        self, tmp_path: Path, code: str, first_lines: list[str]
    ) -> None:
        said = Shell(tmp_path, {"code.py": code}).fails("asset", "list", "-f", "code.py")
        assert said.splitlines()[: len(first_lines)] == first_lines
        assert said.splitlines()[-1] == "Cannot load code.py."
        assert "headwater/" not in said

    def test_frames_of_headwater_are_for_those_who_ask(self, tmp_path: Path) -> None:
        said = Shell(tmp_path, {"code.py": "1 / 0\n"}).fails("asset", "list", "-f", "code.py", "--verbose")
        assert "import_code.py" in said

    def test_nothing_to_load(self, tmp_path: Path) -> None:
        said = Shell(tmp_path, {"hello.py": DEFINITIONS}).fails("asset", "list")
        assert (
            "Say where the definitions are: -f FILE, -m MODULE or -w WORKSPACE. Perhaps -f hello.py?" in said
        )
