"""Every program prints the same document on Headwater as on the real Dagster."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from .document import Document, OracleDocuments, headwater_document, oracles_of, programs
from .oracle import ORACLES, Oracle

CASES = [(program, oracle) for program in programs() for oracle in oracles_of(program)]


@cache
def oracle_documents(oracle: Oracle) -> OracleDocuments:
    return OracleDocuments(oracle, [program for program, each in CASES if each == oracle])


@pytest.fixture(scope="module")
def headwater_documents(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Document]:
    """What Headwater printed, by program: one run serves the comparison with both versions."""
    return {}


@pytest.mark.parametrize(("program", "oracle"), CASES, ids=lambda value: getattr(value, "stem", None) or value.name)
def test_same_document(
    program: Path, oracle: Oracle, headwater_documents: dict[Path, Document], tmp_path: Path
) -> None:
    expected = oracle_documents(oracle).document(program)
    if program not in headwater_documents:
        headwater_documents[program] = headwater_document(program, tmp_path)
    assert headwater_documents[program] == expected


def test_there_are_programs_for_each_version() -> None:
    for name, least in (("1.13", 60), ("1.4", 40)):
        compared = [program for program, oracle in CASES if oracle is ORACLES[name]]
        assert len(compared) >= least, f"only {len(compared)} programs are compared with Dagster {name}"
