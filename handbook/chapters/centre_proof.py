"""What the centre's model is worth: published deficits replayed, other ways of counting tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from handbook.chapters import centre_inputs
from handbook.chapters.centre import (
    TARIFF_2022,
    acts_known,
    drawn,
    formula_sources,
    main_sources,
    shares,
    thousands,
    with_interval,
)
from handbook.chapters.centre_inputs import CONDITIONS, computed
from handbook.core.ranges import Ranges, Shape
from handbook.figures import bars, fr, table
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.chapters.centre import Study
    from handbook.figures import Picture, Table

_SHAPES: dict[str, Shape] = {"triangulaire": "triangular", "uniforme": "uniform"}
_DEFICITS = {
    "Centres pluriprofessionnels, 2022 (Igas)": "cds_pluripro_deficitaires_pct",
    "Panel de 31 centres, 2022 (ACE Santé)": "100 * (1 - cds_excedentaires_ace / 31)",
}


def chance(of: Study) -> Picture:
    """Set the model's share of centres in deficit beside the published ones."""
    then = of.ranges.fixed(tariff=computed(TARIFF_2022))
    values = {name: computed(formula) for name, formula in _DEFICITS.items()}
    published = list(values.values())
    modelled: dict[str, list[float]] = {}
    for when, ranges in (("Au tarif de 2022", then), ("Au tarif d’aujourd’hui", of.ranges)):
        for word, shape in _SHAPES.items():
            share = 100 * float((drawn(ranges, shape)["margin"] < 0).mean())
            values[f"{when}, loi {word}"] = share
            modelled.setdefault(when, []).append(share)
    low, high = (fr.number(edge(modelled["Au tarif de 2022"]), 0) for edge in (min, max))
    least, most = (fr.number(edge(published), 0) for edge in (min, max))
    sharper = min(modelled["Au tarif de 2022"]) > max(published)
    told = " ; ".join(f"{name} : {fr.percent(value, 0)}" for name, value in values.items())
    return bars(
        values,
        Caption(
            title=(
                f"Au tarif de 2022, le modèle est {'plus sombre que' if sharper else 'proche de'}"
                f" ce qui est publié : {low} à {high} % de centres en déficit, contre {least} à {most} %"
            ),
            alt=f"Part des centres en déficit. {told}.",
            sources=(
                [
                    *formula_sources(*_DEFICITS.values(), TARIFF_2022),
                    *main_sources(),
                ]
            ),
            subtitle="Part des centres en déficit, publiée et selon le modèle",
            note=(
                "Triangulaire : la valeur centrale est la plus probable. Uniforme : toutes les valeurs"
                " de la fourchette se valent."
            ),
        ),
        marks=dict.fromkeys(list(values)[len(published) :], "model"),
        unit="%",
        digits=0,
    )


@dataclass(frozen=True)
class _Published:
    """A published account: its value as a formula, and what the model must hold to compare."""

    label: str
    formula: str
    rate: bool
    known: dict[str, str]


_ALONE: dict[str, str] = {"local_subsidy": "0", "tariff": TARIFF_2022}
_CARERS = "croixrouge_salaries_centres / 6 / 1.5"  # one agent for two carers, as in the account
_ACCOUNTS = (
    _Published(
        "Centre municipal de trois médecins, moyenne de neuf centres",
        "centre_municipal_deficit",
        rate=False,
        known={"doctors": "3", "others": "0", **_ALONE},
    ),
    _Published(
        "Centres médicaux et polyvalents, 2012",
        "cds_ressources_complementaires_pct",
        rate=True,
        known=_ALONE,
    ),
    _Published(
        "Trente centres franciliens, 2011",
        "100 * referis_deficit"
        " / (referis_chiffre_affaires + referis_subventions + referis_deficit)",
        rate=True,
        known=_ALONE,
    ),
    _Published(
        "Centre départemental de Saône-et-Loire, 2021",
        "100 * (cd71_depenses - cd71_recettes) / cd71_depenses",
        rate=True,
        known=_ALONE,
    ),
    _Published(
        "Six centres de la Croix-Rouge, par centre, 2024",
        "croixrouge_pertes_centres / 6",
        rate=False,
        known={"doctors": f"0.55 * {_CARERS}", "others": f"0.45 * {_CARERS}", **_ALONE},
    ),
)


def published_accounts(ranges: Ranges) -> Table:
    """Replay published deficits, before any balancing subsidy, at the price of their time."""
    rows = []
    for one in _ACCOUNTS:
        known = {name: computed(formula) for name, formula in one.known.items()}
        margins = drawn(ranges.fixed(**known))["margin_rate" if one.rate else "margin"]
        low, high = (-margins).quantile([0.1, 0.9])
        value = computed(one.formula)
        write = _percent if one.rate else thousands
        rows.append(
            {
                "label": one.label,
                "published": write(value),
                "model": f"{write(low)} à {write(high)}",
                "within": "oui" if low <= value <= high else "non",
            }
        )
    found = sum(row["within"] == "oui" for row in rows)
    return table(
        pd.DataFrame(rows),
        Caption(
            title=f"Le modèle retrouve {found} déficits publiés sur {len(rows)}",
            alt="",
            sources=formula_sources(*(one.formula for one in _ACCOUNTS), TARIFF_2022),
            note=(
                "En % des dépenses, ou en k€ par an ; un déficit négatif est un excédent. Le modèle"
                " prend le tarif de 2022 et aucune subvention d’équilibre. Croix-Rouge : taille"
                " déduite du nombre de salariés, avec le partage des postes d’un centre moyen."
            ),
        ),
        names={
            "label": "Compte publié",
            "published": "Déficit publié",
            "model": "Modèle, huit cas sur dix",
            "within": "Retrouvé",
        },
    )


def _percent(value: float) -> str:
    return fr.percent(value, 0)


def ways_of_counting(of: Study) -> Table:
    """Say whether another way of counting changes the condition that decides."""
    moved = centre_inputs.regroupings()
    acts = of.ranges.inputs["acts"]
    half = replace(acts, low=(acts.low + acts.central) / 2, high=(acts.central + acts.high) / 2)
    tried: list[tuple[str, Ranges, Shape]] = [
        ("Comme dans ce chapitre", of.ranges, "triangular"),
        ("Toutes les valeurs d’une fourchette se valent", of.ranges, "uniform"),
        (
            "Le tarif compte dans l’activité",
            of.ranges.regrouped(moved["funding>recruitment"]),
            "triangular",
        ),
        (
            "La recette par acte compte dans les financements",
            of.ranges.regrouped(moved["recruitment>funding"]),
            "triangular",
        ),
        (
            "Les salaires comptent dans la gestion",
            of.ranges.regrouped(moved["recruitment>costs"]),
            "triangular",
        ),
        (
            "La fourchette des actes est réduite de moitié",
            Ranges({**of.ranges.inputs, "acts": half}),
            "triangular",
        ),
        (
            "Les actes et leur recette sont tenus pour connus",
            acts_known(of.ranges),
            "triangular",
        ),
    ]
    rows = []
    for label, ranges, shape in tried:
        found = shares(ranges, shape)
        cells = {name: with_interval(found, name) for name in CONDITIONS.values()}
        rows.append({"way": label, **cells, "deciding": found.deciding() or "aucune nettement"})
    leaders = [row["deciding"] for row in rows]
    same = leaders.count(leaders[0])
    return table(
        pd.DataFrame(rows),
        Caption(
            title=f"La même condition décide dans {same} façons de compter sur {len(rows)}",
            alt="",
            sources=main_sources(),
            note=(
                "Part de la variance de la marge, avec l’intervalle à 95 % du calcul. Une condition"
                " décide si son intervalle dépasse ceux des deux autres."
            ),
        ),
        names={"way": "Façon de compter", "deciding": "Décide"},
    )
