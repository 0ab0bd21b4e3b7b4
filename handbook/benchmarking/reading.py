"""A reader's own units and indicators, from a file as French spreadsheets write them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from handbook.core.delimited import Readable, ReadingError, numbers, read_delimited
from handbook.core.doors import door

__all__ = ["from_csv"]


@door(ReadingError)
def from_csv(
    source: Readable,
    indicators: Sequence[str] | None = None,
    *,
    units: str | None = None,
    decimal: str | None = None,
) -> pd.DataFrame:
    r"""Read a table of units and indicators that `Composite` accepts.

    The file is read as :func:`handbook.forecasting.from_csv` reads its own: semicolons, tabs or
    commas, decimal commas, spaces in numbers, UTF-8 or the western Windows code page.

    Parameters
    ----------
    source
        Path, or open binary file.
    indicators
        Headings of the columns kept; by default all but the units.
    units
        Heading of the units' names; by default the first column.
    decimal
        ``","`` or ``"."``, where a column does not tell.

    Returns
    -------
    DataFrame
        One row a unit, one column an indicator; nan where the file has no value (« n.d. », « … »
        or nothing). Its attributes are ``file``, ``sources`` and ``reading`` (in French).

    Raises
    ------
    ReadingError
        Naming the line and the column of the first fault, and what would be right.

    Examples
    --------
    >>> import io
    >>> content = "canton;médecins;délai\nAubrac;12,5;n.d.\nMargeride;9;21".encode("cp1252")
    >>> from_csv(io.BytesIO(content))
               médecins  délai
    canton
    Aubrac         12.5    NaN
    Margeride       9.0   21.0
    """
    table = read_delimited(source)
    names = table.column(units if units is not None else 0)
    kept = (
        indicators
        if indicators is not None
        else [name for name in table.header if name not in (names[0].column, "")]
    )
    if not kept:
        raise ReadingError("no indicator: a column of numbers is needed", file=table.file, line=1)
    seen: dict[str, int] = {}
    for cell in names:
        if not cell.text:
            raise cell.fault("a unit has no name: write it, or remove the line")
        if cell.text in seen:
            raise cell.fault(f"unit {cell.text!r} is already on line {seen[cell.text]}")
        seen[cell.text] = cell.line
    columns = {name: numbers(table.column(name), decimal) for name in kept}
    heading = units if units is not None else table.header[0]
    frame = pd.DataFrame(columns, index=pd.Index(list(seen), name=heading or None))
    frame.attrs = {"file": table.file, "sources": [table.file], "reading": table.reading}
    return frame
