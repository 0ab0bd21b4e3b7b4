"""A computation a reader can start again: controls in Jupyter, a folded picture on the page."""

from __future__ import annotations

import ipywidgets as widgets
import matplotlib.pyplot as plt
import pytest

from handbook import figures, views
from handbook.figures import Caption, Picture
from handbook.figures.display import stamp
from handbook.views.base.live import Live


def draw(slope: int, name: str) -> Picture:
    if slope < 0:
        raise ValueError("la pente est négative")
    _, axes = plt.subplots()
    axes.plot([0, 1], [0, slope])
    return figures.publish(axes, Caption(f"{name} : {slope}", f"Une droite de pente {slope}.", "s"))


@pytest.fixture
def bench() -> Live:
    slope = widgets.IntSlider(2, -5, 5, description="Pente")
    return views.live(draw, slope=slope, name=widgets.Text("Droite"))


def test_it_starts_with_the_picture_of_the_first_values(bench) -> None:
    assert bench.picture.title == "Droite\u00a0: 2"
    assert bench.picture.html in bench._shown.value


def test_a_control_that_moves_draws_again(bench) -> None:
    before = repr(bench)
    bench.controls["slope"].value = 4
    assert bench.picture.title.endswith("4")
    assert repr(bench) != before
    assert bench.picture.html in bench._shown.value


def test_what_cannot_be_computed_is_said_and_the_last_picture_stays(bench) -> None:
    bench.controls["slope"].value = -1
    assert "la pente est négative" in bench._shown.value
    assert bench.picture.title.endswith("2")
    bench.controls["slope"].value = 3
    assert "négative" not in bench._shown.value


def test_the_page_gets_a_folded_picture_and_jupyter_the_controls(bench) -> None:
    data, metadata = bench._repr_mimebundle_()
    assert metadata["handbook"]["folded"] is True
    assert stamp(metadata["handbook"]) in data["text/html"]
    assert any(kind.endswith("widget-view+json") for kind in data)
    assert "0x" not in repr(bench)
