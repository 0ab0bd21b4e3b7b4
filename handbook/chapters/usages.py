"""Chapter « Le marché de la e-santé », its measured half: what is used, and how far it may go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.chapters import outlooks
from handbook.chapters.laboratory import Laboratory
from handbook.chapters.outlooks import OFFERS, cited, of, record, scaled, scores
from handbook.figures import Reference, fan, fr, table
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook import forecasting
    from handbook.figures import Picture, Table
    from handbook.views.outlook.view import OutlookExplorer

OFFERED = ("mes_profils_actives", "assistants_medicaux", "msp_nb", "cds_pluripro_nb")
STEPS = 3  # farthest step scored: the shortest series allows no more
SHOWN_TO = 2028  # beyond, these quick rises could only meet a ceiling that is not known


def teleconsultations() -> Table:
    """Set the two counts of teleconsultations side by side, never joined."""
    counts = {"snds": "teleconsult_an_snds", "cnam": "teleconsult_an"}
    known = {name: facts.series(one) for name, one in counts.items()}
    frame = pd.DataFrame({name: one / 1e6 for name, one in known.items()}).reset_index(names="date")
    return table(
        frame,
        Caption(
            title="Téléconsultations : deux comptes qui ne se raccordent pas, donc pas de courbe",
            alt="",
            sources=of(*known.values()),
            note=(
                "n. d. : l’année n’est pas publiée dans ce champ. En 2020, seule année commune, les"
                " deux comptes diffèrent."
            ),
        ),
        names={
            "date": "Année",
            "snds": "Extraction du SNDS, millions",
            "cnam": "Série de la Cnam, millions",
        },
        formats={"date": "year", "snds": 2, "cnam": 1},
    )


def not_drawn() -> Table:
    """Say of each uptake series why no curve is drawn, or with what caution one is."""
    names = (
        "teleconsult_an",
        "teleconsult_semaine",
        "dmp_ouverts",
        "mes_profils_ouverts",
        "mes_taux_activation",
        "mes_profils_actives",
    )
    rows, used = [], []
    for name in names:
        known = facts.series(name)
        rows.append(
            {
                "label": known.attrs["label"],
                "first": f"{_short(known, 0)} ({known.index[0].year})",
                "last": f"{_short(known, -1)} ({known.index[-1].year})",
                "use": {"non": "non", "prudence": "avec prudence"}[known.attrs["modelling"]],
                "reason": known.attrs["modelling_reason"],
            }
        )
        used += known.attrs["source_ids"]
    return table(
        pd.DataFrame(rows),
        Caption(
            title="Sur six séries d’usage, une seule se prolonge, et avec prudence",
            alt="",
            sources=cited(used),
        ),
        names={
            "label": "Série",
            "first": "Première valeur",
            "last": "Dernière valeur",
            "use": "Prolongée",
            "reason": "Pourquoi",
        },
    )


def _short(series: pd.Series, place: int) -> str:
    value, unit = float(series.iloc[place]), str(series.attrs["unit"])
    if unit == "%":
        return fr.percent(value, 1)
    return fr.amount(value / 1e6, "millions", 1) if value >= 1e6 else fr.number(value)


def profiles() -> pd.Series:
    """Return the activated profiles of Mon espace santé in millions, half-year by half-year."""
    return scaled("mes_profils_actives")


def uptake(forecast: forecasting.Forecast) -> Picture:
    """Show activated profiles and the official target."""
    aim = facts.target("mes_profils_actives")
    goal = fr.number(aim.value / 1e6, 0)
    moment = aim.date
    value = float(forecast.mean.to_dict()[moment])
    low, high = (
        fr.number(one, 0) for one in forecast.interval(80).loc[[moment]].to_numpy().ravel()
    )
    chance = fr.chance(forecast.probability_above(aim.value / 1e6, moment))
    known = facts.series("mes_profils_actives", modelling=True) / 1e6
    return fan(
        forecast,
        Caption(
            title=(
                f"Mon espace santé : {chance} de chances d’atteindre {goal} millions de profils"
                f" activés fin {moment.year}"
            ),
            alt=(
                f"Profils activés : {fr.number(known.iloc[0], 1)} millions fin octobre 2022,"
                f" {fr.number(known.iloc[-1], 0)} fin janvier 2026. Prévision pour la fin de {moment.year}"
                f" : {fr.number(value, 0)} millions, de {low} à {high} à 80 %, sous la cible de {goal}."
            ),
            sources=[*of(forecast.series), aim.source],
            subtitle="Profils activés de Mon espace santé, en millions",
            note=(
                "Sources de presse et officielles mêlées ; mots différents (activé, connecté)."
                " Prévision semestrielle, sur des valeurs en partie interpolées."
            ),
        ),
        observed=known,
        target=Reference(aim.value / 1e6, f"Cible : {goal} millions fin {moment.year}", moment),
        digits=0,
    )


def judged() -> Table:
    """Show what each forecast of the chapter would have been worth."""
    series = {OFFERS[name].label: scaled(name) for name in OFFERED}
    return record(scores(series, steps=STEPS), step="pas (semestres, ou années pour les centres)")


def explorer() -> OutlookExplorer:
    """Offer the uptake that can be forecast, and the other counts that have an official target."""
    return outlooks.explorer(OFFERED, SHOWN_TO)


def laboratory() -> Laboratory:
    """Make the same forecasts again, live, in Jupyter."""
    return Laboratory(OFFERED, SHOWN_TO, last=SHOWN_TO)
