"""A computation that a reader can start again in Jupyter, and the picture it gives elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets as widgets

from handbook.figures import Picture

__all__ = ["Live", "live"]

_VIEW = "application/vnd.jupyter.widget-view+json"


class Live:
    """Controls over the function that draws from their values.

    Attributes
    ----------
    controls
        The widgets, by the name of the argument they give.
    picture
        What the function drew last.
    """

    def __init__(
        self, draw: Callable[..., Picture], controls: Mapping[str, widgets.ValueWidget]
    ) -> None:
        self.controls = dict(controls)
        self._draw = draw
        self._shown = widgets.HTML()
        self._box = widgets.VBox([*self.controls.values(), self._shown])
        self.picture = self._drawn()
        self._shown.value = self.picture.html
        for control in self.controls.values():
            control.observe(self._again, names="value")

    def _drawn(self) -> Picture:
        return self._draw(**{name: control.value for name, control in self.controls.items()})

    def _again(self, _: object) -> None:
        """Draw in the new state; what cannot be computed is said, and the last picture stays."""
        try:
            self.picture = self._drawn()
        except ValueError as error:
            self._shown.value = f"<p>{escape(str(error))}</p>{self.picture.html}"
        else:
            self._shown.value = self.picture.html

    def __repr__(self) -> str:
        """Return the picture's words and digest: no address, so that runs compare."""
        return repr(self.picture)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = replace(self.picture, folded=True)._repr_mimebundle_()
        view = self._box._repr_mimebundle_() or {}
        return data | {_VIEW: view[_VIEW]}, metadata


def live(draw: Callable[..., Picture], **controls: widgets.ValueWidget) -> Live:
    """Let the reader start `draw` again with other values.

    In Jupyter the controls stand above the picture, which follows them. In a built page, where
    nothing can be computed, the picture of the first values is folded under its title.

    Parameters
    ----------
    draw
        Takes one value for each control, by name, and returns a picture. A ``ValueError`` it
        raises is shown to the reader.
    controls
        Widgets of ipywidgets, such as ``horizon=widgets.IntSlider(2028, 2026, 2032)``.
    """
    return Live(draw, controls)
