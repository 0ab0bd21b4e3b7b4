"""Chapter « Les cabinets médicaux »: the way to the target, and the issues that command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook.chapters.cabinets import source, spaced
from handbook.figures import table
from handbook.figures.caption import Caption
from handbook.scenarios import words

if TYPE_CHECKING:
    from handbook.figures import Table
    from handbook.scenarios import ActionPlan, Micmac, MorphologicalField


def path(field: MorphologicalField, plan: ActionPlan) -> Table:
    """Show the order of the changes, and how strained each step is."""
    order = plan.order
    scenarios = list(zip(order.scenarios, order.inconsistency, strict=True))
    names = ["Départ", *(field.issue(issue).short_title for issue in order.issues)]
    moves = ["", *(_moved(field, plan, issue) for issue in order.issues)]
    rows = [
        {"step": step, "change": name, "move": move, "code": field.code(one), "lacking": n}
        for step, (name, move, (one, n)) in enumerate(zip(names, moves, scenarios, strict=True))
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"De la situation constatée à la cible d’exemple :"
                f" {words.counted(len(order.issues))} étapes, et un passage difficile"
            ),
            alt="",
            sources=source(),
            note=(
                "La cible n’est écrite que pour l’enjeu 1, en exemple ; nous l’avons complétée par le"
                " futur cohérent le plus proche qui la contient."
            ),
        ),
        names={
            "step": "Étape",
            "change": "Enjeu qui change",
            "move": "De quoi à quoi",
            "code": "Futur atteint",
            "lacking": "Points manquants",
        },
        formats={"code": spaced},
    )


def _moved(field: MorphologicalField, plan: ActionPlan, issue: str) -> str:
    item = next(one for one in plan.items if one.issue_id == issue)
    return f"{words.quoted(field, item.observed)} → {words.quoted(field, item.target)}"


def measures(plan: ActionPlan) -> Table:
    """List the measures of the issues to redirect, in the order of the steps."""
    frame = plan.to_frame()
    shown = frame.loc[frame["step"] > 0, ["step", "action", "actor", "horizon", "indicator"]]
    actors = shown["actor"].nunique()
    return table(
        shown.reset_index(drop=True),
        Caption(
            title=(
                f"Réorienter demande {words.counted(len(shown))} actions et"
                f" {words.counted(actors)} acteurs"
            ),
            alt="",
            sources=source(),
            note=(
                "Leviers proposés par les auteurs. Le plan entier, y compris ce qu’il faut accélérer,"
                " s’exporte de la vue interactive."
            ),
        ),
        names={
            "step": "Étape",
            "action": "Action",
            "actor": "Acteur",
            "horizon": "Horizon, années",
            "indicator": "Indicateur",
        },
    )


def structure(field: MorphologicalField, micmac: Micmac) -> Table:
    """Rank the issues by influence and dependence, direct and indirect."""
    ranked = micmac.table.sort_values("indirect_influence", ascending=False)
    names = {issue.id: issue.short_title for issue in field.issues}
    first = ranked.index[0]
    result = ranked["indirect_dependence"].idxmax()
    rows = pd.DataFrame(
        {
            "issue": [names[str(i)] for i in ranked.index],
            "influence": ranked["influence"].to_numpy(),
            "dependence": ranked["dependence"].to_numpy(),
            "indirect_influence": 100 * ranked["indirect_influence"].to_numpy(),
            "indirect_dependence": 100 * ranked["indirect_dependence"].to_numpy(),
            "sector": [words.SECTORS[str(s)] for s in ranked["sector"]],
        }
    )
    return table(
        rows,
        Caption(
            title=(
                f"« {names[str(first)]} » entraîne le plus les autres enjeux ;"
                f" « {names[str(result)]} » en dépend le plus"
            ),
            alt="",
            sources=source(),
            note=(
                f"Analyse MICMAC. Le classement est stable dès la puissance {micmac.power} de la"
                " matrice. Les écarts sont faibles : aucun enjeu ne commande seul."
            ),
        ),
        names={
            "issue": "Enjeu",
            "influence": "Influence directe",
            "dependence": "Dépendance directe",
            "indirect_influence": "Influence indirecte, %",
            "indirect_dependence": "Dépendance indirecte, %",
            "sector": "Rôle",
        },
        formats={"indirect_influence": 1, "indirect_dependence": 1},
    )
