"""Values of a run in memory: they go with it, so that nobody waits for the disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import headwater as hw


@hw.asset
def one() -> int:
    return 1


@hw.asset
def two(one: int) -> int:
    return one + 1


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    made: list[int] = []
    flush: Callable[[int], None] = os.fsync

    def counted(descriptor: int) -> None:
        made.append(descriptor)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", counted)
    return made


def test_a_run_in_memory_flushes_nothing(flushes: list[int]) -> None:
    assert hw.materialize([one, two]).output_for_node("two") == 2
    assert flushes == []


def test_a_run_with_a_history_flushes_its_values(flushes: list[int], tmp_path: Path) -> None:
    with hw.DagsterInstance.open(tmp_path / "home") as instance:
        assert hw.materialize([one, two], instance=instance).success
    assert len(flushes) >= 2
