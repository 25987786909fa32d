"""The way through a config value while it is checked, and the mistakes that are found on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from headwater.model.config_finding import ConfigFinding, Reason, Step
from headwater.model.errors import DagsterInvalidConfigError

_SHOWN = 80


class Trail:
    """Where a check stands, what it has found so far, and whether it reads environment variables.

    With ``resolve=False`` the value keeps its form (``{"env": ...}``, names of enum members), so that it can
    be stored or sent; with ``resolve=True`` it becomes what the user's function receives.
    """

    __slots__ = ("findings", "path", "resolve", "secret")

    def __init__(
        self,
        path: tuple[Step, ...] = (),
        *,
        resolve: bool = True,
        findings: list[ConfigFinding] | None = None,
        secret: bool = False,
    ) -> None:
        self.path = path
        self.resolve = resolve
        self.findings: list[ConfigFinding] = [] if findings is None else findings
        self.secret = secret

    def into(self, step: Step, *, secret: bool = False) -> Trail:
        """The trail one step further in."""
        return Trail(
            (*self.path, step), resolve=self.resolve, findings=self.findings, secret=self.secret or secret
        )

    @property
    def place(self) -> str:
        """The path as text: ``ops -> reads -> config -> names[2]``."""
        return format_path(self.path)

    def report(
        self,
        reason: Reason,
        problem: str,
        *,
        expected: str = "",
        found: str = "",
        suggestion: str | None = None,
        variable: str | None = None,
    ) -> None:
        """Note a mistake here."""
        self.findings.append(
            ConfigFinding(
                path=self.path,
                reason=reason,
                message=f"{self.place}: {problem}" if self.path else problem,
                expected=expected,
                found=found,
                suggestion=suggestion,
                variable=variable,
            )
        )

    def mismatch(self, value: object, expected: str, hint: str = "") -> None:
        """Note that ``value`` is not what is ``expected`` here."""
        found = self.show(value)
        problem = (
            f"{found} is not {expected}" if value is not None else f"a value is needed ({expected}), not None"
        )
        self.report("wrong_type", f"{problem}.{f' {hint}' if hint else ''}", expected=expected, found=found)

    def show(self, value: object) -> str:
        """``value`` for a message: short, with its type, and hidden where the field is secret."""
        kind = type(value).__name__
        if self.secret:
            return f"a hidden value ({kind})"
        text = repr(value)
        return f"{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'} ({kind})"

    def raise_findings(self, what: str, value: object) -> None:
        """Raise :class:`DagsterInvalidConfigError` with all that was found, if anything was."""
        if self.findings:
            raise DagsterInvalidConfigError(f"The config of {what} is not valid.", self.findings, value)


def format_path(path: Sequence[Step]) -> str:
    """A path as text: ``ops -> reads -> config -> names[2]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f" -> {step}" if text else step
    return text


def near(name: str, choices: Iterable[Any]) -> str | None:
    """The choice that ``name`` was probably meant to be."""
    found = difflib.get_close_matches(name, [str(each) for each in choices], n=1, cutoff=0.6)
    return found[0] if found else None
