"""Action plan from an observed scenario to a target, assembled from data, in French.

For each issue, in the order that keeps the intermediate scenarios least inconsistent: the
committee's case (accelerate the trend or redirect it), the judgements that help and those that
hold back once the target is reached, and the levers, with their actors, horizon and indicator.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from handbook.core.cells import inert
from handbook.scenarios.field import MorphologicalField
from handbook.scenarios.matrix import CrossImpactMatrix, Scenario
from handbook.scenarios.path import Case, ChangeOrder, Forcing, best_order, forcing, gap
from handbook.scenarios.reasons import influences
from handbook.scenarios.words import (
    CASES,
    counted,
    dotted,
    join,
    points,
    quoted,
    rescored,
    verdict,
)

COLUMNS = {
    "step": "Étape",
    "issue": "Enjeu",
    "observed": "Hypothèse observée",
    "target": "Hypothèse visée",
    "case": "Cas",
    "horizon": "Horizon (années)",
    "action": "Action",
    "actor": "Acteur",
    "partners": "Partenaires",
    "indicator": "Indicateur",
}
STYLE = """
body { font: 11pt/1.4 Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 1.6rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; break-inside: avoid; }
th, td { border: 1px solid #767676; padding: .3rem .5rem; text-align: left;
  vertical-align: top; }
.note { color: #4a4a4a; }
@media print { body { margin: 0; max-width: none; } }
"""


CAUTION = (
    "Les leviers, les scores et l’ordre conseillé sont des jugements à discuter, non des constats."
)


@dataclass(frozen=True)
class PlanItem:
    """Part of the plan that concerns one issue.

    Attributes
    ----------
    step : int
        Rank in the order of changes; 0 when the issue does not change.
    helps, holds_back : tuple of str
        French sentences: judgements for and against the target hypothesis in the target scenario.
    levers : DataFrame
        Columns ``horizon``, ``action``, ``actor``, ``partners``, ``indicator``, ``figures``.
    """

    step: int
    issue_id: str
    observed: str
    target: str
    case: Case
    helps: tuple[str, ...]
    holds_back: tuple[str, ...]
    levers: pd.DataFrame


@dataclass(frozen=True)
class ActionPlan:
    """Plan from an observed scenario to a target; `items` in the order of the steps."""

    field: MorphologicalField
    title: str
    summary: tuple[str, ...]
    items: tuple[PlanItem, ...]
    order: ChangeOrder
    forcing: Forcing

    def to_frame(self) -> pd.DataFrame:
        """One row a lever, with the columns of `COLUMNS` under their English names."""
        rows = []
        for item in self.items:
            head = {
                "step": item.step,
                "issue": self.field.issue(item.issue_id).title,
                "observed": quoted(self.field, item.observed),
                "target": quoted(self.field, item.target),
                "case": CASES[item.case],
            }
            rows += [{**head, **lever} for lever in item.levers.to_dict("records")]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def to_csv(self) -> str:
        """Plan as CSV text with French headings."""
        text = io.StringIO()
        rows = self.to_frame().rename(columns=COLUMNS)
        rows = rows.map(lambda cell: inert(cell) if isinstance(cell, str) else cell)
        rows.to_csv(text, index=False, lineterminator="\n")
        return text.getvalue()

    def to_markdown(self) -> str:
        """Plan as a Markdown document."""
        lines = [f"# {self.title}", "", *self.summary, ""]
        for item in self.items:
            lines += [f"## {self._heading(item)}", "", self._course(item), ""]
            lines += [f"- {sentence}" for sentence in self._forces(item)]
            headings = [COLUMNS[c] for c in _SHOWN]
            lines += ["", _row(headings), _row(["---"] * len(headings))]
            lines += [_row([str(r[c]) for c in _SHOWN]) for r in item.levers.to_dict("records")]
            lines.append("")
        return "\n".join(lines)

    def to_html(self) -> str:
        """Plan as a page that stands alone and prints well."""
        parts = [f"<h1>{escape(self.title)}</h1>", *(f"<p>{escape(s)}</p>" for s in self.summary)]
        for item in self.items:
            parts.append(f"<h2>{escape(self._heading(item))}</h2>")
            parts.append(f"<p>{escape(self._course(item))}</p>")
            forces = "".join(f"<li>{escape(s)}</li>" for s in self._forces(item))
            parts.append(f'<ul class="note">{forces}</ul>' if forces else "")
            parts.append(self._lever_table(item))
        return (
            '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            + "\n".join(p for p in parts if p)
            + "\n</main>\n</body>\n</html>\n"
        )

    def _lever_table(self, item: PlanItem) -> str:
        head = "".join(f'<th scope="col">{escape(COLUMNS[c])}</th>' for c in _SHOWN)
        body = "\n".join(
            "<tr>" + "".join(f"<td>{escape(str(row[c]))}</td>" for c in _SHOWN) + "</tr>"
            for row in item.levers.to_dict("records")
        )
        caption = f"Leviers vers l’hypothèse {dotted(item.target)}"
        return (
            f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>"
        )

    def _heading(self, item: PlanItem) -> str:
        step = f"Étape {item.step}" if item.step else "Sans changement"
        return f"{step}\u00a0: {self.field.issue(item.issue_id).title}"

    def _course(self, item: PlanItem) -> str:
        case = CASES[item.case].capitalize()
        if item.case == "accelerate":
            return f"{case} la tendance vers {quoted(self.field, item.target)}."
        return (
            f"{case} de {quoted(self.field, item.observed)} vers {quoted(self.field, item.target)}."
        )

    def _forces(self, item: PlanItem) -> list[str]:
        return [f"Appui de {s}" for s in item.helps] + [f"Frein de {s}" for s in item.holds_back]


_SHOWN = ("horizon", "action", "actor", "partners", "indicator")


def action_plan(
    field: MorphologicalField,
    matrix: CrossImpactMatrix,
    observed: Scenario,
    target: Scenario,
    most: int = 2,
) -> ActionPlan:
    """Assemble the plan.

    Parameters
    ----------
    most : int
        Judgements quoted for and against each target hypothesis.
    """
    cases = gap(observed, target).cases
    order = best_order(matrix, observed, target)
    held = forcing(matrix, observed, target)
    rank = {issue: n for n, issue in enumerate(order.issues, start=1)}
    pushes = influences(matrix, target)
    items = [
        PlanItem(
            step=rank.get(i.id, 0),
            issue_id=i.id,
            observed=observed[i.id],
            target=target[i.id],
            case=cases[i.id],
            helps=_sentences(field, matrix, pushes, i.id, most, sign=1),
            holds_back=_sentences(field, matrix, pushes, i.id, most, sign=-1),
            levers=_levers(field, target[i.id], cases[i.id]),
        )
        for i in field.issues
    ]
    items.sort(key=lambda item: (item.step == 0, item.step))
    title = f"Plan d’action\u00a0: de {_letters(field, observed)} à {_letters(field, target)}"
    summary = _summary(field, matrix, target, cases, order, held)
    return ActionPlan(field, title, summary, tuple(items), order, held)


def _letters(field: MorphologicalField, scenario: Scenario) -> str:
    return "-".join(field.code(scenario))


def _summary(
    field: MorphologicalField,
    matrix: CrossImpactMatrix,
    target: Scenario,
    cases: Mapping[str, Case],
    order: ChangeOrder,
    held: Forcing,
) -> tuple[str, ...]:
    changed = [i for i, case in cases.items() if case == "redirect"]
    count = len(changed)
    if not count:
        scope = "La cible est la situation observée\u00a0: il s’agit d’accélérer sur chaque enjeu."
    else:
        scope = (
            f"{counted(count).capitalize()} enjeu{'x' if count > 1 else ''} sur "
            f"{counted(len(cases))} à réorienter, les autres à accélérer."
            if count < len(cases)
            else f"Les {counted(count)} enjeux sont à réorienter."
        )
    names = {i.id: f"«\u00a0{i.short_title}\u00a0»" for i in field.issues}
    lines = [scope, verdict(field, matrix, target).replace("Ce scénario", "Le scénario visé")]
    if count > 1:
        lines.append(
            f"Ordre conseillé\u00a0: {join([names[i] for i in order.issues])}\u202f; "
            f"la pire incohérence en chemin est alors de {points(order.worst)}."
        )
    if held.to_hold:
        lines.append(
            f"À maintenir par une politique constante, faute d’appui des autres enjeux\u00a0: "
            f"{join([names[i] for i in held.to_hold])}."
        )
    if held.to_reach and held.to_reach[0] != held.to_hold:
        lines.append(
            f"Levier le plus court depuis la situation observée\u00a0: agir sur "
            f"{' ou sur '.join(join([names[i] for i in s]) for s in held.to_reach)}\u202f; "
            "le reste suit."
        )
    return (*lines, CAUTION)


def _sentences(
    field: MorphologicalField,
    matrix: CrossImpactMatrix,
    pushes: pd.DataFrame,
    issue: str,
    most: int,
    *,
    sign: int,
) -> tuple[str, ...]:
    """Justifications of the judgements that push an issue most, one way."""
    rows = pushes[(pushes["descriptor"] == issue) & (sign * pushes["effect"] > 0)]
    strongest = rows.sort_values("effect", ascending=sign < 0, kind="stable").head(most)
    found = []
    for source in strongest["source_state"]:
        judgement = field.judgement(source, issue)
        if judgement is None or rescored(field, matrix, source, issue):
            text = "score modifié"
        else:
            text = judgement["justification"]
        found.append(f"{dotted(source)}\u00a0: {text}")
    return tuple(found)


def _levers(field: MorphologicalField, target: str, case: Case) -> pd.DataFrame:
    table = field.tables["levers"]
    mine = table[(table["hypothesis_id"] == target) & table["case"].isin(["both", case])]
    columns = ["horizon_years", "action", "actor", "partners", "indicator", "figures"]
    chosen = mine[columns].rename(columns={"horizon_years": "horizon"}).fillna({"figures": ""})
    return chosen.sort_values("horizon", kind="stable").reset_index(drop=True)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
