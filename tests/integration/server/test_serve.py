"""The command that serves: where it listens, what it says, and that it stops."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import headwater as hw
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.manifest import Manifest
from headwater.server.serve import bind_socket, build_url, is_loopback, serve
from tests.integration.server.serving import Site

PROGRAM = """
import sys
import headwater as hw
from headwater.model.manifest import Manifest
from headwater.server.serve import serve

with hw.DagsterInstance.open(sys.argv[1]) as instance:
    serve(instance=instance, manifest=Manifest(), port=int(sys.argv[2]))
print("closed in order")
"""


@contextmanager
def served(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A process that serves, and what it said until it was ready."""
    command = [sys.executable, "-c", PROGRAM, str(home), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline()]
            while said[-1] and "Ctrl-C" not in said[-1]:
                said.append(process.stdout.readline())
            yield process, said
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_stops_within_three_seconds_with_a_stream_open(tmp_path: Path, number: signal.Signals) -> None:
    with served(tmp_path, 0) as (process, said):
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said[-1])
        assert found, said
        site = Site(int(found[1]))
        assert site.get("instance").status == 200
        with site.stream("stream") as messages:
            asked_at = time.monotonic()
            process.send_signal(number)
            assert list(messages) == []
            out, err = process.communicate(timeout=20)
            took = time.monotonic() - asked_at
    assert took < 3
    assert process.returncode == 0, err
    assert out == "closed in order\n"
    assert err == ""


def test_a_taken_port_is_left_to_who_has_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with served(tmp_path, port) as (_, said):
            assert said[0].startswith(f"Port {port} is taken; using ")
            assert f":{port} " not in said[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_other_machines_are_not_let_in_without_a_token(host: str) -> None:
    with (
        hw.DagsterInstance.ephemeral() as instance,
        pytest.raises(DagsterInvariantViolationError, match="Configure a token"),
    ):
        serve(instance=instance, manifest=Manifest(), host=host, port=0)


def test_an_address_of_another_machine_is_an_error_that_names_it() -> None:
    with pytest.raises(DagsterInvariantViolationError, match=r"192\.0\.2\.1"):
        bind_socket("192.0.2.1", 0)


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LocalHost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "10.0.0.1", "localhost.evil.example", ""]))


def test_the_address_is_one_that_a_browser_opens() -> None:
    assert build_url("127.0.0.1", 3000) == "http://127.0.0.1:3000"
    assert build_url("::1", 3000) == "http://[::1]:3000"
    assert build_url("0.0.0.0", 3000) == "http://localhost:3000"
