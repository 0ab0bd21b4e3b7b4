"""A picture of chances: one row a question, a bar as long as the chance, and what is unknown."""

from __future__ import annotations

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from handbook.core.french import typeset
from handbook.figures import theme
from handbook.figures.caption import Caption
from handbook.figures.display import Picture
from handbook.figures.parts import key, require_columns
from handbook.figures.plate import Plate, compose
from handbook.figures.ranks import LABEL_SHARE, Rows, bar_look, row_heights

__all__ = ["chances"]

_THICK = 16  # CSS pixels
_WORDS = ("chance estimée par le modèle", "non prévisible")
_BASELINE = 4.6


def chances(
    data: pd.DataFrame,
    caption: Caption,
) -> Picture:
    """Draw the chance of several outcomes; an unknown one is a bare line, never a half bar.

    Parameters
    ----------
    data
        Indexed by label, drawn in the order given: ``chance`` (0 to 1, missing when no chance can
        be given) and ``words`` (what is written beside it: « 80 % · probable », « série trop
        courte »).
    caption
        Finding, description, sources.

    Raises
    ------
    ValueError
        If a column is missing, there is no row, a label is given twice or a chance is not between
        0 and 1.
    """
    require_columns(data, ("chance", "words"), "chances")
    if data.index.has_duplicates:
        msg = f"chances: a label is given twice; one row a question is expected: {list(data.index)}"
        raise ValueError(msg)
    values = data["chance"].astype(float)
    if not values.dropna().between(0, 1).all():
        msg = f"chances: a chance is between 0 and 1; got {values.dropna().tolist()}"
        raise ValueError(msg)
    labels = [str(label) for label in data.index]
    words = [typeset(str(text)) for text in data["words"]]
    shown = [_WORDS[0]] * bool(values.notna().any()) + [_WORDS[1]] * bool(values.isna().any())

    def drawing(plate: Plate) -> None:
        (axes,) = plate.axes()
        rows = Rows(labels, narrow=plate.narrow)
        for place, value, text in zip(rows.places, values, words, strict=True):
            foreseen = pd.notna(value)
            if foreseen:
                axes.barh(place, 1, height=_THICK, fc=theme.PLATE, ec=theme.GRID, lw=1)
                axes.barh(place, value, height=_THICK, **bar_look("model", pale=False))
            else:
                axes.plot([0, 1], [place] * 2, color=theme.QUIET, lw=1.2)
                axes.annotate(
                    "?",
                    (0.5, place),
                    ha="center",
                    va="center",
                    color=theme.MUTED,
                    weight=700,
                    bbox={"fc": theme.PLATE, "lw": 0, "pad": 1.5},
                )
            axes.annotate(
                text,
                (1, place),
                (10 * theme.POINT, -_BASELINE * theme.POINT),
                textcoords="offset points",
                ha="left",
                va="baseline",
                annotation_clip=False,
                color=theme.INK if foreseen else theme.MUTED,
                weight=600 if foreseen else 400,
            )
        rows.name(axes)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        across = plate.width * (1.0 if plate.narrow else 1.0 - LABEL_SHARE) - 12
        wide = max(plate.text_width(text, weight=600) for text in words) + 14
        axes.set_xlim(0, across / max(across - wide, across / 4))
        handles = {
            _WORDS[0]: Patch(**bar_look("model", pale=False)),
            _WORDS[1]: Line2D([], [], color=theme.QUIET, lw=1.2),
        }
        key(plate, axes, [handles[word] for word in shown], shown)

    table = pd.DataFrame({"nom": labels, "chance": values.to_numpy(), "mots": words})
    return compose(
        drawing,
        table,
        caption,
        heights=row_heights(labels, shown),
    )
