"""What projects import from Dagster's private modules, beside checks and public names."""

from __future__ import annotations

import os
import warnings

import pytest

from headwater.compat.annotations import beta, deprecated, deprecated_param, is_beta, preview, public
from headwater.compat.backoff import backoff
from headwater.compat.cached_method import cached_method
from headwater.compat.clock import get_current_datetime
from headwater.compat.env_var_text import parse_env_var
from headwater.compat.merge import merge_dicts
from headwater.compat.record import as_dict, record, replace
from headwater.compat.temporary_file import safe_tempfile_path
from headwater.compat.wrapped_op import wrap_op_in_graph_and_execute
from headwater.definitions.op import op
from headwater.model.errors import DagsterInvalidDefinitionError, ParameterCheckError
from headwater.model.warning import BetaWarning, PreviewWarning


def test_a_mark_warns_whoever_uses_it() -> None:
    @beta
    def fetch() -> int:
        return 1

    @preview(additional_warn_text="Tell us what you think.")
    class Client:
        def __init__(self, url: str) -> None:
            self.url = url

        @public
        @deprecated(breaking_version="2.0")
        def close(self) -> None: ...

    with pytest.warns(BetaWarning, match="Function `fetch` is in beta"):
        assert fetch() == 1
    with pytest.warns(PreviewWarning, match="Class `Client` .* Tell us what you think"):
        client = Client("x")
    with pytest.warns(DeprecationWarning, match=r"`close` is deprecated and goes away in 2\.0"):
        client.close()
    assert is_beta(fetch)


def test_a_marked_parameter_warns_only_when_it_is_given() -> None:
    @deprecated_param(param="old", breaking_version="2.0")
    def fetch(*, old: int | None = None) -> int | None:
        return old

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fetch() is None
    with pytest.warns(DeprecationWarning, match="`old`"):
        assert fetch(old=1) == 1


def test_a_call_is_tried_until_it_works() -> None:
    calls: list[int] = []

    def flaky() -> int:
        calls.append(1)
        if len(calls) < 3:
            raise ConnectionError(len(calls))
        return len(calls)

    assert backoff(flaky, retry_on=(ConnectionError,), delay_generator=iter([0, 0])) == 3


def test_after_the_last_try_the_error_is_raised() -> None:
    def broken() -> None:
        raise ConnectionError("down")

    with pytest.raises(ConnectionError, match="down"):
        backoff(broken, retry_on=(ConnectionError,), max_retries=2, delay_generator=iter([0, 0]))


def test_a_cached_method_is_called_once_per_arguments_and_instance() -> None:
    class Counter:
        calls = 0

        @cached_method
        def add(self, left: int, right: int = 1) -> int:
            Counter.calls += 1
            return left + right

    counter = Counter()
    assert [counter.add(1), counter.add(left=1), counter.add(1, right=1), counter.add(1, 2)] == [2, 2, 2, 3]
    assert Counter.calls == 2
    Counter().add(1)
    assert Counter.calls == 3


@record
class Place:
    name: str
    tags: list[str] | None = None
    position: tuple[int, int] = (0, 0)


def test_a_record_is_a_value() -> None:
    place = Place(name="a", tags=["x"])
    assert place == Place(name="a", tags=["x"])
    assert replace(place, name="b").name == "b"
    assert as_dict(place) == {"name": "a", "tags": ["x"], "position": (0, 0)}
    with pytest.raises(AttributeError):
        place.name = "b"  # type: ignore[misc]  # that it cannot be changed is what is shown


@pytest.mark.parametrize(
    "values", [{"name": 1}, {"name": "a", "tags": [1]}, {"name": "a", "position": (1, "b")}]
)
def test_a_record_checks_its_fields(values: dict[str, object]) -> None:
    with pytest.raises(ParameterCheckError, match="of Place is not a"):
        Place(**values)  # type: ignore[arg-type]  # that it does not fit is what is shown


def test_a_record_may_leave_its_fields_unchecked() -> None:
    @record(checked=False)
    class Loose:
        name: str

    assert Loose(name=1).name == 1  # type: ignore[arg-type, comparison-overlap]


def test_a_temporary_path_is_free_and_cleaned_up() -> None:
    with safe_tempfile_path() as path:
        assert not os.path.exists(path)
        with open(path, "w") as file:
            file.write("x")
    assert not os.path.exists(path)


def test_of_one_key_the_last_dictionary_wins() -> None:
    assert merge_dicts({"a": 1}, {"a": 2, "b": 1}) == {"a": 2, "b": 1}


def test_the_time_now_is_aware() -> None:
    assert get_current_datetime().utcoffset() is not None


def test_an_op_runs_by_itself() -> None:
    @op
    def double(number: int) -> int:
        return number * 2

    assert wrap_op_in_graph_and_execute(double, input_values={"number": 4}).output_value() == 8


def test_a_variable_is_named_with_its_value_or_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REGION", "eu")
    assert [parse_env_var("A=b=c"), parse_env_var("A="), parse_env_var("REGION")] == [
        ("A", "b=c"),
        ("A", ""),
        ("REGION", "eu"),
    ]
    monkeypatch.delenv("REGION")
    with pytest.raises(DagsterInvalidDefinitionError, match="REGION"):
        parse_env_var("REGION")
