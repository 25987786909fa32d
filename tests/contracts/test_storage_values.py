"""Small named values, and the storage as a whole."""

from __future__ import annotations

import re

from headwater.ports.storage import Storage


def test_values_are_set_replaced_and_removed(storage: Storage) -> None:
    assert storage.get_values() == {}
    storage.set_values({"cursor/a": "1", "cursor/b": "ü🌊", "other": ""})
    assert storage.get_values() == {"cursor/a": "1", "cursor/b": "ü🌊", "other": ""}
    storage.set_values({"cursor/a": "2", "cursor/b": None, "never set": None})
    assert storage.get_values() == {"cursor/a": "2", "other": ""}


def test_values_are_found_by_prefix(storage: Storage) -> None:
    storage.set_values({"a": "0", "a/b": "1", "a/c": "2", "a%": "3", "A/d": "4", "b": "5", "ä/x": "6"})
    assert storage.get_values("a/") == {"a/b": "1", "a/c": "2"}
    assert list(storage.get_values("a/")) == ["a/b", "a/c"]
    assert storage.get_values("a%") == {"a%": "3"}
    assert storage.get_values("ä") == {"ä/x": "6"}
    assert storage.get_values("zzz") == {}


def test_setting_nothing_is_fine(storage: Storage) -> None:
    storage.set_values({})
    assert storage.get_values() == {}


def test_closing_twice_is_fine(storage: Storage) -> None:
    storage.close()
    storage.close()


def test_it_says_where_it_lives(storage: Storage) -> None:
    assert storage.location == "memory" or re.search(
        r"history\.db$|^postgresql://.*schema=", storage.location
    )
