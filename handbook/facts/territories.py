"""Territories: found by any of their names, and compared on figures of one edition.

A frame of indicators by territory is where bases get mixed without a sound: a share of the old in
one edition over a population of another, liberal practitioners of the health insurance over all
those of a register. Here each value keeps its date, its sources and how it was made, and what has
two bases is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from handbook.core.checks import distinct, plain_date
from handbook.core.doors import fields_checked
from handbook.core.errors import nearest, unknown
from handbook.facts.errors import FactsError

if TYPE_CHECKING:
    import pandas as pd

    from handbook.facts.store import Facts

__all__ = ["MixedBasesError", "Rate", "Territory", "TerritoryError", "found", "frame"]

Level = Literal["nation", "region", "departement"]

_POPULATION = "pop_total"
_CODE = re.compile(r"(?:REG|DEP)-")
_LEVEL_WORD = re.compile(r"^(departement|region)\b")
_ARTICLE = re.compile(r"^(?:le|la|les|l|du|des|de|d|en)\b")
_SAINT = re.compile(r"\bst(e?)\b")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_MOST = 3  # suggestions
_USUAL: tuple[Level, ...] = ("departement", "region", "nation")
_ENOUGH = 0.5  # of the best covered date: a few territories told apart make no date


class TerritoryError(FactsError):
    """No territory is meant by a name, or several could be: ``nearest`` holds suggestions."""


class MixedBasesError(FactsError):
    """A comparison that would mix two editions, two methods or two registers."""


@dataclass(frozen=True)
class Territory:
    """A territory of ``geographies.csv``.

    Attributes
    ----------
    code
        ``"DEP-35"``, ``"REG-53"`` or ``"FR"``.
    name
        Official name.
    level
        ``"departement"``, ``"region"`` or ``"nation"``.
    parent
        Code of the region of a département, of the nation for a region; empty for the nation.
    departements
        Codes of the départements it is made of (itself, for a département).
    """

    code: str
    name: str
    level: Level
    parent: str
    departements: tuple[str, ...]

    @property
    def number(self) -> str:
        """The bare code of Insee: « 35 »; « FR » for the nation."""
        return _CODE.sub("", self.code)

    def __str__(self) -> str:
        """Return « Ille-et-Vilaine (35) », as a suggestion is written."""
        return f"{self.name} ({self.number})"


@fields_checked(FactsError, per=(1e-9, 1e12), decimals=(0, 9))
@dataclass(frozen=True)
class Rate:
    """One series over another, in each territory.

    Attributes
    ----------
    series
        What is counted.
    over
        By what it is divided; by default the population, at the nearest date.
    per
        For how many: 100,000 inhabitants by default, 100 for a share in percent.
    label, unit, decimals
        How it is named and written.
    """

    series: str
    over: str = _POPULATION
    per: float = 100_000
    label: str = ""
    unit: str = ""
    decimals: int = 1

    @property
    def id(self) -> str:
        """Its name in a frame: ``"mg_lib/pop_total"``."""
        return f"{self.series}/{self.over}"


# ---- names -----------------------------------------------------------------------------------


def found(geographies: pd.DataFrame, name: object, level: str | None = None) -> Territory:
    """Return the territory that a name or a code means (see `Facts.territory`)."""
    every = _territories(geographies)
    if level is not None and level not in _USUAL:
        raise TerritoryError(f"level {level!r}: one of {', '.join(_USUAL)} is expected")
    words = _words(str(name))
    said = _LEVEL_WORD.match(words)
    wanted = level or (said[1] if said else None)
    keys = {_key(words), _key(_bare(words))}
    same = [one for one in every if keys & _keys(one)]
    ordered = sorted(same, key=lambda one: _USUAL.index(one.level))
    here = [one for one in ordered if wanted in (None, one.level)]
    if here:
        return here[0]
    close = list(dict.fromkeys(map(str, ordered or _close(every, _bare(words), wanted))))
    kind = f"no {wanted}" if wanted else "no territory"
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise TerritoryError(f"{kind} is called « {name} »{hint}", nearest=close)


def _territories(geographies: pd.DataFrame) -> list[Territory]:
    rows = geographies.fillna("").to_dict("records")
    below: dict[str, list[str]] = {}
    for row in rows:
        if row["level"] == "departement":
            for holder in (row["code"], row["parent"], "FR"):
                below.setdefault(holder, []).append(row["code"])
    return [
        Territory(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent=row["parent"],
            departements=tuple(below.get(row["code"], ())),
        )
        for row in rows
    ]


def _words(text: str) -> str:
    """Return lower-case words without accents, ligatures, apostrophes or hyphens."""
    bare = unicodedata.normalize("NFKD", text.lower()).translate(_LIGATURES)
    kept = "".join(one for one in bare if not unicodedata.combining(one))
    return _SAINT.sub(r"saint\1", re.sub(r"[^a-z0-9]+", " ", kept).strip())


def _bare(words: str) -> str:
    """Return words without « département », « région » and articles at their head."""
    kept = _LEVEL_WORD.sub("", words).strip()
    while article := _ARTICLE.match(kept):
        kept = kept[article.end() :].strip()
    return kept


def _key(words: str) -> str:
    key = words.replace(" ", "")
    return key.zfill(2) if key.isdigit() else key  # a spreadsheet makes 1 of 01


def _keys(one: Territory) -> set[str]:
    words = _words(one.name)
    return {_key(each) for each in (words, _bare(words), _words(one.code), one.number.lower())}


def _close(every: Sequence[Territory], words: str, level: str | None) -> list[Territory]:
    """Return those whose name holds the words, then those whose name looks like them."""
    there = {_words(one.name): one for one in reversed(every) if level in (None, one.level)}
    holding = [one for name, one in there.items() if len(words) > 2 and words in name]
    like = [there[name] for name in nearest(words, there)] if words else []
    return list(dict.fromkeys([*reversed(holding), *like]))[:_MOST]


# ---- figures ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """One series at one date and of one edition.

    By code: its value, how it is known, and from which sources.
    """

    date: pd.Timestamp
    edition: str
    rows: pd.DataFrame


def frame(
    facts: Facts,
    indicators: Iterable[str | Rate],
    date: str | None = None,
    *,
    weighted: Collection[str] = (),
    across: Literal["basis"] | None = None,
) -> pd.DataFrame:
    """Return indicators by territory, tidy (see `Facts.territories`)."""
    import pandas as pd

    asked = list(indicators)
    if not asked:
        raise FactsError("territories: give at least one indicator")
    distinct([one.id if isinstance(one, Rate) else one for one in asked], "territories", FactsError)
    for name in weighted:
        if name not in asked:
            known = [one for one in asked if isinstance(one, str)]
            raise unknown(name, known, "indicator in weighted", FactsError)
    until = _until(date)
    reader = _Reader(facts, _territories(facts.geographies()), frozenset(weighted))
    made = [reader.indicator(one, until) for one in asked]
    if across != "basis":
        _check_bases(made)
    tidy = pd.concat(made, ignore_index=True)
    cited = dict.fromkeys(";".join(tidy["source_ids"]).split(";"))
    return facts.sourced(tidy, [name for name in cited if name])


def _until(date: str | None) -> pd.Timestamp | None:
    """Return the day that a text names: ISO, or a year, its last."""
    import pandas as pd

    if date is None:
        return None
    plain_date(date, FactsError)
    if re.fullmatch(r"[0-9]{4}", date):
        return pd.Timestamp(int(date), 12, 31)
    try:
        return pd.to_datetime(date, format="ISO8601")
    except ValueError as error:
        raise FactsError(f"territories: {date!r} is no date; 2024-12-31 would be right") from error


def _check_bases(made: Sequence[pd.DataFrame]) -> None:
    """Refuse counts of one unit that two editions count, which a reader would subtract."""
    known: dict[str, tuple[str, str]] = {}
    for rows in made:
        first = rows.iloc[0]
        if first["nature"] != "count":
            continue
        before, edition = known.setdefault(first["unit"], (first["indicator"], first["edition"]))
        if edition != first["edition"]:
            raise MixedBasesError(
                f"« {before} » and « {first['indicator']} » both count {first['unit']}, of"
                f' {edition} and of {first["edition"]}; across="basis" if they stand side by side'
                " and no more"
            )


@dataclass(frozen=True)
class _Reader:
    """What reads a series territory by territory, at one date and of one edition."""

    facts: Facts
    places: list[Territory]
    weighted: frozenset[str]

    def indicator(self, asked: str | Rate, until: pd.Timestamp | None) -> pd.DataFrame:
        """Return the rows of one indicator: one a territory, known or not."""
        import pandas as pd

        if isinstance(asked, Rate):
            return self._rate(asked, until)
        about = self._about(asked)
        reading = self._read(asked, until=until)
        return self._laid_out(
            reading,
            over_date=pd.NaT,
            indicator=asked,
            label=str(about["label"]),
            unit=str(about["unit"]),
            decimals=int(about["decimals"]),
            nature=str(about["nature"]),
        )

    def _rate(self, asked: Rate, until: pd.Timestamp | None) -> pd.DataFrame:
        from handbook.core.french import number

        top, bottom = self._about(asked.series), self._about(asked.over)
        for about in (top, bottom):
            if about["nature"] != "count":
                raise FactsError(f"{asked.id}: « {about['label']} » is no count to divide")
        reading = self._read(asked.series, until=until)
        # a part and its whole must be of one edition; practitioners and inhabitants cannot be
        share = top["unit"] == bottom["unit"]
        over = self._read(asked.over, near=reading.date, edition=reading.edition if share else None)
        rows, below = reading.rows, over.rows
        value = asked.per * rows["value"] / below["value"].where(below["value"] > 0)
        both = rows["source_ids"].str.cat(below["source_ids"], sep=";")
        made = rows.assign(
            value=value,
            how=rows["how"].mask(below["how"] == "somme", "somme").where(value.notna(), "inconnu"),
            source_ids=[";".join(dict.fromkeys(cell.split(";"))) for cell in both],
        )
        made["source_ids"] = made["source_ids"].where(value.notna(), "")
        per = "" if share else f", pour {number(asked.per)} {bottom['unit']}"
        return self._laid_out(
            _Reading(reading.date, reading.edition, made),
            over_date=over.date,
            indicator=asked.id,
            label=asked.label or f"{top['label']}{per}",
            unit=asked.unit or ("%" if share and asked.per == 100 else ""),
            decimals=asked.decimals,
            nature="share" if share else "rate",
        )

    def _about(self, series_id: str) -> pd.Series[Any]:
        described = self.facts.table("series").set_index("series_id")
        if series_id not in described.index:
            raise unknown(series_id, described.index, "series", FactsError)
        row: pd.Series[Any] = described.loc[[series_id]].iloc[0]
        return row

    def _read(
        self,
        series_id: str,
        *,
        until: pd.Timestamp | None = None,
        near: pd.Timestamp | None = None,
        edition: str | None = None,
    ) -> _Reading:
        """Return a series at its last date until one, or at the date nearest to another.

        With `edition`, only at that very date and of this edition.
        """
        rows = self.facts.observations()
        rows = rows[(rows["series_id"] == series_id) & rows["value"].notna()]
        rows = rows.assign(edition=rows["edition"].fillna(rows["source_id"]))
        local = rows[rows["geography"].str.startswith("DEP-")]
        if edition is None:
            local = local[local["preferred"]]
        else:
            local = local[(local["edition"] == edition) & (local["date"] == near)]
            if local.empty:
                raise MixedBasesError(
                    f"{edition} does not give « {series_id} » on {near:%Y-%m-%d}: a share of two"
                    " editions is refused"
                )
        day = _date(local["date"], series_id, until, near)
        local = local[local["date"] == day]
        editions = local["edition"].value_counts()
        if len(editions) > 1:
            said = ", ".join(f"{name} ({count})" for name, count in editions.items())
            raise MixedBasesError(
                f"« {series_id} » on {day:%Y-%m-%d} is of several editions: {said}"
            )
        name = str(editions.index[0])
        above = rows[(rows["date"] == day) & ~rows["geography"].str.startswith("DEP-")]
        known = self._summed(series_id, day, local.set_index("geography"))
        return _Reading(day, name, self._completed(known, above, name))

    def _summed(self, series_id: str, day: pd.Timestamp, local: pd.DataFrame) -> pd.DataFrame:
        """Return the values of départements, and what follows of them for what they make up."""
        import pandas as pd

        value, sources = local["value"], list(dict.fromkeys(local["source_id"]))
        word = "somme" if self._about(series_id)["nature"] == "count" else "inconnu"
        if word == "inconnu" and series_id in self.weighted:
            population = self._read(_POPULATION, near=day).rows
            weights, word = population["value"], "moyenne pondérée"
            sources = list(dict.fromkeys([*sources, *population["source_ids"][local.index]]))
        known: list[tuple[float, str, str]] = []
        own, made = ";".join(dict.fromkeys(local["source_id"])), ";".join(sources)
        for place in self.places:
            parts = value.reindex(list(place.departements))
            if place.level == "departement":
                known.append((parts.iloc[0], "observé", own))
            elif word == "inconnu" or parts.isna().any():
                known.append((math.nan, "inconnu", ""))
            elif word == "somme":
                known.append((parts.sum(), word, made))
            else:
                share = weights.reindex(parts.index)
                known.append(((parts * share).sum() / share.sum(), word, made))
        index = [place.code for place in self.places]
        return pd.DataFrame(known, index=index, columns=["value", "how", "source_ids"])

    @staticmethod
    def _completed(known: pd.DataFrame, above: pd.DataFrame, edition: str) -> pd.DataFrame:
        """Put what is published of regions and of the nation before what was computed.

        Of the same edition first; from another source, only where nothing could be computed.
        """
        import pandas as pd

        above = above.sort_values("preferred", ascending=False, kind="stable")
        above = above.assign(how="observé", source_ids=above["source_id"])
        own = above["edition"] == edition
        chosen = [above[own], known.rename_axis("geography").reset_index(), above[~own]]
        chosen[2] = chosen[2][chosen[2]["preferred"]]
        columns = ["geography", "value", "how", "source_ids"]
        made = pd.concat([rows[columns].dropna(subset=["value"]) for rows in chosen])
        made = made.drop_duplicates("geography").set_index("geography").reindex(known.index)
        return made.fillna({"how": "inconnu", "source_ids": ""})

    def _laid_out(self, reading: _Reading, **about: Any) -> pd.DataFrame:  # noqa: ANN401
        rows = reading.rows.rename_axis("code").reset_index()
        names = ("name", "level", "parent")
        places = {name: [getattr(one, name) for one in self.places] for name in names}
        order = [
            "indicator",
            "label",
            "unit",
            "decimals",
            "nature",
            "code",
            *names,
            "value",
            "date",
        ]
        described = rows.assign(**places, date=reading.date, edition=reading.edition, **about)
        return described[[*order, "over_date", "edition", "how", "source_ids"]]


def _date(
    dates: pd.Series[Any],
    series_id: str,
    until: pd.Timestamp | None,
    near: pd.Timestamp | None,
) -> pd.Timestamp:
    """Return the date to read: the last one until `until`, or the nearest to `near`.

    A date that has fewer than half of the territories of the best covered one does not count.
    """
    counts = dates.value_counts()
    days = sorted(counts.index[counts >= _ENOUGH * counts.max()])
    if until is not None:
        days = [day for day in days if day <= until]
    if not days:
        when = f" until {until:%Y-%m-%d}" if until is not None else ""
        raise FactsError(f"series {series_id} has no value by département{when}")
    day: pd.Timestamp = days[-1] if near is None else min(days, key=lambda day: abs(day - near))
    return day
