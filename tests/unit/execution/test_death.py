"""How the end of a process is told."""

from __future__ import annotations

import signal

import pytest

from headwater.execution.death import Death

MB = 1_000_000


@pytest.mark.parametrize(
    ("death", "text"),
    [
        (
            Death.of(7, signal.SIGKILL, 90 * MB),
            "it (pid 7) was killed by SIGKILL. It held 90 MB of memory at most. "
            "The system does so to a process when memory runs out.",
        ),
        (
            Death.of(7, signal.SIGKILL, 90 * MB, rss_bytes=80 * MB, out_of_memory=True),
            "it (pid 7) was killed by SIGKILL. It held 80 MB of memory at the end, 90 MB at most. "
            "The system ran out of memory and killed it.",
        ),
        (
            Death.of(7, signal.SIGSEGV),
            "it (pid 7) was killed by SIGSEGV. It crashed in native code: an extension module, a driver.",
        ),
        (Death.of(7, signal.SIGTERM), "it (pid 7) was killed by SIGTERM."),
        (Death.of(7, 40), "it (pid 7) was killed by signal 40."),
        (Death.of(7, 2 << 8), "it (pid 7) exited with code 2 before the run was done."),
        (
            Death.of(7, None),
            "it (pid 7) is gone and has not ended the run: it was killed, it crashed, or the machine stopped.",
        ),
    ],
)
def test_the_end_in_words(death: Death, text: str) -> None:
    assert death.describe(of="run") == text
