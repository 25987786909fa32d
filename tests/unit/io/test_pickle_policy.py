"""Pickles that are forbidden, and those that must be signed."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from headwater.definitions.io_context import build_input_context, build_output_context
from headwater.io.file_options import FileOptions
from headwater.io.pickled_files import PickledFiles
from headwater.model.errors import PickleRefusedError

SECRET = "a-secret-of-the-team"


def store(folder: Path, value: Any, **options: Any) -> Path:
    metadata = {"io": FileOptions(**options)} if options else {}
    PickledFiles(folder).handle_output(
        build_output_context(asset_key="a", definition_metadata=metadata), value
    )
    [path] = folder.iterdir()
    return path


def load(folder: Path, **options: Any) -> Any:
    metadata = {"io": FileOptions(**options)} if options else {}
    upstream = build_output_context(asset_key="a", definition_metadata=metadata)
    return PickledFiles(folder).load_input(build_input_context(asset_key="a", upstream_output=upstream))


def test_pickles_can_be_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path, 1)
    monkeypatch.setenv("HEADWATER_PICKLE", "forbid")
    with pytest.raises(PickleRefusedError, match="forbidden here"):
        load(tmp_path)
    with pytest.raises(PickleRefusedError, match="another format"):
        store(tmp_path, 2)
    monkeypatch.delenv("HEADWATER_PICKLE")
    assert load(tmp_path) == 1


@pytest.mark.parametrize("options", [{}, {"compression": "gzip"}])
@pytest.mark.parametrize("value", [[1, 2], b"x" * 3_000_000])
def test_a_signed_pickle_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], value: Any
) -> None:
    monkeypatch.setenv("HEADWATER_PICKLE_KEY", SECRET)
    path = store(tmp_path, value, **options)
    assert load(tmp_path, **options) == value
    assert SECRET.encode() not in path.read_bytes()


def test_other_programs_read_a_signed_pickle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_PICKLE_KEY", SECRET)
    path = store(tmp_path, {"a": 1})
    assert pickle.loads(path.read_bytes()) == {"a": 1}


class Evil:
    """Raises when it is unpickled, so that a test sees that it was."""

    def __reduce__(self) -> Any:
        return pytest.fail, ("was unpickled",)


@pytest.mark.parametrize("how", ["unsigned", "another key", "changed"])
def test_what_is_not_signed_so_is_never_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how != "unsigned":
        monkeypatch.setenv("HEADWATER_PICKLE_KEY", "another" if how == "another key" else SECRET)
    path = store(tmp_path, Evil())
    if how == "changed":
        path.write_bytes(path.read_bytes().replace(b"was", b"has"))
    monkeypatch.setenv("HEADWATER_PICKLE_KEY", SECRET)
    with pytest.raises(
        PickleRefusedError, match="is not signed with the key in HEADWATER_PICKLE_KEY"
    ) as caught:
        load(tmp_path)
    assert SECRET not in str(caught.value)
