"""Chapter « Horizon 2032 », the prevention consultation: what it asks, what it costs, of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from handbook import facts
from handbook.chapters.outlooks import annual, at, cited, to_year
from handbook.core.ranges import Range, Ranges
from handbook.economics import prevention as room
from handbook.figures import bars, fr, says, table, takeaways
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handbook.figures import Picture, Statements, Table
    from handbook.forecasting import Forecast

END = 2032
DOCUMENT = "innovation-days-2032"
PHYSICIANS = "mg_total"
WIDEST = 95  # percent: the interval of the forecast within which physicians are drawn
EVERYONE = 100.0
# Yearly totals from which the money could come, the document's own first.
TOTALS = ("vision2032_depense_annuelle", "depenses_remboursees", "csbm", "dcsi")
# A check-up counted over eighteen months, as published.
DONE, DONE_YEARS = "bilan_prevention_realises", 1.5
# What passes for prevention's share of spending, from the narrowest meaning to the widest.
MEANINGS = {
    "dep_prevention_part_pays_2016_france": "Prévention suivie comme telle",
    "dep_prevention_part_pays_2010_france": "Prévention suivie comme telle",
    "dep_prevention_institutionnelle_pct": "Prévention suivie comme telle",
    "dep_prevention_totale_pct_2002": "Prévention faite dans les soins comprise",
    "dep_prevention_totale_pct_1998": "Prévention faite dans les soins comprise",
}
WORDS = {
    "uptake": "la part des invités qui viennent",
    "tariff": "le prix d’une consultation",
    "minutes": "la durée d’une consultation",
    "delegated": "la part déléguée",
    "eligible": "la part des moins de 65 ans invités",
    "hours_week": "les heures de soins par semaine",
    "weeks_off": "les semaines sans consultation",
    "younger": "la population de moins de 65 ans",
    "older": "la population de 65 ans ou plus",
    "physicians": "le nombre de généralistes",
}


@dataclass(frozen=True, eq=False)
class Study:
    """All that this part shows, computed once.

    Attributes
    ----------
    ranges
        Low, central and high of every input of the room.
    expected
        Everything drawn within its range.
    promised
        The same, with everyone invited coming.
    alone
        The same two, nothing delegated: ``expected`` and ``promised`` keys.
    physicians
        The forecast of general practitioners.
    sources
        Identifiers of what was used.
    """

    ranges: Ranges
    expected: room.Doubt
    promised: room.Doubt
    alone: Mapping[str, room.Doubt]
    physicians: Forecast
    sources: tuple[str, ...]


def study(physicians: Forecast | None = None) -> Study:
    """Compute the consultation's needs at the end of 2032.

    Parameters
    ----------
    physicians
        Forecast of general practitioners up to the end of 2032; by default that of the series
        ``mg_total``.
    """
    forecast = to_year(annual(PHYSICIANS), END) if physicians is None else physicians
    inputs = facts.table("prevention_inputs").set_index("input")
    known = inputs[["low", "central", "high"]].to_numpy(dtype=float).tolist()
    people, used = populations()
    central, low, high = at(forecast, END, WIDEST)
    ranges = Ranges(
        {
            **{
                str(name): Range(low, central, high)
                for name, (low, central, high) in zip(inputs.index, known, strict=True)
            },
            **people,
            "physicians": Range(low, central, high),
        }
    )
    everyone = ranges.fixed(uptake=EVERYONE)
    named = inputs["parameter_ids"].fillna("").str.split().explode().dropna()
    sources = [DOCUMENT, *used, *(facts.parameter(name).source.id for name in named if name)]
    return Study(
        ranges=ranges,
        expected=room.doubt(ranges),
        promised=room.doubt(everyone),
        alone={
            "expected": room.doubt(ranges.fixed(delegated=0)),
            "promised": room.doubt(everyone.fixed(delegated=0)),
        },
        physicians=forecast,
        sources=tuple(dict.fromkeys([*sources, *forecast.series.attrs.get("source_ids", ())])),
    )


def populations(age: str = "pop_65p") -> tuple[dict[str, Range], list[str]]:
    """Return persons under and over an age at the end of 2032, and the sources.

    Insee's projection of 2021 has drifted below the counts. Three readings, opened as a range:
    the projection as published, multiplied so as to pass through the last count, and moved up
    by the drift seen since 2022, prolonged.

    Returns
    -------
    dict of Range, list of str
        Ranges of ``younger`` and ``older``; identifiers of the sources.
    """
    told, used = {}, []
    for name in ("pop_total", age):
        counted, projected = facts.series(name), facts.projection(f"{name}_proj2021")
        common = counted.index.intersection(projected.index)
        last, end = common[-1], pd.Timestamp(END + 1, 1, 1)  # the day after the end of 2032
        gap = counted[common] - projected[common]
        years = (common[-1] - common[0]).days / 365.25
        drift = gap.iloc[-1] + (gap.iloc[-1] - gap.iloc[0]) / years * (end - last).days / 365.25
        raw = float(projected[end])
        told[name] = sorted([raw, raw + float(drift)]), raw * float(counted[last] / projected[last])
        used += [*counted.attrs["source_ids"][-1:], *projected.attrs["source_ids"]]
    (total, central), (older, central_older) = told["pop_total"], told[age]
    under = (total[0] - older[0], central - central_older, total[1] - older[1])
    over = (older[0], central_older, older[1])
    people = {
        name: Range(min(bounds), bounds[1], max(bounds))
        for name, bounds in (("younger", under), ("older", over))
    }
    return people, list(dict.fromkeys(used))


def done_a_year() -> float:
    """Return the check-ups made a year now: the published minimum, brought to a year."""
    return facts.parameter(DONE).central / DONE_YEARS


# What is shown ------------------------------------------------------------------------------


def effort(made: Study) -> Picture:
    """Show the part of general practitioners' time, with and without delegation."""
    cases = {
        "Tous les invités viennent, tout au médecin": made.alone["promised"],
        "Tous les invités viennent, une part déléguée": made.promised,
        "Recours attendu, tout au médecin": made.alone["expected"],
        "Recours attendu, une part déléguée": made.expected,
    }
    values = pd.Series({name: one.central["workforce_share"] for name, one in cases.items()})
    spans = pd.DataFrame(
        {name: one.interval(80).loc["workforce_share"] for name, one in cases.items()}
    ).T
    most, least = (edges(spans, str(values.index[place])) for place in (0, -1))
    told = [
        f"{name} : {fr.percent(value, 1)} (de {fr.percent(edges(spans, str(name))[0], 1)} à"
        f" {fr.percent(edges(spans, str(name))[1], 1)})."
        for name, value in values.items()
    ]
    return bars(
        values,
        Caption(
            title=(
                f"La consultation promise à tous prendrait de {fr.number(most[0], 1)} à"
                f" {fr.percent(most[1], 1)} du temps des généralistes ; au recours attendu et en"
                f" déléguant, de {fr.number(least[0], 1)} à {fr.percent(least[1], 1)}"
            ),
            alt=" ".join(told),
            sources=cited([*made.sources, facts.parameter(DONE).source.id]),
            subtitle=f"Temps demandé fin {END}, en % des généralistes attendus, intervalle à 80 %",
            note=(
                "Chaque généraliste est compté pour un temps plein de soins en ville : la part est un"
                " minimum. Ni les examens prescrits ni leurs suites ne sont comptés."
            ),
        ),
        intervals=spans,
        marks=dict.fromkeys(values.index, "model"),
        unit="%",
        digits=1,
    )


def volumes(made: Study) -> Table:
    """Set side by side what is asked, as expected and as promised."""
    rows = []
    for label, one in (("Au recours attendu", made.expected), ("Si tous viennent", made.promised)):
        band = one.interval(80)
        rows.append(
            {
                "label": label,
                "visits": _range(one, band, "visits", 1e6, 1),
                "hours": _range(one, band, "hours", 1e6, 1),
                "full_time": _range(one, band, "full_time", 1, 0),
                "ipa": _range(one, band, "hours_ipa", 1e6, 2),
                "cost": _range(one, band, "cost", 1, 0),
            }
        )
    ratio = made.expected.central["visits"] / done_a_year()
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Même au recours attendu, {fr.number(ratio, 0)} fois plus de consultations que les"
                f" {fr.number(round(done_a_year(), -3))} bilans faits par an"
            ),
            alt="",
            sources=cited([*made.sources, facts.parameter(DONE).source.id]),
            note=(
                "Valeur centrale, et intervalle à 80 % entre parenthèses : tirages triangulaires"
                " indépendants dans la fourchette de chaque entrée."
            ),
        ),
        names={
            "label": f"Fin {END}, par an",
            "visits": "Consultations, millions",
            "hours": "Heures, millions",
            "full_time": "Médecins, temps pleins",
            "ipa": "Heures d’IPA, millions",
            "cost": "Prix, M€",
        },
    )


def _range(one: room.Doubt, band: pd.DataFrame, name: str, scale: float, digits: int) -> str:
    low, high = (edge / scale for edge in edges(band, name))
    return (
        f"{fr.number(one.central[name] / scale, digits)} ({fr.number(low, digits)} à"
        f" {fr.number(high, digits)})"
    )


def edges(band: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the bounds of one outcome."""
    low, high = band.loc[name, ["lower", "upper"]].to_numpy(dtype=float)
    return float(low), float(high)


def reallocated(made: Study) -> Table:
    """Set the cost beside each total from which it would be taken."""
    totals = {name: facts.parameter(name) for name in TOTALS}
    dates = facts.table("parameters").set_index("parameter_id")["date_text"]
    rows = []
    for name, total in totals.items():
        row = {"label": total.label, "date": dates[name], "value": total.central}
        for key, one in (("expected", made.expected), ("promised", made.promised)):
            low, high = edges(one.interval(80), "cost")
            central, least, most = (
                float(room.shares(cost, {name: total.central})[name])
                for cost in (one.central["cost"], low, high)
            )
            row[key] = f"{fr.percent(central, 2)} ({fr.number(least, 2)} à {fr.number(most, 2)})"
        rows.append(row)
    cheapest, dearest = edges(made.promised.interval(80), "cost")
    values = {name: total.central for name, total in totals.items()}
    least, most = room.shares(cheapest, values).min(), room.shares(dearest, values).max()
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Sans dépenser plus, il faudrait déplacer de {fr.number(least, 2)} à"
                f" {fr.percent(most, 2)} de la dépense si tous viennent, selon le total retenu"
            ),
            alt="",
            sources=cited([*made.sources, *(total.source.id for total in totals.values())]),
            note=(
                "Les 200 Md€ du document ne sont ni la consommation de soins ni la dépense courante ;"
                " la dépense remboursée en est la plus proche. Valeur centrale et intervalle à 80 %, prix"
                " des consultations seul."
            ),
        ),
        names={
            "label": "Total annuel",
            "date": "Année",
            "value": "Md€",
            "expected": "Au recours attendu",
            "promised": "Si tous viennent",
        },
        formats={"value": 1},
    )


def deciding(made: Study) -> Table:
    """Say which input decides of the physicians' time and of the cost."""
    shares = {name: room.decides(made.ranges, name) for name in ("full_time", "cost")}
    found = pd.DataFrame({name: one.table["total"] for name, one in shares.items()}).fillna(0)
    found = found.sort_values("full_time", ascending=False)
    shown = (100 * found).round(0).rename(index=WORDS).rename_axis("input").reset_index()
    shown = shown[(shown["full_time"] >= 1) | (shown["cost"] >= 1)].reset_index(drop=True)
    shown["input"] = shown["input"].map(lambda text: text[:1].upper() + text[1:])
    first, second = (WORDS[str(one.table.index[0])] for one in shares.values())
    verb = "décide" if all(one.deciding() for one in shares.values()) else "pèse le plus"
    both = f"{first} {verb} pour les deux" if first == second else f"{first}, puis {second}"
    return table(
        shown,
        Caption(
            title=f"Temps médical ou prix : {both}",
            alt="",
            sources=cited(made.sources),
            note=(
                "Indices totaux de Sobol : part de la variance qui resterait si tout le reste était"
                " connu. Leur somme dépasse 100 % parce que les entrées se multiplient. Les fourchettes"
                " comptent autant que le calcul : ce qui ne décide pas est aussi ce qui est mieux connu."
            ),
        ),
        names={
            "input": "Entrée",
            "full_time": "Temps des médecins, %",
            "cost": "Prix total, %",
        },
        formats={"full_time": 0, "cost": 0},
    )


def meanings() -> Table:
    """Show that prevention's share of spending depends on what is called prevention."""
    rows = facts.table("parameters").set_index("parameter_id").loc[list(MEANINGS)]
    shown = pd.DataFrame(
        {
            "meaning": list(MEANINGS.values()),
            "share": rows["central"].to_numpy(dtype=float),
            "date": rows["date_text"].to_numpy(),
            "publisher": [facts.source(one).publisher for one in rows["source_id"]],
        }
    ).sort_values(["share"], ignore_index=True)
    narrow, wide = (
        shown.loc[shown["meaning"] == meaning, "share"]
        for meaning in dict.fromkeys(MEANINGS.values())
    )
    return table(
        shown,
        Caption(
            title=(
                f"La prévention pèse de {fr.percent(narrow.min(), 1)} à {fr.percent(narrow.max(), 1)}"
                f" de la dépense, ou de {fr.percent(wide.min(), 1)} à {fr.percent(wide.max(), 1)} avec"
                " celle que font les soins"
            ),
            alt="",
            sources=cited(rows["source_id"]),
            note=(
                "Une promesse de « plus de prévention » doit dire laquelle. La dépense a changé de"
                " base en 2025 : aucune courbe n’en est tirée."
            ),
        ),
        names={
            "meaning": "Ce qui est compté",
            "share": "Part, %",
            "date": "Année",
            "publisher": "Publié par",
        },
        formats={"share": 1},
    )


def said(made: Study) -> tuple[tuple[str, str], ...]:
    """Return, in marked sentences, what to keep of this part."""
    whole, likely = made.promised, made.expected
    cheap, dear = edges(whole.interval(80), "cost")
    own = facts.parameter("vision2032_depense_annuelle").central
    least, most = edges(made.alone["promised"].interval(80), "workforce_share")
    lowest, highest = edges(whole.interval(80), "workforce_share")
    fewer = whole.central["workforce_share"]
    shared = made.ranges.central()["delegated"]
    return (
        (
            "modele",
            (
                "Une consultation de prévention tous les cinq ans, ou trois après 65 ans, en ferait"
                f" **{fr.amount(whole.central['visits'] / 1e6, 'millions', 1)} par an** si tous les"
                f" invités venaient, {fr.number(likely.central['visits'] / 1e6, 1)} au recours"
                f" attendu. Il s’en fait environ {fr.number(round(done_a_year(), -3))}."
            ),
        ),
        (
            "modele",
            (
                f"Tout confier aux médecins prendrait **{fr.percent(least, 1)} à"
                f" {fr.percent(most, 1)} du temps des généralistes** attendus fin {END}, si tous"
                f" viennent ; en déléguer environ {fr.percent(shared, 0)}, part déjà atteinte en"
                f" santé au travail, ramènerait cette part à {fr.percent(fewer, 1)}"
                f" ({fr.number(lowest, 1)} à {fr.percent(highest, 1)})."
            ),
        ),
        (
            "modele",
            (
                f"Leur prix serait de **{fr.number(round(cheap, -1))} à"
                f" {fr.amount(round(dear, -1), 'M€')} par an**, soit"
                f" {fr.number(cheap / 10 / own, 2)} à {fr.percent(dear / 10 / own, 2)} des"
                f" {fr.amount(own, 'Md€')} du document,"
                " examens prescrits et suites non compris."
            ),
        ),
        (
            "jugement",
            (
                "À ce prix, le budget décide moins que la venue des invités et le temps des"
                " soignants. Aucun bénéfice n’est porté en face : les essais de bilans de santé"
                " généraux n’en établissent pas."
            ),
        ),
    )


def at_another_age(made: Study, age: str = "pop_75p") -> pd.Series:
    """Return what is asked, everyone coming, if the rhythm changes at another age than 65."""
    people, _ = populations(age)
    moved = Ranges({**made.ranges.inputs, **people}).fixed(uptake=EVERYONE)
    return room.outcomes(moved.central()).iloc[0]


def switch(made: Study) -> Statements:
    """Say what the age left open by the document changes."""
    later = at_another_age(made)["visits"] / made.promised.central["visits"]
    return says(
        "modele",
        "Le document ne donne pas l’âge où l’intervalle passe de cinq à trois ans. À 75 ans plutôt"
        f" qu’à 65, il faudrait **{fr.percent(100 * (1 - later), 0)} de consultations en moins**,"
        " toutes choses égales.",
        sources=cited(made.sources),
    )


def remember(made: Study) -> Statements:
    """Box of what to keep of this part."""
    used = [*made.sources, facts.parameter(DONE).source.id]
    trials = facts.parameter("effet_bilans_essais").source.id
    return takeaways(*said(made), sources=cited([*used, trials]))
