"""Chapter « L’horizon 2032 »: its obstacles as a network, and how far the links decide the answer.

The document prints the obstacles and the measures. Which obstacle hampers which measure, what
would ease it and what a measure needs are judgements: every result is shown with what becomes of
it when a fifth of these judgements is withdrawn at random.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from handbook import facts
from handbook.facts import catalogue as vision
from handbook.figures import Picture, Table, dots, fr, network, table
from handbook.figures.caption import Caption
from handbook.scenarios import micmac, words
from handbook.strategy import ObstacleNetwork
from handbook.strategy import network as joined

DRAWS = 100
DROPPED = 0.2
_SHOWN = 10
_NAMED = {"obstacle": 6, "actor": 5, "measure": 3}


@dataclass(frozen=True)
class Judged:
    """The network of all judged links, and those with a part of the links withdrawn.

    Attributes
    ----------
    whole
        All the links.
    drawn
        The same with a fifth of the judged links left out, each at random.
    """

    whole: ObstacleNetwork
    drawn: tuple[ObstacleNetwork, ...]

    @cached_property
    def held(self) -> pd.Series:
        """Measures that each obstacle holds, directly or through what they need; most first."""
        return self.whole.blocking["total"]

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Rank of each obstacle by `held`: ``rank``, and ``lower`` and ``upper`` over the draws.

        The bounds hold nine draws out of ten; obstacles that hold as many share the best rank.
        """
        totals = pd.DataFrame([_totals(one) for one in self.drawn])
        ranks = totals.rank(axis="columns", ascending=False, method="min")
        edges = ranks.quantile([0.05, 0.95]).round().astype(int)
        own = self.held.rank(ascending=False, method="min").astype(int)
        frame = pd.DataFrame({"rank": own, "lower": edges.iloc[0], "upper": edges.iloc[1]})
        return frame.loc[self.held.index]

    @cached_property
    def removal(self) -> tuple[list[str], int]:
        """The three obstacles to lift together, and how many measures that frees."""
        best = self.whole.best_removal(3)
        return list(best.obstacles), len(best.freed)

    @cached_property
    def chosen(self) -> pd.Series:
        """In which share of the draws each obstacle is among the three to lift, percent."""
        picks = pd.Series([name for one in self.drawn for name in _three(one)])
        return 100 * picks.value_counts() / len(self.drawn)

    @property
    def alone(self) -> int:
        """How many measures lifting the one obstacle that holds the most would free."""
        return len(self.whole.freed(lifted=[str(self.held.index[0])]))

    @property
    def sentence(self) -> str:
        """What to keep of this part, in French."""
        held, every = len(self.whole.blocked()), len(self.whole.of_kind("measure"))
        return (
            f"Selon nos liens, **{held} mesures sur {every}** ont un obstacle devant elles, et"
            f" aucun n’est le verrou : lever celui qui en tient le plus {_none(self.alone)}, en"
            f" lever trois bien choisis en libérerait **{self.removal[1]}**."
        )


def _totals(net: ObstacleNetwork) -> dict[str, int]:
    direct = net.direct("blocks")
    return {name: len(net.reached(direct.get(name, []))) for name in net.of_kind("obstacle")}


def _three(net: ObstacleNetwork) -> list[str]:
    """Return three obstacles to lift, chosen one after the other: quick enough for many draws."""
    holders: dict[str, set[str]] = {}
    for name, own in net.direct("blocks").items():
        for one in net.reached(own):
            holders.setdefault(one, set()).add(name)
    chosen: list[str] = []
    for _ in range(3):
        left = [names - set(chosen) for names in holders.values()]
        last = pd.Series([next(iter(names)) for names in left if len(names) == 1], dtype=object)
        gain = last.value_counts().reindex(net.of_kind("obstacle"), fill_value=0)
        chosen.append(str(gain.idxmax()))
    return chosen


def judged(draws: int = DRAWS, drop: float = DROPPED) -> Judged:
    """Make the network of the scenario, and `draws` others with a part of the links left out."""
    whole = joined(*vision.network_tables())
    drawn = (joined(*vision.network_tables(vision.judged(drop, seed))) for seed in range(draws))
    return Judged(whole, tuple(drawn))


def _document() -> facts.Source:
    return facts.source(vision.DOCUMENT)


def _scene(name: str) -> str:
    return f"{name[1]}.{name[3]}"


def _bare(label: str) -> str:
    """Return a label fit for guillemets: its own become inner quotes."""
    return re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", label))


def families() -> Table:
    """Show in which scenes each family of obstacles recurs."""
    counts = vision.families_by_scene()
    first = vision.families_by_scene(second=False).sum(axis="columns")
    wide = (counts > 0).sum(axis="columns")
    names = {scene: _scene(scene) for scene in counts.columns}
    rows = counts.rename(columns=names).rename_axis("family").reset_index()
    rows["scenes"], rows["first"] = wide.to_numpy(), first.to_numpy()
    most, least = str(wide.idxmax()), str(wide.idxmin())
    return table(
        rows,
        Caption(
            title=(
                f"La famille « {most} » revient dans {wide.max()} scènes sur {len(names)}, la famille"
                f" « {least} » dans {wide.min()}"
            ),
            alt="",
            sources=_document(),
            note=(
                "Obstacles de chaque famille par scène ; un obstacle peut compter dans deux familles."
                " « En premier » : ceux dont c’est la famille principale. Ce classement est de nous."
            ),
        ),
        names={"family": "Famille", "scenes": "Scènes touchées", "first": "En premier"},
        formats={name: lambda many: fr.number(many) if many else "·" for name in names.values()},
    )


def links() -> Table:
    """Say how many links there are, and whose they are."""
    told = facts.table("vision_links")
    counts = told["relation"].value_counts().to_dict()
    sure = told.groupby("relation")["confidence"].value_counts().unstack(fill_value=0)  # noqa: PD010
    roles = facts.table("vision_roles").query("role == 'pilote' and actor_id != @vision.UNNAMED")
    rows = [
        {
            "link": "Un acteur porte une mesure",
            "whose": "texte",
            "many": len(roles),
            "sure": "–",
        }
    ]
    what = {
        "blocks": "Un obstacle gêne une mesure de sa scène",
        "eases": "Une mesure lèverait un obstacle, où qu’il soit",
        "needs": "Une mesure a besoin d’une autre",
    }
    rows += [
        {
            "link": text,
            "whose": "jugement",
            "many": counts[name],
            "sure": f"{sure['high'].to_dict()[name]}, {sure['medium'].to_dict()[name]},"
            f" {sure['low'].to_dict()[name]}",
        }
        for name, text in what.items()
    ]
    own = sum(counts.values())
    return table(
        pd.DataFrame(rows),
        Caption(
            title=f"Le texte énumère les obstacles sans les relier : {own} liens sont de nous",
            alt="",
            sources=_document(),
            note="Chaque lien jugé est dans la table vision_links, avec sa raison et notre confiance.",
        ),
        names={
            "link": "Lien",
            "whose": "De qui",
            "many": "Nombre",
            "sure": "Confiance élevée, moyenne, faible",
        },
        folded=True,
    )


def picture(judged: Judged) -> Picture:
    """Draw actors, measures and obstacles; bring out what holds the most."""
    net = judged.whole
    direct, carried = net.direct("blocks"), net.direct("carries")
    held = pd.Series(0, index=net.of_kind("measure"))
    for own in direct.values():
        held[sorted(net.reached(own))] += 1
    size: dict[Any, int] = {
        **judged.held.to_dict(),
        **{name: len(carried.get(name, [])) for name in net.of_kind("actor")},
        **held.to_dict(),
    }
    nodes = net.nodes.assign(size=pd.Series(size)).join(net.layout("layers"))
    named = {
        kind: list(nodes[nodes["kind"] == kind].nlargest(many, "size").index)
        for kind, many in _NAMED.items()
    }
    worst = named["obstacle"]
    touched = net.reached({one for name in worst for one in direct[name]})
    near = {one for name in worst for one in direct[name]}
    bold = [(name, one) for name in worst for one in direct[name]]
    bold += [(name, one) for name in named["actor"] for one in carried[name] if one in near]
    whole = len(net.of_kind("measure"))
    labels = nodes["label"].to_dict()
    return network(
        nodes,
        net.edges[net.edges["relation"] != "eases"],
        Caption(
            title=(
                f"Six obstacles sur {len(judged.held)} tiennent {len(touched)} mesures sur {whole},"
                " directement ou par ce dont elles ont besoin"
            ),
            alt=(
                f"Réseau de {len(net.of_kind('actor'))} acteurs, {whole} mesures et"
                f" {len(judged.held)} obstacles. Les obstacles qui tiennent le plus de mesures : "
                + ", ".join(f"{labels[name]} ({size[name]})" for name in worst)
                + ". Les acteurs qui en portent le plus : "
                + ", ".join(f"{labels[name]} ({size[name]})" for name in named["actor"])
                + "."
            ),
            sources=_document(),
            subtitle=(
                "Taille : mesures portées par un acteur, tenues par un obstacle ; nombre"
                " d’obstacles qui tiennent une mesure"
            ),
            note=(
                "En noir : ce que ces six obstacles gênent directement. Liens d’acteur : le texte ;"
                " les autres : notre jugement. Les mesures les plus tenues :"
            ),
        ),
        kinds={
            "actor": ("acteur", "left", "s"),
            "measure": ("mesure", "inside", "o"),
            "obstacle": ("obstacle", "right", "^"),
        },
        named=[*worst, *named["actor"], *named["measure"]],
        bold=bold,
    )


def blocking(judged: Judged) -> Picture:
    """Show the rank of the worst obstacles, and what becomes of it over the draws."""
    top = judged.held.head(_SHOWN)
    labels = judged.whole.nodes["label"].to_dict()
    told = {
        str(key): f"{labels[key]} ({_scene(str(key))}) : {fr.counted(many, 'mesure')}"
        for key, many in top.to_dict().items()
    }
    ranks = judged.ranks.loc[top.index].rename(index=told)
    low, high = ranks[["lower", "upper"]].iloc[0]
    spans = [
        f"{name}, rang {row['rank']}, de {row['lower']} à {row['upper']}"
        for name, row in zip(told.values(), ranks.to_dict("records"), strict=True)
    ]
    return dots(
        ranks["rank"].astype(float),
        Caption(
            title=(
                f"Si un lien sur cinq manque, l’obstacle classé premier va du rang {low} au rang"
                f" {high}"
            ),
            alt=f"Rang des dix obstacles qui tiennent le plus de mesures. {' ; '.join(spans)}.",
            sources=_document(),
            subtitle=(
                f"Rang parmi {len(judged.held)} obstacles, selon les mesures tenues, directement"
                " ou par ce dont elles ont besoin"
            ),
            note=(
                f"Notre jugement. Barre : neuf tirages sur dix, parmi {len(judged.drawn)} où un lien"
                " sur cinq est retiré au hasard."
            ),
        ),
        intervals=ranks[["lower", "upper"]],
        digits=0,
        zero=True,
    )


def _none(count: int) -> str:
    return f"en libérerait {count}" if count else "n’en libérerait aucune"


def unlocking(judged: Judged) -> Table:
    """List what frees the most when lifted alone, and the three to lift together."""
    net = judged.whole
    free = net.unlocking
    free = free[free["kind"] == "obstacle"].head(_SHOWN)
    names, freed = judged.removal
    rows = pd.DataFrame(
        {
            "obstacle": [f"{label} ({_scene(str(key))})" for key, label in free["label"].items()],
            "family": free["group"],
            "freed": free["freed"],
            "held": judged.held.loc[free.index],
            "three": ["oui" if key in names else "–" for key in free.index],
            "chosen": judged.chosen.reindex(free.index).fillna(0.0),
        }
    ).reset_index(drop=True)
    return table(
        rows,
        Caption(
            title=(
                f"Lever les trois obstacles marqués libérerait {freed} mesures ; lever seul celui qui"
                f" en tient le plus {_none(judged.alone)}"
            ),
            alt="",
            sources=_document(),
            note=(
                "Libérer : plus aucun obstacle ne tient la mesure. Ce que tient un obstacle, d’autres"
                " le tiennent souvent aussi : bloquer le plus n’est pas débloquer le plus. Jugement."
            ),
        ),
        names={
            "obstacle": "Obstacle",
            "family": "Famille",
            "freed": "Mesures libérées, levé seul",
            "held": "Mesures tenues",
            "three": "Des trois à lever",
            "chosen": "Des trois, % des tirages",
        },
        formats={"chosen": 0},
    )


def foundations(judged: Judged) -> Table:
    """List the measures that most others need, directly or not."""
    net = judged.whole
    held = net.unlocking[net.unlocking["kind"] == "measure"]
    needed = {str(name): len(net.reached([str(name)])) - 1 for name in net.of_kind("measure")}
    top = pd.Series(needed).nlargest(6)
    labels, now = net.nodes["label"].to_dict(), net.blocked()
    direct = {name: sum(name in own for own in net.direct("blocks").values()) for name in top.index}
    rows = pd.DataFrame(
        {
            "measure": [labels[name] for name in top.index],
            "scene": [_scene(name) for name in top.index],
            "needed": top.to_numpy(),
            "obstacles": [direct[name] for name in top.index],
            "freed": held["freed"].reindex(top.index).to_numpy(),
        }
    )
    return table(
        rows,
        Caption(
            title=(
                f"« {labels[str(top.index[0])]} » conditionne {top.iloc[0]} autres mesures ;"
                f" {len(now)} mesures sur {len(needed)} ont au moins un obstacle devant elles"
            ),
            alt="",
            sources=_document(),
            note="Besoins directs et indirects, selon notre jugement.",
        ),
        names={
            "measure": "Mesure",
            "scene": "Scène",
            "needed": "Mesures qui en ont besoin",
            "obstacles": "Obstacles qui la gênent",
            "freed": "Mesures libérées si elle est faite",
        },
        folded=True,
    )


def structure(judged: Judged) -> Table:
    """Rank the families by their influence on one another, and say how firm the ranks are."""
    found = micmac(judged.whole.influence_matrix("obstacle", "eases"))
    drawn = [micmac(one.influence_matrix("obstacle", "eases")).table for one in judged.drawn]
    ranks = pd.DataFrame([one["indirect_influence_rank"] for one in drawn])
    edges = ranks.quantile([0.05, 0.95]).round().astype(int)
    many = vision.obstacles()["family"].value_counts()
    ordered = found.table.sort_values("indirect_influence", ascending=False)
    rows = pd.DataFrame(
        {
            "family": ordered.index,
            "many": many.reindex(ordered.index).to_numpy(),
            "influence": 100 * ordered["indirect_influence"].to_numpy(),
            "dependence": 100 * ordered["indirect_dependence"].to_numpy(),
            "role": [words.SECTORS[str(one)] for one in ordered["sector"]],
            "range": [f"{edges[name].iloc[0]} à {edges[name].iloc[1]}" for name in ordered.index],
        }
    )
    first, second = ordered.index[:2]
    least = ordered["indirect_dependence"].idxmin()
    return table(
        rows,
        Caption(
            title=(
                f"« {str(first).capitalize()} » entretient le plus les autres familles, puis"
                f" « {second} » ; « {least} » en dépend le moins"
            ),
            alt="",
            sources=_document(),
            note=(
                "Analyse structurelle de type MICMAC. Une famille en entretient une autre quand elle"
                " gêne une mesure qui lèverait celle-ci. Une famille nombreuse pèse donc plus. Jugement."
            ),
        ),
        names={
            "family": "Famille",
            "many": "Obstacles",
            "influence": "Influence indirecte, %",
            "dependence": "Dépendance indirecte, %",
            "role": "Rôle",
            "range": "Rang d’influence, si un lien sur cinq manque",
        },
        formats={"influence": 0, "dependence": 0},
    )


def scenes_compared(judged: Judged) -> Table:
    """Set what the text refers to beside what our links make the rest depend on."""
    scenes = vision.scenes()
    told = vision.references().dropna(subset=["to_scene_id"])
    told = told[told["to_scene_id"] != told["from_scene_id"]]
    order = list(scenes.index)
    direct = pd.crosstab(told["to_scene_id"], told["from_scene_id"])
    text = micmac(direct.reindex(index=order, columns=order, fill_value=0)).table
    needs = judged.whole.influence_matrix("measure").reindex(index=order, columns=order)
    ours = micmac(needs.fillna(0).astype(int)).table
    rows = pd.DataFrame(
        {
            "scene": [f"{_scene(name)} {scenes['title'].to_dict()[name]}" for name in order],
            "received": text["influence"].reindex(order).to_numpy(),
            "text": 100 * text["indirect_influence"].reindex(order).to_numpy(),
            "needed": ours["influence"].reindex(order).to_numpy(),
            "ours": 100 * ours["indirect_influence"].reindex(order).to_numpy(),
        }
    ).sort_values("text", ascending=False, kind="stable")
    named = rows.set_index("scene")
    by_text, by_us = (str(named[name].idxmax())[4:] for name in ("text", "ours"))
    return table(
        rows.reset_index(drop=True),
        Caption(
            title=(
                f"Le texte renvoie surtout à « {by_text} » ; selon nos liens, c’est sur « {by_us} »"
                " que repose le reste"
            ),
            alt="",
            sources=_document(),
            note=(
                "Renvois imprimés vers une autre scène, comptés tels quels ; lire un renvoi comme une"
                " dépendance est notre lecture. Influences directes et indirectes (MICMAC)."
            ),
        ),
        names={
            "scene": "Scène",
            "received": "Renvois reçus (texte)",
            "text": "Influence par les renvois, %",
            "needed": "Besoins reçus (jugement)",
            "ours": "Influence par les besoins, %",
        },
        formats={"text": 0, "ours": 0},
        folded=True,
    )
