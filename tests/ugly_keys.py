"""Keys that no file system, bucket or database likes: what property tests draw from."""

from __future__ import annotations

from hypothesis import strategies as st

UGLY_PARTS = [
    *(
        "",
        ".",
        "..",
        "...",
        "/",
        "/etc/passwd",
        "a/b",
        "../up",
        "\\",
        "a\\b",
        "|",
        "a|b",
        "%",
        "%2F",
        "%2E%2E",
    ),
    *(
        "%_",
        "%+",
        "%~",
        " ",
        "a ",
        " a",
        "a.",
        ".a",
        "-",
        "~",
        "$HOME",
        "*",
        "?",
        '"',
        "'",
        "<a>",
        "\n",
        "\x00",
    ),
    *(
        "CON",
        "con",
        "nul.txt",
        "COM1",
        "lpt9.x",
        "aux",
        "prn",
        "x" * 300,
        "é" * 300,
        "✨" * 100,
        "ünï",
        "日本",
    ),
    *("e\u0301", "\udc80", "a" * 239 + "/", "a" * 241 + "%"),
]

part = st.one_of(st.sampled_from(UGLY_PARTS), st.text(st.characters(exclude_categories=()), max_size=400))
key = st.lists(part, min_size=1, max_size=4).map(tuple)
