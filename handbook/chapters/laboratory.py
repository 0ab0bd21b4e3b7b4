"""A bench where a forecast is made again live, in Jupyter, with stock controls.

Its saved form, which the page shows, is the picture of its first state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets
import pandas as pd

from handbook import forecasting
from handbook.chapters.bench import Bench
from handbook.chapters.outlooks import FEWEST, OFFERS, of, scaled, steps_to
from handbook.figures import fan, fr
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handbook.figures import Picture

END = 2032
LARGE = 1000  # from there on, tens are enough


class Laboratory(Bench):
    """Choose a series, its first date, the horizon and the level; the forecast is made again.

    Attributes
    ----------
    series, start, end, level
        Stock controls of ipywidgets; setting their ``value`` refits as a click does.
    forecast
        The forecast in the current state.
    """

    def __init__(self, names: Sequence[str], end: int = END, last: int | None = None) -> None:
        """Offer annual or half-yearly series by their identifiers (see ``outlooks.OFFERS``).

        Parameters
        ----------
        names
            Identifiers, the first one shown first.
        end
            The year to whose end the first forecast goes.
        last
            The farthest year that the slider offers, by default eight years later.
        """
        self._known = {name: scaled(name) for name in names}
        options = [(OFFERS[name].label, name) for name in names]
        self.series = widgets.Dropdown(options=options, description="Série")
        self.start = widgets.Dropdown(description="Depuis")
        first = max(end - 5, *(one.index[-1].year + 1 for one in self._known.values()))
        self.end = widgets.IntSlider(
            end,
            first,
            end + 8 if last is None else last,
            description="Horizon",
            continuous_update=False,
        )
        self.level = widgets.RadioButtons(options=[80, 95], description="Intervalle, %")
        self._offer_starts()
        self._open([self.start, self.end, self.level], others=[self.series])
        self.series.observe(self._series_changed, names="value")

    def _offer_starts(self) -> None:
        dates = list(self._known[self.series.value].index)
        self.start.options = [(fr.period(date), date) for date in dates[: 1 - FEWEST]]
        self.start.value = dates[0]

    def _series_changed(self, _: object) -> None:
        with self.start.hold_trait_notifications():
            self._offer_starts()
        self._again()

    def _again(self, _: object = None) -> None:
        known = self._known[self.series.value]
        steps = steps_to(known, pd.Timestamp(self.end.value, 12, 31))
        first = self.start.value
        later = None if first == known.index[0] else first  # the whole series needs no start
        self.forecast = forecasting.forecast(known, steps, start=later)
        self._show(self._drawn(), self.forecast.explain())

    def _drawn(self) -> Picture:
        offer = OFFERS[self.series.value]
        known, level = self._known[self.series.value], int(self.level.value)
        value = float(self.forecast.mean.iloc[-1])
        low, high = self.forecast.interval(level).iloc[-1]
        digits = -1 if not offer.decimals and value >= LARGE else offer.decimals
        told = fr.amount(value, offer.noun, digits)
        first = fr.period(self.start.value)
        return fan(
            self.forecast,
            Caption(
                title=(
                    f"{offer.label} : {told} fin {self.end.value}, d’après les valeurs depuis"
                    f" {first}"
                ),
                alt=(
                    f"Prévision refaite sur les valeurs de {first} à {fr.period(known.index[-1])}"
                    f" : {told} fin {self.end.value}, de {fr.number(low, digits)} à"
                    f" {fr.number(high, digits)} à {level} %."
                ),
                sources=of(known),
            ),
            levels=(level,),
            digits=digits,
        )
