"""Run config as text: what it says, and where."""

from __future__ import annotations

import pytest

from headwater.definitions.config_text import Place, read_config_text, write_config_text
from headwater.model.errors import ConfigTextError

TEXT = """
ops:
  load:
    config: {rows: 3, names: [a, bc]}
  "odd name":
    config:
    - x: 1
"""


def test_every_entry_has_its_place() -> None:
    read = read_config_text(TEXT)
    assert read.config["ops"]["load"]["config"]["names"] == ["a", "bc"]
    assert read.place_of(("ops", "load", "config", "rows")) == Place(4, 14, 18)
    assert read.place_of(("ops", "load", "config", "names", 1)) == Place(4, 34, 36)
    assert read.place_of(("ops", "odd name", "config", 0, "x")) == Place(7, 7, 8)


def test_what_is_missing_is_at_the_entry_around_it() -> None:
    read = read_config_text(TEXT)
    assert read.place_of(("ops", "load", "config", "missing")) == read.place_of(("ops", "load", "config"))
    assert read.place_of(("resources", "x")) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1,\n", 2), ("a: b: c", 1), ("\tx: 1", 1), ("- a", None), ("3", None), ("1: 2", None)],
)
def test_what_is_no_config_is_told_with_its_line(text: str, line: int | None) -> None:
    with pytest.raises(ConfigTextError) as raised:
        read_config_text(text)
    assert raised.value.line == line


def test_nothing_is_empty_config() -> None:
    assert (read_config_text("").config, read_config_text("# later\n").config) == ({}, {})
    assert write_config_text({}) == ""


def test_what_is_written_is_read_back_in_its_order() -> None:
    config = {"ops": {"z": {"config": "ü"}, "a": {"config": {"on": True, "none": None, "text": "yes"}}}}
    text = write_config_text(config)
    assert read_config_text(text).config == config
    assert text.index("z:") < text.index("a:")
