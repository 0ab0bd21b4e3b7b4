"""Say in French what a scenario is worth, why it does not hold, and how to repair it."""

from __future__ import annotations

from collections.abc import Sequence

from handbook.core.french import NARROW, NBSP, in_letters, number
from handbook.scenarios.field import MorphologicalField
from handbook.scenarios.matrix import CrossImpactMatrix, Scenario
from handbook.scenarios.reasons import influences, nearest_consistent, readings, reasons

SECTORS = {
    "driver": "moteur",
    "relay": "relais",
    "result": "résultat",
    "autonomous": "autonome",
}
CASES = {"accelerate": "cas 1\u00a0: accélérer", "redirect": "cas 2\u00a0: réorienter"}
CONFIDENCE = {"high": "confiance élevée", "medium": "confiance moyenne", "low": "confiance faible"}


def join(words: Sequence[str]) -> str:
    """Join words as a French list: ``a, b et c``."""
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def points(number: int) -> str:
    """Write a number of points, with its agreement: ``1 point``, ``3 points``."""
    return f"{number} point{'s' if abs(number) > 1 else ''}"


def dotted(hypothesis_id: str) -> str:
    """Write an identifier as the study does: ``1A`` becomes ``1.A``."""
    return f"{hypothesis_id[:-1]}.{hypothesis_id[-1]}"


def quoted(field: MorphologicalField, hypothesis_id: str) -> str:
    """Write identifier and title, such as ``1.A « Renaissance du libéral »``."""
    title = field.hypotheses[hypothesis_id].title
    inner = title.replace("«\u00a0", "“").replace("\u00a0»", "”")
    return f"{dotted(hypothesis_id)} «\u00a0{inner}\u00a0»"


def verdict(field: MorphologicalField, matrix: CrossImpactMatrix, scenario: Scenario) -> str:
    """Say whether a scenario is consistent, and by how much it is or is not."""
    shortfall = matrix.inconsistency(scenario)
    failing = {i: v for i, v in shortfall.items() if v > 0}
    if failing:
        worst = max(failing, key=lambda i: failing[i])
        count = len(failing)
        many = f"{counted(count)} enjeux ne tiennent pas" if count > 1 else "un enjeu ne tient pas"
        return (
            f"Ce futur ne tient pas\u00a0: {many}, le plus tendu étant "
            f"«\u00a0{field.issue(worst).short_title}\u00a0», auquel il manque "
            f"{points(failing[worst])}."
        )
    table = influences(matrix, scenario)
    leads = {str(i): int(v) for i, v in table.groupby("descriptor")["effect"].sum().items()}
    if not leads or min(leads.values()) > 0:
        least = f", avec au moins {points(min(leads.values()))} d’avance" if leads else ""
        return f"Ce futur tient\u00a0: chaque hypothèse est la mieux soutenue{least}."
    tied = [f"«\u00a0{i.short_title}\u00a0»" for i in field.issues if leads.get(i.id) == 0]
    return (
        "Ce futur tient, mais de justesse\u00a0: une autre hypothèse serait aussi bien "
        f"soutenue sur {join(tied)}."
    )


def why(
    field: MorphologicalField, matrix: CrossImpactMatrix, scenario: Scenario, most: int = 2
) -> list[str]:
    """Sentences on each inconsistent issue, with the judgements that speak most against it.

    Parameters
    ----------
    most : int
        Judgements quoted for each issue.
    """
    table = reasons(matrix, scenario)
    balance = matrix.balance(scenario)
    sentences = []
    for issue, rows in table.groupby("descriptor", sort=False):
        first = rows.iloc[0]
        received = balance[str(issue)]
        opening = (
            f"«\u00a0{field.issue(str(issue)).short_title}\u00a0»\u00a0: "
            f"{quoted(field, first['rival'])} serait mieux soutenue que "
            f"{dotted(first['state'])} ({signed(received[first['rival']])} contre "
            f"{signed(received[first['state']])})."
        )
        lines = [opening]
        for row in rows.head(most).to_dict("records"):
            judgement = field.judgement(row["source_state"], str(issue))
            if judgement is None or rescored(field, matrix, row["source_state"], str(issue)):
                lines.append(f"Un score modifié de {dotted(row['source_state'])} s’y oppose.")
            else:
                lines.append(
                    f"{dotted(row['source_state'])}\u00a0: {judgement['justification']}"
                    f"{provenance(judgement['locator'], judgement['confidence'])}"
                )
        sentences.append(" ".join(lines))
    return sentences


def provenance(locator: str, confidence: str) -> str:
    """Say where a judgement was read and how sure it is, in brackets, as far as it is known."""
    known = [part for part in (locator, CONFIDENCE.get(confidence, "")) if part]
    joined = "\u202f; ".join(known)
    return f" ({joined})" if known else ""


def rescored(field: MorphologicalField, matrix: CrossImpactMatrix, source: str, issue: str) -> bool:
    """Tell whether a judgement no longer has the scores that its justification argues for."""
    judgement = field.judgement(source, issue) or {}
    origin = (field.issue_of[source], source)
    return any(
        matrix.score(origin, (issue, h.id)) != judgement.get(f"score_{h.letter.lower()}", 0)
        for h in field.issue(issue).hypotheses
    )


def repairs(
    field: MorphologicalField, matrix: CrossImpactMatrix, scenario: Scenario, most: int = 3
) -> list[str]:
    """Say the least changes of hypotheses that make a scenario consistent.

    Parameters
    ----------
    most : int
        Number of repairs listed, the cheapest first.
    """
    table = nearest_consistent(matrix, scenario)
    if table.empty:
        return ["Aucun futur ne tient avec ces scores\u00a0: aucune réparation possible."]
    if int(table["distance"].iloc[0]) == 0:
        return ["Rien à changer\u00a0: ce futur tient déjà."]
    sentences = []
    for row in table.head(most).to_dict("records"):
        moves = [f"{dotted(scenario[i])} par {quoted(field, row[i])}" for i in row["changed"]]
        count = row["distance"]
        sentences.append(
            f"En changeant {counted(count)} enjeu{'x' if count > 1 else ''}\u00a0: "
            f"remplacer {join(moves)}."
        )
    return sentences


def readings_said(matrix: CrossImpactMatrix, known: Scenario) -> str:
    """Say how far from holding the readings of a situation are, given what is known of it.

    Nothing when all of it is known, or nothing, or when no scenario holds.
    """
    left = len(matrix.descriptors) - len(known)
    if not known or not left or matrix.consistent_scenarios().empty:
        return ""
    changes = readings(matrix, known)["changes"]
    holding, near = int((changes == 0).sum()), int((changes == 1).sum())
    return (
        f"{counted(left).capitalize()} enjeu{'x' if left > 1 else ''} sur"
        f" {counted(len(matrix.descriptors))} ne "
        f"{'sont' if left > 1 else 'est'} pas écrit{'s' if left > 1 else ''}{NBSP}:"
        f" {number(len(changes))} lectures sont possibles. {counted(holding).capitalize()}"
        f" {'tiennent' if holding > 1 else 'tient'}{NARROW}; {counted(near)}"
        f" {'sont' if near > 1 else 'est'} à un changement d’un futur qui tient, et la plus"
        f" éloignée à {counted(int(changes.max()))}."
    )


def signed(number: int) -> str:
    """Signed integer with a true minus sign."""
    return f"\u2212{-number}" if number < 0 else f"+{number}" if number else "0"


def counted(number: int) -> str:
    """Write how many in letters, before a masculine noun."""
    return in_letters(number, zero="aucun")
