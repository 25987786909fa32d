"""The text form of selections: ``group:raw and not +key:report``, and the older ``*a+``, read into expressions."""

from __future__ import annotations

import re
from typing import NamedTuple, Union

from headwater.model.errors import DagsterInvalidAssetSelectionError

NULL = "<null>"
"""What stands for a missing group, kind or tag value."""


class Everything(NamedTuple):
    """``*``"""


class Named(NamedTuple):
    """``a``: one asset, which has to be there."""

    key: str


class Attribute(NamedTuple):
    """``group:raw``, ``key:"a*"``, ``tag:team=x``; the value is None for ``<null>``."""

    name: str
    value: str | None
    tag_value: str = ""


class Steps(NamedTuple):
    """``2+a+1``: an expression with what is above and below, so many edges away; None is all, 0 is nothing."""

    of: Expression
    up: int | None
    down: int | None


class Ends(NamedTuple):
    """``roots(...)`` or ``sinks(...)``"""

    name: str
    of: Expression


class Not(NamedTuple):
    """``not a``"""

    of: Expression


class And(NamedTuple):
    """``a and b``"""

    left: Expression
    right: Expression


class Or(NamedTuple):
    """``a or b``"""

    left: Expression
    right: Expression


Expression = Union[Everything, Named, Attribute, Steps, Ends, Not, And, Or]  # noqa: UP007 - they hold each other

_ATTRIBUTES = (
    "key_substring",
    "key",
    "group",
    "tag",
    "owner",
    "kind",
    "code_location",
    "column_tag",
    "column",
    "table_name",
    "changed_in_branch",
    "status",
)
_TOKEN = re.compile(
    rf"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<attribute>{"|".join(_ATTRIBUTES)})\s*:\s* |
        (?P<steps>\d*\+\d*|\*(?=[\w"])|(?<=[\w")])\*) |
        (?P<quoted>"(?:[^"\\]|\\.)*") |
        (?P<equals>=) |
        (?P<star>\*) |
        (?P<word>[^\s()"=:+]+)
    )""",
    re.VERBOSE,
)
_VALUE = re.compile(r"""\s*(?P<word>[^\s()"=:+]+)""")


class _Token(NamedTuple):
    kind: str
    text: str


def parse_selection(text: str) -> Expression:
    """The expression that ``text`` writes.

    Raises :class:`DagsterInvalidAssetSelectionError`, naming the place, for text that cannot be understood.
    """
    stripped = text.strip()
    if stripped == "*":
        return Everything()
    simple = re.fullmatch(r"([*+]*)([^\s():\"=+*]+)([*+]*)", stripped)
    if simple:
        before, name, after = simple.groups()
        return _simple(before, Named(name), after)
    return _Parser(stripped).parse()


def _simple(before: str, name: Named, after: str) -> Expression:
    """The older form, where ``++a`` means two steps up and ``*a`` everything; a lone ``+a`` is one step there too."""
    if not before and not after:
        return name
    return Steps(name, None if "*" in before else len(before), None if "*" in after else len(after))


class _Parser:
    """``or`` over ``and`` over ``not`` over steps (``+x``, ``x+2``) over leaves."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._scan()
        self.place = 0

    def _scan(self) -> list[_Token]:
        tokens: list[_Token] = []
        place = 0
        while place < len(self.text):
            match = _TOKEN.match(self.text, place)
            if tokens and tokens[-1].kind == "attribute":
                # a value may hold stars, which elsewhere are steps
                match = _VALUE.match(self.text, place) or match
            if match is None or match.end() == place:
                raise self._error(self._unreadable(tokens, place))
            place = match.end()
            kind = match.lastgroup or ""
            value = match.group(kind)
            if kind == "word" and value.lower() in ("and", "or", "not"):
                kind = value.lower()
            tokens.append(_Token(kind, value))
        return tokens

    def _unreadable(self, tokens: list[_Token], place: int) -> str:
        if tokens and tokens[-1].kind == "word" and self.text.startswith(":", place):
            return f"nothing can be selected by {tokens[-1].text!r}; it can by {', '.join(_ATTRIBUTES)}"
        return f"cannot read {self.text[place:]!r}"

    def _error(self, what: str) -> DagsterInvalidAssetSelectionError:
        return DagsterInvalidAssetSelectionError(
            f"The selection {self.text!r} cannot be understood: {what}. "
            'Examples: "a", "+a", "group:raw", "group:raw and not key:a", "*".'
        )

    def _peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else ""

    def _take(self) -> _Token:
        if self.place >= len(self.tokens):
            raise self._error("it ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def parse(self) -> Expression:
        expression = self._or()
        if self.place < len(self.tokens):
            raise self._error(f"{self.tokens[self.place].text!r} is not expected there")
        return expression

    def _or(self) -> Expression:
        expression = self._and()
        while self._peek() == "or":
            self._take()
            expression = Or(expression, self._and())
        return expression

    def _and(self) -> Expression:
        expression = self._not()
        while self._peek() == "and":
            self._take()
            expression = And(expression, self._not())
        return expression

    def _not(self) -> Expression:
        if self._peek() == "not":
            self._take()
            return Not(self._not())
        return self._steps()

    def _steps(self) -> Expression:
        up = self._depth()
        expression = self._leaf()
        down = self._depth()
        return expression if up == down == 0 else Steps(expression, up, down)

    def _depth(self) -> int | None:
        if self._peek() != "steps":
            return 0
        number = self._take().text.strip("+*")
        return int(number) if number else None

    def _leaf(self) -> Expression:
        token = self._take()
        if token.kind == "open":
            expression = self._or()
            if self._peek() != "close":
                raise self._error("a closing bracket is missing")
            self._take()
            return expression
        if token.kind == "star":
            return Everything()
        if token.kind in ("word", "quoted"):
            if token.text in ("roots", "sinks") and self._peek() == "open":
                return Ends(token.text, self._leaf())
            return Named(_unquoted(token.text))
        if token.kind == "attribute":
            return self._attribute(token.text.rstrip(": "))
        raise self._error(f"{token.text!r} is not expected there")

    def _attribute(self, name: str) -> Expression:
        if name not in ("key", "key_substring", "group", "tag", "owner", "kind"):
            raise self._error(f"{name}: is known to the page only, not where assets are selected by code")
        value = self._value()
        if name == "tag" and self._peek() == "equals":
            self._take()
            given = self._value() if self._peek() in ("word", "quoted") else None
            return Attribute(name, value, given or "")
        return Attribute(name, value)

    def _value(self) -> str | None:
        token = self._take()
        if token.kind not in ("word", "quoted"):
            raise self._error(f"{token.text!r} is not a value")
        return None if token.text == NULL else _unquoted(token.text)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text
