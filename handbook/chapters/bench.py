"""Stock controls over a picture that is made again, in Jupyter.

A saved bench, which the page shows, is the picture of its first state.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handbook.figures import Picture

__all__ = ["Bench"]

_VIEW = "application/vnd.jupyter.widget-view+json"


class Bench(ABC):
    """What every bench does: a subclass makes its controls, calls `_open` and writes `_again`."""

    _shown: Picture

    def _open(self, controls: Iterable[Any], *, others: Iterable[Any] = ()) -> None:
        """Lay the controls out above the picture, make it, and make it again at each change.

        Parameters
        ----------
        controls
            Of ipywidgets; a change of their value calls `_again`.
        others
            Shown first; what their change does is the subclass's affair.
        """
        watched = list(controls)
        self._view = widgets.HTML()
        self._box = widgets.VBox([*others, *watched, self._view])
        self._again()
        for control in watched:
            control.observe(self._again, names="value")

    @abstractmethod
    def _again(self, _: object = None) -> None:
        """Compute in the current state, then `_show` the picture."""

    def _show(self, picture: Picture, words: str = "") -> None:
        """Show a picture, and words under it."""
        self._shown = picture
        under = f"<p>{escape(words)}</p>" if words else ""
        self._view.value = f"{picture.html}{under}"

    def picture(self) -> Picture:
        """Return the picture of the current state."""
        return self._shown

    def __repr__(self) -> str:
        """Return the picture's words and digest: no address, so that runs compare."""
        return repr(self._shown)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = self._shown._repr_mimebundle_()
        live = self._box._repr_mimebundle_() or {}
        return data | {_VIEW: live[_VIEW]}, metadata
