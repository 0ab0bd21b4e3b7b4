"""A bench where a reader lifts obstacles and withdraws judged links, live, in Jupyter.

Its saved form, which the page shows, is the picture of its first state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as widgets
import pandas as pd

from handbook import facts, strategy
from handbook.chapters.bench import Bench
from handbook.facts import catalogue as vision
from handbook.figures import bars, fr
from handbook.figures.caption import Caption

if TYPE_CHECKING:
    from handbook.figures import Picture

MOST = 0.5
SEEDS = 50


class ObstacleBench(Bench):
    """Lift families of obstacles, withdraw a part of the links, see what becomes possible.

    Attributes
    ----------
    lifted, drop, seed
        Stock controls of ipywidgets: the families lifted, the part of the judged links left out,
        and which draw; setting their ``value`` computes again as a click does.
    network
        The network in the current state.
    freed
        The measures that nothing blocks any more.
    """

    def __init__(self, *lifted: str) -> None:
        """Offer the families of obstacles; `lifted` are those lifted first."""
        self.lifted = widgets.SelectMultiple(
            options=list(vision.FAMILIES),
            value=lifted,
            rows=len(vision.FAMILIES),
            description="Lever",
        )
        self.drop = widgets.FloatSlider(
            0.0, min=0.0, max=MOST, step=0.05, description="Liens ôtés", continuous_update=False
        )
        self.seed = widgets.IntSlider(
            0, min=0, max=SEEDS, description="Tirage", continuous_update=False
        )
        self._open([self.lifted, self.drop, self.seed])

    def _again(self, _: object = None) -> None:
        links = vision.judged(float(self.drop.value), int(self.seed.value))
        self.network = strategy.network(*vision.network_tables(links))
        family = vision.obstacles()["family"]
        self.freed = self.network.freed(list(family.index[family.isin(self.lifted.value)]))
        self._show(self._drawn())

    def _drawn(self) -> Picture:
        scenes = vision.scenes()
        counts = pd.Series([name[:4] for name in self.freed], dtype=object).value_counts()
        counts = counts.reindex(scenes.index, fill_value=0)
        names = {
            key: f"{row['act']}.{row['scene']} {row['title']}" for key, row in scenes.iterrows()
        }
        blocked = len(self.network.blocked())
        what = fr.joined(f"« {name} »" for name in self.lifted.value) or "rien"
        part = fr.percent(100 * float(self.drop.value), 0)
        return bars(
            counts.astype(float).rename(index=names),
            Caption(
                title=f"Lever {what} libère {len(self.freed)} mesures sur {blocked} tenues",
                alt=(
                    "Mesures libérées par scène : "
                    + ", ".join(f"{names[key]} {many}" for key, many in counts.items())
                    + f". {part} des liens jugés sont ôtés."
                ),
                sources=facts.source(vision.DOCUMENT),
                subtitle="Mesures qu’aucun obstacle ne tiendrait plus, par scène",
                note=f"Liens jugés ôtés au hasard : {part}.",
            ),
            marks=dict.fromkeys(names.values(), "judgement"),
            digits=0,
        )
