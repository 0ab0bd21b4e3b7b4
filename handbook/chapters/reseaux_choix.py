"""Chapter « Les réseaux paramédicaux »: risks, parries and recommendations as ordered choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from handbook import facts, strategy
from handbook.chapters.outlooks import cited
from handbook.figures import fr, grid, shares, table
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from handbook.figures import Picture, Table

NOTE = "scale2sell"
PROBABILITY = strategy.Scale(("faible", "moyenne", "élevée"))
IMPACT = strategy.Scale(("faible", "moyen", "élevé"))
# The worst loss a hundred times an ordinary one: the other prior that risks are tried on.
STEEP = strategy.Scale(IMPACT.labels, low=0.01, log=True)
_READINGS: dict[str, Literal["label", "band"]] = {
    "un mot, une valeur": "label",
    "un mot, une plage": "band",
}
DEGREES = {"aucune": strategy.NONE, "partielle": strategy.PARTIAL, "directe": strategy.DIRECT}
# The note uses two scales of dates; where « 2026–2027 » stands on the other is our judgement.
DATED = "2026–2027"
SOONEST = ("court", DATED, "moyen", "long")
# The note gives its letters no legend: S, M, L (M lighter than L) is our judgement. Read as low,
# medium, high, L would be the lightest.
COSTS = {"complexity": ("S", "M", "L")}
OTHER_COSTS = {"complexity": ("L", "M", "H")}
STATUS = {"core": "toujours", "borderline": "parfois", "exterior": "jamais"}


def note_items(kind: str) -> pd.DataFrame:
    """Return the statements of a kind, by identifier, in the note's order."""
    items = facts.table("strategy_items")
    return items[items["kind"] == kind].set_index("claim_id").sort_values("rank")


def risks() -> pd.DataFrame:
    """Return the four risks: labels of probability and impact, by « Risque n »."""
    rows = note_items("risque")
    return rows.set_index("Risque\u00a0" + rows["rank"].astype(str))[["probability", "impact"]]


def choices() -> pd.DataFrame:
    """Return the five recommendations: impact, horizon, complexity, by number and objective."""
    rows = note_items("recommandation")
    return rows.rename(index=_objectives())[["impact", "horizon", "complexity"]]


def _objectives() -> dict[str, str]:
    """Return « 2. adoption de Mon espace santé… » for each recommendation."""
    rows = note_items("recommandation")
    return {
        str(name): f"{rank}. {objective}"
        for name, rank, objective in zip(rows.index, rows["rank"], rows["objective"], strict=True)
    }


# Risks --------------------------------------------------------------------------------------


def headline(ranking: strategy.RiskRanking) -> Picture:
    """Show how often each risk comes at each rank."""
    first = 100 * ranking.acceptability[1]
    last = 100 * ranking.acceptability.iloc[:, -1]
    spans = ranking.intervals(90)
    count = len(first)
    free = int(((spans["lower"] == 1) & (spans["upper"] == count)).sum())
    subject = "chacun" if free == count else f"{free} sur {count}"
    return shares(
        ranking.acceptability,
        Caption(
            title=(
                f"Les mots de la note ne classent pas ses {counted(count)} risques : {subject} peut"
                " être le plus grave ou le moins grave"
            ),
            alt=(
                "Part des tirages où chaque risque prend chaque rang. Au premier rang : "
                + fr.joined(f"{name} {fr.percent(value, 0)}" for name, value in first.items())
                + ". Au dernier : "
                + fr.joined(f"{name} {fr.percent(value, 0)}" for name, value in last.items())
                + "."
            ),
            sources=cited([NOTE]),
            subtitle="Part des sens possibles des mots où chaque risque prend chaque rang",
            note=(
                f"{fr.number(ranking.draws)} tirages de ce que « moyenne » ou « élevée » peut vouloir"
                " dire. Résultat de modèle. Les deux échelles y étant semblables, les parts sont égales par"
                " construction ; d’autres lectures sont essayées plus bas."
            ),
        ),
        words=[fr.ordinal(rank) for rank in range(1, count + 1)],
    )


counted = fr.in_letters


def risk_grid(rows: pd.DataFrame) -> Picture:
    """Put the risks in the grid of their two labels, without multiplying them."""
    places = {str(name): (row["probability"], row["impact"]) for name, row in rows.iterrows()}
    better = strategy.dominance(rows, PROBABILITY, IMPACT)
    sure = int(better.to_numpy().sum())
    told = "aucun n’en domine un autre" if not sure else f"{sure} comparaisons sont sûres"
    return grid(
        places,
        Caption(
            title=f"Sur la grille, {told}",
            alt=(
                "Grille de probabilité et d’impact. "
                + " ".join(
                    f"{name} : probabilité {row}, impact {column}."
                    for name, (row, column) in places.items()
                )
            ),
            sources=cited([NOTE]),
            subtitle="Un risque en domine un autre s’il est au moins aussi probable et aussi grave",
            note="Les cases ne sont pas classées par couleur : ce serait supposer un produit de mots.",
        ),
        rows=PROBABILITY.labels,
        columns=IMPACT.labels,
        axes_names=("Probabilité", "Impact"),
    )


def rankings(rows: pd.DataFrame) -> list[tuple[str, str, strategy.RiskRanking]]:
    """Rank the risks under every reading tried: of the words, then of the scale of losses."""
    return [
        (words, losses, strategy.rank_risks(rows, PROBABILITY, scale, reading=reading))
        for words, reading in _READINGS.items()
        for losses, scale in (("de même étendue", IMPACT), ("sur deux ordres de grandeur", STEEP))
    ]


def readings(rows: pd.DataFrame) -> Table:
    """Show how the comparison of two opposed risks depends on what the labels may mean."""
    first, second = str(rows.index[0]), str(rows.index[1])
    told = []
    for words, losses, ranking in rankings(rows):
        spans = ranking.intervals(90)
        line = {"reading": words, "scale": losses}
        line["wins"] = 100 * ranking.pairwise.to_dict()[second][first]
        ranks = [_span(row) for _, row in spans.iterrows()]
        line["ranks"] = (
            f"tous : {ranks[0]}"
            if len(set(ranks)) == 1
            else " ; ".join(
                f"{name} : {each}" for name, each in zip(rows.index, ranks, strict=True)
            )
        )
        told.append(line)
    shown = pd.DataFrame(told)
    low, high = shown["wins"].min(), shown["wins"].max()
    return table(
        shown,
        Caption(
            title=(
                f"Selon le sens des mots, le {first.lower()} l’emporte sur le {second.lower()} dans"
                f" {fr.number(low, 0)} à {fr.percent(high, 0)} des cas"
            ),
            alt="",
            sources=cited([NOTE]),
            note=(
                "Rangs possibles : ceux qui réunissent 90 % des tirages. Un mot, une valeur :"
                " deux risques de mêmes mots sont à égalité. Deux ordres de grandeur : la pire perte vaut"
                " cent fois la moindre."
            ),
        ),
        names={
            "reading": "Lecture des mots",
            "scale": "Échelle des pertes",
            "wins": f"{first} plus grave que {second.lower()}, %",
            "ranks": "Rangs possibles",
        },
        formats={"wins": 0},
    )


def _span(row: pd.Series) -> str:
    low, high = int(row["lower"]), int(row["upper"])
    return fr.ordinal(low) if low == high else f"{fr.ordinal(low)} à {fr.ordinal(high)}"


# Mitigation -----------------------------------------------------------------------------------


def parries() -> pd.DataFrame:
    """Return our judgement of what each recommendation does of each risk's parry: 0, 1 or 2."""
    judged = facts.table("strategy_coverage")
    matrix = judged.assign(degree=judged["degree"].map(DEGREES)).pivot_table(
        index="risk_id", columns="item_id", values="degree"
    )
    names = {
        str(name): f"Risque\u00a0{rank}" for name, rank in note_items("risque")["rank"].items()
    }
    return matrix.astype(int).rename(index=names, columns=_objectives())


def covered(coverage: strategy.Coverage) -> Table:
    """Show which recommendation carries out which parry."""
    words = {strategy.NONE: "–", strategy.PARTIAL: "en partie", strategy.DIRECT: "directement"}
    shown = coverage.matrix.T.map(words.__getitem__).rename_axis("objective").reset_index()
    direct = strategy.coverage(coverage.matrix, strategy.DIRECT)
    bare = fr.joined(name.lower() for name in direct.uncovered)
    bare = bare.replace("risque\u00a0", "") if len(direct.uncovered) > 1 else bare
    fewest = fr.joined(
        (fr.joined(one.split(".")[0] for one in chosen) for chosen in coverage.smallest), "ou"
    )
    return table(
        shown,
        Caption(
            title=(
                f"Notre jugement : aucune recommandation ne répond directement aux risques {bare}"
                if len(direct.uncovered) > 1
                else f"Notre jugement : risque sans réponse directe : {bare or 'aucun'}"
            ),
            alt="",
            sources=cited([NOTE]),
            note=(
                "Le degré dit si la recommandation met en œuvre la parade écrite en face du risque."
                f" En comptant les réponses partielles,"
                f" {counted(len(coverage.smallest[0]))} recommandations suffisent à tout couvrir :"
                f" {fewest}. Seule à répondre, même en partie : "
                + fr.joined(
                    f"la {measure.split('.')[0]} pour le {risk.lower()}"
                    for risk, measure in coverage.alone.items()
                )
                + "."
            ),
        ),
        names={"objective": "Recommandation"},
    )


# Portfolio ------------------------------------------------------------------------------------


def needs(*strengths: str) -> list[tuple[str, str]]:
    """Return pairs (recommendation, what it needs), of the given strengths (all by default)."""
    rows = facts.table("strategy_dependencies")
    if strengths:
        rows = rows[rows["strength"].isin(strengths)]
    names = _objectives()
    return [
        (names[one], names[needed])
        for one, needed in zip(rows["item_id"], rows["needs_id"], strict=True)
    ]


def robust_choices(
    items: pd.DataFrame, costs: Mapping[str, tuple[str, ...]] = COSTS
) -> pd.DataFrame:
    """Say, for each number of recommendations led at once, which all good choices hold.

    Every reading of the note's date (as « court », between, as « moyen ») and of our dependences
    (only what is required, or what is useful too) is tried: « toujours » and « jamais » hold in
    all of them, for one reading of the letters of complexity (`costs`).

    Returns
    -------
    DataFrame
        Recommendations by number led at once (1 to all but one).
    """
    columns = {}
    for size in range(1, len(items)):
        found = [
            strategy.portfolios(read, benefits, costs, needs=pairs, size=size).status
            for read, benefits in _dated_readings(items)
            for pairs in (needs("requise"), needs())
        ]
        agreed = pd.concat(found, axis=1)
        same = agreed.eq(agreed.iloc[:, 0], axis=0).all(axis=1)
        columns[size] = agreed.iloc[:, 0].where(same, "borderline")
    return pd.DataFrame(columns, index=items.index)


def _dated_readings(
    items: pd.DataFrame,
) -> Iterable[tuple[pd.DataFrame, Mapping[str, tuple[str, ...]]]]:
    benefits = {"impact": IMPACT.labels, "horizon": SOONEST[::-1]}
    yield items, benefits
    for word in ("court", "moyen"):
        yield items.assign(horizon=items["horizon"].replace(DATED, word)), benefits


def everywhere(robust: pd.DataFrame) -> list[str]:
    """Return the recommendations that all good choices hold, whatever their number."""
    return [str(name) for name in robust.index if (robust.loc[name] == "core").all()]


def chosen(robust: pd.DataFrame) -> Table:
    """Show what to choose first, for each number of recommendations led at once."""
    always = everywhere(robust)
    turned = everywhere(robust_choices(choices(), OTHER_COSTS))
    other = (
        f"la recommandation {fr.joined(name.split('.')[0] for name in turned)} serait"
        if turned
        else "aucune recommandation ne serait"
    )
    shown = robust.map(STATUS.__getitem__).rename_axis("objective").reset_index()
    shown.columns = pd.Index(["objective", *(f"n{size}" for size in robust)])
    told = fr.joined(name.split(".")[0] for name in always)
    return table(
        shown,
        Caption(
            title=(
                f"Si M est plus simple que L, la recommandation {told} est de tous les bons choix,"
                " quel que soit leur nombre"
                if always
                else "Aucune recommandation n’est de tous les bons choix"
            ),
            alt="",
            sources=cited([NOTE]),
            note=(
                "Bon choix : aucun autre choix d’autant de recommandations ne fait au moins aussi bien"
                " en impact, en horizon et en complexité, et mieux quelque part, pour toute échelle qui"
                " respecte l’ordre des mots. Toujours ou jamais : dans toutes nos lectures de la date"
                f" {DATED} et des dépendances. La note ne dit pas ce que valent ses lettres : si L était la"
                f" plus légère (L, M, H), {other} de tous les bons choix."
            ),
        ),
        names={
            "objective": "Recommandation",
            **{f"n{size}": f"{size} à la fois" for size in robust},
        },
    )


def dependences(plan: strategy.Schedule) -> Table:
    """Show what needs what, and which stated horizons contradict it."""
    rows = facts.table("strategy_dependencies")
    names = _objectives()
    late = set(plan.conflicts)
    shown = pd.DataFrame(
        {
            "item": [names[name] for name in rows["item_id"]],
            "needs": [
                f"{names[name]} ({strength})"
                for name, strength in zip(rows["needs_id"], rows["strength"], strict=True)
            ],
            "reason": rows["reason"],
        }
    )
    told = (
        "aucune date de la note ne les contredit"
        if not late
        else fr.joined(
            f"la {one.split('.')[0]} devrait attendre la {other.split('.')[0]}, que la note place"
            " plus tard"
            for one, other in plan.conflicts
        )
    )
    return table(
        shown,
        Caption(
            title=f"Notre jugement des dépendances : {told}",
            alt="",
            sources=cited([NOTE]),
            note="Requise : l’une ne peut se faire sans l’autre. Utile : elle se fait mieux après.",
        ),
        names={
            "item": "Recommandation",
            "needs": "Demande avant elle",
            "reason": "Pourquoi",
        },
    )
