"""Chapter « Le marché de la e-santé »: what was forecast, what came, what can be said of 2030."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.chapters.outlooks import cited, of, years
from handbook.figures import bars, fr, says, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook import forecasting
    from handbook.figures import Picture, Statements, Table

STUDY = "pipame-2016"
PRINTED = (
    "pipame-marche-2014",
    "pipame-systemes-information-2014",
    "pipame-part-systemes-information-2014",
    "pipame-emplois-esante",
    "pipame-emplois-telemedecine",
    "pipame-emplois-telesurveillance",
)
SAME, OTHER, COPY = "même émetteur", "autre émetteur", "autre émetteur, même nombre"
COUNT = "comptage public"
# Which later figure answers which forecast is our judgement; the page says so.
ANSWERED = (
    (
        "Patients télésurveillés, monde, 2020 (Berg Insight)",
        "monde_patients_telesurveilles_prevus_berg_insight_2020",
        "monde_patients_telesurveilles_berg_insight_2020",
        SAME,
    ),
    (
        "Santé mobile, monde, 2017 (Research2Guidance)",
        "monde_revenu_m_sante_prevu_research2guidance_2017",
        "monde_marche_m_sante_constate_p_s_intelligence_2017",
        OTHER,
    ),
    (
        "Santé mobile, monde, 2017 (PwC pour la GSMA)",
        "monde_marche_m_sante_prevu_2017",
        "monde_marche_m_sante_constate_p_s_intelligence_2017",
        COPY,
    ),
    (
        "Santé numérique, monde, 2017 (KIET)",
        "monde_sante_numerique_prevue_kiet_2017",
        "monde_sante_numerique_p_s_2017",
        OTHER,
    ),
)
SCOPES = {
    "Santé mobile, monde, prévue pour 2017": (
        "monde_marche_m_sante_prevu_2017",
        "monde_revenu_m_sante_prevu_research2guidance_2017",
    ),
    "Santé mobile, monde, prévue pour 2018": (
        "monde_marche_m_sante_prevu_deloitte_2018",
        "monde_marche_m_sante_prevu_globaldata_2018",
        "monde_marche_m_sante_prevu_marketsandmarkets_2018",
        "monde_marche_m_sante_prevu_tmr_2018",
    ),
    "Santé numérique, monde, prévue pour 2023": (
        "monde_sante_numerique_prevue_frost_sullivan_2023",
        "monde_sante_numerique_prevue_p_s_2023",
    ),
    "Santé numérique, monde, estimée pour 2019 ou 2020": (
        "monde_sante_numerique_mckinsey_2019",
        "monde_sante_numerique_gia_2020",
    ),
    "Télésanté, monde, prévue pour 2014 ou 2015": (
        "monde_telesurveillance_telesante_prevues_kalorama_2014",
        "monde_telesante_prevue_inmedica_2015",
    ),
}
RATES = {
    "Aucune croissance": None,
    "Rythme bas prévu en 2013": "esante_prev_croissance_bas",
    "Rythme haut prévu en 2013": "esante_prev_croissance_haut",
}
FAR = 25.0  # percent: an error one notices
YEAR = 2030


def printed() -> Table:
    """Set the study's market figures beside what their own arithmetic says."""
    claims = facts.table("claims").set_index("claim_id").loc[list(PRINTED)].reset_index()
    whole, part = (facts.figure(name, "2014").value for name in ("esante_marche", "esante_si"))
    share = claims.set_index("claim_id")["value"].to_dict()["pipame-part-systemes-information-2014"]
    texts = [
        f"{fr.number(low)} à {fr.amount(high, unit)}" if pd.isna(value) else fr.amount(value, unit)
        for value, low, high, unit in claims[["value", "low", "high", "unit"]].to_numpy()
    ]
    shown = pd.DataFrame({"label": claims["label"], "value": texts, "note": claims["note"]})
    return table(
        shown,
        Caption(
            title=(
                f"Les systèmes d’information pesaient {fr.percent(100 * part / whole, 1)} du marché"
                f" de 2014 ; l’étude imprime {fr.percent(share, 0)}"
            ),
            alt="",
            sources=cited([STUDY]),
        ),
        names={"label": "Ce qu’écrit l’étude", "value": "Valeur", "note": "Notre vérification"},
    )


def answered() -> pd.DataFrame:
    """Return each forecast that a later figure answers, with its error in percent.

    Returns
    -------
    DataFrame
        ``label``, ``expected``, ``came``, ``unit``, ``error`` (expected over came, minus one, in
        percent), ``relation`` (who gives the later figure); sources in ``attrs``.
    """
    markets = facts.table("markets").set_index("market_id")
    rows, used = [], []
    for label, before, after, relation in ANSWERED:
        expected, came = markets.loc[before], markets.loc[after]
        rows.append((label, expected["value"], came["value"], came["unit"], relation))
        used += [expected["source_id"], came["source_id"]]
    for rows_, used_ in (_french_market(), _teleconsultations()):
        rows += rows_
        used += used_
    frame = pd.DataFrame(rows, columns=["label", "expected", "came", "unit", "relation"])
    frame["error"] = 100 * (frame["expected"] / frame["came"] - 1)
    frame.attrs["source_ids"] = used
    return frame


_Rows = tuple[list[tuple[str, float, float, str, str]], list[str]]


def _french_market() -> _Rows:
    """Return the French market of 2017 at the rates that Xerfi gave from its estimate of 2012."""
    begin, came = facts.figure("esante_marche", "2012"), facts.latest("esante_marche_autres")
    rows, used = [], [begin.source.id, came.source.id]
    for word, name in (
        ("bas", "esante_prev_croissance_bas"),
        ("haut", "esante_prev_croissance_haut"),
    ):
        rate = facts.projection(name)
        years = rate.index[0].year - begin.date.year
        expected = begin.value * (1 + float(rate.iloc[0]) / 100) ** years
        label = f"E-santé, France, {came.date.year} (Xerfi-Precepta, rythme {word})"
        rows.append((label, expected, came.value, came.unit, OTHER))
        used += rate.attrs["source_ids"]
    return rows, used


def _teleconsultations() -> _Rows:
    """Return the official targets of teleconsultations beside one source's counts."""
    came = facts.series("teleconsult_an_snds")
    rows, used = [], list(came.attrs["source_ids"])
    aims = facts.targets("teleconsult_an")
    for moment, value in zip(aims["date"], aims["value"], strict=True):
        label = f"Téléconsultations, France, {moment.year} (objectif public)"
        counted = float(came.to_dict()[moment])
        rows.append((label, float(value) / 1e6, counted / 1e6, "millions", COUNT))
    used += list(aims["source_id"])
    return rows, used


def for_a_hundred(past: pd.DataFrame) -> Picture:
    """Show how much was expected for a hundred that came."""
    independent = past[past["relation"] != COPY]
    ratio = (100 + independent["error"]).set_axis(independent["label"])
    far = independent["error"].abs() > FAR
    high, low = ratio.idxmax(), ratio.idxmin()
    return bars(
        ratio,
        Caption(
            title=(
                f"Sur {len(ratio)} prévisions ou objectifs que la suite permet de juger,"
                f" {int(far.sum())} se trompent de plus de {fr.percent(FAR, 0)}, dans les deux sens"
            ),
            alt=(
                f"Quantité prévue pour 100 constatés. La plus forte surestimation : {high},"
                f" {fr.number(ratio.max(), 0)} pour 100. La plus forte sous-estimation : {low},"
                f" {fr.number(ratio.min(), 0)} pour 100."
            ),
            sources=of(past),
            subtitle="Quantité prévue pour 100 constatés (100 : prévision juste)",
            note=(
                "Le chiffre qui suit vient souvent d’un autre émetteur : l’écart mêle l’erreur et le"
                " périmètre."
            ),
        ),
        digits=0,
        highlight=list(ratio.index[far.to_numpy()]),
    )


def errors(past: pd.DataFrame) -> Table:
    """Show the size and the sign of each error, by issuer."""
    over = int((past["error"] > 0).sum())
    under = int((past["error"] < 0).sum())
    return table(
        past[["label", "expected", "came", "unit", "error", "relation"]],
        Caption(
            title=(
                f"{over} étaient trop hautes, {under} trop basses : l’erreur n’a pas de signe"
                " constant"
            ),
            alt="",
            sources=of(past),
            note=(
                "Une erreur nulle obtenue par le même nombre chez un autre émetteur ne valide rien :"
                " l’un a pu copier l’autre."
            ),
        ),
        names={
            "label": "Prévision ou objectif",
            "expected": "Prévu",
            "came": "Constaté",
            "unit": "Unité",
            "error": "Erreur, %",
            "relation": "Qui constate",
        },
        formats={"expected": 2, "came": 2, "error": 0},
    )


def unanswered() -> Statements:
    """Say how many forecasts no later figure answers."""
    markets = facts.table("markets")
    levels = markets[(markets["nature"] == "forecast") & markets["year"].between(2017, 2020)]
    levels = levels[~levels["unit"].str.startswith("%")]
    matched = {before for _, before, _, _ in ANSWERED}
    alone = int((~levels["market_id"].isin(matched)).sum())
    return says(
        "fait",
        f"De {len(levels)} prévisions de niveau pour 2017 à 2020 relevées chez des tiers,"
        f" **{alone}** n’ont pas trouvé de chiffre constaté, au même périmètre, pour les juger.",
        sources=cited(levels["source_id"]),
    )


def dispersion() -> Table:
    """Show how far issuers are from one another for the same words."""
    markets = facts.table("markets").set_index("market_id")
    rows, used = [], []
    for scope, names in SCOPES.items():
        here = markets.loc[list(names)]
        low, high = here["value"].min(), here["value"].max()
        rows.append(
            {
                "scope": scope,
                "issuers": fr.joined(here["issuer"]),
                "low": low,
                "high": high,
                "times": high / low,
            }
        )
        used += list(here["source_id"])
    frame = pd.DataFrame(rows).sort_values("times", ascending=False).reset_index(drop=True)
    return table(
        frame,
        Caption(
            title=(
                f"Pour les mêmes mots, un émetteur voit jusqu’à {fr.number(frame['times'].max(), 0)}"
                " fois plus qu’un autre"
            ),
            alt="",
            sources=cited(used),
            note=(
                "Mêmes mots, mais rarement même périmètre : services, matériels ou opérateurs y"
                " entrent ou non."
            ),
        ),
        names={
            "scope": "Marché",
            "issuers": "Émetteurs",
            "low": "Le plus bas, Md USD",
            "high": "Le plus haut, Md USD",
            "times": "Rapport",
        },
        formats={"low": 1, "high": 1, "times": 1},
    )


def rejected() -> Table:
    """Show the market figures that were set aside, and why."""
    markets = facts.table("markets")
    rows = markets[~markets["usable"]]
    shown = rows[["label", "place", "year", "value", "unit", "reason"]].reset_index(drop=True)
    return table(
        shown.assign(year=shown["year"].astype(str)),
        Caption(
            title=f"{len(shown)} chiffres de marché écartés, chacun avec sa raison",
            alt="",
            sources=cited(rows["source_id"]),
        ),
        names={
            "label": "Chiffre",
            "place": "Lieu",
            "year": "Année",
            "value": "Valeur",
            "unit": "Unité",
            "reason": "Pourquoi il est écarté",
        },
    )


def possible() -> Table:
    """Set where the French market of 2030 would stand at rates already published."""
    begin = facts.figure("esante_marche", "2014")
    rows, used = [], [begin.source.id]
    for label, name in RATES.items():
        rate = 0.0 if name is None else float(facts.projection(name).iloc[0])
        used += [] if name is None else facts.projection(name).attrs["source_ids"]
        value = begin.value * (1 + rate / 100) ** (YEAR - begin.date.year)
        rows.append({"label": label, "rate": rate, "value": value})
    frame = pd.DataFrame(rows)
    low, high = (fr.number(one, 1) for one in (frame["value"].min(), frame["value"].max()))
    return table(
        frame,
        Caption(
            title=f"De {low} à {high} Md€ en {YEAR} : une fourchette d’hypothèses, non une prévision",
            alt="",
            sources=cited(used),
            note=(
                f"Départ : estimation de {begin.date.year}. Aucune probabilité ne s’attache à ces"
                " valeurs, et le périmètre devrait rester celui de cette année-là."
            ),
        ),
        names={"label": "Hypothèse", "rate": "Croissance, % par an", "value": f"{YEAR}, Md€"},
        formats={"rate": 0, "value": 1},
    )


def remember(past: pd.DataFrame, forecast: forecasting.Forecast) -> Statements:
    """Say what to leave the chapter with."""
    whole, part = (facts.figure(name, "2014") for name in ("esante_marche", "esante_si"))
    independent = past[past["relation"] != COPY]
    far = int((independent["error"].abs() > FAR).sum())
    aim = facts.target("mes_profils_actives")
    chance = fr.chance(forecast.probability_above(aim.value / 1e6, aim.date))
    known = facts.series("esante_marche")
    return takeaways(
        (
            "fait",
            (
                f"Le marché français valait **{fr.amount(whole.value, 'Md€')}** en 2014, dont"
                f" {fr.percent(100 * part.value / whole.value, 1)} de systèmes d’information."
            ),
        ),
        (
            "fait",
            (
                f"Sur {len(independent)} prévisions ou objectifs que la suite permet de juger,"
                f" **{far} se trompent de plus de {fr.percent(FAR, 0)}**, les uns par excès,"
                " les autres par défaut."
            ),
        ),
        (
            "fait",
            (
                f"Du marché français, un même émetteur ne donne que **{len(known)} estimations**,"
                f" pour {fr.joined(years(known))}. Aucune série ne permet de le prévoir."
            ),
        ),
        (
            "modele",
            (
                f"L’usage se mesure mieux que le marché : Mon espace santé a **{chance}** de"
                f" chances d’atteindre sa cible de {fr.number(aim.value / 1e6, 0)} millions de"
                f" profils activés fin {aim.date.year}."
            ),
        ),
        sources=[*of(past), whole.source, part.source, *of(forecast.series), aim.source],
    )
