from pathlib import Path

import pytest
from click.testing import CliRunner

from headwater.cli.main import headwater
from tests.acceptance.doc_quotes import PAGES, QUOTE, ROOT, commands, refreshed, unquoted_python


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_shows_the_code_of_the_examples_as_it_is(path: Path) -> None:
    page = path.read_text()
    assert QUOTE.search(page), "a how-to shows code that runs"
    assert page == refreshed(page), "run `python -m tests.acceptance.doc_quotes` to quote the examples anew"
    assert unquoted_python(page) == [], "say where the code is from: <!-- from FILE: NAMES -->"


def test_a_quote_of_something_that_is_gone_is_found_out() -> None:
    page = "<!-- from examples/flights/flights/raw.py: zeppelins -->\n```python\n```\n"
    with pytest.raises(LookupError, match="zeppelins"):
        refreshed(page)


@pytest.mark.parametrize(
    "path",
    [*PAGES, ROOT / "README.md", *sorted(ROOT.glob("examples/*/README.md"))],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_commands_that_a_page_gives_exist(path: Path) -> None:
    for words in commands(path.read_text()):
        told = CliRunner().invoke(headwater, [*words, "--help"])
        assert told.exit_code == 0, f"headwater {' '.join(words)}: {told.output}"
