"""A bench where a forecast is made again live, in Jupyter, with stock controls.

Its saved form, which the page shows, is the picture of its first state.
"""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import pandas as pd

from handbook import forecasting
from handbook.chapters.outlooks import FEWEST, OFFERS, of, scaled, steps_to
from handbook.figures import fan, fr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handbook.figures import Picture

VIEW = "application/vnd.jupyter.widget-view+json"
END = 2032
LARGE = 1000  # from there on, tens are enough


class Laboratory:
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
        self._view = widgets.HTML()
        self._box = widgets.VBox([self.series, self.start, self.end, self.level, self._view])
        self._offer_starts()
        self._refit()
        self.series.observe(self._series_changed, names="value")
        for control in (self.start, self.end, self.level):
            control.observe(self._refit, names="value")

    def _offer_starts(self) -> None:
        dates = list(self._known[self.series.value].index)
        self.start.options = [(fr.period(date), date) for date in dates[: 1 - FEWEST]]
        self.start.value = dates[0]

    def _series_changed(self, _: object) -> None:
        with self.start.hold_trait_notifications():
            self._offer_starts()
        self._refit()

    def _refit(self, _: object = None) -> None:
        known = self._known[self.series.value]
        steps = steps_to(known, pd.Timestamp(self.end.value, 12, 31))
        first = self.start.value
        later = None if first == known.index[0] else first  # the whole series needs no start
        self.forecast = forecasting.forecast(known, steps, start=later)
        shown = self.picture()
        image = base64.b64encode(shown.wide).decode("ascii")
        self._view.value = (
            f'<img src="data:image/png;base64,{image}" width="{shown.wide_size[0]}"'
            f' alt="{escape(shown.alt)}"><p>{escape(self.forecast.explain())}</p>'
        )

    def picture(self) -> Picture:
        """Return the picture of the current state."""
        offer = OFFERS[self.series.value]
        known, level = self._known[self.series.value], int(self.level.value)
        value = float(self.forecast.mean.iloc[-1])
        low, high = self.forecast.interval(level).iloc[-1]
        digits = -1 if not offer.decimals and value >= LARGE else offer.decimals
        told = fr.amount(value, offer.noun, digits)
        first = fr.period(self.start.value)
        return fan(
            self.forecast,
            levels=(level,),
            title=f"{offer.label} : {told} fin {self.end.value}, d’après les valeurs depuis"
            f" {first}",
            alt=f"Prévision refaite sur les valeurs de {first} à {fr.period(known.index[-1])}"
            f" : {told} fin {self.end.value}, de {fr.number(low, digits)} à"
            f" {fr.number(high, digits)} à {level} %.",
            digits=digits,
            zero=False,
            sources=of(known),
        )

    def __repr__(self) -> str:
        """Return the picture's words and digest: no address, so that runs compare."""
        return repr(self.picture())

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self.picture()._repr_mimebundle_()
        live = self._box._repr_mimebundle_() or {}
        return data | {VIEW: live[VIEW]}, metadata
