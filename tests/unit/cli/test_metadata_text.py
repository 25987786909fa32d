from __future__ import annotations

import pytest

import headwater as hw
from headwater.cli.metadata_text import metadata_lines, value_line, value_lines
from headwater.model.metadata import AnyMetadataValue, build_metadata

MD = hw.MetadataValue
SCHEMA = hw.TableSchema(
    columns=[hw.TableColumn("id", "BIGINT"), hw.TableColumn("name", "VARCHAR", description="full")]
)
LINEAGE = hw.TableColumnLineage(
    deps_by_column={"id": [hw.TableColumnDep(asset_key=hw.AssetKey(["raw", "people"]), column_name="number")]}
)
ROWS = [hw.TableRecord({"id": 1, "share": 0.123456789}), hw.TableRecord({"id": 20, "share": None})]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (MD.int(1234567), ["1,234,567"]),
        (MD.float(0.123456789), ["0.123457"]),
        (MD.float(float("nan")), ["nan"]),
        (MD.bool(True), ["true"]),
        (MD.null(), ["none"]),
        (MD.text("one\ntwo"), ["one", "two"]),
        (MD.text(""), [""]),
        (MD.path("/data/rain"), ["/data/rain"]),
        (MD.url("https://example.org"), ["https://example.org"]),
        (MD.notebook("a.ipynb"), ["a.ipynb"]),
        (MD.asset(hw.AssetKey(["raw", "rain"])), ["asset raw/rain"]),
        (MD.dagster_run("1234"), ["1234"]),
        (MD.job("nightly", "here"), ["job nightly"]),
        (MD.python_artifact(hw.AssetKey), ["headwater.model.key.AssetKey"]),
        (MD.json({"a": [1]}), ["{", '  "a": [', "    1", "  ]", "}"]),
        (MD.table_schema(SCHEMA), ["id    BIGINT", "name  VARCHAR  full"]),
        (MD.column_lineage(LINEAGE), ["id from raw/people.number"]),
        (MD.table(ROWS), ["id  share", "1   0.123457", "20"]),
        (MD.md("# Title\n\ntext"), ["# Title", "", "text"]),
        (MD.md("![by hour](data:image/png;base64,QUFBQQ==)"), ["[by hour: image/png, 6 B]"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_is_readable(value: AnyMetadataValue, lines: list[str]) -> None:
    assert value_lines(value) == lines


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (MD.md("| id | name |\n| --- | --- |\n| 1 | a |\n| 2 | b |"), "table of 2 rows: id, name"),
        (MD.md("text\nand more"), "text …"),
        (MD.json({"ä": 1}), '{"ä": 1}'),
        (MD.table_schema(SCHEMA), "id, name"),
        (MD.text("x" * 100), "x" * 24 + "…"),
    ],
)
def test_each_kind_fits_in_a_line(value: AnyMetadataValue, line: str) -> None:
    assert value_line(value, 25) == line


def test_labels_stand_beside_short_values_and_above_long_ones() -> None:
    assert metadata_lines(build_metadata({"rows": 3, "note": "a\nb", "longer label": "x"})) == [
        "rows          3",
        "note",
        "  a",
        "  b",
        "longer label  x",
    ]
