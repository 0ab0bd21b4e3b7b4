"""Facts: tables of ``data/``, series and single figures, each with its source.

This is the only door through which data enter. Every table is described by a Frictionless Data
Package (``datapackage.yaml``); a value that breaks its schema is refused with the file, the line
and the column. Two sources that disagree keep a row each: the row that curves and models follow
is marked ``preferred`` in the data, never chosen here.

The functions of this module read the project's own ``data/``; an analyst who has other files
opens them with ``Facts("my/folder")``, which offers the same methods.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from handbook.core.doors import door
from handbook.core.errors import unknown
from handbook.facts import checksums, package, provenance, readings
from handbook.facts import territories as places
from handbook.facts.comparing import compare, moving
from handbook.facts.errors import FactsError
from handbook.facts.marks import mark_of
from handbook.facts.records import Figure, Parameter, Source
from handbook.facts.territories import MixedBasesError, Rate, Territory, TerritoryError

if TYPE_CHECKING:  # pandas takes half a second to import: it is loaded by the first table
    from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
    from typing import Literal

    import pandas as pd

    from handbook.facts.provenance import Frame
    from handbook.facts.readings import Editions

__all__ = [
    "DATA",
    "Facts",
    "FactsError",
    "Figure",
    "MixedBasesError",
    "Parameter",
    "Rate",
    "Source",
    "Territory",
    "TerritoryError",
    "cited",
    "claim",
    "compare",
    "described",
    "figure",
    "geographies",
    "latest",
    "mark_of",
    "observations",
    "panel",
    "parameter",
    "projection",
    "series",
    "source",
    "sourced",
    "sources",
    "sources_of",
    "table",
    "target",
    "targets",
    "territories",
    "territory",
    "uses",
]

_PACKAGE = Path(__file__).resolve().parents[1]
# Inside the package where it is installed, beside it in the repository.
DATA = next(
    (folder for folder in (_PACKAGE / "data", _PACKAGE.parent / "data") if folder.is_dir()),
    _PACKAGE / "data",
)
# What one source says of one series at one place, beside the identifiers.
_QUALIFIERS = {"lower_bound": "au moins", "upper_bound": "au plus", "rounded": "environ"}
_OBSERVED = ("observations", "readings", "reading_values")
_ROW = ["value", "unit", "date", "date_text", "source_id", "locator", "confidence", "note"]


class Facts:
    """Tables of one data folder, read on demand and kept until their file changes.

    Parameters
    ----------
    path
        Folder that holds ``datapackage.yaml`` and the files it names.
    """

    @door(FactsError)
    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).resolve()
        self._cache: dict[str, tuple[Any, Any]] = {}
        self._reading: list[str] = []  # each read for a foreign key of the one before

    # Tables ---------------------------------------------------------------------------------

    @door(FactsError)
    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the package, its columns typed by their schema.

        Parameters
        ----------
        name
            Name of a resource of ``datapackage.yaml``.

        Returns
        -------
        DataFrame
            One row a line of the file. Empty cells are missing values; dates are timestamps,
            years and integers nullable integers.

        Raises
        ------
        FactsError
            If the table is unknown, if its file is not the one whose size and digest the package
            holds, or if a line breaks the schema: the message names the file, the line, the
            column and what was expected.
        """
        from handbook.facts import schema as table_schema

        described = self.described()
        _check(name, described, "table")
        asked = described[name]

        if name in self._reading:
            loop = " → ".join([*self._reading, name])
            raise FactsError(f"foreign keys run in a circle: {loop}", file=self._description)

        def read() -> pd.DataFrame:
            table_schema.check_words(asked.schema, self._description)
            checksums.check(asked)
            return table_schema.read(asked.path, asked.schema, name, self.table)

        self._reading.append(name)
        try:
            kept: pd.DataFrame = self._fresh(name, [asked.path, self._description], read)
        finally:
            self._reading.remove(name)
        return kept.copy()

    def observations(self) -> pd.DataFrame:
        """Return every observation: the nation and regions, then the readings of départements.

        Returns
        -------
        DataFrame
            Columns of the table ``observations``, one row a value; ``edition`` is missing where
            the value is common to every edition of its series, or none is declared.
        """
        return self._observations().copy()

    def _observations(self) -> pd.DataFrame:
        names = [name for name in _OBSERVED if name in self.described()]

        def read() -> pd.DataFrame:
            first, *rest = (self.table(name) for name in names)
            if "edition" not in first:
                first = first.assign(edition=None)
            return readings.combined(first, *rest) if len(rest) == 2 else first

        every: pd.DataFrame = self._fresh("every observation", self._observed_files(), read)
        return every

    def _observed_files(self) -> list[Path]:
        tables = self.described()
        return [self._description, *(tables[name].path for name in _OBSERVED if name in tables)]

    def _values_of(self, series_id: str) -> pd.DataFrame:
        """Return the observations of one series that have a value."""

        def read() -> dict[str, pd.DataFrame]:
            every = self._observations()
            known = every[every["value"].notna()]
            return {str(name): rows for name, rows in known.groupby("series_id", sort=False)}

        held = self._fresh("observations by series", self._observed_files(), read)
        return held[series_id] if series_id in held else self._observations().iloc[:0]

    def described(self) -> dict[str, package.Table]:
        """Return the description of every table: title, columns, licence, path of its file.

        Raises
        ------
        FactsError
            If ``datapackage.yaml`` is missing or is no description of a data package.
        """
        file = self._description
        described: dict[str, package.Table] = self._fresh(
            file.name, [file], lambda: package.read(file)
        )
        return dict(described)

    def files(self) -> list[Path]:
        """Return every file of the package: the description, then the tables."""
        return [self._description, *(table.path for table in self.described().values())]

    @property
    def _description(self) -> Path:
        return self.path / "datapackage.yaml"

    def _fresh(self, key: str, files: list[Path], read: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what ``read`` returned last, unless a file has changed since."""
        try:
            stamp = [(at.st_mtime_ns, at.st_size) for at in (file.stat() for file in files)]
        except (FileNotFoundError, NotADirectoryError) as error:
            raise FactsError("no such file", file=Path(str(error.filename))) from error
        if self._cache.get(key, (None,))[0] != stamp:
            self._cache[key] = (stamp, read())
        return self._cache[key][1]

    # Identifiers ----------------------------------------------------------------------------

    def _described(self, series_id: str) -> pd.Series[Any]:
        described = self.table("series").set_index("series_id")
        _check(series_id, described.index, "series")
        row: pd.Series[Any] = described.loc[[series_id]].iloc[0]
        return row

    def _place(self, asked: str) -> str:
        """Return the code of a place, given by it or by the name of a territory."""
        known = self.table("geographies")
        if asked in set(known["code"]):
            return asked
        try:
            return self.territory(asked).code
        except TerritoryError as error:
            names = [*known["code"], *known["name"]]
            raise unknown(asked, names, "geography", FactsError) from error

    def _observed(self, series_id: str, geography: str) -> pd.DataFrame:
        self._described(series_id)
        geography = self._place(geography)
        rows = self._values_of(series_id)
        here = rows[rows["geography"] == geography]
        if here.empty:
            where = sorted(set(rows["geography"]))
            held = f"; it is observed in {', '.join(where[:6])}" if where else ""
            raise FactsError(f"series {series_id} has no observation for {geography}{held}")
        return here.sort_values("date", kind="stable")

    # Series and figures ---------------------------------------------------------------------

    @door(FactsError)
    def series(
        self,
        series_id: str,
        geography: str = "FR",
        *,
        preferred: bool = True,
        modelling: bool = False,
        edition: Editions | None = None,
    ) -> pd.Series[float]:
        """Return a series in time.

        Parameters
        ----------
        series_id, geography
            Identifiers of ``series.csv`` and ``geographies.csv``; a territory may be given by its
            name (see `territory`).
        preferred
            Keep one value a date, the preferred one. If false, every source's value is returned
            and dates may repeat.
        modelling
            Keep only the part that may feed a model (``modelling_from`` of ``series.csv``).
        edition
            Identifier of ``editions.csv``, or several if mixing them is meant: their values, with
            those that are common to all editions, instead of the preferred ones.

        Returns
        -------
        Series of float
            Named after the series, on a ``DatetimeIndex`` of period ends. ``attrs`` holds
            ``series_id``, ``geography``, ``label``, ``unit``, ``decimals``, ``sources``
            (a tuple of `Source`, in order of first use), ``source_ids``, ``modelling`` (oui,
            prudence or non) and ``modelling_reason``; and what the quantity is: ``nature`` (count,
            share, amount, rate or index), ``cumulative`` (it cannot fall), ``part_of`` (series of
            the whole, or empty), ``floor`` and ``cap`` (None where the definition sets none),
            ``basis`` (declared base or scope, or empty), ``editions`` (by ISO date, for the dates
            that have one) and ``other_editions`` (held, and left out).

        Raises
        ------
        FactsError
            If an identifier is unknown (the nearest ones are named), if nothing is observed
            there, if ``modelling`` is asked of a series that is not fit for a model, or if its
            preferred values belong to several editions and none is named.
        """
        about = self._described(series_id)
        every = rows = self._observed(series_id, geography)
        geography = str(rows["geography"].iloc[0])
        if preferred:
            rows = readings.of_edition(rows, edition, f"series {series_id} ({geography})")
        if modelling and about["modelling"] == "non":
            raise FactsError(f"series {series_id} is not for modelling: {about.modelling_reason}")
        if modelling and about.notna()["modelling_from"]:
            rows = rows[rows["date"] >= about["modelling_from"]]
        if rows.empty:
            raise FactsError(f"series {series_id} has no preferred value for {geography}")
        values = rows.set_index("date")["value"].rename(series_id)
        values.attrs = self._attributes(about, rows, every) | {"geography": geography}
        return values

    @door(FactsError)
    def panel(
        self, series_id: str, level: str = "region", *, edition: Editions | None = None
    ) -> pd.DataFrame:
        """Return the values of every territory of a level, ``region`` or ``departement``.

        Parameters
        ----------
        series_id
            Identifier of ``series.csv``.
        level
            A count that no source gives by region is the sum of its départements, where none is
            missing.
        edition
            As for `series`: the preferred values by default.

        Returns
        -------
        DataFrame
            Dates (period ends) by geography codes, in the order of ``geographies.csv``; missing
            where a territory has no value. Same ``attrs`` as `series`, with ``level`` and
            ``summed_from`` (level of the values that were added, or empty).

        Raises
        ------
        FactsError
            As `series`.
        """
        about = self._described(series_id)
        every = self._of_level(series_id, level)
        summed = level == "region" and every.empty and about["nature"] == "count"
        if summed:
            every = self._of_level(series_id, "departement")
        if every.empty:
            raise FactsError(f"series {series_id} has no value at level {level}")
        rows = readings.of_edition(every, edition, f"series {series_id} (level {level})")
        if rows.empty:
            raise FactsError(f"series {series_id} has no preferred value at level {level}")
        frame = rows.pivot_table(index="date", columns="geography", values="value")
        if summed:
            frame = readings.region_sums(frame, self.geographies("departement"))
        codes = self.geographies(level)["code"]
        frame = frame.reindex(columns=[code for code in codes if code in frame.columns])
        frame.columns.name = "geography"
        frame.attrs = self._attributes(about, rows, every)
        frame.attrs |= {"level": level, "summed_from": "departement" if summed else ""}
        return frame

    def _of_level(self, series_id: str, level: str) -> pd.DataFrame:
        rows = self._values_of(series_id)
        return rows[rows["geography"].isin(self.geographies(level)["code"])]

    @door(FactsError)
    def figure(
        self,
        series_id: str,
        date: str | None = None,
        geography: str = "FR",
        *,
        edition: str | None = None,
    ) -> Figure:
        """Return one figure with its source.

        Parameters
        ----------
        series_id, geography
            Identifiers.
        date
            ``"latest"`` (also the default), ``"first"``, or the beginning of an ISO date that
            tells one observation apart: ``"2023-12-31"``, ``"2023-12"`` or ``"2023"``.
        edition
            Identifier of ``editions.csv``; the preferred value by default.

        Returns
        -------
        Figure
            The preferred value of that date, or the only one if a single source gives one.

        Raises
        ------
        FactsError
            If an identifier is unknown, or the date is that of no figure or of several: the
            dates at hand are named.
        """
        rows = self._observed(series_id, geography)
        geography = str(rows["geography"].iloc[0])
        chosen = rows[rows["preferred"]]
        if edition is not None:
            rows = chosen = readings.of_edition(rows, edition, f"{series_id} ({geography})")
        if date in (None, "latest", "first") and not chosen.empty:
            row = chosen.iloc[0 if date == "first" else -1]
        else:
            row = self._at(rows, str(date or "latest"), f"{series_id} ({geography})")
        about = self._described(series_id)
        return Figure(
            **self._sourced(row),
            label=str(about["label"]),
            series_id=series_id,
            geography=geography,
            status=str(row["status"]),
            qualifier=_QUALIFIERS.get(str(row["status"]), ""),
            basis=_basis_at(_text(about["basis"]), row),
            edition=_text(row["edition"]),
            preferred=bool(row["preferred"]),
            reason=_text(row["reason"]),
        )

    def _attributes(
        self, about: pd.Series[Any], rows: pd.DataFrame, every: pd.DataFrame
    ) -> dict[Hashable, Any]:
        """Return what a series carries with it, as values that cannot change."""
        words = ("label", "unit", "modelling", "modelling_reason")
        return {
            "series_id": about.name,
            **{key: str(about[key]) for key in words},
            "decimals": int(about["decimals"]),
            **{key: _text(about[key]) for key in ("nature", "part_of", "basis")},
            **{key: _number(about[key]) for key in ("floor", "cap")},
            "cumulative": str(about["cumulative"]).lower() == "true",
            **readings.attributes(rows, every),
            **provenance.attributes(self.cited(rows)),
        }

    def _at(self, rows: pd.DataFrame, date: str, what: str) -> pd.Series[Any]:
        days = rows["date"].dt.strftime("%Y-%m-%d")
        found = rows[days.str.startswith(date)]
        if len(found) > 1 and found["preferred"].any():
            found = found[found["preferred"]]
        if len(found) != 1:
            how = "several figures" if len(found) else "no figure"
            dates = list(dict.fromkeys(days[found.index] if len(found) else days))
            raise FactsError(
                f"{what} has {how} at « {date} »; dates: {', '.join(dates[-12:])}", nearest=dates
            )
        row: pd.Series[Any] = found.iloc[0]
        return row

    def _sourced(self, row: pd.Series[Any]) -> dict[str, Any]:
        known = {key: row[key] for key in _ROW if key != "source_id"}
        known.update(value=float(row["value"]), note=_text(row["note"]))
        return known | {"source": self.source(str(row["source_id"]))}

    @door(FactsError)
    def latest(self, series_id: str, geography: str = "FR") -> Figure:
        """Return the latest preferred figure of a series (see `figure`)."""
        return self.figure(series_id, "latest", geography)

    # Targets, projections, parameters -------------------------------------------------------

    @door(FactsError)
    def targets(self, series_id: str, geography: str = "FR") -> pd.DataFrame:
        """Return the official targets set on a series, soonest first (may be empty).

        A target may have several dates, each with who says it (``said_by``); ``preferred`` tells
        those that `target` may return.
        """
        self._described(series_id)
        geography = self._place(geography)
        rows = self.table("targets")
        rows = rows[(rows["series_id"] == series_id) & (rows["geography"] == geography)]
        return rows.sort_values("date", kind="stable").reset_index(drop=True)

    @door(FactsError)
    def target(self, series_id: str, geography: str = "FR") -> Figure:
        """Return the furthest preferred target set on a series, as a figure with its source."""
        rows = self.targets(series_id, geography)
        rows = rows[rows["preferred"]]
        if rows.empty:
            raise FactsError(f"series {series_id} has no target for {geography}")
        return Figure(
            **self._sourced(rows.iloc[-1]),
            label=str(self._described(series_id)["label"]),
            series_id=series_id,
            geography=str(rows["geography"].iloc[-1]),
        )

    @door(FactsError)
    def projection(self, projection_id: str, geography: str = "FR") -> pd.Series[float]:
        """Return a projection published by others, in time (``attrs`` as in `series`)."""
        rows = self.table("projections")
        _check(projection_id, dict.fromkeys(rows["projection_id"]), "projection")
        geography = self._place(geography)
        rows = rows[(rows["projection_id"] == projection_id) & (rows["geography"] == geography)]
        if rows.empty:
            raise FactsError(f"projection {projection_id} has no value for {geography}")
        values = rows.set_index("date")["value"].sort_index().rename(projection_id)
        values.attrs = {
            "projection_id": projection_id,
            "series_id": rows["series_id"].iloc[0],
            "geography": geography,
            "unit": rows["unit"].iloc[0],
            **provenance.attributes(self.cited(rows)),
        }
        return values

    @door(FactsError)
    def parameter(self, parameter_id: str) -> Parameter:
        """Return a parameter of ``parameters.csv`` with its bounds and its source."""
        rows = self.table("parameters").set_index("parameter_id")
        _check(parameter_id, rows.index, "parameter")
        row: pd.Series[Any] = rows.loc[[parameter_id]].iloc[0]
        return Parameter(
            id=parameter_id,
            label=str(row["label"]),
            low=float(row["low"]),
            central=float(row["central"]),
            high=float(row["high"]),
            unit=str(row["unit"]),
            source=self.source(str(row["source_id"])),
            note=_text(row["note"]),
            status=str(row["status"]),
            confidence=str(row["confidence"]),
            qualifier=_QUALIFIERS.get(str(row["status"]), ""),
        )

    @door(FactsError)
    def claim(self, claim_id: str) -> Figure:
        """Return a figure that one of the documents gives, with the reservation it makes.

        Raises
        ------
        FactsError
            If the claim is unknown, or gives no number.
        """
        rows = self.table("claims").set_index("claim_id")
        _check(claim_id, rows.index, "claim")
        row: pd.Series[Any] = rows.loc[[claim_id]].iloc[0]
        if row[["value", "low", "high"]].isna().all():
            raise FactsError(f"claim {claim_id} gives no number ({row['kind']}, {row['status']})")
        period = _text(row["date"]).split("/")[-1].strip(".")
        return Figure(
            value=float(row["value"]),
            unit=_text(row["unit"]),
            date=_end(period),
            date_text=_text(row["date_text"]) or _text(row["date"]),
            label=str(row["label"]),
            source=self.source(str(row["source_id"])),
            locator=_text(row["locator"]),
            confidence="",
            note=_text(row["note"]),
            series_id=_text(row["series_id"]),
            geography=str(row["geography"]),
            qualifier=_text(row["qualifier"]).replace("sans mention", ""),
            low=float(row["low"]),
            high=float(row["high"]),
        )

    @door(FactsError)
    def computed(self, formula: str) -> float:
        """Return the value of a formula over published parameters.

        Parameters
        ----------
        formula
            Numbers, ``+ - * /``, parentheses, and parameters by name: ``rate`` for the central
            value, ``rate.low`` and ``rate.high`` for the bounds.

        Raises
        ------
        FactsError
            If something else is written, or a value is not published.
        """
        from handbook.facts import formulas

        return formulas.computed(formula, self)

    # Sources and territories ----------------------------------------------------------------

    @door(FactsError)
    def source(self, source_id: str) -> Source:
        """Return a source by its identifier."""
        known = self.sources()
        _check(source_id, known, "source")
        return known[source_id]

    def sources(self) -> dict[str, Source]:
        """Return every source by its identifier, in the order of ``sources.csv``."""

        def read() -> dict[str, Source]:
            rows = self.table("sources").set_index("source_id").to_dict("index")
            return {str(name): _source(str(name), row) for name, row in rows.items()}

        files = [self._description, self.described()["sources"].path]
        return dict(self._fresh("sources by identifier", files, read))

    @door(FactsError)
    def uses(self, source_id: str) -> dict[str, list[str]]:
        """Return, by table that cites a source, the series concerned (where rows name one).

        Raises
        ------
        FactsError
            If there is no such source, or a table cannot be read.
        """
        _check(source_id, self.sources(), "source")

        def read() -> dict[str, dict[str, list[str]]]:
            names = [name for name in self.described() if name != "sources"]
            return provenance.uses({name: self.table(name) for name in names})

        every: dict[str, dict[str, list[str]]] = self._fresh("uses", self.files(), read)
        return dict(every.get(source_id, {}))

    @door(FactsError)
    def sources_of(self, series_id: str, geography: str = "FR") -> list[Source]:
        """Return the sources of a series' preferred values, in order of first use."""
        return self.cited(self.series(series_id, geography))

    def cited(self, *things: object) -> list[Source]:
        """Return the sources of anything that has some, each once, in order.

        Parameters
        ----------
        things
            A `Source`, the identifier of one, a `Figure` or a `Parameter`; a series or a frame
            that carries its sources or has a column ``source_id`` or ``source_ids``; any object
            with a ``source``, ``sources``, ``source_id``, ``source_ids`` or (a forecast) a
            ``series``; lists and mappings of these, nested or not.

        Raises
        ------
        FactsError
            If an identifier is unknown, or a thing says nothing of its sources: it is named.
        """
        return provenance.cited(things, self.source)

    def sourced(self, data: Frame, *things: object, **about: Any) -> Frame:  # noqa: ANN401
        """Return a series or a frame that carries the sources of `things` (see `cited`).

        What pandas makes from one series carries its sources already. This is for what is made
        of several, or cell by cell: it is no longer any one of them, and keeps none of their
        ``attrs``.

        Parameters
        ----------
        data
            What was made.
        things
            What it was made of.
        about
            Other ``attrs`` of the result, for instance ``label`` and ``unit``.
        """
        return provenance.carrying(data, self.cited(*things), about)

    @door(FactsError)
    def geographies(self, level: str | None = None) -> pd.DataFrame:
        """Return territories (columns code, name, level, parent), those of a level if given."""
        rows = self.table("geographies")
        if level is None:
            return rows
        _check(level, dict.fromkeys(rows["level"]), "level")
        return rows[rows["level"] == level].reset_index(drop=True)

    @door(FactsError)
    def territory(self, name: object, level: str | None = None) -> Territory:
        """Return the territory that a name or a code means.

        Capitals, accents, hyphens, spaces and the article do not matter: ``"Ille-et-Vilaine"``,
        ``"ille et vilaine"``, ``"l’Ille-et-Vilaine"``, ``"35"``, ``"DEP-35"`` are one.

        Parameters
        ----------
        name
            A name, or a code with or without its prefix. Every region's bare code is also that of
            a département, and the overseas ones have one name: then the département is meant
            (``"53"`` is Mayenne), unless the level is asked for, by `level` or in words
            (``"REG-53"``, ``"région 53"``).
        level
            ``"departement"``, ``"region"`` or ``"nation"``: only among these.

        Raises
        ------
        TerritoryError
            If there is none: ``nearest`` holds the names that come closest.
        """
        return places.found(self.geographies(), name, level)

    @door(FactsError)
    def territories(
        self,
        indicators: Iterable[str | Rate],
        date: str | None = None,
        *,
        weighted: Collection[str] = (),
        across: Literal["basis"] | None = None,
    ) -> pd.DataFrame:
        """Return indicators by territory: départements, regions and the nation, tidy.

        Each indicator is read at one date, the last at which most départements have a value, in
        one edition (or from one source, where no edition is declared). Regions and the nation
        have what it publishes of them; else counts are summed, if none is missing; shares and
        densities are unknown, unless `weighted` says that their mean weighted by population is
        meant; else what another source publishes of that date stands. Nothing is completed from
        another date.

        Parameters
        ----------
        indicators
            Series, or a `Rate`: one series over another, such as practitioners per inhabitant,
            with the population of the nearest date. A share of one unit (the old among
            inhabitants) needs both counts of one edition and one date.
        date
            Nothing later is read; by default the latest.
        weighted
            Series whose regional and national values may be means weighted by population: right
            for a share of the population, close for accessibility, wrong for a share of patients.
        across
            ``"basis"`` lets counts of one unit and two editions stand side by side.

        Returns
        -------
        DataFrame
            One row an indicator and a territory: ``indicator``, ``label``, ``unit``,
            ``decimals``, ``nature``, ``code``, ``name``, ``level``, ``parent``, ``value``
            (missing where unknown), ``date``, ``over_date`` (of a rate's divisor), ``edition``
            (that of the départements, or their source), ``how`` (observé, somme, moyenne
            pondérée, inconnu) and ``source_ids``. Its ``attrs`` hold the sources.

        Raises
        ------
        MixedBasesError
            If a value, a share or two counts of one unit would mix two editions or registers.
        FactsError
            If a series is unknown or has no value by département.
        """
        return places.frame(self, indicators, date, weighted=weighted, across=across)


def _source(source_id: str, row: Mapping[Hashable, Any]) -> Source:
    texts = ("title", "publisher", "address", "licence", "read", "origin")
    year = row["year"] if isinstance(row["year"], int) else None
    return Source(id=source_id, year=year, **{key: _text(row[key]) for key in texts})


def _basis_at(basis: str, row: pd.Series[Any]) -> str:
    """Return the base of one row, where that of its series changes with the source or the date."""
    if not moving(basis):
        return basis
    return f"{basis} ({row['date_text'] if basis.endswith('par date') else row['source_id']})"


def _end(period: str) -> pd.Timestamp:
    """Return the last day of an ISO period, NaT if there is none."""
    import pandas as pd

    end = pd.Period(period).end_time.normalize() if period else pd.NaT
    return cast("pd.Timestamp", end)


def _number(value: float) -> float | None:
    return None if value != value else float(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _check(name: str, known: Iterable[str], what: str) -> None:
    """Say which identifiers come nearest if ``name`` is not one of ``known``."""
    names = list(known)
    if name not in names:
        raise unknown(name, names, what, FactsError)


_project = Facts(DATA)
table = _project.table
series = _project.series
observations = _project.observations
panel = _project.panel
figure = _project.figure
latest = _project.latest
targets = _project.targets
target = _project.target
projection = _project.projection
parameter = _project.parameter
computed = _project.computed
claim = _project.claim
source = _project.source
sources_of = _project.sources_of
cited = _project.cited
sourced = _project.sourced
sources = _project.sources
described = _project.described
uses = _project.uses
geographies = _project.geographies
territory = _project.territory
territories = _project.territories
