"""Chapter « Les collectifs de soins »: its pictures, tables and view, from series and forecasts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts, forecasting
from handbook.chapters import outlooks
from handbook.chapters.collectifs_territories import departements, met
from handbook.chapters.laboratory import Laboratory
from handbook.chapters.outlooks import OFFERS, of, record, regular, scores
from handbook.facts import briefs
from handbook.figures import Reference, choropleth, curves, fan, fr, says, table, takeaways
from handbook.figures.caption import Caption
from handbook.views import Indicator, Noun, RegionsExplorer

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from handbook.figures import Picture, Statements, Table
    from handbook.views.outlook.view import OutlookExplorer

STUDY = "echos-etudes-2023"
COVERAGE = [
    "mg_part_msp",
    "patients_mt_msp",
    "pop_couverte_collectifs",
    "cpts_couverture_pop",
    "cpts_pop_pct_presse",
]
# Which published parameter speaks of which condition is our judgement; the page says so.
CONDITIONS = {
    "echos-condition-financements-publics": [
        "cds_part_accord_national_recettes",
        "accord_cds_medical_moyen",
    ],
    "echos-condition-recrutement-medical": [
        "cds_dependance_activite_medecins",
        "actes_etp_mg_salarie",
        "actes_etp_mg_liberal",
    ],
    "echos-condition-couts-de-gestion": ["tiers_payant_cout_pct", "cds_pluripro_deficitaires_pct"],
}
FORECAST = ("msp_nb", "cds_pluripro_nb", "assistants_medicaux")
STEPS = 3  # farthest step scored: that of the targets
END = 2030
FARTHEST = 2032  # the horizon of the book
LATER = "2027-12-31"  # the end date of the plan of 2023
FEW = 10  # below that many at the start, a multiple says little


def _month(moment: Hashable) -> str:
    return fr.date(pd.Timestamp(str(moment)), "month")


def _tens(value: float) -> str:
    return fr.number(round(value, -1))


def _times(series: pd.Series) -> str:
    return fr.number(series.iloc[-1] / series.iloc[0], 1)


def _years(series: pd.Series | pd.DataFrame) -> str:
    return fr.number((series.index[-1] - series.index[0]).days / 365.25, 0)


def outlook(forecast: forecasting.Forecast, target: facts.Figure) -> Picture:
    """Show the forecast of open MSP against the official target."""
    msp, due = forecast.series, target.date
    about, goal, low, high = _expected(forecast, target)
    return fan(
        forecast,
        Caption(
            title=(
                f"Fin {due.year}, la France aurait environ {about} maisons de santé,"
                f" pour {goal} visées"
            ),
            alt=(
                f"{fr.number(msp.iloc[-1])} maisons de santé ouvertes en {_month(msp.index[-1])},"
                f" contre {fr.number(msp.iloc[0])} en {_month(msp.index[0])}. La prévision pour la fin de"
                f" {due.year} est de {about}, de {low} à {high} à 80 %, pour une cible de"
                f" {goal}."
            ),
            sources=[*of(msp), target.source],
            subtitle="Maisons de santé pluriprofessionnelles ouvertes en France",
        ),
        target=Reference(target.value, f"Cible : {goal} fin {due.year}", due),
    )


def remember(forecast: forecasting.Forecast, target: facts.Figure, share: pd.Series) -> Statements:
    """Say, in four marked sentences, what to leave the chapter with."""
    msp, due = forecast.series, target.date
    about, goal, low, high = _expected(forecast, target)
    now = _month(msp.index[-1])
    chance = fr.chance(forecast.probability_above(target.value, due))
    pace = fr.number((target.value - msp.iloc[-1]) / len(forecast.mean[:due]), 0)
    best = fr.number(msp.diff().max())
    return takeaways(
        (
            "fait",
            (
                f"La France compte **{fr.number(msp.iloc[-1])} maisons de santé** en {now},"
                f" {_times(msp)} fois plus qu’en {_month(msp.index[0])}."
            ),
        ),
        (
            "modele",
            (
                f"À la fin de {due.year}, elle en aurait **environ {about}** (intervalle à 80 % :"
                f" de {low} à {high}). La chance d’atteindre {goal} est estimée à **{chance}**."
            ),
        ),
        (
            "fait",
            (
                f"Il faudrait en ouvrir **{pace} par semestre**."
                f" Le meilleur semestre connu en a vu ouvrir {best}."
            ),
        ),
        (
            "fait",
            (
                f"En {now}, **{met(share)} départements sur {len(share)}** avaient atteint leur"
                " part de la cible."
            ),
        ),
        sources=[*of(msp), target.source],
    )


def a_year_later(forecast: forecasting.Forecast, target: facts.Figure) -> Statements:
    """Say the chance of the same number at the later date that a minister gave."""
    plan, due = facts.parameter("msp_plan_2027"), pd.Timestamp(LATER)
    chance = fr.chance(forecast.probability_above(plan.central, due))
    low, high = (_tens(edge) for edge in forecast.interval(80).loc[[due]].to_numpy().ravel())
    return says(
        "modele",
        f"Un plan de juin 2023 vise le même nombre, {fr.number(plan.central)}, mais"
        f" {fr.period(due)} : avec un an de plus que fin {target.date.year}, la chance est de"
        f" **{chance}** (intervalle à 80 % : de {low} à {high}).",
        sources=[plan.source, *of(forecast.series)],
    )


def _expected(forecast: forecasting.Forecast, target: facts.Figure) -> tuple[str, str, str, str]:
    """Return, as text, the forecast at the date of the target, the target, and the 80 % bounds."""
    band = forecast.interval(80).loc[target.date].to_dict()
    about = _tens(forecast.mean.to_dict()[target.date])
    low, high = (_tens(band[edge]) for edge in ("lower", "upper"))
    return about, fr.number(target.value), low, high


def study_against_others() -> Table:
    """Set each figure of the study beside another source's."""
    claims = briefs.confronted(STUDY)
    return table(
        claims,
        Caption(
            title=(
                f"Sur {claims['gap'].count()} chiffres de l’étude que l’on peut vérifier, aucun ne"
                f" s’écarte de plus de {fr.percent(math.ceil(claims['gap'].abs().max()))}"
            ),
            alt="",
            sources=of(claims),
            note=(
                "n. d. : aucune autre source ne mesure la même chose à moins d’un an. La précision"
                " reprend les mots de l’étude."
            ),
        ),
        names={
            "label": "Ce que compte l’étude",
            "qualifier": "Précision",
            "claimed": "Étude, 2022",
            "unit": "Unité",
            "observed": "Autre source",
            "observed_date": "À la date de",
            "gap": "Écart, %",
        },
        formats={"gap": 0, "observed_date": "month"},
    )


def three_forms(msp: pd.Series, cpts: pd.Series, centres: pd.Series) -> Picture:
    """Show the three forms that are counted steadily enough for a curve."""
    forms = {
        "Maisons de santé": msp,
        "CPTS sous contrat": cpts,
        "Centres pluriprofessionnels": centres,
    }
    told = [
        f"{name} : {fr.number(one.iloc[0])} en {_month(one.index[0])},"
        f" {fr.number(one.iloc[-1])} en {_month(one.index[-1])}."
        for name, one in forms.items()
    ]
    return curves(
        forms,
        Caption(
            title=(
                f"Maisons de santé : {_times(msp)} fois plus en {_years(msp)} ans ; CPTS sous"
                f" contrat : {_times(cpts)} fois plus en {_years(cpts)} ans"
            ),
            alt=" ".join(told),
            sources=of(msp, cpts, centres),
            subtitle="Nombre de structures en France",
        ),
    )


def growth_map(panel: pd.DataFrame) -> Picture:
    """Show by how much the number of MSP of each region was multiplied."""
    first, last = panel.iloc[0], panel.iloc[-1]
    times = (last / first).where(first > 0)
    compared = times[first >= FEW]
    names = facts.geographies("region").set_index("code")["name"]
    least, most = (
        f"{fr.number(times[code], 1)} ({names[code]})"
        for code in (str(compared.idxmin()), str(compared.idxmax()))
    )
    begin, end = _month(panel.index[0]), _month(panel.index[-1])
    return choropleth(
        times,
        Caption(
            title=(
                f"Depuis {panel.index[0].year}, les maisons de santé ont été multipliées par"
                f" {least} à {most}"
            ),
            alt=(
                f"Carte des régions selon le nombre de maisons de santé en {end}, divisé par celui de"
                f" {begin} : de {least} à {most} parmi les régions qui en avaient au moins {FEW}. Celles"
                " qui n’en avaient aucune n’ont pas de valeur."
            ),
            sources=of(panel),
            subtitle=f"Nombre de maisons de santé en {end}, divisé par celui de {begin}",
        ),
        level="region",
        digits=1,
    )


def openings_map(panel: pd.DataFrame) -> Picture:
    """Show how many MSP more each département has than at the start."""
    more = panel.iloc[-1] - panel.iloc[0]
    names = facts.geographies("departement").set_index("code")["name"]
    most = str(more.idxmax())
    begin, end = _month(panel.index[0]), _month(panel.index[-1])
    half = int((more >= more.median()).sum())
    return choropleth(
        more,
        Caption(
            title=(
                f"En {_years(panel)} ans, la moitié des départements ont gagné au moins"
                f" {fr.number(more.median())} maisons de santé"
            ),
            alt=(
                f"Carte des départements selon le nombre de maisons de santé gagnées de {begin} à"
                f" {end} : de {fr.number(more.min())} à {fr.number(more.max())} ({names[most]}). {half}"
                f" départements en ont gagné {fr.number(more.median())} ou plus."
            ),
            sources=of(panel),
            subtitle=f"Maisons de santé ouvertes en {end}, moins celles de {begin}",
        ),
        level="departement",
        breaks=(5, 10, 20, 40),
    )


def explorer(*series: pd.Series) -> RegionsExplorer:
    """Offer the regional values of several national series, from the first common years on."""
    told = {
        str(one.name): Indicator(one.attrs["label"], noun, sources=one.attrs["source_ids"])
        for one, noun in zip(series, ("maisons de santé", "centres de santé"), strict=True)
    }
    rows = facts.table("observations")
    begin = min(one.index[0] for one in series)
    rows = rows[rows["preferred"] & rows["series_id"].isin(told) & (rows["date"] >= begin)]
    places = facts.geographies()
    places = places.loc[places["level"] != "departement", ["code", "name"]]
    frame = rows.rename(columns={"geography": "code", "series_id": "indicator"})
    return RegionsExplorer(
        frame.merge(places, on="code"),
        indicators=told,
        whole=("FR", "de France"),
        noun=Noun("région", "régions", feminine=True),
        sources=of(*series),
    )


def coverage() -> Table:
    """Set side by side the measures that all pass for « coverage »."""
    shares = briefs.latest(COVERAGE)
    return table(
        _with_amounts(shares.rename(columns={"value": "central"}))[
            ["label", "amount", "date", "publisher", "caveat"]
        ],
        Caption(
            title=f"« Couverture » : {len(shares)} mesures, autant de réponses",
            alt="",
            sources=of(shares),
            note="Habiter le territoire d’une CPTS n’est pas être soigné par elle.",
        ),
        names={
            "label": "Mesure",
            "amount": "Valeur",
            "date": "Date",
            "publisher": "Publié par",
            "caveat": "Réserve",
        },
    )


def past_forecasts(msp: pd.Series, years: Iterable[int], horizon: int = 6) -> Picture:
    """Show what the same method would have said at the end of past years."""
    past = {
        f"Prévu fin {year}": forecasting.forecast(msp[: f"{year}-12-31"], horizon).mean
        for year in years
    }
    past = {name: path[path.index <= msp.index[-1]] for name, path in past.items()}
    misses = [float((100 * (path / msp[path.index] - 1).abs()).max()) for path in past.values()]
    when = fr.joined((name.rsplit(" ", 1)[-1] for name in past), "ou")
    return curves(
        {"Observé": msp["2019":], **past},
        Caption(
            title=(
                f"Faite fin {when}, la prévision se serait trompée de"
                f" {fr.percent(max(misses), 1)} au plus"
            ),
            alt=(
                f"Courbe observée et prévisions passées, faites fin {when}. Leur plus grand écart avec"
                f" la suite est de {fr.joined(fr.percent(miss, 1) for miss in misses)}."
            ),
            sources=of(msp),
            subtitle="Maisons de santé ouvertes, et ce que la même méthode en aurait prévu",
        ),
        marks=dict.fromkeys(past, "model"),
        digits=0,
        zero=False,
    )


def centres_outlook(forecast: forecasting.Forecast, target: facts.Figure) -> Picture:
    """Show the forecast of multi-professional centres against the official target."""
    centres, due = forecast.series, target.date
    about, goal, low, high = _expected(forecast, target)
    chance = fr.chance(forecast.probability_above(target.value, due))
    return fan(
        forecast,
        Caption(
            title=(
                f"Centres pluriprofessionnels : {chance} de chances d’atteindre {goal} fin"
                f" {due.year}"
            ),
            alt=(
                f"{fr.number(centres.iloc[-1])} centres en {_month(centres.index[-1])}, contre"
                f" {fr.number(centres.iloc[0])} en {_month(centres.index[0])}. Prévision pour la fin de"
                f" {due.year} : {about}, de {low} à {high} à 80 %, pour une cible de {goal}."
            ),
            sources=[*of(centres), target.source],
            subtitle="Centres de santé pluriprofessionnels en France",
        ),
        target=Reference(target.value, f"Cible : {goal} fin {due.year}", due),
    )


def judged(regions: pd.DataFrame) -> Table:
    """Show what every forecast of the chapter would have been worth."""
    series: dict[str, pd.Series | pd.DataFrame] = {
        **{OFFERS[name].label: regular(name) for name in FORECAST},
        f"Maisons de santé, {regions.shape[1]} régions": regions,
        "Maisons de santé, départements": departements("msp_nb"),
    }
    return record(scores(series, steps=STEPS), step="pas (semestres, ou années pour les centres)")


def outlooks_explorer() -> OutlookExplorer:
    """Offer every forecast of the chapter, and that of medical assistants."""
    return outlooks.explorer(FORECAST, END)


def laboratory() -> Laboratory:
    """Make the same forecasts again, live, in Jupyter."""
    return Laboratory(FORECAST, END, last=FARTHEST)


def forces() -> Table:
    """Set each force the study names beside the series that could measure it."""
    named = briefs.illustrated(STUDY, "moteur")
    measured = named["measure"].notna()
    shown = pd.DataFrame(
        {
            "label": named["label"],
            "measure": named["measure"].where(measured, "aucune série publique"),
            "change": [
                f"de {fr.amount(row['first'], row['unit'])} ({row['first_date'].year})"
                f" à {fr.amount(row['last'], row['unit'])} ({row['last_date'].year})"
                if known
                else ""
                for row, known in zip(named.to_dict("records"), measured, strict=True)
            ],
            "caveat": named["caveat"].fillna(""),
        }
    )
    return table(
        shown,
        Caption(
            title=(
                f"Sur {len(named)} moteurs cités, {measured.sum()} se mesurent, chacun avec une"
                " réserve"
            ),
            alt="",
            sources=of(named),
            note="Le rapprochement du moteur et de la mesure est notre jugement.",
        ),
        names={
            "label": "Moteur cité",
            "measure": "Ce qui le mesure",
            "change": "Évolution",
            "caveat": "Réserve",
        },
    )


def conditions() -> Table:
    """Set the study's three conditions beside the published parameters that bear on them."""
    gauged = briefs.gauged(CONDITIONS)
    return table(
        _with_amounts(gauged)[["claim", "label", "amount", "date"]],
        Caption(
            title="Notre jugement : les trois conditions de l’étude restent ouvertes",
            alt="",
            sources=of(gauged),
            note=(
                "Le choix des mesures est notre jugement. Elles portent sur les centres de santé en"
                " général, non sur ceux des deux groupes."
            ),
        ),
        names={
            "claim": "Condition posée",
            "label": "Ce que l’on mesure",
            "amount": "Valeur",
            "date": "Date",
        },
    )


def _with_amounts(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a column « amount »: value and bounds, as far as they are known, with the unit."""
    unknown = pd.Series(float("nan"), index=frame.index)
    bounds = (frame.get(name, unknown) for name in ("low", "central", "high"))
    texts = [fr.spread(*row) for row in zip(*bounds, frame["unit"], strict=True)]
    return frame.assign(amount=texts)
