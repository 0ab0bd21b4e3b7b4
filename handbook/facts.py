"""Facts: tables of ``data/``, series and single figures, each with its source.

This is the only door through which data enter. Every table is described by a Frictionless Data
Package (``datapackage.yaml``, Table Schema); a value that breaks its schema is refused with the
file, the line and the column. Two sources that disagree keep a row each: the row that curves and
models follow is marked ``preferred`` in the data, never chosen here.

The functions of this module read the project's own ``data/``; an analyst who has other files
opens them with ``Facts("my/folder")``, which offers the same methods.
"""

from __future__ import annotations

import csv
import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pandas takes half a second to import: it is loaded by the first table
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

DATA = Path(__file__).resolve().parents[1] / "data"
_BOOLEANS = {"true": True, "false": False}
_EXPECTED = {
    "number": "a number such as 2501 or 3.5",
    "integer": "a whole number",
    "year": "a year such as 2023",
    "date": "a date such as 2023-12-31",
    "boolean": "true or false",
}
# What one source says of one series at one place, beside the identifiers.
_ROW = ["value", "unit", "date", "date_text", "source_id", "locator", "confidence", "note"]


class FactsError(LookupError, ValueError):
    """A table, series, figure or value that is missing or wrong.

    Attributes
    ----------
    file, line, column
        Where the fault lies, when it lies in a file (``line`` counts from 1, header included).
    nearest
        Valid identifiers closest to the one asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        column: str | None = None,
        nearest: Sequence[str] = (),
    ) -> None:
        place = f"{file.parent.name}/{file.name}" if file else ""
        place += f" line {line}" if line else ""
        place += f", column « {column} »" if column else ""
        super().__init__(f"{place}: {message}" if place else message)
        self.file, self.line, self.column, self.nearest = file, line, column, tuple(nearest)


@dataclass(frozen=True)
class Source:
    """A published source, described once in ``sources.csv``."""

    id: str
    title: str
    publisher: str
    year: int | None
    address: str
    licence: str
    read: str
    origin: str = ""

    @property
    def citation(self) -> str:
        """Publisher and year, for a caption."""
        return f"{self.publisher}, {self.year}" if self.year else self.publisher


@dataclass(frozen=True)
class Figure:
    """One published figure with its unit, date and source.

    ``date`` is the end of the period, ``date_text`` the date in the source's own words;
    ``reason`` says why the row is not the preferred one (empty when it is).
    """

    value: float
    unit: str
    date: pd.Timestamp
    date_text: str
    label: str
    source: Source
    locator: str
    confidence: str
    note: str
    series_id: str
    geography: str = "FR"
    status: str = "reported"
    preferred: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model: a central value, with bounds where they are known (else nan)."""

    id: str
    label: str
    low: float
    central: float
    high: float
    unit: str
    source: Source
    note: str


class Facts:
    """Tables of one data folder, read on demand and kept until their file changes.

    Parameters
    ----------
    path
        Folder that holds ``datapackage.yaml`` and the files it names.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).resolve()
        self._cache: dict[str, tuple[Any, Any]] = {}

    # Tables ---------------------------------------------------------------------------------

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
            If the table is unknown, or if a line breaks the schema: the message names the file,
            the line, the column and what was expected.
        """
        import pandas as pd

        frame: pd.DataFrame = self._typed(name, pd).copy()
        return frame

    def _package(self) -> Mapping[str, dict[str, Any]]:
        file = self.path / "datapackage.yaml"

        def read() -> dict[str, dict[str, Any]]:
            import yaml

            try:
                package = yaml.safe_load(file.read_text(encoding="utf-8"))
                return {resource["name"]: resource for resource in package["resources"]}
            except (yaml.YAMLError, KeyError, TypeError) as error:
                raise FactsError(f"not a data package ({error})", file=file) from error

        resources: dict[str, dict[str, Any]] = self._fresh("datapackage.yaml", [file], read)
        return resources

    def _fresh(self, key: str, files: Iterable[Path], read: Callable[[], Any]) -> Any:  # noqa: ANN401
        try:
            stamp = tuple((s.st_mtime_ns, s.st_size) for s in (file.stat() for file in files))
        except FileNotFoundError as error:
            raise FactsError("no such file", file=Path(str(error.filename))) from error
        if self._cache.get(key, (None,))[0] != stamp:
            self._cache[key] = (stamp, read())
        return self._cache[key][1]

    def _typed(self, name: str, pd: Any) -> Any:  # noqa: ANN401
        resource = _known(name, self._package(), "table")
        file = self.path / resource["path"]
        fields = {field["name"]: field for field in resource["schema"]["fields"]}

        def read() -> Any:  # noqa: ANN401
            rows, lines = _rows(file, list(fields))
            columns = {
                column: _column(file, lines, [row[rank] for row in rows], field, pd)
                for rank, (column, field) in enumerate(fields.items())
            }
            frame = pd.DataFrame(columns)
            _check_key(file, lines, frame, resource["schema"])
            for key in resource["schema"].get("foreignKeys", ()):
                self._check_foreign(file, lines, frame, key, pd)
            return frame

        return self._fresh(name, [file, self.path / "datapackage.yaml"], read)

    def _check_foreign(
        self,
        file: Path,
        lines: list[int],
        frame: Any,  # noqa: ANN401
        key: dict[str, Any],
        pd: Any,  # noqa: ANN401
    ) -> None:
        column = _one(key["fields"])
        target, other = key["reference"]["resource"], _one(key["reference"]["fields"])
        known = set((self._typed(target, pd) if target else frame)[other])
        for rank, value in enumerate(frame[column]):
            if value not in known and not pd.isna(value):
                nearest = _nearest(str(value), known)
                raise FactsError(
                    f"« {value} » is not a known {other}{_hint(nearest)}",
                    file=file,
                    line=lines[rank],
                    column=column,
                    nearest=nearest,
                )

    # Identifiers ----------------------------------------------------------------------------

    def _described(self, series_id: str) -> pd.Series[Any]:
        described = self.table("series").set_index("series_id")
        _known(series_id, described.index, "series")
        row: pd.Series[Any] = described.loc[[series_id]].iloc[0]
        return row

    def _observed(self, series_id: str, geography: str) -> pd.DataFrame:
        self._described(series_id)
        _known(geography, self.table("geographies")["code"], "geography")
        rows = self.table("observations")
        rows = rows[(rows["series_id"] == series_id) & rows["value"].notna()]
        here = rows[rows["geography"] == geography]
        if here.empty:
            where = sorted(set(rows["geography"]))
            held = f"; it is observed in {', '.join(where[:6])}" if where else ""
            raise FactsError(f"series {series_id} has no observation for {geography}{held}")
        return here.sort_values("date", kind="stable")

    # Series and figures ---------------------------------------------------------------------

    def series(
        self,
        series_id: str,
        geography: str = "FR",
        *,
        preferred: bool = True,
        modelling: bool = False,
    ) -> pd.Series[float]:
        """Return a series in time.

        Parameters
        ----------
        series_id, geography
            Identifiers of ``series.csv`` and ``geographies.csv``.
        preferred
            Keep one value a date, the preferred one. If false, every source's value is returned
            and dates may repeat.
        modelling
            Keep only the part that may feed a model (``modelling_from`` of ``series.csv``).

        Returns
        -------
        Series of float
            Named after the series, on a ``DatetimeIndex`` of period ends. ``attrs`` holds
            ``series_id``, ``geography``, ``label``, ``unit``, ``decimals``, ``source_ids``,
            ``modelling`` (oui, prudence or non) and ``modelling_reason``.

        Raises
        ------
        FactsError
            If an identifier is unknown (the nearest ones are named), if nothing is observed
            there, or if ``modelling`` is asked of a series that is not fit for a model.
        """
        about = self._described(series_id)
        rows = self._observed(series_id, geography)
        if preferred:
            rows = rows[rows["preferred"]]
        if modelling and about["modelling"] == "non":
            raise FactsError(f"series {series_id} is not for modelling: {about.modelling_reason}")
        if modelling and about.notna()["modelling_from"]:
            rows = rows[rows["date"] >= about["modelling_from"]]
        if rows.empty:
            raise FactsError(f"series {series_id} has no preferred value for {geography}")
        values = rows.set_index("date")["value"].rename(series_id)
        values.attrs = {
            "series_id": series_id,
            "geography": geography,
            **{key: about[key] for key in ("label", "unit", "modelling", "modelling_reason")},
            "decimals": int(about["decimals"]),
            "source_ids": list(dict.fromkeys(rows["source_id"])),
        }
        return values

    def panel(self, series_id: str, level: str = "region") -> pd.DataFrame:
        """Return the preferred values of every territory of a level.

        Parameters
        ----------
        series_id
            Identifier of the series.
        level
            ``region`` or ``departement``.

        Returns
        -------
        DataFrame
            Dates (period ends) by geography codes, in the order of ``geographies.csv``; missing
            where a territory has no value. Same ``attrs`` as `series`, with ``level``.
        """
        about = self._described(series_id)
        codes = self.geographies(level)["code"]
        rows = self.table("observations")
        rows = rows[(rows["series_id"] == series_id) & rows["geography"].isin(codes)]
        rows = rows[rows["preferred"] & rows["value"].notna()]
        if rows.empty:
            raise FactsError(f"series {series_id} has no value at level {level}")
        frame = rows.pivot_table(index="date", columns="geography", values="value")
        frame = frame.reindex(columns=[code for code in codes if code in frame.columns])
        frame.columns.name = "geography"
        frame.attrs = {
            "series_id": series_id,
            "level": level,
            **{key: about[key] for key in ("label", "unit", "modelling", "modelling_reason")},
            "decimals": int(about["decimals"]),
            "source_ids": list(dict.fromkeys(rows["source_id"])),
        }
        return frame

    def figure(self, series_id: str, date: str | None = None, geography: str = "FR") -> Figure:
        """Return one figure with its source.

        Parameters
        ----------
        series_id, geography
            Identifiers.
        date
            ``"latest"`` (also the default), ``"first"``, or the beginning of an ISO date that
            tells one observation apart: ``"2023-12-31"``, ``"2023-12"`` or ``"2023"``.

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
        chosen = rows[rows["preferred"]]
        if date in (None, "latest", "first") and not chosen.empty:
            row = chosen.iloc[0 if date == "first" else -1]
        else:
            row = self._at(rows, str(date or "latest"), f"{series_id} ({geography})")
        label = str(self._described(series_id)["label"])
        return Figure(
            **self._sourced(row),
            label=label,
            series_id=series_id,
            geography=geography,
            status=str(row["status"]),
            preferred=bool(row["preferred"]),
            reason=_text(row["reason"]),
        )

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

    def latest(self, series_id: str, geography: str = "FR") -> Figure:
        """Return the latest preferred figure of a series (see `figure`)."""
        return self.figure(series_id, "latest", geography)

    # Targets, projections, parameters -------------------------------------------------------

    def targets(self, series_id: str, geography: str = "FR") -> pd.DataFrame:
        """Return the official targets set on a series, soonest first (may be empty)."""
        self._described(series_id)
        rows = self.table("targets")
        rows = rows[(rows["series_id"] == series_id) & (rows["geography"] == geography)]
        return rows.sort_values("date", kind="stable").reset_index(drop=True)

    def target(self, series_id: str, geography: str = "FR") -> Figure:
        """Return the furthest target set on a series, as a figure with its source."""
        rows = self.targets(series_id, geography)
        if rows.empty:
            raise FactsError(f"series {series_id} has no target for {geography}")
        return Figure(
            **self._sourced(rows.iloc[-1]),
            label=str(self._described(series_id)["label"]),
            series_id=series_id,
            geography=geography,
        )

    def projection(self, projection_id: str, geography: str = "FR") -> pd.Series[float]:
        """Return a projection published by others, in time (``attrs`` as in `series`)."""
        rows = self.table("projections")
        _known(projection_id, dict.fromkeys(rows["projection_id"]), "projection")
        rows = rows[(rows["projection_id"] == projection_id) & (rows["geography"] == geography)]
        if rows.empty:
            raise FactsError(f"projection {projection_id} has no value for {geography}")
        values = rows.set_index("date")["value"].sort_index().rename(projection_id)
        values.attrs = {
            "projection_id": projection_id,
            "series_id": rows["series_id"].iloc[0],
            "geography": geography,
            "unit": rows["unit"].iloc[0],
            "source_ids": list(dict.fromkeys(rows["source_id"])),
        }
        return values

    def parameter(self, parameter_id: str) -> Parameter:
        """Return a parameter of ``parameters.csv`` with its bounds and its source."""
        rows = self.table("parameters").set_index("parameter_id")
        _known(parameter_id, rows.index, "parameter")
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
        )

    # Sources and territories ----------------------------------------------------------------

    def source(self, source_id: str) -> Source:
        """Return a source by its identifier."""
        rows = self.table("sources").set_index("source_id")
        _known(source_id, rows.index, "source")
        row: pd.Series[Any] = rows.loc[[source_id]].iloc[0]
        texts = {key: _text(row[key]) for key in ("title", "publisher", "address", "licence")}
        year = None if row.isna()["year"] else int(row["year"])
        read, origin = _text(row["read"]), _text(row["origin"])
        return Source(id=source_id, year=year, read=read, origin=origin, **texts)

    def sources_of(self, series_id: str, geography: str = "FR") -> list[Source]:
        """Return the sources of a series' preferred values, in order of first use."""
        return [self.source(name) for name in self.series(series_id, geography).attrs["source_ids"]]

    def geographies(self, level: str | None = None) -> pd.DataFrame:
        """Return territories (columns code, name, level, parent), those of a level if given."""
        rows = self.table("geographies")
        if level is None:
            return rows
        _known(level, dict.fromkeys(rows["level"]), "level")
        return rows[rows["level"] == level].reset_index(drop=True)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one(names: str | list[str]) -> str:
    return names if isinstance(names, str) else names[0]


def _nearest(name: str, known: Iterable[object]) -> list[str]:
    return difflib.get_close_matches(name, sorted(map(str, known)), n=3, cutoff=0.5)


def _hint(nearest: Sequence[str]) -> str:
    return f"; nearest: {', '.join(nearest)}" if nearest else ""


def _known(name: str, known: Any, what: str) -> Any:  # noqa: ANN401
    """Return ``known[name]`` (or the name) or say which identifiers come nearest."""
    names = list(known)
    if name in names:
        return known[name] if isinstance(known, dict) else name
    nearest = _nearest(name, names)
    raise FactsError(f"unknown {what} « {name} »{_hint(nearest)}", nearest=nearest)


def _rows(file: Path, header: list[str]) -> tuple[list[list[str]], list[int]]:
    """Read a CSV file whose header is the schema's; return its rows and their line numbers."""
    rows, lines = [], []
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text, strict=True)
        start = 1
        try:
            for row in reader:
                rows.append(row)
                lines.append(start)
                start = reader.line_num + 1
        except (csv.Error, UnicodeDecodeError) as error:
            raise FactsError(f"unreadable ({error})", file=file, line=start) from error
    if not rows or rows[0] != header:
        found = rows[0] if rows else []
        wrong = next((h for h in header if h not in found), None)
        what = f"column « {wrong} » is missing" if wrong else f"columns are {found}"
        raise FactsError(f"{what}; expected {', '.join(header)}", file=file, line=1)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise FactsError(
                f"{len(row)} cells where {len(header)} are expected", file=file, line=line
            )
    return rows[1:], lines[1:]


def _column(file: Path, lines: list[int], cells: list[str], field: dict[str, Any], pd: Any) -> Any:  # noqa: ANN401
    """Type a column by its schema; name the first cell that breaks it."""
    kind = field.get("type", "string")
    values = [None if cell == "" else cell for cell in cells]
    typed = _TYPES.get(kind, _as_text)(values, pd)
    wrong = [
        rank for rank, value in enumerate(values) if value is not None and pd.isna(typed[rank])
    ]
    if wrong:
        expected = _EXPECTED.get(kind, kind)
        message = f"« {cells[wrong[0]]} » is not {expected}"
        raise FactsError(message, file=file, line=lines[wrong[0]], column=field["name"])
    for rank, message in _breaches(values, typed, field.get("constraints") or {}, pd):
        raise FactsError(message, file=file, line=lines[rank], column=field["name"])
    return typed


def _as_text(values: list[str | None], pd: Any) -> Any:  # noqa: ANN401
    return pd.Series(values, dtype="str")


def _as_number(values: list[str | None], pd: Any) -> Any:  # noqa: ANN401
    return pd.to_numeric(pd.Series(values, dtype="object"), errors="coerce").astype("float64")


def _as_integer(values: list[str | None], pd: Any) -> Any:  # noqa: ANN401
    whole = [v if v is not None and re.fullmatch(r"[+-]?\d+", v) else None for v in values]
    return pd.to_numeric(pd.Series(whole, dtype="object")).astype("Int64")


def _as_date(values: list[str | None], pd: Any) -> Any:  # noqa: ANN401
    return pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d", errors="coerce")


def _as_boolean(values: list[str | None], pd: Any) -> Any:  # noqa: ANN401
    return pd.Series([_BOOLEANS.get(v or "") for v in values], dtype="boolean")


_TYPES: dict[str, Callable[[list[str | None], Any], Any]] = {
    "number": _as_number,
    "integer": _as_integer,
    "year": _as_integer,
    "date": _as_date,
    "boolean": _as_boolean,
}


def _breaches(
    values: list[str | None],
    typed: Any,  # noqa: ANN401
    rules: dict[str, Any],
    pd: Any,  # noqa: ANN401
) -> Iterable[tuple[int, str]]:
    """Yield the rank and fault of each cell that breaks a constraint of Table Schema."""
    low, high = (_bound(rules.get(key), typed, pd) for key in ("minimum", "maximum"))
    pattern = re.compile(rules.get("pattern", ".*"), re.DOTALL)
    choices = [str(choice) for choice in rules.get("enum", ())]
    for rank, (value, cell) in enumerate(zip(values, typed, strict=True)):
        if value is None:
            if rules.get("required"):
                yield rank, "a value is required"
        elif choices and value not in choices:
            yield rank, f"« {value} » is not one of {', '.join(choices)}"
        elif (low is not None and cell < low) or (high is not None and cell > high):
            yield rank, f"« {value} » is outside {rules.get('minimum')} to {rules.get('maximum')}"
        elif not pattern.fullmatch(value):
            yield rank, f"« {value} » does not match {pattern.pattern}"


def _bound(bound: object, typed: Any, pd: Any) -> Any:  # noqa: ANN401
    if bound is None or typed.dtype.kind != "M":
        return bound
    return pd.Timestamp(str(bound))


def _check_key(file: Path, lines: list[int], frame: Any, schema: dict[str, Any]) -> None:  # noqa: ANN401
    key = schema.get("primaryKey") or []
    key = [key] if isinstance(key, str) else key
    twice = frame.duplicated(key) if key else []
    for rank in (rank for rank, again in enumerate(twice) if again):
        what = ", ".join(str(frame[name].iloc[rank]) for name in key)
        raise FactsError(f"a second row for {what}", file=file, line=lines[rank], column=key[0])


_project = Facts(DATA)
table = _project.table
series = _project.series
panel = _project.panel
figure = _project.figure
latest = _project.latest
targets = _project.targets
target = _project.target
projection = _project.projection
parameter = _project.parameter
source = _project.source
sources_of = _project.sources_of
geographies = _project.geographies
