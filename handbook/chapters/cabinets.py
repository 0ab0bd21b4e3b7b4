"""Chapter « Les cabinets médicaux »: pictures, tables and view, from the scenarios' analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from handbook import facts
from handbook.figures import compose, fr, says, table, takeaways, theme
from handbook.figures.caption import Caption
from handbook.figures.parts import key
from handbook.figures.svg import HALO
from handbook.scenarios import (
    MorphologicalField,
    best_order,
    distance,
    noise_by_confidence,
    robustness,
    words,
    worst_orders,
)
from handbook.scenarios.field import TABLES
from handbook.views.scenarios.view import ScenarioExplorer, Wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from handbook.figures import Picture, Plate, Statements, Table
    from handbook.scenarios import CrossImpactMatrix

STUDY = "cpnefp-2025"
JUDGED = "Scores et situation constatée : jugements des auteurs, fondés sur le texte de l’étude."
# Which published figure bears on which issue is our judgement; the page says so.
CONTEXT = {
    "jeunes": [
        "medecins_salaries_pct",
        "nouveaux_inscrits_salaries_2018",
        "internes_envisagent_liberal",
        "mg_part_femmes_projection",
    ],
    "soins": [
        "snp_mg_organises",
        "snp_mg_30pct_activite",
        "sas_couverture_2025",
        "csnp_nombre_2025",
        "mg_patients_ald_sans_mt",
    ],
    "numerique": [
        "ia_usage_pct_outils_2025",
        "ia_usage_pct_chatgpt_2025",
        "ia_usage_admin_pct",
        "ia_usage_diagnostic_pct",
        "ia_usage_pct_generalistes_2025",
    ],
    "delegation": ["assistants_contrats_2025", "assistants_cible", "assistants_mg_eligibles_pct"],
    "exercice": ["mg_groupe_pct_2022", "mg_pluripro_pct", "mg_msp_pct"],
    "financement": [
        "fin_biologie_6_groupes_pct",
        "fin_radiologie_pct",
        "fin_investissement_sante_pct",
    ],
}
SETTLES_NOWHERE = "Tourne en rond"
JOINER = "\N{WORD JOINER}"


def field() -> MorphologicalField:
    """Open the issues, hypotheses and judgements."""
    return MorphologicalField.from_tables({n: facts.table(f"cabinets_{n}") for n in TABLES})


def futures(field: MorphologicalField, matrix: CrossImpactMatrix) -> pd.DataFrame:
    """Describe every future.

    Returns
    -------
    DataFrame
        One row a future, index ``code``: the hypothesis of each issue, ``lacking`` (points that
        the most strained issue lacks), ``distance`` (issues that differ from the observed
        situation), ``leads_to`` (family where succession ends), ``lead``, ``total_impact``,
        ``share`` (of the plausible matrices in which it holds), between 0 and 1.
    """
    every = robustness(matrix, noise_by_confidence(field))
    ends = matrix.attractors()
    homes = [SETTLES_NOWHERE if a.is_cycle else _family(field, a.states[0]) for a in ends]
    observed = field.observed()
    rows = every.to_dict("records")
    return every.assign(
        code=[field.code({i: str(row[i]) for i in observed}) for row in rows],
        lacking=(-every["consistency"]).clip(lower=0),
        lead=every["consistency"],
        distance=[distance(observed, row) for row in rows],  # type: ignore[arg-type]
        leads_to=[homes[a] for a in matrix.basins()["attractor"]],
    ).set_index("code")


def _family(field: MorphologicalField, scenario: dict[str, str]) -> str:
    """Name a future by its hypothesis on the first issue."""
    return field.hypotheses[scenario[field.issues[0].id]].title


def _holding(futures: pd.DataFrame) -> pd.DataFrame:
    return futures[futures["lacking"] == 0]


def spaced(code: object) -> str:
    """Write a future as the view does, on one line."""
    return f"{JOINER}-{JOINER}".join(str(code))


def source() -> list[facts.Source]:
    """Return the study, as pictures and tables cite it."""
    return [facts.source(STUDY)]


def _changes(number: int) -> str:
    return f"{words.counted(number)} changement{'s' if number > 1 else ''}"


def landscape(futures: pd.DataFrame) -> Picture:
    """Show every future: how far from the observed situation, and how inconsistent."""
    held = _holding(futures)
    near = int(held["distance"].min())
    start = futures[futures["distance"] == 0].iloc[0]
    count = words.counted(len(held))
    families = [name for name in dict.fromkeys(futures["leads_to"]) if name != SETTLES_NOWHERE]
    told = ", ".join(
        f"{int((futures['leads_to'] == name).sum())} vers « {name} »" for name in families
    )
    shown = futures[["distance", "lacking", "leads_to", "share"]]
    return compose(
        lambda plate: _draw_landscape(plate, shown, [*families, SETTLES_NOWHERE]),
        shown,
        Caption(
            title=(
                f"Sur {len(futures)} futurs, {count} tiennent, et aucun à moins de"
                f" {_changes(near)} de la situation constatée"
            ),
            alt=(
                f"Chaque signe est un futur, placé selon le nombre d’enjeux qui changent depuis la"
                f" situation constatée et selon les points qui manquent à l’enjeu le plus tendu."
                f" {count.capitalize()} futurs n’en manquent d’aucun. Il en manque"
                f" {words.points(int(start['lacking']))} à la situation constatée, et jusqu’à"
                f" {futures['lacking'].max()} au plus incohérent. Laissés à leurs influences, ils vont :"
                f" {told}, et {int((futures['leads_to'] == SETTLES_NOWHERE).sum())} tournent en rond."
            ),
            sources=source(),
            subtitle=(
                "Points qui manquent à l’enjeu le plus tendu, selon le nombre d’enjeux qui changent"
            ),
            note=f"En couleur : la famille où mène chaque futur, laissé à ses influences. {JUDGED}",
        ),
        headings={
            "code": "futur",
            "distance": "enjeux à changer",
            "lacking": "points manquants",
            "leads_to": "famille où il mène",
            "share": "part des matrices où il tient",
        },
    )


def _draw_landscape(plate: Plate, frame: pd.DataFrame, families: list[str]) -> None:
    axes: Axes = plate.axes()[0]
    marks = zip((*theme.PALETTE[:3], theme.QUIET), ("o", "s", "^", "x"), strict=True)
    looks = dict(zip(families, marks, strict=False))
    across = 11 if plate.narrow else 18
    step, gap = 0.88 / across, 0.36 if plate.narrow else 0.42
    size = (3.0 if plate.narrow else 4.0) * theme.POINT
    for _, cell in frame.sort_values("leads_to").groupby(["distance", "lacking"]):
        x, y = (int(cell[name].iloc[0]) for name in ("distance", "lacking"))
        rank = np.arange(len(cell))
        wide = np.minimum(len(cell) - rank // across * across, across)
        left = x + (rank % across - (wide - 1) / 2) * step
        down = y + (rank // across - (len(cell) - 1) // across / 2) * gap
        for name, (colour, shape) in looks.items():
            mine = (cell["leads_to"] == name).to_numpy()
            large = size * (2.0 if y == 0 else 1.0) * (0.8 if shape == "s" else 1.0)
            spread = x + (left[mine] - x) * (2.2 if y == 0 else 1.0)
            axes.plot(
                spread, down[mine], shape, color=colour, markersize=large, markeredgewidth=0.7
            )
    handles = [
        axes.plot([], [], shape, color=colour, markersize=6 * theme.POINT, linestyle="none")[0]
        for colour, shape in looks.values()
    ]
    start = frame[frame["distance"] == 0].iloc[0]
    axes.annotate(
        "Situation\nconstatée",
        (0, start["lacking"]),
        xytext=(0, -9),
        textcoords="offset points",
        ha="center",
        va="top",
        gid=HALO,
    )
    axes.axhspan(-0.6, 0.6, color=theme.GRID, alpha=0.6, zorder=0, linewidth=0)
    axes.text(6.45, 0, "tiennent", ha="right", va="center", weight=600, color=theme.INK)
    axes.set_xlim(-0.55, 6.5)
    axes.set_ylim(frame["lacking"].max() + 0.8, -0.9)
    axes.set_yticks(range(0, int(frame["lacking"].max()) + 1, 5))
    axes.set_xticks(range(7))
    axes.set_xlabel("Enjeux qui changent depuis la situation constatée")
    key(plate, axes, handles, [f"Vers « {n} »" if n in families[:-1] else n for n in looks], 1.0)


def remember(
    field: MorphologicalField, matrix: CrossImpactMatrix, futures: pd.DataFrame
) -> Statements:
    """Say, in four marked sentences, what to leave the chapter with."""
    held = _holding(futures)
    tied = int((held["lead"] == 0).sum())
    families = dict.fromkeys(_family(field, row) for row in held.to_dict("records"))  # type: ignore[arg-type]
    observed, target = field.observed(), field.completed_target(matrix)
    lacking = int(futures["lacking"][field.code(observed)])
    orders = worst_orders(matrix, observed, target)
    first = field.issue(_plan_order(field, matrix)[0]).short_title
    gap = words.counted(distance(observed, target))
    return takeaways(
        (
            "fait",
            (
                f"L’étude pose **{words.counted(len(field.issues))} enjeux à trois hypothèses** :"
                f" {len(futures)} futurs. Elle n’écrit la tendance constatée que pour un enjeu et"
                " ne dit pas quelles hypothèses vont ensemble."
            ),
        ),
        (
            "jugement",
            (
                f"Avec nos scores, **{words.counted(len(held))} futurs tiennent**, en"
                f" {words.counted(len(families))} familles :"
                f" {fr.joined(f'« {name} »' for name in families)}. La situation que nous"
                f" supposons constatée ne tient pas : il manque {words.points(lacking)} à l’un de"
                " ses enjeux."
            ),
        ),
        (
            "modele",
            (
                f"**Ce verdict est fragile.** {words.counted(tied).capitalize()} de ces"
                f" {words.counted(len(held))} futurs ne tiennent qu’à égalité, et aucun ne reste"
                f" cohérent dans plus de {fr.percent(100 * held['share'].max(), 0)} des matrices"
                " plausibles."
            ),
        ),
        (
            "jugement",
            (
                f"Vers la cible que l’étude donne en exemple, {gap} enjeux sont à réorienter."
                f" **L’ordre compte** : en commençant par « {first} », la pire incohérence en"
                f" chemin est de {words.points(min(orders))}, contre {max(orders)} dans le pire"
                " ordre."
            ),
        ),
        sources=source(),
    )


def _plan_order(field: MorphologicalField, matrix: CrossImpactMatrix) -> tuple[str, ...]:
    return best_order(matrix, field.observed(), field.completed_target(matrix)).issues


def issues(field: MorphologicalField) -> Table:
    """Set the three hypotheses of each issue side by side, as the study titles them."""
    rows = [
        {
            "issue": f"{issue.rank}. {issue.short_title}",
            **{f"Hypothèse {h.letter}": f"« {_inner(h.title)} »" for h in issue.hypotheses},
        }
        for issue in field.issues
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title="Six enjeux, trois hypothèses chacun",
            alt="",
            sources=source(),
            note=(
                "Les titres entre guillemets sont ceux de l’étude. A, B et C sont des noms, non des"
                " degrés."
            ),
        ),
        names={"issue": "Enjeu"},
    )


def _inner(title: str) -> str:
    return title.replace("«\u00a0", "“").replace("\u00a0»", "”")


def settings(field: MorphologicalField) -> Table:
    """Say, for each issue, what is taken as observed and why."""
    told = [field.setting("observed", issue.id) for issue in field.issues]
    assumed = sum(one.is_assumption for one in told)
    rows = [
        {
            "issue": f"{issue.rank}. {issue.short_title}",
            "taken": words.quoted(field, field.observed()[issue.id]),
            "status": "Hypothèse du lecteur" if one.is_assumption else "Écrit dans l’étude",
            "reason": one.reason,
        }
        for issue, one in zip(field.issues, told, strict=True)
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"La tendance constatée est écrite pour un enjeu et supposée pour les"
                f" {words.counted(assumed)} autres"
            ),
            alt="",
            sources=source(),
            note="Chacune de ces hypothèses se change dans la vue interactive.",
        ),
        names={
            "issue": "Enjeu",
            "taken": "Hypothèse retenue",
            "status": "Nature",
            "reason": "Raison",
        },
    )


def context(field: MorphologicalField) -> Table:
    """Set published figures beside each issue, each with its date and what it measures."""
    dates = facts.table("parameters").set_index("parameter_id")["date_text"]
    rows, used = [], []
    for issue in field.issues:
        for name in CONTEXT[issue.id]:
            one = facts.parameter(name)
            value = f"{fr.number(one.low)} à {fr.number(one.high)}"
            value = fr.number(one.central) if pd.notna(one.central) else value
            rows.append(
                {
                    "issue": issue.short_title,
                    "label": one.label,
                    "value": fr.typeset(f"{value} {one.unit}"),
                    "date": dates[name],
                    "note": one.note,
                }
            )
            used.append(one.source.id)
    low = facts.parameter("ia_usage_pct_generalistes_2025").central
    high = facts.parameter("ia_usage_pct_outils_2025").central
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Selon la question posée, {fr.percent(low)} ou {fr.percent(high)} des soignants"
                " emploient l’intelligence artificielle"
            ),
            alt="",
            sources=[facts.source(name) for name in dict.fromkeys(used)],
            note=(
                "Le rapprochement d’un chiffre et d’un enjeu est notre jugement. Deux enquêtes qui ne"
                " posent pas la même question aux mêmes personnes ne se comparent pas."
            ),
        ),
        names={
            "issue": "Enjeu",
            "label": "Ce qui est mesuré",
            "value": "Valeur",
            "date": "Date",
            "note": "Précision",
        },
        folded=True,
    )


def consistent(field: MorphologicalField, futures: pd.DataFrame) -> Table:
    """List the futures that hold, with how far they are and how sure that is."""
    held = _holding(futures).sort_values("share", ascending=False)
    tied = words.counted(int((held["lead"] == 0).sum())).capitalize()
    rows = pd.DataFrame(
        {
            "code": held.index,
            "family": [_family(field, row) for row in held.to_dict("records")],  # type: ignore[arg-type]
            "distance": held["distance"].to_numpy(),
            "lead": ["à égalité" if v == 0 else words.points(v) for v in held["lead"]],
            "share": 100 * held["share"].to_numpy(),
        }
    )
    best = fr.percent(100 * held["share"].max(), 0)
    return table(
        rows,
        Caption(
            title=(
                f"{tied} des {words.counted(len(held))} futurs cohérents ne tiennent qu’à égalité ;"
                f" le plus sûr tient dans {best} des matrices plausibles"
            ),
            alt="",
            sources=source(),
            note=(
                "Une lettre par enjeu, dans l’ordre du tableau des hypothèses. « À égalité » : sur un"
                f" enjeu au moins, une autre hypothèse serait aussi bien soutenue. {JUDGED}"
            ),
        ),
        names={
            "code": "Futur",
            "family": "Famille",
            "distance": "Enjeux à changer",
            "lead": "Avance la plus faible",
            "share": "Part des matrices où il tient, %",
        },
        formats={"share": 0, "code": spaced},
    )


def doubt(field: MorphologicalField, futures: pd.DataFrame) -> Statements:
    """Say which family of futures resists an error in the scores, and which is near but frail."""
    held = _holding(futures)
    held = held.assign(family=[_family(field, row) for row in held.to_dict("records")])  # type: ignore[arg-type]
    families = held.groupby("family").agg(share=("share", "max"), distance=("distance", "min"))
    surest = families.sort_values("share", ascending=False)
    near = families["distance"].idxmin()
    listed = fr.joined(
        f"« {name} » ({fr.percent(100 * share, 0)})" for name, share in surest["share"].items()
    )
    also = ", et c’est aussi la plus fragile" if near == surest.index[-1] else ""
    return says(
        "modele",
        f"Part des matrices plausibles où tient le futur le plus sûr de chaque famille : {listed}."
        f" La famille la plus proche de la situation supposée est « {near} »"
        f" ({_changes(int(families['distance'].min()))}){also}.",
        sources=source(),
    )


def stories(field: MorphologicalField, futures: pd.DataFrame) -> Table:
    """Tell each future that holds, in one paragraph composed from the data."""
    held = _holding(futures)
    rows = [
        {"code": code, "story": field.story({i.id: str(row[i.id]) for i in field.issues})}
        for code, row in held.iterrows()
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=f"{words.counted(len(held)).capitalize()} futurs qui tiennent, racontés",
            alt="",
            sources=source(),
            note="Récits composés d’une phrase par hypothèse, dans nos mots.",
        ),
        names={"code": "Futur", "story": "Récit"},
        formats={"code": spaced},
        folded=True,
    )


WORDING = Wording(
    method=(
        "L’étude n’en donne aucun : chacun s’appuie sur un de ses passages et porte une confiance.",
    ),
    written="Écrit dans l’étude",
    assumed="Hypothèse de lecture, à corriger",
    silent="L’étude ne suggère aucune influence directe : les auteurs ont mis zéro.",
    criteria="Critères de l’étude (libellés d’origine), réponses reformulées",
    judged="Scores, leviers et ordre du plan : jugements des auteurs.",
    observed="Situation constatée",
    target="Cible d’illustration, complétée",
)


def explorer(field: MorphologicalField) -> ScenarioExplorer:
    """Offer the scenario builder."""
    return ScenarioExplorer(field, sources=source(), wording=WORDING)
