"""A real server on a free loopback port while a block runs, and plain requests to it."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import headwater as hw
from headwater.instance.supervisor import Supervisor
from headwater.model.manifest import Manifest
from headwater.server.serve import PageServer, bind_socket

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as a value."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The type of the error."""
        error = self.json["error"]
        assert set(error) <= {"type", "message", "suggestions", "facts"}
        assert error["message"]
        return str(error["type"])


@dataclass(frozen=True)
class Site:
    """A server that runs: its port, and requests to it."""

    port: int

    @property
    def url(self) -> str:
        """The address, as a browser has it."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        """GET ``path`` (below ``/api/v1/`` when it does not begin with a slash)."""
        return self.request("GET", path, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST a value as JSON."""
        given = {"Content-Type": "application/json", **headers}
        return self.request("POST", path, given, json.dumps(body if body is not None else {}))

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str | None = None
    ) -> Answer:
        """A request as it is given: nothing of the path is put right on the way."""
        connection = self.connect()
        try:
            address = path if path.startswith("/") else f"/api/v1/{path}"
            connection.putrequest(method, address, skip_host="Host" in (headers or {}))
            for name, value in (headers or {}).items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
                if "Content-Type" not in (headers or {}):
                    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.endheaders(body.encode() if body is not None else None)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def connect(self) -> http.client.HTTPConnection:
        """A connection, for what is read bit by bit."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    @contextmanager
    def stream(self, path: str, **headers: str) -> Iterator[Iterator[dict[str, str]]]:
        """The messages of an event stream as they come."""
        connection = self.connect()
        try:
            connection.request(
                "GET", f"/api/v1/{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
            )
            response = connection.getresponse()
            assert response.status == 200, response.read()
            assert response.getheader("Content-Type", "").startswith("text/event-stream")
            yield read_messages(response)
        finally:
            connection.close()


def read_messages(response: http.client.HTTPResponse) -> Iterator[dict[str, str]]:
    """The fields of each message of a stream that says something, until the server ends it."""
    message: dict[str, str] = {}
    for line in response:
        name, colon, value = line.decode().rstrip("\n").partition(":")
        if name:
            message[name] = value.removeprefix(" ")
        elif not colon and "event" in message:
            yield message
            message = {}


@contextmanager
def serving(
    instance: hw.DagsterInstance,
    manifest: Manifest | None = None,
    *,
    supervisor: Supervisor | None = None,
    token: str | None = None,
    own_hosts_only: bool = True,
    port: int = 0,
) -> Iterator[Site]:
    """Serve while the block runs. The socket listens before the server starts, so nobody has to wait for it."""
    with bind_socket("127.0.0.1", port) as listener:
        server = PageServer(
            instance=instance,
            manifest=manifest,
            supervisor=supervisor,
            token=token,
            own_hosts_only=own_hosts_only,
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Site(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive(), "the server does not stop"
