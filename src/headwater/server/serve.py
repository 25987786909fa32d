"""Serve the page and the API of a code location until somebody stops it."""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from headwater.instance.instance import DagsterInstance
from headwater.instance.supervisor import Supervisor
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.manifest import Manifest
from headwater.server.app import build_app
from headwater.server.log_pulse import LogPulse
from headwater.server.value_api import SETTING

_PORTS_TO_TRY = 20
_WORDS = {"": None, "on": True, "1": True, "true": True, "off": False, "0": False, "false": False}
_SECONDS_TO_FINISH = 2  # what a request still gets when the server stops


class PageServer(uvicorn.Server):
    """A uvicorn server which lets its open streams end before it waits for requests to finish."""

    def __init__(
        self,
        *,
        instance: DagsterInstance,
        manifest: Manifest | None = None,
        supervisor: Supervisor | None = None,
        token: str | None = None,
        own_hosts_only: bool = True,
        may_show_values: bool | None = None,
    ) -> None:
        self._pulse = LogPulse(instance.storage.event_log)
        if supervisor is not None:
            supervisor.watch_code(self._pulse.nudge)
        app = build_app(
            instance,
            manifest,
            supervisor=supervisor,
            token=token,
            own_hosts_only=own_hosts_only,
            may_show_values=may_show_values,
            pulse=self._pulse,
        )
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, end the streams, let the other requests finish."""
        await self._pulse.close()
        await super().shutdown(sockets)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def serve(
    *,
    instance: DagsterInstance,
    manifest: Manifest | None = None,
    supervisor: Supervisor | None = None,
    host: str = "127.0.0.1",
    port: int = 3000,
    token: str | None = None,
    say: Callable[[str], None] = _say,
) -> None:
    """Serve until Ctrl-C or SIGTERM; ``say`` where (on the terminal).

    ``host`` is the address to listen on: loopback unless told otherwise, and then only with a ``token``. When
    ``port`` is taken the next free one is used and said; port 0 takes any free one. With a ``supervisor``, which whoever
    calls starts and stops, the page and the API also run things.

    Raises :class:`DagsterInvariantViolationError` for a host beyond this machine without a token, and when no
    port is free.
    """
    local = is_loopback(host)
    if not local and not token:
        raise DagsterInvariantViolationError(
            f'To listen on "{host}" is to let other machines in, and everybody on them. Configure a token, '
            "or listen on 127.0.0.1."
        )
    with bind_socket(host, port) as listener:
        bound: int = listener.getsockname()[1]
        if port not in (0, bound):
            say(f"Port {port} is taken; using {bound}.")
        server = PageServer(
            instance=instance,
            manifest=manifest,
            supervisor=supervisor,
            token=token,
            own_hosts_only=local,
            may_show_values=_read_setting(SETTING),
        )
        if supervisor is not None:
            supervisor.announce(build_url(host, bound))
        say(f"Headwater is at {build_url(host, bound)} (Ctrl-C stops it)")
        with _stopped_by_signals(server):
            server.run(sockets=[listener])


def _read_setting(name: str) -> bool | None:
    """What an environment variable says: on or off. Raises :class:`DagsterInvariantViolationError` for another word."""
    text = os.environ.get(name, "").strip().lower()
    if text not in _WORDS:
        raise DagsterInvariantViolationError(f'{name} is "{text}". Set it to on or off.')
    return _WORDS[text]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``. A name other than localhost may lead anywhere."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def build_url(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = host.strip("[]")
    if name in ("0.0.0.0", "::"):
        name = "localhost"
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def bind_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on ``port``, or on the next free one.

    Raises :class:`DagsterInvariantViolationError` when there is none, or ``host`` is not of this machine.
    """
    for candidate in range(port, min(port + _PORTS_TO_TRY, 65536)):
        try:
            family, *_, address = socket.getaddrinfo(
                host.strip("[]"), candidate, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            return socket.create_server(address[:2], family=family, backlog=2048)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise DagsterInvariantViolationError(
                    f'Cannot listen on "{host}", port {candidate}: {error}.'
                ) from error
    raise DagsterInvariantViolationError(
        f"No port from {port} to {port + _PORTS_TO_TRY - 1} is free on {host}. Name another one."
    )


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Ctrl-C and SIGTERM stop the server and nothing more.

    While it runs, uvicorn has its own handlers; once stopped it raises the signal again, for these.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: Any) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
