"""Chapter « Les collectifs de soins »: each territory and its own share of the national target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts, forecasting
from handbook.chapters.outlooks import cited, of, steps_to
from handbook.figures import choropleth, dots, fr, says
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.figures import Picture, Statements

MET = 100.0  # percent of a target
EVEN = 0.5
# The bounds of the words « presque exclu, peu probable, incertain, probable, presque certain ».
CHANCE_BREAKS = (5, 33, 66, 95)


def met(share: pd.Series) -> int:
    """Return how many territories have reached their target."""
    return int((share >= MET).sum())


def share_of_target(panel: pd.DataFrame) -> pd.Series:
    """Return the latest number of MSP of each territory, in percent of its own target."""
    targets = facts.table("targets")
    targets = targets[targets["series_id"] == panel.attrs["series_id"]].set_index("geography")
    share: pd.Series = 100 * panel.iloc[-1] / targets.loc[panel.columns, "value"]
    share.attrs["source_ids"] = [*panel.attrs["source_ids"], *targets["source_id"]]
    return share


def target_map(share: pd.Series) -> Picture:
    """Show how far each département is from its own target."""
    return choropleth(
        share,
        Caption(
            title=f"{met(share)} départements sur {len(share)} ont atteint leur cible de 2026",
            alt=(
                "Carte des départements selon la part atteinte de leur cible de fin 2026. La moitié"
                f" sont au-dessous de {fr.percent(share.median(), 0)} ; le plus loin en est à"
                f" {fr.percent(share.min(), 0)} ; {met(share)} l’ont atteinte."
            ),
            sources=of(share),
            subtitle="Maisons de santé ouvertes en juin 2025, en % de la cible départementale de 2026",
        ),
        level="departement",
        unit="%",
        breaks=(50, 65, 80, MET),
    )


def together(
    series_id: str, due: pd.Timestamp, *, finest: str = "region"
) -> forecasting.Reconciled:
    """Forecast a count for the nation and its territories, so that the parts make the whole.

    Parameters
    ----------
    series_id
        A series known by territory.
    due
        The date up to which to forecast.
    finest
        ``"region"``, or ``"departement"`` for three levels.

    Returns
    -------
    Reconciled
        Nodes ``FR``, the regions and, if asked, the départements.
    """
    nation = facts.series(series_id, modelling=True)
    regions = facts.panel(series_id)[nation.index[0] :]
    steps = steps_to(nation, due)
    children = {"FR": [str(code) for code in regions]}
    nodes = {"FR": forecasting.forecast(nation, steps)}
    nodes |= forecasting.forecast_panel(regions, steps).forecasts
    if finest == "departement":
        parts = departements(series_id)
        nodes |= forecasting.forecast_panel(parts, steps).forecasts
        parents = facts.geographies("departement").set_index("code")["parent"].to_dict()
        for code in children["FR"]:
            children[code] = [str(part) for part in parts if parents[part] == code]
    return forecasting.reconcile(nodes, children)


def departements(series_id: str) -> pd.DataFrame:
    """Return a count by département at every half-year; a missing one is interpolated."""
    known = facts.panel(series_id, "departement")
    values = known.apply(lambda one: forecasting.regularise(one, "half-yearly").series)
    values.attrs = known.attrs
    return values


def chances_by_departement(reconciled: forecasting.Reconciled, target: facts.Figure) -> pd.Series:
    """Return the chance, 0 to 1, that each département reaches its own share of the target.

    The forecast does not know that a count of open places hardly ever falls: the chance is taken
    among the futures in which it does not, so that a share already reached stays so.
    """
    targets = facts.table("targets")
    targets = targets[targets["series_id"] == target.series_id].set_index("geography")
    goals = targets["value"].to_dict()
    codes = [str(code) for code in reconciled.mean if str(code).startswith("DEP-")]
    known = facts.panel(target.series_id, "departement")
    last = known.ffill().iloc[-1].to_dict()

    def reached(value: float, code: str) -> float:
        return reconciled.probability_above(value, target.date, code)

    chance = pd.Series(
        {
            code: reached(max(float(goals[code]), last[code]), code) / reached(last[code], code)
            for code in codes
        }
    )
    chance.attrs["source_ids"] = [*known.attrs["source_ids"], *targets.loc[codes, "source_id"]]
    return chance


def chance_map(chance: pd.Series, target: facts.Figure) -> Picture:
    """Show the chance of each département."""
    likely = int((chance >= EVEN).sum())
    due = target.date.year
    out, sure = (100 * chance < CHANCE_BREAKS[0]).sum(), (100 * chance >= CHANCE_BREAKS[-1]).sum()
    return choropleth(
        100 * chance,
        Caption(
            title=(
                f"Fin {due}, {likely} départements sur {len(chance)} ont plus d’une chance sur deux"
                " d’atteindre leur cible"
            ),
            alt=(
                f"Carte des départements selon la chance d’atteindre leur cible de fin {due}. Elle est"
                f" de moins de {fr.percent(CHANCE_BREAKS[0])} dans {out} départements, de"
                f" {fr.percent(CHANCE_BREAKS[-1])} ou plus dans {sure}."
            ),
            sources=of(chance),
            subtitle=f"Chance d’atteindre la cible départementale de maisons de santé fin {due}, en %",
            note=(
                "Résultat de modèle : prévisions des départements, des régions et de la France,"
                " ajustées ensemble pour que les parties fassent le tout. Un département ne perd presque"
                " jamais de maison : la chance est prise parmi les avenirs où il n’en perd pas."
            ),
        ),
        level="departement",
        unit="%",
        breaks=CHANCE_BREAKS,
    )


def expected_count(chance: pd.Series, target: facts.Figure) -> Statements:
    """Say how many départements should reach their target, within what bounds."""
    sure, open_ = (int((100 * chance >= edge).sum()) for edge in (95, CHANCE_BREAKS[0]))
    return says(
        "modele",
        f"On attend **{fr.number(chance.sum(), 0)} départements sur {len(chance)}** à leur cible"
        f" fin {target.date.year} : {sure} y sont presque certains, {open_} au plus ne peuvent en"
        " être exclus. Ces nombres additionnent des chances ; les erreurs des départements vont"
        " ensemble, et l’écart réel peut être plus grand.",
        sources=of(chance),
    )


def regional_outlook(
    reconciled: forecasting.Reconciled, target: facts.Figure, least: float = 0
) -> Picture:
    """Show where the reconciled forecasts leave each region, in percent of its own target.

    Regions whose target is below `least` are not drawn: one centre more or less would move them
    by a third of it.
    """
    targets = facts.table("targets")
    targets = targets[targets["series_id"] == target.series_id]
    goals = targets.set_index("geography")["value"].to_dict()
    places = facts.geographies("region").set_index("code")["name"].to_dict()
    few = [name for code, name in places.items() if goals[code] < least]
    places = {code: name for code, name in places.items() if goals[code] >= least}
    due = target.date
    expected = reconciled.mean.loc[due].to_dict()
    share = pd.Series({name: 100 * expected[code] / goals[code] for code, name in places.items()})
    bounds = pd.DataFrame(
        {
            name: 100 * reconciled.interval(80, str(code)).loc[due] / goals[code]
            for code, name in places.items()
        }
    ).T
    likely, possible = (int((one >= MET).sum()) for one in (share, bounds["upper"]))
    apart = (
        f" Non tracées, car leur cible est de moins de {fr.number(least)} : {fr.joined(few)}."
        if few
        else ""
    )
    return dots(
        share.rename("prévision"),
        Caption(
            title=(
                f"Fin {due.year}, {fr.counted(likely, 'région')} sur {len(share)} atteindraient leur"
                " cible"
            ),
            alt=(
                f"{target.label}, prévision pour la fin de {due.year}, en pourcentage de la cible de"
                f" chaque région : de {fr.percent(share.min(), 0)} ({share.idxmin()}) à"
                f" {fr.percent(share.max(), 0)} ({share.idxmax()}). Pour {possible} régions,"
                " l’intervalle à 80 % va jusqu’à la cible ou au-delà."
            ),
            sources=cited(
                [*targets["source_id"], *facts.panel(target.series_id).attrs["source_ids"]]
            ),
            subtitle=(
                f"{target.label}, fin {due.year}, en % de la cible régionale, et intervalle à 80 %"
            ),
            note=(
                "Résultat de modèle. Les prévisions des régions et de la France sont ajustées ensemble"
                f" pour que les premières fassent la seconde.{apart}"
            ),
        ),
        intervals=bounds,
        unit="%",
        digits=0,
        zero=True,
    )
