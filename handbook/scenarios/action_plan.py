"""Action plan from an observed scenario to a target, assembled from data, in French.

First the changes, in the order that keeps the intermediate scenarios least inconsistent: for each
issue the committee's case (accelerate the trend or redirect it) and the judgements that help or
hold back. Then the actions by horizon, those that lead to the target apart from those that limit
its risks; last, what the plan asks of jobs and skills.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from handbook.core.cells import inert
from handbook.core.doors import door
from handbook.core.french import NARROW, NBSP, in_letters
from handbook.scenarios.checks import ScenarioError
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
    "observed": "Hypothèse constatée",
    "target": "Hypothèse visée",
    "case": "Cas",
    "horizon": "Horizon (années)",
    "role": "Rôle",
    "action": "Action",
    "actor": "Acteur",
    "partners": "Partenaires",
    "indicator": "Indicateur",
    "jobs": "Métiers et compétences",
}
ROLES = {"lead": "y mener", "guard": "garde-fou"}
CAUTION = (
    "Les leviers, les scores et l’ordre conseillé sont des jugements à discuter, non des constats."
)
TITLES = {
    "order": "Ordre des changements",
    "jobs": "Ce que le plan demande aux métiers et aux compétences",
}
_SHOWN = ("step", "issue", "action", "role", "actor", "partners", "indicator")


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
        Columns ``horizon``, ``role``, ``action``, ``actor``, ``partners``, ``indicator``,
        ``figures`` and ``jobs`` (whether the action is about jobs or skills).
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
    """Plan from an observed scenario to a target; `items` in the order of the steps.

    Attributes
    ----------
    skills : tuple of str
        French sentences: what the criteria on jobs and skills say of the target.
    """

    field: MorphologicalField
    title: str
    summary: tuple[str, ...]
    items: tuple[PlanItem, ...]
    skills: tuple[str, ...]
    order: ChangeOrder
    forcing: Forcing

    def to_frame(self) -> pd.DataFrame:
        """One row an action, by horizon then step, with the columns of `COLUMNS`."""
        rows = []
        for item in self.items:
            head = {
                "step": item.step,
                "issue": self.field.issue(item.issue_id).short_title,
                "observed": quoted(self.field, item.observed),
                "target": quoted(self.field, item.target),
                "case": CASES[item.case],
            }
            rows += [{**head, **lever} for lever in item.levers.to_dict("records")]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        frame["role"] = frame["role"].map(ROLES)
        frame["jobs"] = frame["jobs"].map({True: "oui", False: "non"})
        return frame.sort_values("horizon", kind="stable", ignore_index=True)

    def stages(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield the actions of each horizon under its French heading, the nearest first."""
        frame = self.to_frame()
        for years in sorted(frame["horizon"].unique().tolist()):
            rows = frame[frame["horizon"] == years].replace({"step": {0: "–"}})
            yield f"D’ici à {in_letters(years)} ans", rows

    def to_csv(self) -> str:
        """Plan as CSV text with French headings."""
        text = io.StringIO()
        rows = self.to_frame().rename(columns=COLUMNS)
        rows = rows.map(lambda cell: inert(cell) if isinstance(cell, str) else cell)
        rows.to_csv(text, index=False, lineterminator="\n")
        return text.getvalue()

    def to_markdown(self) -> str:
        """Plan as a Markdown document."""
        lines = [f"# {self.title}", "", *self.summary, "", f"## {TITLES['order']}", ""]
        for item in self.items:
            lines += [f"### {self._heading(item)}", "", self._course(item), ""]
            forces = self._forces(item)
            lines += [*(f"- {sentence}" for sentence in forces), *([""] if forces else [])]
        for heading, rows in self.stages():
            headings = [COLUMNS[column] for column in _SHOWN]
            lines += [f"## {heading}", "", _row(headings), _row(["---"] * len(headings))]
            lines += [_row([str(r[c]) for c in _SHOWN]) for r in rows.to_dict("records")]
            lines.append("")
        if self.skills:
            lines += [f"## {TITLES['jobs']}", "", *(f"- {text}" for text in self.skills), ""]
        return "\n".join(lines)

    def _heading(self, item: PlanItem) -> str:
        step = f"Étape {item.step}" if item.step else "Sans changement"
        return f"{step}{NBSP}: {self.field.issue(item.issue_id).title}"

    def _course(self, item: PlanItem) -> str:
        case = CASES[item.case].capitalize()
        if item.case == "accelerate":
            return f"{case} la tendance vers {quoted(self.field, item.target)}."
        return (
            f"{case} de {quoted(self.field, item.observed)} vers {quoted(self.field, item.target)}."
        )

    def _forces(self, item: PlanItem) -> list[str]:
        return [f"Appui de {s}" for s in item.helps] + [f"Frein de {s}" for s in item.holds_back]


@door(ScenarioError)
def action_plan(
    field: MorphologicalField,
    matrix: CrossImpactMatrix,
    observed: Scenario,
    target: Scenario,
    *,
    actor: str | None = None,
    horizon: int | None = None,
    most: int = 2,
) -> ActionPlan:
    """Assemble the plan.

    Parameters
    ----------
    actor : str, optional
        Keep the actions that this actor leads.
    horizon : int, optional
        Keep the actions of this horizon, in years.
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
            levers=_kept(_levers(field, target[i.id], cases[i.id]), actor, horizon),
        )
        for i in field.issues
    ]
    items.sort(key=lambda item: (item.step == 0, item.step))
    title = f"Plan d’action{NBSP}: de {_letters(field, observed)} à {_letters(field, target)}"
    summary = (*_summary(field, matrix, target, cases, order, held), *_scope(actor, horizon))
    return ActionPlan(
        field, title, summary, tuple(items), _skills(field, observed, target), order, held
    )


def _letters(field: MorphologicalField, scenario: Scenario) -> str:
    return "-".join(field.code(scenario))


def _summary(
    field: MorphologicalField,
    matrix: CrossImpactMatrix,
    target: Scenario,
    cases: Mapping[str, Case],
    order: ChangeOrder,
    held: Forcing,
) -> list[str]:
    """Say the scope, whether the target holds, the order advised and what has to be held.

    The smallest set of issues that leads to the target by itself is left out: it names others than
    the first steps of the order, and a plan gives one advice.
    """
    changed = [i for i, case in cases.items() if case == "redirect"]
    count = len(changed)
    if not count:
        scope = (
            f"La cible est la situation constatée{NBSP}: il s’agit d’accélérer sur chaque enjeu."
        )
    else:
        scope = (
            f"{counted(count).capitalize()} enjeu{'x' if count > 1 else ''} sur "
            f"{counted(len(cases))} à réorienter, les autres à accélérer."
            if count < len(cases)
            else f"Les {counted(count)} enjeux sont à réorienter."
        )
    names = {i.id: f"«{NBSP}{i.short_title}{NBSP}»" for i in field.issues}
    lines = [scope, verdict(field, matrix, target).replace("Ce futur", "Le futur visé")]
    if count > 1:
        lines.append(
            f"Ordre conseillé{NBSP}: {join([names[i] for i in order.issues])}{NARROW}; "
            f"la pire incohérence en chemin est alors de {points(order.worst)}."
        )
    if held.to_hold:
        lines.append(
            f"À maintenir par une politique constante, faute d’appui des autres enjeux{NBSP}: "
            f"{join([names[i] for i in held.to_hold])}."
        )
    return [*lines, CAUTION]


def _scope(actor: str | None, horizon: int | None) -> list[str]:
    """Say which actions were kept."""
    kept = [f"menées par «{NBSP}{actor}{NBSP}»"] if actor else []
    kept += [f"à l’horizon de {horizon}{NBSP}ans"] if horizon else []
    return [f"Actions retenues{NBSP}: {', '.join(kept)}."] if kept else []


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
    sentences = []
    for source in strongest["source_state"]:
        judgement = field.judgement(source, issue)
        if judgement is None or rescored(field, matrix, source, issue):
            text = "score modifié"
        else:
            text = judgement["justification"]
        sentences.append(f"{dotted(source)}{NBSP}: {text}")
    return tuple(sentences)


def _levers(field: MorphologicalField, target: str, case: Case) -> pd.DataFrame:
    table = field.tables["levers"]
    mine = table[(table["hypothesis_id"] == target) & table["case"].isin(["both", case])]
    columns = [
        "horizon_years",
        "role",
        "action",
        "actor",
        "partners",
        "indicator",
        "figures",
        "jobs",
    ]
    chosen = mine[columns].rename(columns={"horizon_years": "horizon"}).fillna({"figures": ""})
    return chosen.sort_values("horizon", kind="stable").reset_index(drop=True)


def _kept(levers: pd.DataFrame, actor: str | None, horizon: int | None) -> pd.DataFrame:
    kept = levers if actor is None else levers[levers["actor"] == actor]
    kept = kept if horizon is None else kept[kept["horizon"] == horizon]
    return kept.reset_index(drop=True)


def _skills(field: MorphologicalField, observed: Scenario, target: Scenario) -> tuple[str, ...]:
    """Set the target's jobs and skills beside the observed ones, criterion by criterion."""
    sides = field.profiles({"observed": observed, "target": target})
    sentences = []
    for row in sides[sides["jobs"]].to_dict("records"):
        head = f"{field.issue(row['issue_id']).short_title}, {row['label']}{NBSP}: {row['target']}"
        kept = row["observed"] == row["target"]
        other = "comme" if kept else f"«{NBSP}{row['observed']}{NBSP}»"
        sentences.append(f"{head} ({other} dans la situation constatée).")
    return tuple(sentences)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
