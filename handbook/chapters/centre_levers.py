"""What would balance a centre: single inputs, extremes, acts, the number of doctors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from handbook.chapters import centre_inputs
from handbook.chapters.centre import (
    BASE,
    SEED,
    eight_in_ten,
    formula_sources,
    lowered,
    main_sources,
    margin_of,
    percents,
    thousands,
)
from handbook.chapters.centre_inputs import CONDITIONS, computed
from handbook.core.sensitivity import sensitivity, swing
from handbook.economics.centre import needed_acts, paying_acts
from handbook.figures import bars, curves, dots, fr, says
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handbook.chapters.centre import Study
    from handbook.figures import Picture, Statements


def single_inputs(of: Study, count: int = 8) -> Picture:
    """Show the inputs that make the margin vary most."""
    found = sensitivity(of.ranges, margin_of, by="input", n=BASE // 4, seed=SEED)
    labels = centre_inputs.table()["label"].to_dict()
    order = list(map(str, found.table.index))
    top = order[:count]
    share = (100 * found.table.loc[top, "total"]).rename(index=labels)
    span = (100 * found.interval().loc[top]).rename(index=labels)
    rank = order.index("doctors") + 1
    told = " ; ".join(f"{labels[name]} : {percents(found.total(name)[0])}" for name in top)
    return bars(
        share,
        Caption(
            title=(
                f"D’abord les actes par médecin ({percents(found.total(top[0])[0])}) ; le nombre"
                f" de médecins ne compte presque pas ({percents(found.total('doctors')[0])})"
            ),
            alt=(
                f"Part de la variance de la marge due à chaque grandeur, les {count} premières. {told}."
                f" Le nombre de postes de médecin vient au {fr.ordinal(rank)} rang."
            ),
            sources=main_sources(),
            subtitle=(
                "Part de l’incertitude sur la marge due à chaque grandeur prise seule, avec son"
                " intervalle à 95 %"
            ),
        ),
        intervals=span,
        marks=dict.fromkeys(share.index, "model"),
        highlight=[str(share.index[0])],
        unit="%",
        digits=0,
    )


def extremes(of: Study) -> Picture:
    """Show the margin with each condition at its worst and at its best, the others central."""
    found = swing(of.ranges, margin_of) / 1000
    shown = found[["worst", "best"]].set_axis(["au plus mauvais", "au meilleur"], axis=1)
    alone = [lowered(name) for name in shown.index[shown["au meilleur"] > 0]]
    told = " ; ".join(
        f"{name} : de {fr.amount(worst, 'k€', 0)} à {fr.amount(best, 'k€', 0)}"
        for name, (worst, best) in zip(shown.index, shown.to_numpy(dtype=float), strict=True)
    )
    title = "Poussée à son meilleur, chacune des trois conditions peut rétablir seule l’équilibre"
    if len(alone) < len(shown):
        title = f"Seuls peuvent rétablir l’équilibre : {fr.joined(alone)}"
    return dots(
        shown,
        Caption(
            title=title,
            alt=(
                f"Marge annuelle quand une condition va du pire au meilleur de ses fourchettes, les"
                f" deux autres aux valeurs centrales. {told}."
            ),
            sources=main_sources(),
            subtitle=(
                "Marge annuelle, une condition au plus mauvais puis au meilleur de toutes ses"
                " fourchettes, les deux autres au centre"
            ),
            note="Cas extrêmes : toutes les grandeurs de la condition vont au bout en même temps.",
        ),
        unit="k€",
        digits=0,
    )


def recruiting(of: Study, sizes: Sequence[float] = (3.0, 8.0)) -> Picture:
    """Show the margin along the acts of a doctor, for centres of several sizes."""
    low, high = 2500.0, 5000.0
    acts = np.linspace(low, high, 26)
    lines, needs = {}, []
    for size in sorted({*sizes, of.centre.doctors}):
        sized = of.centre.with_(doctors=size)
        name = f"{fr.number(size, 1 if size % 1 else 0)} médecins"
        margins = sized.margin + sized.slope("acts") * (acts - sized.acts)
        lines[name] = pd.Series(margins / 1000, index=acts)
        needs.append(f"{fr.number(sized.needed('acts').needed or np.nan, 0)} avec {name}")
    pivot, around = _paying(of)
    return curves(
        lines,
        Caption(
            title=(
                f"Sous {pivot} actes par médecin environ, recruter creuse le déficit ; au-delà,"
                " grandir aide"
            ),
            alt=(
                f"Marge annuelle selon les actes par médecin, de {fr.number(low)} à {fr.number(high)},"
                f" pour trois tailles de centre. L’équilibre est à {fr.joined(needs)}. Les droites se"
                f" croisent vers {pivot} actes."
            ),
            sources=main_sources(),
            subtitle="Marge annuelle selon le nombre d’actes de chaque médecin, en k€",
            note=(
                f"Autres grandeurs au centre. Sur toutes les fourchettes, le croisement va de {around}"
                " actes dans huit cas sur dix."
            ),
        ),
        marks=dict.fromkeys(lines, "model"),
        unit="k€",
        digits=0,
    )


def _paying(of: Study) -> tuple[str, str]:
    """Write the acts from which one more doctor pays: at central values, and eight in ten."""
    central = paying_acts(pd.DataFrame([of.ranges.central()])).iloc[0]
    return fr.number(round(central, -1), 0), eight_in_ten(paying_acts(of.drawn))


def acts_needed(of: Study) -> Picture:
    """Set the acts that balance beside the published numbers of acts."""
    needed = of.centre.needed("acts").needed or np.nan
    names = {
        "Salarié de centre, 2022 (Igas)": "actes_etp_mg_salarie",
        "Salarié de centre, de seconde main": "consultations_an_mg_salarie",
        "Centres à l’équilibre, de seconde main": "consultations_an_mg_salarie_equilibre",
        "Libéral, 2022 (Igas)": "actes_etp_mg_liberal",
    }
    values = {name: computed(one) for name, one in names.items()}
    ours = "Pour l’équilibre, selon notre compte"
    now, liberal = values[next(iter(names))], values["Libéral, 2022 (Igas)"]
    more = 100 * (needed / now - 1)
    told = " ; ".join(f"{name} : {fr.number(value, 0)}" for name, value in values.items())
    gap = 100 * (needed / liberal - 1)
    beside = f"{fr.percent(abs(gap), 0)} de {'moins' if gap < 0 else 'plus'}"
    return bars(
        {**values, ours: needed},
        Caption(
            title=(
                f"L’équilibre demanderait {fr.percent(more, 0)} d’actes en plus : {beside} qu’un"
                " médecin libéral"
            ),
            alt=f"Actes par an et par médecin à temps plein. {told} ; {ours} : {fr.number(needed, 0)}.",
            sources=formula_sources(*names.values()),
            subtitle="Actes par an et par généraliste à temps plein",
            note=(
                "Deux sources se contredisent sur les centres ; le compte retient celle de l’Igas. Sur"
                f" toutes les fourchettes, l’équilibre demande de {eight_in_ten(needed_acts(of.drawn))}"
                " actes dans huit cas sur dix."
            ),
        ),
        marks={ours: "model"},
        digits=0,
    )


def verdict(of: Study) -> Statements:
    """Say, as a judgement, what follows for the study's three conditions."""
    pivot, around = _paying(of)
    best = float(swing(of.ranges, margin_of)["best"][CONDITIONS["costs"]])
    saved = "ne suffit pas, même au plus bas" if best < 0 else "n’équilibre qu’au plus bas"
    return says(
        "jugement",
        "Des trois conditions de l’étude, la deuxième décide, mais pas comme on la lit : le nombre"
        " de recrues importe peu, ce que chacune peut faire importe beaucoup."
        f" Sous {pivot} actes par médecin (de {around} selon les fourchettes), chaque recrue creuse"
        " le déficit que la collectivité ou le groupe comble. L’argent public vient ensuite :"
        f" il faudrait {thousands(-of.centre.margin)} de plus par an à un centre moyen. Rogner sur"
        f" la gestion {saved} de toutes ses lignes à la fois : c’est la condition qui nuirait le"
        " plus vite aux soins.",
        sources=main_sources(),
    )
