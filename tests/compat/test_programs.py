"""Every program prints the same document on Headwater as on the real Dagster."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.compat.document import OracleDocuments, headwater_document, oracles_of, programs
from tests.compat.oracle import ORACLES, Oracle

pytestmark = pytest.mark.oracle

COMPARED_WITH_BOTH = [program for program in programs() if len(oracles_of(program)) == 2]


@cache
def oracle_documents(oracle: Oracle) -> OracleDocuments:
    return OracleDocuments(oracle, [program for program in programs() if oracle in oracles_of(program)])


@pytest.mark.parametrize("program", programs(), ids=lambda program: program.stem)
def test_same_document(program: Path, tmp_path: Path) -> None:
    expected = {oracle.name: oracle_documents(oracle).document(program) for oracle in oracles_of(program)}
    ours = headwater_document(program, tmp_path)
    assert dict.fromkeys(expected, ours) == expected


@pytest.mark.parametrize("program", COMPARED_WITH_BOTH, ids=lambda program: program.stem)
def test_both_versions_of_dagster_agree(program: Path) -> None:
    """Else the program's docstring promises too much, and no document of ours could be right."""
    old, new = (oracle_documents(oracle).document(program) for oracle in oracles_of(program))
    assert old == new


def test_there_are_programs_for_each_version() -> None:
    for name, least in (("1.13", 60), ("1.4", 40)):
        compared = [program for program in programs() if ORACLES[name] in oracles_of(program)]
        assert len(compared) >= least, f"only {len(compared)} programs are compared with Dagster {name}"
