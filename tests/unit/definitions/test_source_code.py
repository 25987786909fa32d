"""Where the code of assets is, as metadata and as links."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from headwater import (
    AnchorBasedFilePathMapping,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    LocalFileCodeReference,
    SourceAsset,
    UrlCodeReference,
    asset,
    graph_asset,
    link_code_references_to_git,
    multi_asset,
    op,
    with_source_code_references,
)
from headwater.definitions.source_code import CODE_REFERENCES_KEY
from headwater.model.codec import decode, encode
from headwater.model.metadata import AnyMetadataValue, CodeReferencesMetadataValue, PoolMetadataValue


@asset
def flights() -> None: ...


@multi_asset(specs=[AssetSpec("x"), AssetSpec("y", metadata={"n": 1})])
def several() -> None: ...


@op
def fetch() -> int:
    return 1


@graph_asset
def fetched() -> Any:
    return fetch()


def line_of(name: str) -> int:
    """The line on which an asset's declaration begins."""
    lines = Path(__file__).read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.startswith(f"def {name}("))


def references(definition: AssetsDefinition, key: str) -> list[Any]:
    value = definition.metadata_by_key[AssetKey(key)][CODE_REFERENCES_KEY]
    assert isinstance(value, CodeReferencesMetadataValue)
    return list(value.code_references)


@pytest.mark.parametrize(("definition", "key"), [(flights, "flights"), (several, "x"), (fetched, "fetched")])
def test_an_asset_notes_where_its_function_is(definition: AssetsDefinition, key: str) -> None:
    ((reference,),) = [references(each, key) for each in with_source_code_references([definition])]
    assert reference.file_path == inspect.getfile(line_of)
    function = several if key == "x" else definition
    name = "several" if function is several else key
    assert abs(reference.line_number - line_of(name)) <= 1  # the decorator's line, or the function's


def test_what_has_no_function_stays_as_it_is() -> None:
    others = [SourceAsset("raw"), AssetSpec("spec")]
    assert with_source_code_references(others) == others


def test_other_metadata_stays() -> None:
    (noted,) = with_source_code_references([several])
    assert noted.metadata_by_key[AssetKey("y")]["n"] == 1


@pytest.mark.parametrize(
    ("git_url", "page"),
    [
        ("https://github.com/o/r", "https://github.com/o/r/tree/main/src/unit/test_source_code.py#L"),
        ("https://gitlab.com/o/r/", "https://gitlab.com/o/r/-/tree/main/src/unit/test_source_code.py#L"),
    ],
)
def test_a_reference_becomes_a_link(git_url: str, page: str) -> None:
    here = AnchorBasedFilePathMapping(Path(__file__), "src/unit/test_source_code.py")
    noted = with_source_code_references([flights])
    (linked,) = link_code_references_to_git(noted, git_url, "main", here)
    ((reference,),) = [references(linked, "flights")]
    assert isinstance(reference, UrlCodeReference)
    assert reference.url.startswith(page)
    (again,) = link_code_references_to_git([linked], git_url, "other", here)
    assert references(again, "flights") == [reference]


def test_a_platform_that_cannot_be_told_has_to_be_given() -> None:
    here = AnchorBasedFilePathMapping(Path(__file__), "test_source_code.py")
    noted = with_source_code_references([flights])
    with pytest.raises(ValueError, match='Give platform="github"'):
        link_code_references_to_git(noted, "https://code.example.org/o/r", "main", here)
    (linked,) = link_code_references_to_git(noted, "https://code.example.org/o/r", "main", here, "gitlab")
    assert "/-/tree/main/test_source_code.py" in references(linked, "flights")[0].url


def test_assets_without_references_get_no_links() -> None:
    here = AnchorBasedFilePathMapping(Path(__file__), "test_source_code.py")
    (same, spec) = link_code_references_to_git(
        [flights, AssetSpec("s")], "https://github.com/o/r", "main", here
    )
    assert isinstance(same, AssetsDefinition)
    assert CODE_REFERENCES_KEY not in same.metadata_by_key[AssetKey("flights")]
    assert spec == AssetSpec("s")


@pytest.mark.parametrize(
    ("local", "path"),
    [("/repo/z/q.py", "src/z/q.py"), ("/repo/x/y.py", "src/x/y.py"), ("/repo/q.py", "src/q.py")],
)
def test_one_file_tells_where_the_others_are(local: str, path: str) -> None:
    mapping = AnchorBasedFilePathMapping(Path("/repo/x/y.py"), "src/x/y.py")
    assert mapping.convert_to_source_control_path(Path(local)) == path


@pytest.mark.parametrize(
    "value",
    [
        CodeReferencesMetadataValue(
            code_references=[
                LocalFileCodeReference(file_path="/a.py", line_number=3),
                UrlCodeReference(url="https://x", label="y"),
            ]
        ),
        PoolMetadataValue(pool="database"),
    ],
)
def test_references_travel(value: AnyMetadataValue) -> None:
    assert decode(encode(value), AnyMetadataValue) == value  # type: ignore[arg-type]  # a union is a type here


def test_a_reference_as_people_write_it() -> None:
    assert LocalFileCodeReference(file_path="/a.py", line_number=3).source == "/a.py:3"
    assert UrlCodeReference(url="https://x").source == "https://x"
