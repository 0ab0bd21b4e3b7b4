"""All that the page of the scenario builder needs: texts, scores, judgements, levers, doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handbook.core.french import NARROW, typeset
from handbook.scenarios import words
from handbook.scenarios.action_plan import CAUTION, COLUMNS

if TYPE_CHECKING:
    from handbook.scenarios import CrossImpactMatrix, MorphologicalField

__all__ = ["page_data"]

METHOD = tuple(
    typeset(" ".join(text.split()))
    for text in """
Chaque hypothèse choisie donne aux hypothèses des autres enjeux un score de −3 (elle s’y oppose)
à +3 (elle la favorise). Le soutien d’une hypothèse est la somme des scores qu’elle reçoit.

Un futur est cohérent quand, sur chaque enjeu, aucune autre hypothèse n’est mieux soutenue que
celle qui est choisie. C’est la méthode des bilans d’impacts croisés de W. Weimer-Jehle (2006).

Les scores sont des jugements d’auteurs : l’étude n’en donne aucun. Chacun s’appuie sur un passage
de l’étude et porte une confiance. Vous pouvez tous les changer.

« Matrices plausibles » : celles que l’on obtient quand chaque score se trompe, au hasard et
indépendamment des autres, d’un ou deux points selon la confiance qui lui est donnée. La part est
calculée exactement, sans tirage.

A, B et C sont des noms, non des degrés : l’écart entre deux futurs est le nombre d’enjeux sur
lesquels ils diffèrent.
""".strip().split("\n\n")
)


def page_data(field: MorphologicalField, matrix: CrossImpactMatrix) -> dict[str, Any]:
    """Return all that the page needs, JSON-able; the words are those of the tables."""
    noise = field.tables["perturbation"]
    reach = int(noise["shift"].abs().max())
    shapes = {
        str(name): [
            float(rows.loc[rows["shift"] == shift, "probability"].sum())
            for shift in range(-reach, reach + 1)
        ]
        for name, rows in noise.groupby("confidence", sort=False)
    }
    shapes["none"] = [float(shift == 0) for shift in range(-reach, reach + 1)]
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
        "criteria": field.tables["criteria"][["issue_id", "criterion_id", "label"]]
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
                "horizon": int(row["horizon_years"]),
                **{key: row[key] for key in ("action", "actor", "partners", "indicator")},
            }
            for row in field.tables["levers"].to_dict("records")
        ],
        "settings": [
            {"reason": setting.reason, "locator": setting.locator, "written": bool(setting.written)}
            for setting in (field.setting("observed", issue.id) for issue in field.issues)
        ],
        "target": field.code(field.completed_target(matrix)),
        "noise": shapes,
        "words": {
            "cases": words.CASES,
            "confidence": words.CONFIDENCE,
            "columns": COLUMNS,
            "caution": CAUTION,
        },
        "method": list(METHOD),
    }
