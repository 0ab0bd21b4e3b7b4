"""Numbers, dates and typography as French writes them."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import pytest
from babel.dates import format_date, get_month_names
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from handbook.figures import fr


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (fr.number(2501), "2 501"),
        (fr.number(-0.004, 2), "0,00"),
        (fr.number(-1234.5), "−1 234,5"),
        (fr.number(0.285, 2), "0,29"),
        (fr.number(4859, -1), "4 860"),
        (fr.number(float("nan")), "n. d."),
        (fr.percent(12.34, 1), "12,3 %"),
        (fr.percent(3, sign=True), "+3 %"),
        (fr.amount(3.5, "Md€"), "3,5 Md€"),
        (fr.euros(73_500), "73 500 €"),
        (fr.euros(12_000_000), "12 M€"),
        (fr.counted(1.5, "maison"), "1,5 maison"),
        (fr.counted(2, "maison"), "2 maisons"),
        (fr.short(2501.4), "2 501"),
        (fr.short(12.345, "%"), "12,3 %"),
        (fr.date("2025-01-01"), "1er janvier 2025"),
        (fr.date("2025-06-30", "month"), "juin 2025"),
        (fr.period("2023-12-31"), "fin 2023"),
        (fr.period("2023-06-30", "half"), "1er semestre 2023"),
        (fr.joined(["a", "b", "c"]), "a, b et c"),
        (fr.typeset("« l'essor » : 2 501 ?"), "« l’essor » : 2 501 ?"),
    ],
)
def test_numbers_and_dates_are_french(written: str, expected: str) -> None:
    assert written.replace(fr.NBSP, " ").replace(fr.NARROW, " ") == expected


@given(st.decimals(-(10**12), 10**12, places=2), st.integers(0, 2))
def test_a_number_reads_back_to_its_rounding(value: Any, digits: int) -> None:
    text = fr.number(value, digits)
    back = float(text.replace(fr.NARROW, "").replace("−", "-").replace(",", "."))
    assert abs(back - float(value)) <= 0.5 * 10**-digits + 1e-4
    assert " " not in text


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_a_date_names_its_own_year(day: dt.date) -> None:
    assert fr.date(pd.Timestamp(day)).endswith(str(day.year))


@given(st.text(alphabet="a1 «»:;!?%'’\u00a0\u202f", max_size=30))
def test_typesetting_twice_changes_nothing_more(text: str) -> None:
    assert fr.typeset(fr.typeset(text)) == fr.typeset(text)


@given(st.floats(0, 1))
def test_a_chance_is_never_certain_nor_too_exact(probability: float) -> None:
    text = fr.chance(probability).replace(fr.NARROW, "")
    number = int("".join(filter(str.isdigit, text)))
    assert 1 <= number <= 99
    assert abs(number - 100 * probability) <= 2.5
    assert number % 5 == 0 or min(number, 100 - number) <= 10
    assert text.startswith("moins de") == (probability < 0.01)
    assert text.startswith("plus de") == (100 * probability > 99)


def test_a_chance_outside_0_1_is_refused() -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        fr.chance(1.2)


@given(st.decimals(-(10**12), 10**12, places=3), st.integers(0, 3))
def test_numbers_are_those_of_the_unicode_locale_data(value: Any, digits: int) -> None:
    kept = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    expected = format_decimal(abs(kept), format=pattern, locale="fr")
    assert fr.number(value, digits).lstrip("−") == expected


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_dates_are_those_of_the_unicode_locale_data(day: dt.date) -> None:
    written = format_date(day, "d MMMM y", locale="fr").replace(" ", fr.NBSP)
    assert fr.date(day).replace("1er", "1") == written
    assert fr.date(day, "month") == format_date(day, "LLLL y", locale="fr").replace(" ", fr.NBSP)
    assert tuple(get_month_names("abbreviated", locale="fr").values()) == fr.SHORT_MONTHS
