"""Chapter « Les réseaux paramédicaux »: consolidation to 2030, and the three futures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as widgets
import pandas as pd

from handbook import facts, strategy
from handbook.chapters.bench import Bench
from handbook.chapters.outlooks import cited, of
from handbook.chapters.reseaux_choix import NOTE, counted
from handbook.figures import bands, fr, table
from handbook.figures.caption import Caption
from handbook.views.growth.view import Future, GrowthExplorer, Path

if TYPE_CHECKING:
    from handbook.figures import Picture, Table
    from handbook.forecasting import Forecast

YEARS = range(2025, 2031)
TOP = 5
SHARES = ("merging", "subsidy", "capture")  # in percent in the data
CPTS_END = 2027  # the horizon of the note; the recent pace meets all listed CPTS before
_MANY = 100  # from there on, decimals say nothing
MEASURES = {
    "grouped": "Maisons de santé rattachées à un ensemble",
    "largest": "Part des cinq premiers opérateurs",
    "private": "Part des groupes privés",
}
TOLD = {
    "independent": ("Maisons de santé restées indépendantes", 1, -1),
    "operators": ("Opérateurs distincts", 1, -1),
    "grouped": ("Part rattachée à un ensemble, %", 100, 1),
    "largest": ("Part des cinq premiers opérateurs, %", 100, 1),
    "private": ("Part des groupes privés, %", 100, 1),
    "concentration": ("Indice de Herfindahl, de 0 à 10 000", 10_000, 0),
}
"""What each measure is called, by what it is multiplied, and its decimals (-1: tens)."""


# Consolidation --------------------------------------------------------------------------------


def ranges(forecast: Forecast) -> dict[str, strategy.Range]:
    """Return what is assumed: structures and openings from the forecast, the rest supposed.

    The years are ends of years: the field starts from what the forecast expects at the end of the
    first, so that structures and openings make the forecast's count at the end of the last.
    """
    start, end = (pd.Timestamp(year, 12, 31) for year in (YEARS[0], YEARS[-1]))
    count = float(forecast.mean.to_dict()[start])
    years = len(YEARS) - 1
    low, high = forecast.interval(80).loc[[end]].to_numpy().ravel()
    central = forecast.mean.to_dict()[end]
    stated = facts.table("strategy_ranges").set_index("assumption_id")
    found = {
        "structures": strategy.Range(count, count, count),
        "openings": strategy.Range(
            (low - count) / years, (central - count) / years, (high - count) / years
        ),
    }
    for name, row in stated.iterrows():
        scale = 100 if name in SHARES else 1
        low, central, high = (float(row[edge]) / scale for edge in ("low", "central", "high"))
        found[str(name)] = strategy.Range(low, central, high)
    return found


def concentration(field: strategy.Consolidation, forecast: Forecast) -> Picture:
    """Show how concentrated the field could become."""
    shown = {name: 100 * field.bands(key) for key, name in list(MEASURES.items())[:2]}
    grouped, largest = (frame.iloc[-1] for frame in shown.values())
    end = YEARS[-1]
    return bands(
        shown,
        Caption(
            title=(
                f"En {end}, de {fr.number(grouped.iloc[0], 0)} à {fr.percent(grouped.iloc[-1], 0)}"
                f" des maisons de santé dans un ensemble, de {fr.number(largest.iloc[0], 1)} à"
                f" {fr.percent(largest.iloc[-1], 0)} chez les {counted(TOP)} premiers"
            ),
            alt=" ".join(_seen(name, frame) for name, frame in shown.items()),
            sources=[*of(forecast.series), facts.source(NOTE)],
            subtitle="En % des maisons de santé, si toutes partent indépendantes",
            note="Hypothèses supposées, non mesurées.",
        ),
        units=["%"] * len(shown),
    )


def _seen(name: str, frame: pd.DataFrame) -> str:
    low, _, middle, _, high = (fr.percent(value, 1) for value in frame.to_numpy()[-1])
    return (
        f"{name} en {frame.index[-1]} : {middle} au milieu des tirages, de {low} à {high} pour"
        " neuf sur dix."
    )


def field_told(field: strategy.Consolidation, forecast: Forecast) -> Table:
    """Show every measure of the last year, as a range."""
    rows = []
    for key, (name, scale, digits) in TOLD.items():
        values = scale * field.bands(key, (0.05, 0.5, 0.95)).iloc[-1]
        rows.append((name, *(fr.number(round(value, digits), max(digits, 0)) for value in values)))
    low, high = rows[0][1], rows[0][3]
    return table(
        pd.DataFrame(rows, columns=["measure", "low", "middle", "high"]),
        Caption(
            title=f"Fin {YEARS[-1]}, de {low} à {high} maisons de santé seraient encore indépendantes",
            alt="",
            sources=[*of(forecast.series), facts.source(NOTE)],
            note=(
                f"Indice de Herfindahl : somme des carrés des parts, de presque 0 (que des"
                f" indépendants) à 10 000 (un seul opérateur). {fr.number(len(field.inputs))} tirages."
            ),
        ),
        names={
            "measure": "Mesure",
            "low": "5 % des tirages sont au-dessous de",
            "middle": "Milieu des tirages",
            "high": "5 % sont au-dessus de",
        },
    )


def deciders(found: pd.DataFrame) -> Table:
    """Show which assumption decides the share of the largest operators."""
    rows = [
        {
            "label": _labels()[str(name)],
            "moved": f"{fr.number(100 * row['low'], 1)} → {fr.number(100 * row['high'], 1)}",
            "total": 100 * row["total"],
        }
        for name, row in found.iterrows()
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Ce qui décide : {_lowered(str(rows[0]['label']))}"
                f" ({fr.percent(rows[0]['total'], 0)} de la dispersion)"
            ),
            alt="",
            sources=cited([NOTE]),
            note=(
                f"Part des cinq premiers opérateurs fin {YEARS[-1]}, quand l’hypothèse va seule de sa"
                " borne basse à sa borne haute. Part de la dispersion : indice total de Sobol,"
                " interactions comprises ; la somme peut dépasser 100 %."
            ),
        ),
        names={
            "label": "Hypothèse",
            "moved": "Part des cinq premiers, %",
            "total": "Part de la dispersion, %",
        },
        formats={"total": 0},
    )


def assumptions(assumed: dict[str, strategy.Range]) -> Table:
    """Show what is supposed, and where each range comes from."""
    stated = facts.table("strategy_ranges").set_index("assumption_id")["reason"].items()
    reasons = {str(name): str(reason) for name, reason in stated}
    reasons["openings"] = "Prévision des maisons de santé et son intervalle à 80 %."
    labels = _labels()
    return table(
        pd.DataFrame(
            [
                (f"{labels[name]} : {_written(name, assumed[name])}", reason)
                for name, reason in reasons.items()
            ],
            columns=["label", "reason"],
        ),
        Caption(
            title=(
                f"{counted(len(reasons)).capitalize()} hypothèses, dont une seule vient d’une"
                " prévision"
            ),
            alt="",
            sources=cited([NOTE]),
        ),
        names={"label": "Hypothèse, de, à", "reason": "D’où vient la fourchette"},
    )


def _labels() -> dict[str, str]:
    stated = facts.table("strategy_ranges").set_index("assumption_id")["label"].to_dict()
    return {str(name): str(label) for name, label in stated.items()} | {
        "openings": "Ouvertures par an"
    }


def _written(name: str, one: strategy.Range) -> str:
    scale, unit = (100, "%") if name in SHARES else (1, "")
    low, high = (round(scale * edge, 0 if one.high >= _MANY else 1) for edge in (one.low, one.high))
    return f"{fr.number(low)} à {fr.amount(high, unit)}".replace(" ", fr.NBSP)


# Three futures --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stated:
    """A range supposed for a series too short for a forecast: from no step to the last pace.

    Attributes
    ----------
    series
        The points that can be compared.
    pace
        What the last two points add in a year.
    end
        Last year of the range.
    most
        What the range never passes: all that exist.
    """

    series: pd.Series
    pace: float
    end: int
    most: float = float("inf")

    @property
    def _years(self) -> pd.Series:
        first = self.series.index[-1]
        dates = pd.date_range(f"{first.year}-12-31", f"{self.end}-12-31", freq="YE")
        return pd.Series((dates - first).days / 365.25, index=dates)

    @property
    def mean(self) -> pd.Series:
        """Middle of the range."""
        middle: pd.Series = self.interval().mean(axis=1)
        return middle

    def interval(self, level: float = 80) -> pd.DataFrame:  # noqa: ARG002
        """Return the range, whatever the level: nobody knows how sure it is."""
        last = float(self.series.iloc[-1])
        upper = (last + self.pace * self._years).clip(upper=max(last, self.most))
        return pd.DataFrame({"lower": last, "upper": upper})


def cpts_range() -> Stated:
    """Return what the CPTS under contract could become, in a range without forecast."""
    known = facts.series("cpts_aci", modelling=True)
    rows = facts.table("observations")
    rows = rows[(rows["series_id"] == "cpts_aci") & rows["preferred"]].set_index("date")
    sure = known[[rows["confidence"].to_dict()[date] != "low" for date in known.index]]
    kept = rows.loc[sure.index, "source_id"]
    about = {str(key): value for key, value in known.attrs.items()}
    sure = facts.sourced(sure, list(kept), **about)
    days = (sure.index[-1] - sure.index[-2]).days
    pace = 365.25 * float(sure.iloc[-1] - sure.iloc[-2]) / days
    return Stated(sure, pace, CPTS_END, most=facts.latest("cpts_total").value)


def cpts_told(stated: Stated) -> str:
    """Return the range at its end, as text."""
    low, high = (_tens(edge) for edge in stated.interval().iloc[-1])
    return f"de {low} à {high} (fourchette supposée)"


def cpts_points(stated: Stated) -> Table:
    """Show the few points that can be compared, and the pace between them."""
    known = stated.series
    gaps = known.index.to_series().diff().dt.days / 365.25
    shown = pd.DataFrame(
        {"date": known.index, "value": known.to_numpy(), "pace": (known.diff() / gaps).to_numpy()}
    )
    first, last = _tens(shown["pace"].iloc[1]), _tens(shown["pace"].iloc[-1])
    return table(
        shown,
        Caption(
            title=(
                f"CPTS sous contrat : {len(known)} points comparables, un rythme passé de {first} à"
                f" {last} par an"
            ),
            alt="",
            sources=of(known),
            note=(
                "Trop peu pour une prévision. Fourchette supposée fin"
                f" {stated.end} : {_bounds(stated)}, de l’arrêt des signatures à la poursuite du dernier"
                f" rythme, sans passer les {fr.number(stated.most)} CPTS recensées à tous les stades. Un"
                " cinquième relevé, de mois supposé, n’est pas retenu."
            ),
        ),
        names={
            "date": "Date",
            "value": "CPTS sous contrat",
            "pace": "Rythme depuis la date précédente, par an",
        },
        formats={"pace": 0, "value": 0},
    )


def _bounds(stated: Stated) -> str:
    low, high = (_tens(edge) for edge in stated.interval().iloc[-1])
    return f"de {low} à {high}"


def explorer(forecast: Forecast, stated: Stated) -> GrowthExplorer:
    """Offer the three futures of the note as stated assumptions on MSP and CPTS."""
    rows = facts.table("strategy_futures")
    keys = {"msp_nb": "msp", "cpts_aci": "cpts"}
    futures = {
        str(name): Future(
            label=_lowered(str(part["label"].iloc[0])),
            amounts=dict(zip(part["series_id"].map(keys), part["amount"], strict=True)),
            reasons=dict(zip(part["series_id"].map(keys), part["reason"], strict=True)),
        )
        for name, part in rows.groupby("future_id", sort=False)
    }
    paths = {
        "msp": Path(
            "Maisons de santé",
            "maisons de santé",
            "ouvertures",
            forecast,
            fr.typeset("intervalle à 80 %"),
            digits=-1,
            sources=forecast.series.attrs["source_ids"],
        ),
        "cpts": Path(
            "CPTS sous contrat",
            "CPTS sous contrat",
            "signatures",
            stated,
            "fourchette supposée",
            "assumption",
            caveat=fr.typeset(
                f"{len(stated.series)} points comparables : pas de prévision, mais une fourchette"
                " de l’arrêt des signatures à la poursuite du dernier rythme, jusqu’à"
                f" {stated.end}, sans passer les {fr.number(stated.most)} CPTS recensées."
            ),
            digits=-1,
            sources=stated.series.attrs["source_ids"],
        ),
    }
    cited = of(forecast.series, stated.series)
    return GrowthExplorer(paths, futures, sources=cited, years=(2026, 2030))


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _tens(value: float) -> str:
    return fr.number(round(float(value), -1))


# At the bench ---------------------------------------------------------------------------------


class MergingBench(Bench):
    """Change what is assumed of mergers; the draws are made again.

    Attributes
    ----------
    merging, capture, federations, inequality
        Stock range controls of ipywidgets; setting their ``value`` draws again as a move does.
    field
        The draws in the current state.
    """

    def __init__(self, forecast: Forecast, draws: int = 4_000) -> None:
        self._forecast, self._draws = forecast, draws
        self._stated = ranges(forecast)
        self.merging = self._slider("merging", "Regroupements, % par an", 15, 0.5)
        self.capture = self._slider("capture", "Dont groupes privés, %", 100, 5)
        self.federations = self._slider("federations", "Fédérations", 200, 1, least=1)
        self.inequality = self._slider("inequality", "Inégalité d’attrait", 2, 0.1)
        self._controls = {
            "merging": self.merging,
            "capture": self.capture,
            "federations": self.federations,
            "inequality": self.inequality,
        }
        self._open(self._controls.values())

    def _slider(
        self, name: str, text: str, most: float, step: float, least: float = 0
    ) -> widgets.FloatRangeSlider:
        scale = 100 if name in SHARES else 1
        one = self._stated[name]
        return widgets.FloatRangeSlider(
            value=(scale * one.low, scale * one.high),
            min=least,
            max=most,
            step=step,
            description=text,
            continuous_update=False,
            style={"description_width": "14em"},
            layout={"width": "34em"},
        )

    def _again(self, _: object = None) -> None:
        chosen = dict(self._stated)
        for name, control in self._controls.items():
            scale = 100 if name in SHARES else 1
            low, high = (float(edge) / scale for edge in control.value)
            central = min(max(self._stated[name].central, low), high)
            chosen[name] = strategy.Range(low, central, high)
        self.field = strategy.consolidate(chosen, YEARS, top=TOP, draws=self._draws)
        self._show(concentration(self.field, self._forecast))
