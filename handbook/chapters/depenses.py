"""Chapter « Dépenses et démographie »: what is spent, who treats, who will need treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.chapters import outlooks
from handbook.chapters.outlooks import annual, at, of, record, scores, to_year, years
from handbook.figures import Reference, curves, fan, fr, panels, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handbook.figures import Picture, Statements, Table
    from handbook.forecasting import Forecast
    from handbook.views.outlook.view import OutlookExplorer

END = 2032
HIGH = 9.0  # percent of GDP, passed in recessions only
BEFORE, AFTER = "2014", "2022"  # the years between which the splice changes the growth
# Which statement of which document a series can check is our judgement; the page says so.
STATEMENTS = (
    "pipame-depenses-sante-pib",
    "innovation-depenses-200",
    "innovation-regle-pib",
    "cpnefp-hausse-medecins",
    "scale2sell-moteur-vieillissement",
)
AGES = {"pop_65p": "65 ans ou plus", "pop_75p": "75 ans ou plus", "pop_85p": "85 ans ou plus"}
DOCTORS = "Médecins en activité"


@dataclass(frozen=True)
class Pressure:
    """Inhabitants of an age to one doctor: observed, then expected to the end of a year.

    The numerator is the projection of Insee, brought to the last count; the denominator our
    forecast of doctors, whose interval is the only one that counts.
    """

    series: pd.Series
    mean: pd.Series
    population: pd.Series
    doctors: Forecast

    def interval(self, level: float) -> pd.DataFrame:
        """Return the bounds of the ratio: fewer doctors, more inhabitants to each."""
        band = self.doctors.interval(level)
        return pd.DataFrame(
            {"lower": self.population / band["upper"], "upper": self.population / band["lower"]}
        )


def rebased(series_id: str) -> pd.Series:
    """Return Insee's projection multiplied so that it passes through the last count."""
    counted, projected = facts.series(series_id), facts.projection(f"{series_id}_proj2021")
    moment = counted.index[-1]
    values = projected * (counted[moment] / projected[moment])
    # the first of January, read as the end of the year before
    values.index = pd.DatetimeIndex(values.index) - pd.Timedelta(days=1)
    kept: pd.Series = values[years(values) <= END]
    kept.attrs = projected.attrs
    return kept


def pressure(series_id: str, doctors: Forecast) -> Pressure:
    """Set a population beside the doctors, up to the last year forecast."""
    counted = annual(series_id)
    ratio = (counted / doctors.series).dropna()
    population = rebased(series_id).reindex(doctors.mean.index)
    ratio.attrs["source_ids"] = [
        *counted.attrs["source_ids"],
        *population.attrs["source_ids"],
        *doctors.series.attrs["source_ids"],
    ]
    return Pressure(ratio, population / doctors.mean, population, doctors)


def outlook(load: Pressure) -> Picture:
    """Show how many inhabitants of 75 or more there are to a doctor."""
    now, then = load.series.iloc[-1], load.mean.iloc[-1]
    low, high = (fr.number(one, 0) for one in load.interval(80).iloc[-1])
    first, last = load.series.index[0].year, load.series.index[-1].year
    return fan(
        load,
        Caption(
            title=(
                f"Fin {END}, un médecin pour {fr.number(then, 0)} habitants de 75 ans ou plus,"
                f" contre {fr.number(now, 0)} fin {last}"
            ),
            alt=(
                f"Habitants de 75 ans ou plus pour un médecin en activité :"
                f" {fr.number(load.series.iloc[0], 0)} fin {first}, presque autant dix ans plus tard,"
                f" {fr.number(now, 0)} fin {last}. Attendu fin {END} : {fr.number(then, 0)}, de {low} à"
                f" {high} à 80 %."
            ),
            sources=of(load.series),
            subtitle="Habitants de 75 ans ou plus pour un médecin en activité",
            note=(
                "Population : projection de l’Insee recalée. Médecins : notre prévision. L’intervalle"
                " ne porte que sur le nombre de médecins."
            ),
        ),
        digits=0,
    )


def remember(load: Pressure, spending: Forecast, share: pd.Series) -> Statements:
    """Say what to leave the chapter with."""
    value, low, high = (fr.number(one, 0) for one in at(spending, END))
    doctors, fewest, most = (_hundreds(one) for one in at(load.doctors, END))
    ahead = load.population.iloc[-1] / facts.latest("pop_75p").value - 1
    more = load.doctors.mean.iloc[-1] / load.doctors.series.iloc[-1] - 1
    return takeaways(
        (
            "modele",
            (
                f"Fin {END}, la population de 75 ans ou plus aurait augmenté de"
                f" **{fr.percent(100 * ahead, 0)}**, le nombre de médecins de"
                f" **{fr.percent(100 * more, 0)}** : {doctors} médecins (intervalle à 80 % : de"
                f" {fewest} à {most})."
            ),
        ),
        (
            "fait",
            (
                f"La consommation de soins pèse **{fr.percent(share.iloc[-1], 1)} du PIB** en"
                f" {share.index[-1].year}, comme en {share.index[0].year}. Elle n’a dépassé"
                f" {fr.percent(HIGH)} qu’en {fr.joined(years(share[share > HIGH]))}."
            ),
        ),
        (
            "modele",
            (
                f"En euros courants, elle atteindrait **environ {value} Md€** en {END} (intervalle"
                f" à 80 % : de {low} à {high})."
            ),
        ),
        (
            "jugement",
            (
                "Prolonger les courbes du passé ne voit pas arriver une génération nombreuse. Pour"
                " la population, la projection de l’Insee vaut mieux que la nôtre."
            ),
        ),
        sources=[*of(load.series), *of(spending.series), *of(share)],
    )


def _hundreds(value: float) -> str:
    return fr.number(round(value, -2))


def statements() -> Table:
    """Set what the documents say of spending and people beside the series that can check it."""
    claims = facts.table("claims").set_index("claim_id").loc[list(STATEMENTS)]
    rows = []
    used = list(claims["source_id"])
    for claim in claims.itertuples():
        known = facts.series(str(claim.series_id))
        attributes = known.attrs
        known = known[years(known) >= SINCE]
        known.attrs = attributes
        rows.append(
            {
                "document": facts.source(str(claim.source_id)).publisher,
                "says": claim.label,
                "measure": known.attrs["label"],
                "first": _dated(known, 0),
                "last": _dated(known, -1),
            }
        )
        used += known.attrs["source_ids"]
    return table(
        pd.DataFrame(rows),
        Caption(
            title="Quatre documents parlent de dépenses ou de démographie ; aucun ne les projette",
            alt="",
            sources=[facts.source(name) for name in dict.fromkeys(used)],
            note="Le rapprochement de la phrase et de la série est notre jugement.",
        ),
        names={
            "document": "Document",
            "says": "Ce qu’il dit",
            "measure": "Série qui l’éclaire",
            "first": f"Première valeur depuis {SINCE}",
            "last": "Dernière valeur",
        },
    )


SINCE = 2012


def _dated(series: pd.Series, place: int) -> str:
    unit, value = str(series.attrs["unit"]), float(series.iloc[place])
    if unit == "habitants":
        text = fr.amount(value / 1e6, "millions", 1)
    else:
        text = fr.amount(round(value, -2) if unit == "personnes" else value, unit)
    return f"{text} ({series.index[place].year})"


def share_of_gdp(share: pd.Series) -> Picture:
    """Show the share of spending in GDP, and what it would stay."""
    expected = to_year(share, END)
    value, low, high = (fr.percent(one, 1) for one in at(expected, END))
    return fan(
        expected,
        Caption(
            title=(
                f"La part des soins dans le PIB n’a pas bougé : {fr.percent(share.iloc[0], 1)} en"
                f" {share.index[0].year}, {fr.percent(share.iloc[-1], 1)} en {share.index[-1].year}"
            ),
            alt=(
                f"Consommation de soins et de biens médicaux en part du PIB. Elle reste entre"
                f" {fr.percent(share.min(), 1)} et {fr.percent(share.max(), 1)}, et ne dépasse"
                f" {fr.percent(HIGH)} qu’en {fr.joined(years(share[share > HIGH]))}. Prévision pour {END}"
                f" : {value}, de {low} à {high} à 80 %."
            ),
            sources=of(share),
            subtitle="Consommation de soins et de biens médicaux, en % du PIB",
            note="Éditions et bases des comptes différentes selon les années, dont deux interpolées.",
        ),
        unit="%",
        digits=1,
    )


def splice(chained: pd.Series) -> Table:
    """Say what chaining the editions of the accounts changes."""
    published = facts.series("csbm")
    rows = []
    for label, known in (
        ("Raccordée par nos soins", chained),
        ("Publiée, édition 2025", published),
    ):
        begin, end = (float(known.loc[year:year].iloc[0]) for year in (BEFORE, AFTER))
        rows.append({"label": label, "from": begin, "to": end, "growth": 100 * (end / begin - 1)})
    frame = pd.DataFrame(rows)
    gap = float(frame["growth"].iloc[1] - frame["growth"].iloc[0])
    return table(
        frame,
        Caption(
            title=(
                f"Raccorder les bases retire {fr.number(gap, 1)} point à la croissance de {BEFORE} à"
                f" {AFTER}"
            ),
            alt="",
            sources=of(chained, published),
            note=(
                "Chaîner remonte le temps de taux en taux, chacun publié dans la base de son édition :"
                " le niveau ancien s’éloigne de celui des comptes révisés."
            ),
        ),
        names={
            "label": "Série",
            "from": f"{BEFORE}, Md€",
            "to": f"{AFTER}, Md€",
            "growth": "Croissance, %",
        },
        formats={"from": 1, "to": 1, "growth": 1},
    )


def spending_outlook(forecast: Forecast) -> Picture:
    """Show the forecast of spending in current euros."""
    value, low, high = (fr.number(one, 0) for one in at(forecast, END))
    spent = forecast.series
    return fan(
        forecast,
        Caption(
            title=(
                f"Les soins coûteraient environ {value} Md€ en {END}, entre {low} et {high} huit fois"
                " sur dix"
            ),
            alt=(
                f"Consommation de soins raccordée : {fr.number(spent.iloc[0], 0)} Md€ en"
                f" {spent.index[0].year}, {fr.number(spent.iloc[-1], 0)} en {spent.index[-1].year}, avec"
                f" une pause en 2020 et un rattrapage en 2021. Prévision pour {END} : {value}, de {low} à"
                f" {high} à 80 %."
            ),
            sources=of(spent),
            subtitle="Consommation de soins et de biens médicaux, en Md€ courants, bases raccordées",
        ),
    )


def doctors_outlook(forecast: Forecast) -> Picture:
    """Show the forecast of the number of doctors, in thousands."""
    counted = forecast.series
    value, low, high = (_hundreds(one) for one in at(forecast, END))
    thousands = counted / 1000
    thousands.attrs = counted.attrs
    observed = facts.series("med_total", modelling=True) / 1000
    observed.index = pd.DatetimeIndex(observed.index) - pd.Timedelta(days=1)
    return fan(
        to_year(thousands, END),
        Caption(
            title=f"Environ {value} médecins fin {END}, si la hausse récente se poursuit",
            alt=(
                f"Médecins en activité : {_hundreds(counted.iloc[0])} fin {counted.index[0].year},"
                f" {_hundreds(counted.iloc[-1])} fin {counted.index[-1].year}, la hausse s’accélérant"
                f" après 2022. Prévision pour la fin de {END} : {value}, de {low} à {high} à 80 %."
            ),
            sources=of(counted),
            subtitle="Médecins en activité en fin d’année, toutes spécialités, en milliers",
            note="Premières publications : la série révisée par la Drees croît un peu plus vite.",
        ),
        observed=observed,
        digits=0,
    )


def generalists() -> Picture:
    """Show generalists and other specialists as counted, without a forecast."""
    known = {
        "Généralistes": facts.series("mg_total", modelling=True).round(-2),
        "Autres spécialistes": facts.series("spe_total", modelling=True).round(-2),
    }
    told = [
        f"{name} : {fr.number(one.iloc[0])} en {one.index[0].year}, {fr.number(one.iloc[-1])} en"
        f" {one.index[-1].year}."
        for name, one in known.items()
    ]
    return curves(
        known,
        Caption(
            title="Toute la hausse vient des autres spécialités ; le nombre de généralistes stagne",
            alt=" ".join(told),
            sources=of(*known.values()),
            subtitle="Médecins en activité au 1er janvier, arrondis à la centaine",
            note=(
                "Depuis 2017, des urgentistes et des allergologues sont comptés parmi les autres"
                " spécialistes : une part de l’écart est un reclassement."
            ),
        ),
        digits=0,
    )


def density(forecast: Forecast) -> Picture:
    """Show the density of doctors from the year where it is comparable."""
    value, low, high = at(forecast, END)
    known = forecast.series
    return fan(
        forecast,
        Caption(
            title=(
                f"La densité ne gagnerait que {fr.number(value - known.iloc[-1], 1)} médecin pour"
                f" 1 000 habitants de {known.index[-1].year} à {END}"
            ),
            alt=(
                f"Médecins pour 1 000 habitants : {fr.number(known.iloc[0], 2)} en"
                f" {known.index[0].year}, {fr.number(known.iloc[-1], 2)} en {known.index[-1].year}."
                f" Prévision pour {END} : {fr.number(value, 2)}, de {fr.number(low, 2)} à"
                f" {fr.number(high, 2)} à 80 %."
            ),
            sources=of(known),
            subtitle="Médecins pour 1 000 habitants, selon l’Organisation mondiale de la santé",
            note="La série a une rupture entre 2010 et 2011 : rien d’antérieur n’est employé.",
        ),
        digits=2,
    )


def elderly(forecast: Forecast) -> Picture:
    """Show our forecast of those of 75 or more beside Insee's projection."""
    millions = forecast.series / 1e6
    millions.attrs = forecast.series.attrs
    ours = to_year(millions, END)
    projected = rebased("pop_75p") / 1e6
    value, low, high = (fr.number(one, 1) for one in at(ours, END))
    star = float(projected.iloc[-1])
    return fan(
        ours,
        Caption(
            title=(
                f"75 ans ou plus : {fr.number(star, 1)} millions fin {END} selon l’Insee, {value}"
                " selon nos courbes"
            ),
            alt=(
                f"Population de 75 ans ou plus : {fr.number(millions.iloc[0], 1)} millions fin"
                f" {millions.index[0].year}, {fr.number(millions.iloc[-1], 1)} fin"
                f" {millions.index[-1].year}, en accélérant depuis 2021. Notre prévision pour {END} est de"
                f" {value}, de {low} à {high} à 80 % ; la projection de l’Insee, à {fr.number(star, 1)},"
                " est dans l’intervalle, au-dessus du centre."
            ),
            sources=[*of(millions), *of(projected)],
            subtitle="Population de 75 ans ou plus, en millions",
        ),
        target=Reference(
            star, f"Insee, recalée : {fr.number(star, 1)} millions", projected.index[-1], "model"
        ),
        digits=1,
    )


def ages(counts: Mapping[str, pd.Series]) -> Table:
    """Set our forecasts of each age beside Insee's projection, as published and rebased."""
    rows = []
    for name, counted in counts.items():
        published = facts.projection(f"{name}_proj2021")
        last = facts.latest(name)
        ours, low, high = (one / 1e6 for one in at(to_year(counted, END), END))
        rows.append(
            {
                "label": LABELS[name],
                "now": last.value / 1e6,
                "missed": (last.value - published[last.date]) / 1e6,
                "insee": published[pd.Timestamp(END + 1, 1, 1)] / 1e6,
                "rebased": float(rebased(name).iloc[-1]) / 1e6,
                "ours": ours,
                "low": low,
                "high": high,
            }
        )
    frame = pd.DataFrame(rows)
    inside = int(frame["rebased"].between(frame["low"], frame["high"]).sum())
    return table(
        frame,
        Caption(
            title=(
                f"L’Insee recalé et nos courbes s’accordent à 80 % dans {inside} cas sur"
                f" {len(frame)} ; le recalage compte surtout pour le total"
            ),
            alt="",
            sources=of(*counts.values(), rebased("pop_75p")),
            note=(
                "Recaler : multiplier la projection pour qu’elle passe par le dernier recensement. La"
                " fin d’une année est le 1er janvier suivant."
            ),
        ),
        names={
            "label": "Population, en millions",
            "now": "Début 2026",
            "missed": "Écart avec la projection de 2021",
            "insee": f"Insee, fin {END}",
            "rebased": "Insee, recalée",
            "ours": "Notre prévision",
            "low": "Bas à 80 %",
            "high": "Haut à 80 %",
        },
        formats={"now": 2, "missed": 2}
        | dict.fromkeys(("insee", "rebased", "ours", "low", "high"), 1),
    )


LABELS = {"pop_total": "Total", **AGES}


def demand_and_supply(counts: Mapping[str, pd.Series], doctors: pd.Series) -> Picture:
    """Show ages and doctors on one scale, 100 at the first count of doctors."""
    begin = doctors.index[0]
    known = {LABELS[name]: 100 * one / one[begin] for name, one in counts.items()}
    known[DOCTORS] = 100 * doctors / doctors[begin]
    expected = {label: to_year(one, END) for label, one in known.items()}
    ends = {label: fr.number(one.mean.iloc[-1], 0) for label, one in expected.items()}
    return panels(
        {label: one[begin:] for label, one in known.items()},
        Caption(
            title="La demande avance plus vite que l’offre, à tous les âges élevés",
            alt=(
                "En indice, 100 à la fin de 2011, attendu à la fin de"
                f" {END} : {fr.joined(f'{label} ({value})' for label, value in ends.items())}."
            ),
            sources=of(doctors, *counts.values()),
            subtitle=f"Indice, 100 fin {begin.year}, et prévision jusqu’à fin {END}, intervalle à 80 %",
        ),
        forecasts=expected,
        columns=2,
        digits=0,
    )


def judged() -> Table:
    """Show what each forecast of the chapter would have been worth."""
    names = {
        "csbm_chaine": "Dépenses, Md€",
        "csbm_pib": "Dépenses, % du PIB",
        "med_total": "Médecins",
        "mg_total": "Généralistes",
        "med_densite_oms": "Densité médicale",
        "pop_total": "Population totale",
        **AGES,
    }
    return record(scores({label: annual(name) for name, label in names.items()}))


def explorer() -> OutlookExplorer:
    """Offer every forecast of the chapter; generalists have none."""
    return outlooks.explorer(
        ["med_total", "csbm_chaine", "csbm_pib", "med_densite_oms", *reversed(AGES)]
    )
