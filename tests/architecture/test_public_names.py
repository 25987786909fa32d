"""The public names: an explicit list, each of which resolves, known to type checkers as well."""

from __future__ import annotations

import importlib

import pytest

import headwater
from tools.facade_stub import PUBLIC_NAMES, STUB, build_public_names, build_stub, load_homes

# A layer has the name of a decorator: there, the name is the package, and calling it calls the decorator.
CALLABLE_PACKAGES = {"definitions"}


def test_the_public_names_are_those_that_were_agreed() -> None:
    now = set(build_public_names(load_homes()).split())
    agreed = set(PUBLIC_NAMES.read_text().split())
    assert now == agreed, (
        f"public names added: {sorted(now - agreed) or 'none'}; removed: {sorted(agreed - now) or 'none'}. "
        "When that is meant, run `make stub`, commit public_names.txt with it, and say so in CHANGELOG.md."
    )


def test_the_stub_agrees_with_the_table() -> None:
    assert STUB.read_text() == build_stub(load_homes()), "the stub is stale: run `make stub`"


def test_a_name_has_one_home() -> None:
    names = [name for names in load_homes().values() for name in names]
    assert sorted(names) == sorted(set(names))


def test_every_public_name_resolves_to_what_its_home_defines() -> None:
    for module, names in load_homes().items():
        for name in names:
            if name in CALLABLE_PACKAGES:
                continue
            assert getattr(headwater, name) is getattr(importlib.import_module(module), name)


def test_a_package_with_the_name_of_a_decorator_is_that_decorator() -> None:
    @headwater.definitions
    def defs() -> headwater.Definitions:
        return headwater.Definitions()

    assert isinstance(defs(), headwater.Definitions)


def test_all_and_dir_list_every_public_name() -> None:
    names = {name for names in load_homes().values() for name in names}
    assert names <= set(headwater.__all__)
    assert names <= set(dir(headwater))


def test_an_unknown_name_is_an_attribute_error_that_says_so() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        headwater.no_such_name  # type: ignore[attr-defined]  # noqa: B018
