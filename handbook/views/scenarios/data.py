"""All that the page of the scenario builder needs: texts, scores, judgements, levers, doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from handbook.core.french import NARROW, typeset
from handbook.scenarios import ScenarioError, words
from handbook.scenarios.action_plan import CAUTION, COLUMNS, ROLES, TITLES
from handbook.views.base.values import slug

if TYPE_CHECKING:
    import pandas as pd

    from handbook.scenarios import CrossImpactMatrix, MorphologicalField

__all__ = ["LARGEST", "Wording", "check_size", "page_data"]

_SCALE = 3  # the usual scale of scores, from -3 to +3

LARGEST = 100_000
"""Futures that a page goes through without making its reader wait."""

_METHOD = (
    (
        "Chaque hypothèse choisie donne aux hypothèses des autres enjeux un score, négatif si elle"
        " s’y oppose, positif si elle les favorise. Le soutien d’une hypothèse est la somme des"
        " scores qu’elle reçoit."
    ),
    (
        "Un futur tient quand, sur chaque enjeu, aucune autre hypothèse n’est mieux soutenue"
        " que celle qui est choisie. C’est la méthode des bilans d’impacts croisés de"
        " W. Weimer-Jehle (2006)."
    ),
    "Les scores sont des jugements. Vous pouvez tous les changer.",
    (
        "Les lettres sont des noms, non des degrés\u00a0: l’écart entre deux futurs est le nombre"
        " d’enjeux sur lesquels ils diffèrent."
    ),
)
_DOUBT = (
    "«\u00a0Jeux de scores plausibles\u00a0»\u00a0: ceux que l’on obtient quand chaque score se"
    " trompe, au hasard et indépendamment des autres, selon la confiance qui lui est donnée. La"
    " part est calculée exactement, sans tirage."
)


@dataclass(frozen=True)
class Wording:
    """What the view says of where its matrix comes from; each has a neutral default.

    Attributes
    ----------
    method
        Sentences added to the method: who scored, on what.
    written, assumed
        Badges of a hypothesis that the source writes, and of one that is supposed.
    silent
        What is said of an influence that nobody justified and that scores zero.
    criteria
        Caption of the table of criteria.
    judged
        Sentence after the sources.
    observed, target
        Names of the first situation and of the one aimed at.
    seen
        The word under the hypothesis of the first situation, on the board.
    """

    method: Sequence[str] = ()
    written: str = "Écrit dans la source"
    assumed: str = "Hypothèse, à corriger"
    silent: str = "La matrice ne donne aucune influence directe."
    criteria: str = "Critères"
    judged: str = ""
    observed: str = "Situation de départ"
    seen: str = "départ"
    target: str = "Cible"

    def texts(self) -> dict[str, str]:
        """Return what the page says, but for the method."""
        texts = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "method"}
        return {name: typeset(text) for name, text in texts.items()}


def check_size(matrix: CrossImpactMatrix) -> None:
    """Refuse a matrix of more than `LARGEST` futures."""
    if matrix.size > LARGEST:
        raise ScenarioError(
            f"the page goes through every future: {matrix.size} are more than {LARGEST}"
        )


def page_data(
    field: MorphologicalField, matrix: CrossImpactMatrix, wording: Wording
) -> dict[str, Any]:
    """Return all that the page needs, JSON-able; the words are those of the tables."""
    noise = _shapes(field.tables["perturbation"])
    doubt = [_DOUBT] if noise else []
    method = [*_METHOD[:-1], *wording.method, *doubt, _METHOD[-1]]
    return {
        "issues": [
            {
                "id": issue.id,
                "short": issue.short_title,
                "title": issue.title,
                "question": issue.question,
                "context": list(issue.context),
                "hypotheses": [
                    {"id": h.id, "letter": h.letter, "title": h.title, "description": h.description}
                    | {"story": h.story}
                    for h in issue.hypotheses
                ],
            }
            for issue in field.issues
        ],
        "scores": matrix.scores.tolist(),
        "judgements": [
            {
                "source": row["source_hypothesis_id"],
                "target": row["target_issue_id"],
                "text": row["justification"],
                "locator": row["locator"],
                "confidence": row["confidence"],
            }
            for row in field.tables["impacts"].to_dict("records")
        ],
        "criteria": field.tables["criteria"][["issue_id", "criterion_id", "label", "jobs"]]
        .to_numpy()
        .tolist(),
        "profiles": {
            f"{row['hypothesis_id']}/{row['criterion_id']}": row["profile"]
            + (f"{NARROW}?" if row["hesitant"] else "")
            for row in field.tables["profiles"].to_dict("records")
        },
        "levers": [
            {
                "hypothesis": row["hypothesis_id"],
                "course": row["case"],
                "role": ROLES[row["role"]],
                "horizon": int(row["horizon_years"]),
                "jobs": "oui" if row["jobs"] else "non",
                **{key: row[key] for key in ("action", "actor", "partners", "indicator")},
            }
            for row in field.tables["levers"].to_dict("records")
        ],
        "actors": actors_of(field),
        "settings": [
            {"reason": setting.reason, "locator": setting.locator, "written": bool(setting.written)}
            for setting in (field.setting("observed", issue.id) for issue in field.issues)
        ],
        "target": _target(field, matrix),
        "noise": noise,
        "most": max(_SCALE, int(abs(matrix.scores).max())),
        "words": {
            "cases": words.CASES,
            "confidence": words.CONFIDENCE,
            "columns": COLUMNS,
            "titles": TITLES,
            "caution": CAUTION,
            **wording.texts(),
        },
        "method": [typeset(text) for text in method],
        "neutral": {
            "words": Wording().texts(),
            "method": [typeset(text) for text in _METHOD],
            "largest": LARGEST,
        },
    }


def actors_of(field: MorphologicalField) -> dict[str, str]:
    """Return who leads the actions, by the name that the address gives them."""
    actors = field.tables["levers"]["actor"]
    return {slug(actor): actor for actor in sorted({str(one) for one in actors if one})}


def _shapes(noise: pd.DataFrame) -> dict[str, list[float]]:
    """Return the distribution of the error of a score, by confidence; nothing if none is given."""
    if noise.empty:
        return {}
    reach = int(noise["shift"].abs().max())
    shifts = range(-reach, reach + 1)
    shapes = {
        str(name): [
            float(rows.loc[rows["shift"] == shift, "probability"].sum()) for shift in shifts
        ]
        for name, rows in noise.groupby("confidence", sort=False)
    }
    return {**shapes, "none": [float(shift == 0) for shift in shifts]}


def _target(field: MorphologicalField, matrix: CrossImpactMatrix) -> str:
    """Return the future aimed at, or nothing when there is no aim, or none that holds."""
    try:
        return field.code(field.completed_target(matrix)) if field.target() else ""
    except ScenarioError:
        return ""
