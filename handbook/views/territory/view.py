"""Explorer of one territory, or of three side by side: figures, rank, peers, forecast, unknowns.

All is computed and worded when the view is made; `summary` only assembles. Its twin is in
``view.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from handbook.core.doors import door, fields_checked
from handbook.core.french import NBSP, chance, joined, typeset
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Choice,
    Choices,
    Explorer,
    Field,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.values import Noun, iso_date, plain_number
from handbook.views.territory import wording

__all__ = ["Course", "TerritoryExplorer"]

MOST = 3
_SIGNIFICANT = 7
_LEVELS = {
    "departement": Noun("département", "départements"),
    "region": Noun("région", "régions", feminine=True),
}
_WANTED = ("code", "name", "level", "indicator", "label", "value", "date", "source_ids")
_OPTIONAL: dict[str, Any] = {
    "unit": "",
    "decimals": None,
    "nature": "",
    "parent": "",
    "over_date": pd.NaT,
    "how": "",
}


class OneForecast(Protocol):
    """A forecast of one territory (``handbook.forecasting.Forecast`` is one)."""

    @property
    def mean(self) -> pd.Series:
        """What is expected, by date."""

    def interval(self, level: float) -> pd.DataFrame:
        """Columns ``lower`` and ``upper``."""

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        """Chance of reaching a value at a date."""


class ManyForecasts(Protocol):
    """Forecasts of several territories together (``handbook.forecasting.Reconciled`` is one)."""

    @property
    def mean(self) -> pd.DataFrame:
        """What is expected, dates by codes."""

    def interval(self, level: float, node: str) -> pd.DataFrame:
        """Columns ``lower`` and ``upper``."""

    def probability_above(self, value: float, at: Any, node: str) -> float:  # noqa: ANN401
        """Chance of reaching a value at a date."""


@fields_checked(ViewError)
@dataclass(frozen=True)
class Course:
    """A count over time in each territory, its forecast and what it should reach.

    Attributes
    ----------
    label
        Its name: « Maisons de santé ouvertes ».
    noun
        What an amount counts, in the plural: « maisons de santé ».
    observed
        Dates by codes, as `handbook.facts.panel` gives it (several levels side by side).
    forecasts
        By code, or reconciled; None for no forecast.
    aims
        By code, the share of the target; None for no target.
    due
        Date of the target.
    aim_note
        What that share is, one French sentence.
    sources
        Identifiers of the sources of all this.
    """

    label: str
    noun: str
    observed: pd.DataFrame
    forecasts: Mapping[str, OneForecast] | ManyForecasts | None = None
    aims: Mapping[str, float] | pd.Series | None = None
    due: Any = None
    aim_note: str = ""
    sources: Sequence[str] = ()


class TerritoryExplorer(Explorer):
    """Choose a territory by its name, its number, a list or a map; compare up to three.

    Attributes
    ----------
    territories
        Codes of the chosen territories, a tuple of three at most.
    level
        The level that the map and the list offer.

    Examples
    --------
    >>> rows = facts.territories(["msp_nb", facts.Rate("mg_lib")])  # doctest: +SKIP
    >>> views.TerritoryExplorer(rows, peers={"DEP-35": ["DEP-44", "DEP-31"]},
    ...                         outlines=figures.outlines())  # doctest: +SKIP
    """

    name = "territory"

    territories = Choices()
    level = Choice()

    @door(ViewError)
    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        peers: Mapping[str, Sequence[str]] | None = None,
        course: Course | None = None,
        outlines: Any = None,  # noqa: ANN401
        levels: Mapping[str, Noun] = _LEVELS,
        whole: str = "FR",
        sources: Mapping[str, Any] | Sequence[Any] | None = None,
        method: Sequence[str] = (),
        territories: Sequence[str] = (),
        level: str | None = None,
        title: str = "",
        shade: str | None = None,
    ) -> None:
        """Hold a tidy frame of indicators by territory, as `handbook.facts.territories` gives it.

        Parameters
        ----------
        frame
            One row an indicator and a territory: ``code``, ``name``, ``level``, ``indicator``,
            ``label``, ``value`` (missing where unknown), ``date`` and ``source_ids`` (joined by
            ``;``); and, if there are, ``unit``, ``decimals``, ``nature`` (``"count"`` keeps an
            indicator out of the sentences that compare), ``parent``, ``over_date`` (date of a
            rate's divisor) and ``how`` (« observé », « somme », « moyenne pondérée »). Indicators
            stand in the order of the frame.
        peers
            Codes of the territories that resemble each one, nearest first.
        course
            A count over time, its forecast and its target.
        outlines
            What to draw (`handbook.figures.outlines`); None for no map. A shape that is no
            territory of the chosen level leads to its parent.
        levels
            How territories of each level are called, in the order offered.
        whole
            Code of the territory that holds the others; its value stands beside theirs.
        sources
            See :func:`handbook.views.source_entries`; by default those that the frame carries.
        method
            What to know of the indicators and of the peers, in French sentences.
        territories, level
            The first state: by default none, and the first level.
        title
            What is said while no territory is chosen.
        shade
            The indicator that tints the map while no territory is chosen; None for no tint.

        Raises
        ------
        ViewError
            If a column is missing, two rows tell the same fact, an indicator has two labels, a
            source is not described, a peer is no territory of the frame, or no indicator has the
            name of the shade.
        StateError
            If the first state is not allowed.
        """
        tidy = _tidy(frame, levels, whole)
        given = frame.attrs.get("sources", ()) if sources is None else sources
        cited = _shortened(given)
        _check_sources(tidy, course, {one["id"] for one in cited})
        # a number or a name that two levels share means the first of them
        local = pd.concat([tidy[tidy["level"] == key] for key in levels])
        codes = list(dict.fromkeys(local["code"]))
        near = {str(code): list(map(str, others)) for code, others in (peers or {}).items()}
        lost = sorted({one for code, others in near.items() for one in [code, *others]} - {*codes})
        if lost:
            raise ViewError(f"peers: {', '.join(lost)} are no territories of the frame")
        short = {one["id"]: one["short"] for one in cited}
        indicators = [
            wording.Indicator.of(rows, whole, short)
            for _, rows in tidy.groupby("indicator", sort=False)
        ]
        about = local.drop_duplicates("code").set_index("code", drop=False)
        places = [
            wording.place(
                {str(key): value for key, value in row.items()},
                indicators,
                noun=levels[row["level"]],
                peers={one: str(about["name"][one]) for one in near.get(row["code"], ())},
                path=None if course is None else _path(course, row["code"]),
                course=course,
            )
            for row in about.to_dict("records")
        ]
        holder = tidy.loc[tidy["code"] == whole, "name"]
        offered = [key for key in levels if key in set(about["level"])]
        told = {one.entry["id"]: one for one in indicators}
        if shade is not None and shade not in told:
            raise ViewError(f"shade: {shade!r} is none of {list(told)}")
        tints = {
            key: wording.shades(told[shade], [one for one in places if one["level"] == key], noun)
            for key, noun in levels.items()
            if shade is not None
        }
        fields = (
            Field("territories", "territoires", "choices", tuple(codes), maximum=MOST),
            Field("level", "niveau", "choice", tuple(offered)),
        )
        data = {
            "places": places,
            "words": wording.WORDS
            | ({"nothing": typeset(title)} if title else {})
            | {
                "bare": "Indicateurs"
                if holder.empty
                else f"{typeset(holder.iloc[0])}{NBSP}: valeurs"
            },
            "shades": {key: tint for key, tint in tints.items() if tint},
            "indicators": [
                one.entry | {"whole": one.cell(whole), "amount": one.amounts.get(whole)}
                for one in indicators
            ],
            "whole": None if holder.empty else {"code": whole, "name": typeset(holder.iloc[0])},
            "levels": {key: levels[key].entry() for key in offered},
            "course": None if course is None else _course_entry(course),
            "outlines": None if outlines is None else vars(outlines),
            "sources": cited,
            "method": [*wording.METHOD, *map(typeset, method)],
        }
        state = {"territories": list(territories), "level": level or offered[0]}
        super().__init__(data, fields, state)

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _tidy(frame: pd.DataFrame, levels: Mapping[str, Noun], whole: str) -> pd.DataFrame:
    missing = [column for column in _WANTED if column not in frame]
    if missing:
        raise ViewError(f"frame: columns {missing} are missing; have {list(frame.columns)}")
    tidy = frame.copy()
    for column, value in _OPTIONAL.items():
        if column not in tidy:
            tidy[column] = value
    tidy = tidy[tidy["level"].isin(list(levels)) | (tidy["code"] == whole)]
    if tidy.empty:
        raise ViewError(f"frame: no territory of level {', '.join(levels)}")
    double = tidy[tidy.duplicated(["code", "indicator"])]
    if len(double):
        row = double.iloc[0]
        raise ViewError(f"frame: two values of {row['indicator']!r} for {row['code']!r}")
    labels = tidy.groupby("indicator", sort=False)["label"].nunique()
    if (labels > 1).any():
        raise ViewError(f"frame: several labels for {labels.index[labels > 1][0]!r}")
    spaced = sorted(code for code in set(tidy["code"]) if not code or " " in code)
    if spaced:
        raise ViewError(f"codes may not be empty or hold a space: {spaced}")
    return tidy.reset_index(drop=True)


def _check_sources(tidy: pd.DataFrame, course: Course | None, known: set[str]) -> None:
    used = {one for cell in tidy["source_ids"] for one in str(cell).split(";") if one}
    lost = sorted((used | set(course.sources if course else ())) - known)
    if lost:
        raise ViewError(f"sources: {', '.join(lost)} are not described")


def _shortened(sources: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, str]]:
    """Return the entries of the sources, each with a short name for a cell: « Insee, 2026 »."""
    entries = source_entries(sources)
    given = sources.values() if isinstance(sources, Mapping) else sources
    for entry, one in zip(entries, given, strict=True):
        known = one if isinstance(one, Mapping) else vars(one)
        parts = [known.get("publisher") or known["title"], known.get("year")]
        entry["short"] = ", ".join(str(part) for part in parts if part)
    return entries


def _course_entry(course: Course) -> dict[str, Any]:
    return {
        "label": course.label,
        "noun": course.noun,
        "note": typeset(course.aim_note),
        "sources": list(course.sources),
    }


def _path(course: Course, code: str) -> dict[str, Any]:
    """Return what was observed, the forecast with its 80 and 95 % bounds, and the target."""
    seen = course.observed[code].dropna() if code in course.observed else pd.Series(dtype=float)
    observed = [[iso_date(at), plain_number(value)] for at, value in seen.items()]
    made = _forecast_of(course.forecasts, code)
    points: list[list[Any]] = []
    if made is not None:
        bounds = [made.interval(level)[side] for level in (80, 95) for side in ("lower", "upper")]
        points = [
            [iso_date(at), *(plain_number(value, _SIGNIFICANT) for value in values)]
            for at, *values in zip(made.mean.index, made.mean, *bounds, strict=True)
        ]
    aim = None
    if course.aims is not None and code in course.aims:
        value = float(course.aims[code])
        reached = None if made is None else made.probability_above(value, course.due)
        aim = {
            "value": plain_number(value, _SIGNIFICANT),
            "date": iso_date(course.due),
            "chance": "" if reached is None else chance(reached),
        }
    return {"observed": observed, "points": points, "aim": aim}


@dataclass(frozen=True)
class _Node:
    """One territory of reconciled forecasts, as a forecast of its own."""

    every: ManyForecasts
    code: str

    @property
    def mean(self) -> pd.Series:
        return self.every.mean[self.code]

    def interval(self, level: float) -> pd.DataFrame:
        return self.every.interval(level, self.code)

    def probability_above(self, value: float, at: Any) -> float:  # noqa: ANN401
        return self.every.probability_above(value, at, self.code)


def _forecast_of(
    forecasts: Mapping[str, OneForecast] | ManyForecasts | None, code: str
) -> OneForecast | None:
    if forecasts is None:
        return None
    if isinstance(forecasts, Mapping):
        return forecasts.get(code)
    return _Node(forecasts, code) if code in forecasts.mean else None


def _ranked(value: str, rank: str) -> str:
    """Return a value with its rank, or alone where it has none."""
    return value if rank == "–" else f"{value} ({rank})"


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    every = {one["code"]: one for one in data["places"]}
    chosen = [every[code] for code in state["territories"]]
    single = len(chosen) == 1
    peers = single and bool(chosen[0]["peers"])
    columns = ["Indicateur"]
    for one in chosen:
        columns += [one["name"], "Rang"] if single else [one["name"]]
    columns += ["Pairs"] if peers else []
    columns += [data["whole"]["name"]] if data["whole"] else []
    columns += ["Date", "Source"]
    rows = []
    for at, indicator in enumerate(data["indicators"]):
        cells = [indicator["label"]]
        for one in chosen:
            cells += one["cells"][at][:2] if single else [_ranked(*one["cells"][at][:2])]
        cells += [chosen[0]["cells"][at][2]] if peers else []
        cells += [indicator["whole"]] if data["whole"] else []
        rows.append([*cells, indicator["date"], indicator["source"]])
    sources = [name for indicator in data["indicators"] for name in indicator["sources"]]
    drawn = [one for one in chosen if one["path"]]
    if drawn:
        sources += data["course"]["sources"]
    note = [data["course"]["note"]] if drawn and data["course"]["note"] else []
    names = joined(one["name"] for one in chosen)
    title, sentence, caption = (data["words"][key] for key in ("nothing", "invitation", "bare"))
    if state["level"] in data["shades"]:
        sentence = f"{data['shades'][state['level']]['sentence']} {sentence}"
    if chosen:
        caption = f"{names}{NBSP}: {data['words']['caption']}"
        title = chosen[0]["title"] if single else names
        sentence = " ".join(text for one in chosen for text in one["words"][: 3 if single else 1])
    return Summary(
        title=title,
        sentence=sentence,
        caption=caption,
        columns=columns,
        rows=rows,
        notes=[*(text for one in chosen for text in one["notes"]), *note],
        sources=list(dict.fromkeys(sources)),
        curves=[{"code": one["code"], "points": one["path"]["points"]} for one in drawn],
    )
