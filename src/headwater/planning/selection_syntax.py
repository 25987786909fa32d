"""The text form of selections: ``group:raw and not +key:report``, and the older ``*a+``."""

from __future__ import annotations

import fnmatch
import re
from typing import NamedTuple

from headwater.model.errors import DagsterInvalidAssetSelectionError
from headwater.model.key import AssetKey
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.selection import AssetSelection, _filtered

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<steps>\d*\+\d*|\*(?=[\w"])|(?<=[\w")])\*) |
        (?P<attribute>key_substring|key|group|tag|owner|kind|code_location|column_tag|column|table_name
            |changed_in_branch|status)\s*:\s* |
        (?P<quoted>"(?:[^"\\]|\\.)*") |
        (?P<equals>=) |
        (?P<star>\*) |
        (?P<word>[^\s()"=:+]+)
    )""",
    re.VERBOSE,
)


class _Token(NamedTuple):
    kind: str
    text: str


def parse_selection(text: str, include_sources: bool = False) -> AssetSelection:
    """The selection that ``text`` writes.

    Raises :class:`DagsterInvalidAssetSelectionError`, naming the place, for text that cannot be understood.
    """
    stripped = text.strip()
    if stripped == "*":
        return AssetSelection.all(include_sources)
    simple = re.fullmatch(r"(\*|\+*)([^\s():\"=+*]+)(\*|\+*)", stripped)
    if simple and stripped.split()[0].lower() not in ("and", "or", "not"):
        return _simple(*simple.groups())
    return _Parser(stripped, include_sources).parse()


def _simple(before: str, name: str, after: str) -> AssetSelection:
    """The older form, where ``++a`` means two steps up and ``*a`` everything; a lone ``+a`` is one step there too."""
    selection = AssetSelection.assets(AssetKey.from_user_string(name))
    chosen = selection
    if before:
        chosen = chosen | selection.upstream(None if "*" in before else len(before))
    if after:
        chosen = chosen | selection.downstream(None if "*" in after else len(after))
    return chosen


class _Parser:
    """``or`` over ``and`` over ``not`` over steps (``+x``, ``x+2``) over leaves."""

    def __init__(self, text: str, include_sources: bool) -> None:
        self.text = text
        self.include_sources = include_sources
        self.tokens = self._scan()
        self.place = 0

    def _scan(self) -> list[_Token]:
        tokens, place = [], 0
        while place < len(self.text):
            match = _TOKEN.match(self.text, place)
            if match is None or match.end() == place:
                raise self._error(f"cannot read {self.text[place:]!r}")
            place = match.end()
            kind = match.lastgroup or ""
            value = match.group(kind)
            if kind == "word" and value.lower() in ("and", "or", "not"):
                kind = value.lower()
            tokens.append(_Token(kind, value))
        return tokens

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

    def parse(self) -> AssetSelection:
        selection = self._or()
        if self.place < len(self.tokens):
            raise self._error(f"{self.tokens[self.place].text!r} is not expected there")
        return selection

    def _or(self) -> AssetSelection:
        selection = self._and()
        while self._peek() == "or":
            self._take()
            selection = selection | self._and()
        return selection

    def _and(self) -> AssetSelection:
        selection = self._not()
        while self._peek() == "and":
            self._take()
            selection = selection & self._not()
        return selection

    def _not(self) -> AssetSelection:
        if self._peek() == "not":
            self._take()
            return AssetSelection.all(self.include_sources) - self._not()
        return self._steps()

    def _steps(self) -> AssetSelection:
        up = self._take().text if self._peek() == "steps" else None
        selection = self._leaf()
        down = self._take().text if self._peek() == "steps" else None
        if up is None and down is None:
            return selection
        chosen = selection
        if up is not None:
            depth = up.strip("+*")
            chosen = chosen | selection.upstream(int(depth) if depth else None)
        if down is not None:
            depth = down.strip("+*")
            chosen = chosen | selection.downstream(int(depth) if depth else None)
        return chosen

    def _leaf(self) -> AssetSelection:
        token = self._take()
        if token.kind == "open":
            selection = self._or()
            if self._peek() != "close":
                raise self._error("a closing bracket is missing")
            self._take()
            return selection
        if token.kind == "star":
            return AssetSelection.all(self.include_sources)
        if token.kind in ("word", "quoted"):
            if token.text in ("roots", "sinks") and self._peek() == "open":
                inner = self._leaf()
                return inner.roots() if token.text == "roots" else inner.sinks()
            return AssetSelection.assets(AssetKey.from_user_string(_unquoted(token.text)))
        if token.kind == "attribute":
            return self._attribute(token.text.rstrip(": "))
        raise self._error(f"{token.text!r} is not expected there")

    def _value(self) -> str:
        token = self._take()
        if token.kind not in ("word", "quoted", "star"):
            raise self._error(f"{token.text!r} is not a value")
        value = _unquoted(token.text)
        while self._peek() == "star" or (token.kind == "star" and self._peek() == "word"):
            value += _unquoted(self._take().text)
        return value

    def _attribute(self, name: str) -> AssetSelection:
        value = self._value()
        if name == "tag":
            if self._peek() == "equals":
                self._take()
                return AssetSelection.tag(value, self._value(), self.include_sources)
            return AssetSelection.tag_string(value, self.include_sources)
        if name == "key":
            return _by_key(value)
        if name == "key_substring":
            return AssetSelection.key_substring(value, self.include_sources)
        if name == "group":
            return AssetSelection.groups(value, include_sources=self.include_sources)
        if name == "owner":
            return AssetSelection.owner(value)
        if name == "kind":
            return AssetSelection.kind(None if value == "<null>" else value)
        raise self._error(f"{name}: is known to the page only, not where assets are selected by code")


def _by_key(pattern: str) -> AssetSelection:
    if "*" not in pattern:
        return AssetSelection.assets(AssetKey.from_user_string(pattern))

    def matches(_: AssetGraph, key: AssetKey) -> bool:
        return fnmatch.fnmatchcase(key.to_user_string(), pattern)

    return _filtered(matches, f'key:"{pattern}"', True)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text
