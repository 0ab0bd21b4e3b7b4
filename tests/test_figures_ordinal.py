"""Pictures of what is only ordered, and of many draws: they refuse what they cannot draw."""

from __future__ import annotations

import pandas as pd
import pytest

from handbook.figures import Caption, bands, grid, shares

SAID = Caption("Un titre", "Une grille de deux mots, avec ses risques.", ["x"])


def test_pictures_refuse_what_they_cannot_draw() -> None:
    with pytest.raises(ValueError, match="r1"):
        grid({"r1": ("haut", "bas")}, SAID, rows=["bas"], columns=["bas"], axes_names=("a", "b"))
    with pytest.raises(ValueError, match="not to 1"):
        shares(pd.DataFrame([[0.5, 0.4]], index=["r1"]), SAID)
    with pytest.raises(ValueError, match="five quantiles"):
        bands({"m": pd.DataFrame({"a": [1.0]})}, SAID)


def test_pictures_carry_what_they_plot() -> None:
    stacked = shares(pd.DataFrame([[0.25, 0.75]], index=["r1"]), SAID)
    assert stacked.data.iloc[0].tolist() == ["r1", 25.0, 75.0]
    frame = pd.DataFrame([[1.0, 2, 3, 4, 5]] * 3, index=[2025, 2026, 2027])
    assert len(bands({"m": frame, "n": frame}, SAID).data) == 6
