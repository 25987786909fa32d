"""What every partition store does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from headwater.ports.storage import Storage


def test_keys_keep_the_order_in_which_they_were_added(storage: Storage) -> None:
    partitions = storage.partitions
    assert partitions.keys("customers") == []
    partitions.add("customers", ["zoe", "adam"])
    partitions.add("customers", ["max", "adam"])
    assert partitions.keys("customers") == ["zoe", "adam", "max"]
    assert partitions.count("customers") == 3
    assert partitions.has("customers", "max")
    assert not partitions.has("customers", "eve")


def test_a_removed_key_is_gone_and_comes_back_last(storage: Storage) -> None:
    partitions = storage.partitions
    partitions.add("customers", ["zoe", "adam"])
    partitions.delete("customers", "zoe")
    partitions.delete("customers", "nobody")
    assert partitions.keys("customers") == ["adam"]
    partitions.add("customers", ["zoe"])
    assert partitions.keys("customers") == ["adam", "zoe"]


def test_other_names_have_other_keys(storage: Storage) -> None:
    storage.partitions.add("customers", ["a"])
    storage.partitions.add("colors", ["a", "b"])
    storage.partitions.delete("colors", "a")
    assert storage.partitions.keys("customers") == ["a"]
    assert storage.partitions.keys("colors") == ["b"]


def test_keys_come_page_by_page(storage: Storage) -> None:
    partitions = storage.partitions
    partitions.add("customers", [f"c{number}" for number in range(10)])
    assert partitions.keys("customers", limit=3) == ["c0", "c1", "c2"]
    assert partitions.keys("customers", after="c2", limit=2) == ["c3", "c4"]
    assert partitions.keys("customers", after="c8") == ["c9"]
    assert partitions.keys("customers", after="gone") == []


def test_any_text_is_a_key(storage: Storage) -> None:
    keys = ["", "a/b", "ü 🌊", "a|b", "'; DROP TABLE runs; --"]
    storage.partitions.add("odd", keys)
    assert storage.partitions.keys("odd") == keys
    assert all(storage.partitions.has("odd", key) for key in keys)


def test_whoever_adds_at_the_same_time_adds_each_key_once(storage: Storage) -> None:
    keys = [f"k{number}" for number in range(50)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: storage.partitions.add("busy", keys), range(8)))
    assert storage.partitions.keys("busy") == keys
