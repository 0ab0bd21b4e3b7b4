"""A bench where the shares of the three conditions are computed again live, in Jupyter.

Its saved form, which the page shows, is the picture of its first state.
"""

from __future__ import annotations

import ipywidgets as widgets

from handbook.chapters import centre, centre_inputs
from handbook.chapters.bench import Bench
from handbook.chapters.centre_inputs import CONDITIONS
from handbook.core.ranges import Ranges
from handbook.core.sensitivity import Sensitivity
from handbook.figures import Picture, bars, fr
from handbook.figures.caption import Caption

_SHAPES = {"La valeur centrale est la plus probable": "triangular", "Toutes se valent": "uniform"}
_FEW = 512  # of the Sobol design: an answer within a second


class CentreLaboratory(Bench):
    """Choose the shape of the ranges, where disputed inputs count, and what is already known.

    Attributes
    ----------
    shape, tariff, mix, salaries, known
        Stock controls of ipywidgets; setting their ``value`` computes again as a click does.
    shares
        The shares of variance in the current state.
    """

    shares: Sensitivity

    def __init__(self) -> None:
        """Offer the ranges of ``data/centre_inputs.csv``."""
        self._ranges = centre_inputs.ranges()
        labels = centre_inputs.table()["label"]
        titles = list(CONDITIONS.values())
        style = {"description_width": "11rem"}
        layout = {"width": "32rem"}
        funding, recruitment, costs = titles
        self.shape = widgets.Dropdown(
            options=_SHAPES, description="Dans une fourchette", style=style, layout=layout
        )
        self.tariff = widgets.Dropdown(
            options=[funding, recruitment],
            description="Compter le tarif dans",
            style=style,
            layout=layout,
        )
        self.mix = widgets.Dropdown(
            options=[recruitment, funding],
            description="La recette par acte dans",
            style=style,
            layout=layout,
        )
        self.salaries = widgets.Dropdown(
            options=[recruitment, costs],
            description="Les salaires dans",
            style=style,
            layout=layout,
        )
        offered = [
            (labels[name], name) for name, one in self._ranges.inputs.items() if one.low < one.high
        ]
        self.known = widgets.SelectMultiple(
            options=offered, rows=8, description="Déjà connues", style=style, layout=layout
        )
        self._open([self.shape, self.tariff, self.mix, self.salaries, self.known])

    def ranges(self) -> Ranges:
        """Return the ranges in the current state."""
        groups = {"tariff": self.tariff.value, "mix": self.mix.value}
        paid = ("doctor_salary", "other_salary", "employer_rate")
        groups |= dict.fromkeys(paid, self.salaries.value)
        central = self._ranges.central()
        known = {name: central[name] for name in self.known.value}
        return self._ranges.regrouped(groups).fixed(**known)

    def _again(self, _: object = None) -> None:
        if len(self.known.value) == len(self.known.options):
            self._view.value = "Tout est tenu pour connu : rien ne varie plus."
            return
        self.shares = centre.shares(self.ranges(), self.shape.value, n=_FEW)
        self._show(self._drawn())

    def _drawn(self) -> Picture:
        found = self.shares
        names = [str(name) for name in found.table.index]
        leader = found.deciding()
        most = centre.percents(found.total(names[0])[0])
        title = f"{leader} décident : {most} de l’incertitude sur la marge"
        if leader is None:
            title = f"Aucune condition ne décide nettement : « {names[0]} » ne fait que {most}"
        told = " ; ".join(f"{name} : {centre.with_interval(found, name)}" for name in names)
        known = len(self.known.value)
        return bars(
            100 * found.table["total"],
            Caption(
                title=title,
                alt=f"Part de la variance de la marge due à chaque condition. {told}.",
                sources=centre.main_sources(),
                subtitle=(
                    f"Part de l’incertitude sur la marge, {fr.counted(known, 'grandeur')} tenue"
                    f"{'s' if known > 1 else ''} pour connue{'s' if known > 1 else ''}"
                ),
            ),
            intervals=100 * found.interval(),
            marks=dict.fromkeys(names, "model"),
            unit="%",
            digits=0,
        )
