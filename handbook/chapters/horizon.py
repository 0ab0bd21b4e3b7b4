"""Chapter « L’horizon 2032 »: what the scenario says, what it dates, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook import facts
from handbook.chapters import prevention, promises
from handbook.chapters.outlooks import cited
from handbook.facts import catalogue as vision
from handbook.figures import bars, fr, says, table, takeaways, timeline
from handbook.figures.caption import Caption
from handbook.views.catalogue.view import CatalogueExplorer

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from handbook.chapters.distances import Distance
    from handbook.chapters.horizon_network import Judged
    from handbook.chapters.prevention import Study
    from handbook.figures import Picture, Statements, Table

HORIZON = 2032
VOTE = "vote"
_FULL = {"advenu": True, "en partie": False, "autrement": False, "non documenté": False}
_STATES = {
    "advenu": "advenue",
    "en partie": "advenues en partie",
    "autrement": "remplacées par autre chose",
    "non documenté": "non documentées",
}


def document() -> facts.Source:
    """Return the scenario as a source."""
    return facts.source(vision.DOCUMENT)


def remember(found: list[Distance], made: Study, judged: Judged) -> Statements:
    """Say, in five marked sentences, what to leave the chapter with."""
    counts = vision.entries()["kind"].value_counts()
    _, distance, chance, _ = promises.said(found)
    promised = facts.table("vision_promises")["claim_id"].nunique()
    measured = len({one.row.claim_id for one in found})
    measuring = [name for one in found for name in one.source_ids]
    return takeaways(
        (
            "fait",
            (
                f"Le scénario tient en **{counts['mesure']} mesures** et **{counts['obstacle']}"
                f" obstacles**. De ses {promised} promesses, {measured} se mesurent par une donnée"
                " publique, le plus souvent voisine de ce qui est promis."
            ),
        ),
        distance,
        chance,
        prevention.said(made)[0],
        ("jugement", judged.sentence),
        sources=cited([vision.DOCUMENT, *measuring, *made.sources]),
    )


def _unnamed() -> int:
    roles = facts.table("vision_roles")
    return int((roles["actor_id"] == vision.UNNAMED).sum())


def contents() -> Table:
    """Count what each scene holds."""
    told = vision.entries()
    counts = pd.crosstab(told["scene"], told["kind"])
    roles = facts.table("vision_roles").query("actor_id == @vision.UNNAMED")
    silent = roles["measure_id"].str[:4].value_counts()
    dated = told[told["dated"]].groupby("scene").size()
    referred = vision.references()["to_scene_id"].value_counts()
    scenes = vision.scenes()
    rows = pd.DataFrame(
        {
            "scene": [f"{row.act}.{row.scene} {row.title}" for row in scenes.itertuples()],
            "measures": counts["mesure"].reindex(scenes.index),
            "silent": silent.reindex(scenes.index, fill_value=0),
            "dated": dated.reindex(scenes.index, fill_value=0),
            "principles": counts["principe"].reindex(scenes.index),
            "obstacles": counts["obstacle"].reindex(scenes.index),
            "referred": referred.reindex(scenes.index, fill_value=0),
        }
    ).reset_index(drop=True)
    most = rows.loc[rows["obstacles"] == rows["obstacles"].max(), "scene"]
    names = fr.joined(f"« {name[4:]} »" for name in most)
    return table(
        rows,
        Caption(
            title=(
                f"{rows['measures'].sum()} mesures, {rows['obstacles'].sum()} obstacles ; les scènes"
                f" les plus disputées : {names}"
            ),
            alt="",
            sources=document(),
            note=(
                "Le découpage en mesures et en principes est le nôtre. Les obstacles et les renvois"
                " sont ceux qui sont imprimés."
            ),
        ),
        names={
            "scene": "Scène",
            "measures": "Mesures",
            "silent": "sans porteur nommé",
            "dated": "datées",
            "principles": "Principes",
            "obstacles": "Obstacles",
            "referred": "Renvois reçus",
        },
    )


def explorer() -> CatalogueExplorer:
    """Offer the whole catalogue."""
    return CatalogueExplorer(
        vision.entries(),
        scenes={str(key): title for key, title in vision.scenes()["title"].items()},
        actors=vision.actors(),
        sources=[document()],
    )


def instruments() -> Picture:
    """Show by what the measures act."""
    counts = facts.table("vision_measures")["instrument"].value_counts()
    first, second = counts.index[:2]
    law = counts.to_dict()["loi"]
    return bars(
        counts.astype(float),
        Caption(
            title=(
                f"Le scénario réorganise et finance plus qu’il ne légifère : {law} mesures sur"
                f" {counts.sum()} passent d’abord par la loi"
            ),
            alt=(
                "Mesures selon l’instrument par lequel elles agissent d’abord : "
                + ", ".join(f"{name} {many}" for name, many in counts.items())
                + f". {first} et {second} viennent en tête.".replace(first, first.capitalize(), 1)
            ),
            sources=document(),
            subtitle="Nombre de mesures, selon l’instrument par lequel elles agissent d’abord",
            note="Une mesure a un seul instrument, le premier ; ce classement est notre jugement.",
        ),
        marks=dict.fromkeys(counts.index, "judgement"),
        digits=0,
    )


def bearers(judged: Judged, shown: int = 8) -> Table:
    """Say who bears the measures, and how many of theirs an obstacle holds."""
    roles = facts.table("vision_roles").query("role == 'pilote'")
    told = facts.table("vision_actors").set_index("actor_id")
    held = judged.whole.blocked()
    rows = pd.DataFrame(
        {
            "measures": roles.groupby("actor_id").size(),
            "held": roles[roles["measure_id"].isin(held)].groupby("actor_id").size(),
        }
    ).fillna(0)
    rows = rows.astype(int).sort_values("measures", ascending=False, kind="stable")
    first = str(rows.index.drop(vision.UNNAMED)[0])
    rows.insert(0, "kind", told["kind"].reindex(rows.index))
    rows.insert(0, "actor", told["name"].reindex(rows.index))
    rest = rows.iloc[shown:]
    name, own = (rows[key].to_dict()[first] for key in ("actor", "measures"))
    return table(
        rows.head(shown).reset_index(drop=True),
        Caption(
            title=(
                f"{_unnamed()} mesures sur {rows['measures'].sum()} n’ont pas de porteur nommé ;"
                f" « {name} » vient ensuite, avec {own}"
            ),
            alt="",
            sources=document(),
            note=(
                f"Porteurs : le texte, tel que lu. Obstacles : notre jugement. {len(rest)} autres"
                f" acteurs portent {rest['measures'].max()} mesures au plus."
            ),
        ),
        names={
            "actor": "Acteur",
            "kind": "Famille",
            "measures": "Mesures portées",
            "held": "dont tenues par un obstacle",
        },
    )


def vote() -> Statements:
    """Tell the fictional vote, which adds up."""
    told = vision.vote()
    share = 100 * told["pour"] / told["exprimes"]
    return says(
        "fait",
        f"Dans le récit, un « Parlement Santé » de {fr.number(told['membres'])} membres adopte le"
        f" 10 mai 2023 une résolution : **{fr.number(told['presents'])} présents,"
        f" {fr.number(told['exprimes'])} votants, {fr.number(told['pour'])} pour,"
        f" {fr.number(told['contre'])} contre**. Les voix font bien le total ; le oui l’emporte à"
        f" {fr.percent(share, 0)}. Ce vote est une fiction. Plus loin, le texte parle d’un principe"
        " voté à l’unanimité : c’est un autre vote, sans décompte.",
        sources=document(),
    )


def misdirected() -> Table:
    """List the printed references that lead elsewhere than they say."""
    told = vision.references()
    wrong = told[told["fits"] != "oui"].reset_index(drop=True)
    scenes = vision.scenes()
    lost = int(told["to_scene_id"].isna().sum())
    rows = pd.DataFrame(
        {
            "at": [
                f"{scene[1]}.{scene[3]} {scenes['title'].to_dict()[scene]}"
                for scene in wrong["from_scene_id"]
            ],
            "subject": wrong["subject"],
            "printed": [f"{row['to_act']}.{row['to_scene']}" for row in wrong.to_dict("records")],
            "remark": wrong["remark"],
        }
    )
    return table(
        rows,
        Caption(
            title=(
                f"Sur {len(told)} renvois imprimés, {len(wrong)} mènent mal à leur sujet ; {lost}"
                " vise une scène qui n’existe pas"
            ),
            alt="",
            sources=document(),
            note=(
                "Sans doute des coquilles. L’analyse des renvois ne compte que ceux qui mènent à une"
                " autre scène."
            ),
        ),
        names={
            "at": "Scène qui renvoie",
            "subject": "Sujet",
            "printed": "Renvoi imprimé",
            "remark": "Ce que l’on y trouve",
        },
        folded=True,
    )


def read_until() -> pd.Timestamp:
    """Return the date of the latest observation in the facts (a school year says too little)."""
    told = facts.table("observations")
    known = told[told["preferred"] & (told["precision"] != "school_year")]
    return pd.Timestamp(known["date"].max())


def dated() -> Picture:
    """Draw what was promised against what happened."""
    told = vision.timeline()
    counts = told["state"].value_counts()
    due = told[(told["kind"] == "promesse") & (told["promised"].dt.year < HORIZON)]
    due = due.drop(index=VOTE)  # the story's own vote promises nothing by itself
    later = int((told["promised"].dt.year == HORIZON).sum())
    said = [
        f"{row['promise']}, promis pour {row['promised'].year} : {_short(row)}"
        for row in told.to_dict("records")
    ]
    return timeline(
        told.rename(columns={"promise": "label"}),
        Caption(
            title=_verdict(due["state"]),
            alt=" ; ".join(said) + ".",
            sources=[document(), *_sources(told)],
            subtitle=f"Ce que date le récit, et {later} promesses de {HORIZON} dont une étape est sue",
            note=(
                f"Cercle plein : advenu comme promis ; creux : en partie, ou autre chose. « Non"
                f" documenté » : aucune source d’ici ne le relève ({counts['non documenté']} lignes, dont"
                " un vote fictif). L’état est notre lecture."
            ),
        ),
        today=read_until(),
        filled=_FULL,
        start=2021,
        end=HORIZON,
    )


def _verdict(states: pd.Series) -> str:
    """Say how many of the promises due are known to have come as written, or in part."""
    whole, part = int((states == "advenu").sum()), int((states == "en partie").sum())
    kept = (
        f"{whole} sont relevées"
        if whole > 1
        else "une est relevée"
        if whole
        else "aucune n’est relevée"
    )
    rest = f"{part} le sont" if part > 1 else f"{part} l’est" if part else "aucune ne l’est"
    so = "telles qu’écrites" if whole > 1 else "telle qu’écrite"
    return f"Sur {len(states)} promesses datées d’avant {HORIZON}, {kept} {so} ; {rest} en partie"


def _short(row: Mapping[Hashable, Any]) -> str:
    when = row["happened_text"]
    return str(row["state"]) if pd.isna(when) else f"{row['state']}, {when}"


def _sources(told: pd.DataFrame) -> list[facts.Source]:
    return [facts.source(name) for name in dict.fromkeys(told["source_id"].dropna())]


def dated_table() -> Table:
    """Say in words what happened of each dated promise."""
    told = vision.timeline()
    counts = told["state"].value_counts()
    many = fr.joined(f"{counts[state]} {words}" for state, words in _STATES.items())
    rows = pd.DataFrame(
        {
            "year": told["promised"].dt.year.astype(str),
            "promise": told["promise"],
            "state": told["state"],
            "when": told["happened_text"].fillna("–"),
            "what": told["what_happened"],
            "source": [
                "–" if pd.isna(name) else facts.source(name).citation for name in told["source_id"]
            ],
        }
    ).reset_index(drop=True)
    return table(
        rows,
        Caption(
            title=f"{len(told)} promesses et repères : {many}",
            alt="",
            sources=[document(), *_sources(told)],
            note="2032 : le texte décrit cette année-là sans dater la mesure.",
        ),
        names={
            "year": "Promis pour",
            "promise": "Promesse",
            "state": "État",
            "when": "Date",
            "what": "Ce qui est advenu",
            "source": "Source",
        },
        folded=True,
    )
