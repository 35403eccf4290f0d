"""Filters and fields as they are typed: commas, ranges, what is asked for, and refusals that repeat no value."""

from collections.abc import Callable, Sequence
from datetime import date

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.api import typed

Asked = Callable[..., Result]


@pytest.fixture
def asked() -> Asked:
    """Read filters where questions can be answered; prints what was read."""

    @click.command()
    @click.argument("words", nargs=-1)
    def read(words: Sequence[str]) -> None:
        click.echo(repr(typed.filters(words)))

    return lambda *words, stdin="": CliRunner().invoke(read, words, input=stdin)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ([], {}),
        (["religion=1,3,10", "ethnicity=1"], {"religion": ["1", "3", "10"], "ethnicity": ["1"]}),
        (["religion=1", "religion=3,10"], {"religion": ["1", "3", "10"]}),
        (["surname=Sample\\, Senior,Testperson"], {"surname": ["Sample, Senior", "Testperson"]}),
        (["description=a\\\\,b\\c"], {"description": ["a\\", "b\\c"]}),
        (["gp_name=A=B;C/D%2F"], {"gp_name": ["A=B;C/D%2F"]}),
        (["date=2026-10-31"], {"date": ["2026-10-31"]}),
        (["date_active=2026-10-01,2026-10-31"], {"date_active": (date(2026, 10, 1), date(2026, 10, 31))}),
        (["date_active=2026-10-01..2026-10-31"], {"date_active": (date(2026, 10, 1), date(2026, 10, 31))}),
        (["date=2026-10-01,2026-10-02,2026-10-03"], {"date": ["2026-10-01", "2026-10-02", "2026-10-03"]}),
        (["date=2026-10-01", "date=2026-10-02"], {"date": ["2026-10-01", "2026-10-02"]}),
    ],
)
def test_filters_are_read_as_they_are_meant(words: list[str], meant: dict[str, object]) -> None:
    assert typed.filters(words) == meant


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["9990000000"], "Write --filter as NAME=VALUE"),
        (["=9990000000"], "Write --filter as NAME=VALUE"),
        (["nhs_number="], "nhs_number: a value is missing"),
        (["nhs_number=9990000000,,9990000001"], "nhs_number: a value is missing"),
        (["date=2026-02-29,2026-03-01"], "date: there is no such day"),
        (["date=2026-03-01..2026-03-02", "date=2026-03-05"], "date: a range of days stands alone"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_without_its_value(words: list[str], told: str) -> None:
    with pytest.raises(click.ClickException) as refused:
        typed.filters(words)

    assert told in refused.value.message
    assert "999" not in refused.value.message
    assert "2026-02-29" not in refused.value.message


def test_a_value_left_open_is_asked_for_and_reads_like_one_that_was_typed(asked: Asked) -> None:
    answered = asked("nhs_number=-", "religion=1", stdin="9990000000,9990000001\n")

    assert answered.stdout == "{'nhs_number': ['9990000000', '9990000001'], 'religion': ['1']}\n"
    assert "nhs_number" in answered.stderr


def test_nobody_there_to_be_asked_ends_the_command(asked: Asked) -> None:
    assert asked("nhs_number=-").exit_code == 1


@given(st.lists(st.text(min_size=1), min_size=1))
def test_any_values_can_be_written(values: list[str]) -> None:
    written = ",".join(each.replace("\\", "\\\\").replace(",", "\\,") for each in values)
    if written != typed.ASK:
        assert typed.filters([f"key={written}"]) == {"key": values}


def test_fields_of_a_record_are_taken_as_they_stand() -> None:
    words = ["surname=Sample, Senior", "priority=1", "email=", "note=a=b\\,c"]

    assert typed.fields(words) == {"surname": "Sample, Senior", "priority": "1", "email": "", "note": "a=b\\,c"}


def test_a_field_that_comes_twice_is_refused() -> None:
    with pytest.raises(click.ClickException, match="surname stands there twice"):
        typed.fields(["surname=Sample", "surname=Testperson"])


def test_names_stand_between_commas() -> None:
    assert typed.names("id, surname") == ("id", "surname")
    assert typed.names(None) == ()
    with pytest.raises(click.ClickException, match="with one comma"):
        typed.names("id,,surname")
