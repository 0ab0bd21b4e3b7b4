"""Chapter « Les leviers de l’e-santé »: the lever matrix, and what the recommendations pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from handbook import benchmarking
from handbook.chapters import leviers_links as links
from handbook.facts import cited
from handbook.facts import countries as country_tables
from handbook.facts.countries import FRANCE, STUDY, names_of
from handbook.figures import fr, table
from handbook.figures.caption import Caption
from handbook.views.base.values import Noun
from handbook.views.weights.view import Criterion, WeightsExplorer

if TYPE_CHECKING:
    from handbook.benchmarking import IntervalTable
    from handbook.figures import Table

LEVELS = ("Limité", "Moyen", "Élevé")
NAMED = ["1", "2", "5", "6", "7", "9"]


def span(low: float, high: float) -> str:
    """Write a range of ranks: « 2 à 8 »."""
    return f"{fr.number(low)} à {fr.number(high)}"


def grid(*, wide: bool = False, sure: bool = False, named: bool = False) -> IntervalTable:
    """Turn what the text lets one read into bounds, cell by cell.

    Parameters
    ----------
    wide
        Grant the levers « always present » to the countries said to be ahead.
    sure
        Take a lever said to be present as rated high, rather than medium or high.
    named
        Keep the six levers whose name is known.
    """
    table_ = country_tables.readings(wide=wide)
    low = LEVELS[2] if sure else LEVELS[1]
    return benchmarking.ordinal_intervals(
        table_[NAMED] if named else table_,
        LEVELS,
        spacing=(1, 2, 3),
        partial={
            "présent": (low, LEVELS[2]),
            "force": (LEVELS[2], LEVELS[2]),
            "force nuancée": (LEVELS[1], LEVELS[2]),
            "faiblesse": (LEVELS[0], LEVELS[0]),
        },
    )


def share_read(found: IntervalTable) -> float:
    """Return the share of cells about which the text says something."""
    whole = found.upper - found.lower < found.levels[-1] - found.levels[0]
    return float(whole.to_numpy().mean())


def grid_table(found: IntervalTable) -> Table:
    """Show the matrix of levers: what is read, and what is unknown."""
    frame = pd.DataFrame("?", index=found.lower.index, columns=found.lower.columns)
    for unit in frame.index:
        for lever in frame.columns:
            low, high = found.lower.loc[unit, lever], found.upper.loc[unit, lever]
            if high - low < found.levels[-1] - found.levels[0]:
                ends = [LEVELS[int(value) - 1] for value in (low, high)]
                frame.loc[unit, lever] = ends[0] if low == high else f"{ends[0]} ou {ends[1]}"
    frame.columns = pd.Index([f"Levier {lever}" for lever in frame.columns])
    frame.insert(0, "Pays", [name.split(" (")[0] for name in names_of(frame.index)])
    rank = benchmarking.rank_intervals(found)
    lost = bool(rank["best"].eq(1).all() and rank["worst"].eq(len(rank)).all())
    frame["Rang"] = [span(low, high) for low, high in rank.to_numpy()]
    return table(
        frame.reset_index(drop=True),
        Caption(
            title=(
                f"De la grille pays × leviers, il reste {fr.percent(100 * share_read(found), 0)} des"
                f" cases : {'aucun rang n’en sort' if lost else 'certains rangs en sortent'}"
            ),
            alt="",
            sources=cited(STUDY),
            note=(
                "? : illisible. La France : notre lecture du texte. Corée du Sud : le texte dit les"
                " leviers 7 et 9 activés, sans note. L’échelle à trois niveaux est une hypothèse, reprise"
                " des tableaux de contexte."
            ),
        ),
    )


def lever_readings() -> Table:
    """Show what each reading of the text allows to conclude."""
    options = {
        "Le texte seul": {},
        "Le texte seul, six leviers nommés": {"named": True},
        "Les pays dits en avance ont les quatre leviers communs, six leviers nommés": {
            "wide": True,
            "named": True,
        },
        "De même, et un levier présent vaut « élevé »": {
            "wide": True,
            "sure": True,
            "named": True,
        },
    }
    rows = []
    for label, option in options.items():
        found = grid(**option)
        rank = benchmarking.rank_intervals(found)
        rows.append(
            {
                "reading": label,
                "known": 100 * share_read(found),
                "france": span(*rank.loc[FRANCE]),
                "korea": span(*rank.loc["KOR"]),
                "equal": _pairs(found, any_weights=False),
                "any": _pairs(found, any_weights=True),
            }
        )
    last = rows[-1]
    ahead = benchmarking.necessary_preferences(found).loc[FRANCE].sum()
    france = f"{ahead} en faveur de la France" if ahead else "aucune en faveur de la France"
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                f"Il faut trois hypothèses pour que la grille dise quelque chose : {last['any']}"
                f" préférences sûres, dont {france}"
            ),
            alt="",
            sources=cited(STUDY),
            note=(
                "Préférence sûre : un pays fait au moins aussi bien qu’un autre quelles que soient les"
                " cases inconnues, et l’écart entre les niveaux."
            ),
        ),
        names={
            "reading": "Lecture",
            "known": "Cases renseignées, %",
            "france": "Rang de la France",
            "korea": "Rang de la Corée du Sud",
            "equal": "Préférences sûres, poids égaux",
            "any": "Préférences sûres, tous poids",
        },
        formats={"known": 0},
    )


def _pairs(found: IntervalTable, *, any_weights: bool) -> int:
    sure = benchmarking.necessary_preferences(found, any_weights=any_weights)
    return int(sure.to_numpy().sum())


def lever_explorer(found: IntervalTable) -> WeightsExplorer:
    """Let the reader fill the cells of the lever matrix."""
    names = country_tables.names()
    told = country_tables.levers()["name"]
    payload = benchmarking.interval_payload(found, draws=200)
    return WeightsExplorer(
        payload,
        units={code: names[code] for code in payload["units"]},
        noun=Noun("pays", "pays"),
        criteria=[
            Criterion(str(at), f"{at}. {name if isinstance(name, str) else 'Nom illisible'}")
            for at, name in told.items()
        ],
        focus=(FRANCE, "la France"),
        label="Classement des pays selon les neuf leviers",
        levels=LEVELS,
        sources=cited(STUDY),
        note="Les cases remplies ici sont vos hypothèses. Elles ne sont pas dans l’étude.",
        state={"aggregate": "arithmetic"},
    )


def recommendations() -> Table:
    """Show which levers each axis of recommendations pulls."""
    found = links.by_axis()
    linked = links.touched()
    none = linked.index[linked["direct"].eq(0)].astype(str)
    return table(
        found,
        Caption(
            title=f"Aucune mesure ne vise directement les leviers {fr.joined(none)}",
            alt="",
            sources=cited(STUDY),
            note=(
                f"Mesures directes par axe, puis indirectes. Rapprochement à notre jugement :"
                f" {fr.number(links.unlinked())} mesures sur {fr.number(len(links.LINKS))} ne touchent"
                " aucun levier lisible ; certaines visent peut-être les leviers 3, 4 ou 8."
            ),
        ),
        names={"lever": "Levier", "total": "Mesures directes", "indirect": "Mesures indirectes"},
    )
