"""Chapter « Nos prévisions valent-elles mieux ? »: our method beside others on public series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.figures import bars, fr, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.figures import Picture, Statements, Table

RESULTS = facts.DATA.parent / "benchmarks" / "results" / "forecasting.csv"
OURS = "Ce manuel"
METHODS = {
    "handbook": OURS,
    "naive": "Prévision naïve",
    "drift": "Prolongation de tendance",
    "statsmodels ETS by AICc": "statsmodels, ETS choisi par AICc",
    "statsmodels ThetaModel": "statsmodels, Theta",
    "statsforecast SCUM median": "statsforecast, médiane SCUM",
}
SETS = {
    "m1": "M1",
    "m1_last_8": "M1, huit valeurs",
    "tourism": "Tourisme",
    "tourism_last_8": "Tourisme, huit valeurs",
}
NOMINAL = 95


SOURCES = ("makridakis-1982-m1", "athanasopoulos-2011-tourisme")


def results() -> pd.DataFrame:
    """Return the scores of each method on each set, in French words.

    Returns
    -------
    DataFrame
        ``method``, ``set``, ``series``, ``horizon``, ``smape``, ``mase``, ``owa``,
        ``coverage_80`` and ``coverage_95`` (in percent), ``msis_95``, ``ms_per_series``.
    """
    frame = pd.read_csv(RESULTS)
    frame["method"] = [
        METHODS.get(name, name.replace("statsforecast ", "statsforecast, "))
        for name in frame["method"]
    ]
    frame["set"] = frame["dataset"].map(SETS)
    frame[["coverage_80", "coverage_95"]] *= 100
    return frame.drop(columns=["dataset", "msis_80", "failed"])


def calibration(scores: pd.DataFrame) -> Picture:
    """Show how many values the intervals at 95 % really held, on average over the sets."""
    held = _by_set(scores, "coverage_95").dropna().mean(axis=1)
    others = held.drop(OURS)
    return bars(
        held,
        Caption(
            title=(
                f"D’un intervalle à {NOMINAL} %, on attend {NOMINAL} valeurs sur 100 : le nôtre en"
                f" contient {fr.number(held[OURS], 0)}, les autres {fr.number(others.min(), 0)} à"
                f" {fr.number(others.max(), 0)}"
            ),
            alt=(
                f"Part des valeurs tombées dans l’intervalle à {NOMINAL} %, moyenne de quatre jeux de"
                f" séries : {fr.percent(held[OURS], 0)} pour ce manuel, {fr.percent(others.max(), 0)} pour"
                f" la meilleure des autres méthodes ({others.idxmax()}), {fr.percent(others.min(), 0)} pour"
                f" la dernière ({others.idxmin()})."
            ),
            sources=SOURCES,
            subtitle=f"Valeurs tombées dans l’intervalle à {NOMINAL} %, en %, moyenne de quatre jeux",
            note="Méthodes qui donnent un intervalle sur les quatre jeux.",
        ),
        unit="%",
        digits=0,
        highlight=[OURS],
    )


def remember(scores: pd.DataFrame) -> Statements:
    """Say what to leave the chapter with."""
    owa = _by_set(scores, "owa").T
    best = owa.drop(columns=OURS).min(axis=1)
    won = int((owa[OURS] < best).sum())
    gains = 100 * (1 - owa[OURS] / best)
    held = _by_set(scores, "coverage_95").T[OURS]
    return takeaways(
        (
            "fait",
            (
                f"Sur **{won} jeux de séries sur {len(best)}**, notre erreur est la plus basse."
                f" L’avance sur la meilleure des autres méthodes est petite : de"
                f" {fr.percent(gains.min(), 1)} à {fr.percent(gains.max(), 1)}."
            ),
        ),
        (
            "fait",
            (
                f"Nos intervalles à {NOMINAL} % ont contenu **de {fr.number(held.min(), 0)} à"
                f" {fr.number(held.max(), 0)} valeurs sur 100**, selon le jeu."
            ),
        ),
        (
            "jugement",
            (
                "La méthode a été réglée sur ces mêmes séries : ces scores la flattent. Ils disent"
                " qu’elle n’est pas absurde, non qu’elle gagnerait ailleurs."
            ),
        ),
        sources=SOURCES,
    )


def errors(scores: pd.DataFrame) -> Table:
    """Set the error of each method on each set, relative to the naive forecast."""
    owa = _by_set(scores, "owa").sort_values("M1")
    return table(
        owa.rename_axis("method").reset_index(),
        Caption(
            title="Notre erreur est la plus basse des quatre colonnes, de peu",
            alt="",
            sources=SOURCES,
            note=(
                "OWA : moyenne de la sMAPE et de la MASE, rapportées à celles de la prévision naïve ;"
                " 1 : aussi mauvaise qu’elle. « Huit valeurs » : seules les huit dernières sont montrées"
                " aux méthodes."
            ),
        ),
        names={"method": "Méthode"},
        formats=dict.fromkeys(owa.columns, 3),
    )


def intervals(scores: pd.DataFrame) -> Table:
    """Set the coverage and the cost in time of each method."""
    held = _by_set(scores, "coverage_95")
    slow = scores.groupby("method")["ms_per_series"].max().reindex(held.index)
    frame = held.assign(slow=slow).sort_values("M1", ascending=False)
    return table(
        frame.rename_axis("method").reset_index(),
        Caption(
            title=f"Seuls nos intervalles approchent {NOMINAL} % sur les quatre jeux",
            alt="",
            sources=SOURCES,
            note=(
                f"Part des valeurs tombées dans l’intervalle à {NOMINAL} %, en %. n. d. : la méthode"
                " ne donne pas d’intervalle sur des séries si courtes."
            ),
        ),
        names={"method": "Méthode", "slow": "Temps par série, ms au plus"},
        formats=dict.fromkeys(held.columns, 0) | {"slow": 0},
    )


def sets(scores: pd.DataFrame) -> Table:
    """Say what the sets hold."""
    frame = scores.drop_duplicates("set")[["set", "series", "horizon"]].reset_index(drop=True)
    return table(
        frame,
        Caption(
            title=(
                f"{fr.number(frame['series'].max())} séries annuelles au plus, jugées de trois à six"
                " ans d’avance"
            ),
            alt="",
            sources=SOURCES,
        ),
        names={"set": "Jeu", "series": "Séries", "horizon": "Années d’avance"},
    )


def _by_set(scores: pd.DataFrame, measure: str) -> pd.DataFrame:
    wide = scores.pivot_table(measure, index="method", columns="set", dropna=False)
    return wide[list(SETS.values())]
