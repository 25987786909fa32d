from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

import headwater as hw
from headwater.hosting.code_location import load_location
from headwater.hosting.code_target import CodeTarget
from headwater.hosting.job_origin import build_origin
from tests.unit.hosting.conftest import Write

CODE = """
import headwater as hw

@hw.asset
def rain():
    return 1

@hw.asset
def floods(rain):
    return rain

nightly = hw.define_asset_job("nightly", "rain")
defs = hw.Definitions(assets=[rain, floods], jobs=[nightly])
"""


@pytest.fixture
def target(write: Write, tmp_path: Path) -> CodeTarget:
    return CodeTarget(python_file=write("unit_location.py", CODE), working_directory=tmp_path)


def test_a_location_has_the_name_of_its_file_and_a_manifest(target: CodeTarget) -> None:
    location = load_location(target)
    assert location.name == location.manifest.location == "unit_location.py"
    assert [node.key.to_user_string() for node in location.manifest.assets] == ["rain", "floods"]


def test_faults_are_found_when_it_is_loaded(write: Write, tmp_path: Path) -> None:
    file = write(
        "unit_faulty.py",
        CODE.replace("def floods(rain)", "def floods(snow)").replace("return rain", "return snow"),
    )
    with pytest.raises(hw.DagsterInvalidDefinitionError, match='"snow"'):
        load_location(CodeTarget(python_file=file, working_directory=tmp_path))


@pytest.mark.parametrize("name", ["nightly", "__ASSET_JOB"])
def test_another_process_finds_a_job_by_its_origin(target: CodeTarget, name: str) -> None:
    """What is pickled is the way to the job; the code is loaded anew from there."""
    repository = load_location(target).repository
    job = (
        repository.get_job("nightly")
        if name == "nightly"
        else repository.asset_job(name, [hw.AssetKey("rain")])
    )
    sent = pickle.dumps(build_origin(target, job))
    del sys.modules["unit_location"]
    found = pickle.loads(sent).load()
    assert (found.name, found.asset_keys) == (name, [hw.AssetKey("rain")])
    assert found.repository is not repository
