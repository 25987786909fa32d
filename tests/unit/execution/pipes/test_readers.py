"""The ways on which messages and output arrive, without a child."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from headwater import (
    OpExecutionContext,
    PipesBlobStoreMessageReader,
    PipesCompositeMessageReader,
    PipesEnvContextInjector,
    PipesFileMessageReader,
    PipesMessageReader,
    PipesSession,
    PipesTempFileMessageReader,
    job,
    op,
    open_pipes_session,
)
from headwater.execution.pipes.log_reader import PipesChunkedLogReader
from headwater.execution.pipes.metadata import read_metadata
from headwater.execution.pipes.protocol import VERSION_FIELD, PipesParams, parse_message
from headwater.model.errors import DagsterPipesExecutionError


def line(method: str, **params: Any) -> str:
    """A message as a child writes it."""
    return json.dumps({VERSION_FIELD: "0.1", "method": method, "params": params}) + "\n"


def in_session(reader: PipesMessageReader, use: Callable[[PipesSession], None]) -> PipesSession:
    """Open a session in an op, use it, and give it when it has ended."""
    sessions: list[PipesSession] = []

    @op
    def opens(context: OpExecutionContext) -> None:
        with open_pipes_session(context, PipesEnvContextInjector(), reader) as session:
            sessions.append(session)
            use(session)

    @job
    def once() -> None:
        opens()

    once.execute_in_process()
    return sessions[0]


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "messages"
    text = line("opened") + line("report_custom_message", payload="ä" * 10) + line("closed")

    def write(_: PipesSession) -> None:
        data = text.encode()
        for start in range(0, len(data), 7):
            with path.open("ab") as file:
                file.write(data[start : start + 7])

    assert in_session(PipesFileMessageReader(path), write).get_custom_messages() == ("ä" * 10,)


def test_what_is_no_message_is_none() -> None:
    assert parse_message("plain text") is None
    assert parse_message('{"a": 1}') is None
    assert parse_message("[1]") is None
    assert parse_message(line("opened")) is not None


def test_each_of_several_writers_has_its_own_parameters() -> None:
    reader = PipesCompositeMessageReader([PipesTempFileMessageReader(), PipesTempFileMessageReader()])
    assert reader.expected_writer_count == 2
    seen: list[Any] = []

    def write(session: PipesSession) -> None:
        seen.extend(session.get_per_writer_bootstrap_env_vars())
        assert len(session.get_per_writer_bootstrap_cli_arguments()) == 2
        for number, params in enumerate(session.message_reader_params["dagster_pipes_composite_writers"]):
            Path(params["path"]).write_text(line("opened") + line("report_custom_message", payload=number))

    assert sorted(in_session(reader, write).get_custom_messages()) == [0, 1]
    assert len({each["DAGSTER_PIPES_MESSAGES"] for each in seen}) == 2


class Chunks(PipesBlobStoreMessageReader):
    """Chunks in memory; the second one is there only when the process has been started."""

    def __init__(self, chunks: dict[int, str]) -> None:
        super().__init__(interval=0.01)
        self._chunks = chunks

    @contextmanager
    def get_params(self) -> Iterator[PipesParams]:
        yield {"where": "memory"}

    def messages_are_readable(self, params: PipesParams) -> bool:
        return "id" in params

    def download_messages_chunk(self, index: int, params: PipesParams) -> str | None:
        assert params["where"] == "memory"
        return self._chunks.get(index)


class Output(PipesChunkedLogReader):
    def target_is_readable(self, params: PipesParams) -> bool:
        return True

    def download_log_chunk(self, params: PipesParams) -> str | None:
        return None if self.target_stream.getvalue() else "output\n"  # type: ignore[attr-defined]


def test_numbered_chunks_are_fetched_in_their_order() -> None:
    chunks = {
        1: line("opened") + line("report_custom_message", payload=1),
        2: line("report_custom_message", payload=2),
    }
    reader, stream = Chunks(chunks), io.StringIO()
    reader.add_log_reader(Output(interval=0.01, target_stream=stream))

    def launch(session: PipesSession) -> None:
        session.report_launched({"extras": {"id": 1}})

    assert in_session(reader, launch).get_custom_messages() == (1, 2)
    assert stream.getvalue() == "output\n"


def test_what_cannot_be_fetched_fails_the_step() -> None:
    class Broken(Chunks):
        def download_messages_chunk(self, index: int, params: PipesParams) -> str | None:
            raise ConnectionError("the store is away")

    with pytest.raises(DagsterPipesExecutionError, match="the store is away"):
        in_session(Broken({}), lambda session: session.report_launched({"extras": {"id": 1}}))


def test_output_that_cannot_be_brought_is_told_of() -> None:
    class Broken(Output):
        def download_log_chunk(self, params: PipesParams) -> str | None:
            raise ConnectionError("away")

    stream = io.StringIO()
    reader = Broken(interval=0.01, target_stream=stream, debug_info="in the store")
    reader.start({}, threading.Event())
    assert reader.is_running()
    reader.stop()
    assert "Broken failed: away (in the store)" in stream.getvalue()


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ({"raw_value": [1], "type": "__infer__"}, [1]),
        ({"raw_value": "u", "type": "url"}, "u"),
        ({"raw_value": 1.5, "type": "timestamp"}, 1.5),
        ({"raw_value": "abc", "type": "dagster_run"}, "abc"),
        ({"raw_value": None, "type": "null"}, None),
    ],
)
def test_metadata_is_of_the_kind_that_it_says(entry: dict[str, Any], value: Any) -> None:
    assert read_metadata({"a": entry})["a"].value == value


def test_lineage_and_constraints_are_read() -> None:
    raw: Any = {"deps_by_column": {"a": [{"asset_key": "x/y", "column_name": "c"}]}}
    lineage: Any = read_metadata({"a": {"raw_value": raw, "type": "table_column_lineage"}})["a"].value
    assert lineage.deps_by_column["a"][0].asset_key.to_user_string() == "x/y"
    column = {"name": "a", "type": "int", "constraints": {"nullable": False}}
    raw = {"columns": [column], "constraints": {"other": ["sorted"]}}
    schema: Any = read_metadata({"a": {"raw_value": raw, "type": "table_schema"}})["a"].value
    assert not schema.columns[0].constraints.nullable
    assert schema.constraints.other == ["sorted"]


@pytest.mark.parametrize("entry", [{"raw_value": 1, "type": "wrong"}, {"raw_value": 1}, 3])
def test_metadata_that_cannot_be_read_is_named(entry: Any) -> None:
    with pytest.raises(DagsterPipesExecutionError, match='the metadata "a"'):
        read_metadata({"a": entry})
