"""Explorer of any table: search its rows, filter them, count them, take them away.

All rows are in the page; `summary` selects and says. Its twin is in ``view.js``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from handbook.core.doors import door, fields_checked
from handbook.core.errors import unknown
from handbook.core.french import NBSP, number
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Explorer,
    Field,
    Number,
    State,
    Summary,
    Text,
    source_entries,
)
from handbook.views.base.values import Noun, agreed, capital, plain, slug

__all__ = ["CatalogueExplorer", "Filter"]

ANY = "tout"
PAGE = 10
LONGEST = 60
_PLURAL = re.compile(r"([a-z]{3,})s(?![a-z0-9])")
_ADDRESS = re.compile(r"[\w.-]+", re.ASCII)
_METHOD = (
    "Recherche\u00a0: tous les mots doivent se trouver dans la ligne, sans égard aux accents, aux"
    " capitales ni au pluriel. Les filtres s’ajoutent."
)


@fields_checked(ViewError)
@dataclass(frozen=True)
class Filter:
    """One way to narrow a table, when its legend does not say all.

    Attributes
    ----------
    legend
        Name of the control.
    options
        Value to words, in the order offered; by default, the values met, in alphabetical order.
    param
        Name in the address; by default, the legend as an address spells it.
    """

    legend: str
    options: Mapping[str, str] = field(default_factory=dict)
    param: str = ""


class CatalogueExplorer(Explorer):
    """Search and filter the rows of a table.

    The state has one key for each filter, named after its column (``"tout"``, or a value as the
    address spells it), and two more.

    Attributes
    ----------
    words
        What to search for.
    shown
        How many rows are shown at most.
    """

    name = "catalogue"

    words = Text()
    shown = Number()

    @door(ViewError)
    def __init__(
        self,
        table: pd.DataFrame,
        columns: Mapping[str, str],
        filters: Mapping[str, str | Filter],
        *,
        noun: Noun | None = None,
        label: str = "Catalogue",
        counted: str = "",
        bars: str = "",
        searched: Sequence[str] = (),
        file: Mapping[str, str] | None = None,
        linked: Mapping[str, str] | None = None,
        method: Sequence[str] = (),
        hint: str = "",
        sources: Mapping[str, Any] | Sequence[Any] = (),
        **chosen: str | int,
    ) -> None:
        """Hold the table.

        Parameters
        ----------
        table
            The rows, in the order shown. A missing cell is an empty text.
        columns
            Columns shown, with their headings; the first names the row. They are searched.
        filters
            How the reader may narrow the table, in the order of the controls: a column to the name
            of its control, or to a `Filter`. A cell holds one value, or a list of them. Few values
            are all in sight, more are in a menu.
        noun
            What a row is; « entrée » by default.
        label
            Title of the whole.
        counted
            Column of a filter, of one value a row, whose values are counted in the sentence and
            divide the bars.
        bars
            Column of a filter that has a bar for each of its values: a press keeps its rows.
        searched
            More columns in which words are sought.
        file
            Columns of the CSV file, with their headings; by default, those shown or searched.
        linked
            Shown column to the column of the source that its cells lead to.
        method
            Sentences on what the table holds.
        hint
            Example of words to search for.
        sources
            See :func:`handbook.views.source_entries`.
        chosen
            Parts of the first state that are not the whole table.

        Raises
        ------
        ViewError
            If a column is missing, if there is no row, or if a cell holds what its filter does not
            offer.
        StateError
            If the first state is not allowed.
        """
        noun = noun or Noun("entrée", "entrées", feminine=True)
        links = dict(linked or {})
        file = dict(file or {**{name: name for name in searched}, **columns})
        named = [*columns, *searched, *file, *links.values()]
        _check(table, [*named, *filters])
        known = [_filter(key, one, table[key]) for key, one in filters.items()]
        _check_words(columns, filters, label, {"counted": counted, "bars": bars})
        data = {
            "rows": _rows(table, dict.fromkeys(named), known),
            "columns": [{"key": key, "heading": text} for key, text in columns.items()],
            "filters": known,
            "searched": list(dict.fromkeys([*columns, *searched])),
            "file": [{"key": key, "heading": text} for key, text in file.items()],
            "linked": links,
            "counted": counted,
            "bars": bars,
            "noun": noun.entry(),
            "label": label,
            "hint": hint,
            "sources": source_entries(sources),
            "method": [_METHOD, *method],
        }
        shown = Field("shown", "lignes", "number", (), PAGE, len(table) + PAGE, PAGE, whole=True)
        fields = (
            Field("words", "cherche", "text", maximum=LONGEST),
            *(
                Field(
                    one["column"],
                    one["param"],
                    "choice",
                    (ANY, *(option["value"] for option in one["options"])),
                )
                for one in known
            ),
            shown,
        )
        state = {"words": "", **{one["column"]: ANY for one in known}, "shown": PAGE, **chosen}
        super().__init__(data, fields, state)

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _check_words(
    columns: Mapping[str, str], filters: Collection[str], label: str, named: Mapping[str, str]
) -> None:
    if not columns or not label.strip():
        raise ViewError("catalogue: it shows one column at least, and has a label")
    for word, column in named.items():
        if column and column not in filters:
            raise unknown(column, filters, f"filter in {word}", ViewError)


def _check(table: pd.DataFrame, wanted: Iterable[str]) -> None:
    absent = [name for name in dict.fromkeys(wanted) if name not in table]
    if absent or table.empty:
        msg = f"table: no column {absent}, or no row; columns are {list(table)}"
        raise ViewError(msg)


def _values(cell: object) -> list[str]:
    """Return what a cell holds: one value, several, or none."""
    if isinstance(cell, str):
        return [cell] if cell else []
    if isinstance(cell, Iterable):
        return [str(one) for one in cell]
    return [] if pd.isna(cell) else [str(cell)]  # type: ignore[call-overload]


def _spelled(value: str) -> str:
    """Return a value as the address spells it: as it is, or a slug if it has spaces or accents."""
    return value if _ADDRESS.fullmatch(value) else slug(value)


def _filter(column: str, one: str | Filter, cells: pd.Series[Any]) -> dict[str, Any]:
    chosen = Filter(one) if isinstance(one, str) else one
    met = dict.fromkeys(value for cell in cells for value in _values(cell))
    options = dict(chosen.options) or {value: capital(value) for value in sorted(met, key=plain)}
    unknown = [value for value in met if value not in options]
    if unknown:
        msg = f"column {column!r}: {unknown} is not offered by its filter: {list(options)}"
        raise ViewError(msg)
    return {
        "column": column,
        "param": chosen.param or slug(chosen.legend),
        "legend": chosen.legend,
        "options": [{"value": _spelled(value), "label": label} for value, label in options.items()],
    }


def _rows(
    table: pd.DataFrame, texts: Iterable[str], filters: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return each row: its cells as texts or numbers, and what the filters hold of it."""
    keys = [one["column"] for one in filters]
    rows = []
    for row in table.to_dict("records"):
        cells = {key: _cell(row[key]) for key in texts}
        held = {key: [_spelled(value) for value in _values(row[key])] for key in keys}
        rows.append({"cells": cells, "held": held})
    return rows


def _cell(value: object) -> str | float:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (int, float)) and not pd.isna(value):
        return int(value) if float(value).is_integer() else float(value)
    return ", ".join(_values(value))


def _fits(data: Mapping[str, Any], row: Mapping[str, Any], state: State) -> bool:
    """Say whether a row passes the filters and holds the words."""
    for one in data["filters"]:
        if state[one["column"]] not in (ANY, *row["held"][one["column"]]):
            return False
    text = _singular(" ".join(_text(row["cells"][key]) for key in data["searched"]))
    return all(word in text for word in _singular(state["words"]).split(" "))


def _text(cell: str | float) -> str:
    return cell if isinstance(cell, str) else number(cell)


def _singular(text: str) -> str:
    """Return `text` plain, its words without the s of a plural: « Pairs » gives « pair »."""
    return _PLURAL.sub(r"\1", plain(text))


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    rows, noun = data["rows"], data["noun"]
    found = [row for row in rows if _fits(data, row, state)]
    shown = found[: state["shown"]]
    total = number(len(rows))
    # written out: a reader must know what is left out, and a screen reader hears only this
    none = f"{agreed('Aucun', noun)} {noun['one']}"
    count = _counted(len(found), noun) if found else none
    sentence = f"{count} sur {total}{_parts(data, found)}.{_asked(data, state)}"
    hidden = len(found) - len(shown)
    cited = {row["cells"][key] for row in shown for key in data["linked"].values()}
    sources = [one["id"] for one in data["sources"]]
    return Summary(
        title=f"{data['label']}{NBSP}: {_counted(len(found), noun)} sur {total}",
        sentence=sentence,
        caption=f"{capital(noun['many'])}, dans l’ordre de la table",
        columns=[one["heading"] for one in data["columns"]],
        rows=[[_text(row["cells"][one["key"]]) or "–" for one in data["columns"]] for row in shown],
        notes=[f"Il reste {_counted(hidden, noun)} à afficher."] if hidden else [],
        sources=[one for one in sources if one in cited] if data["linked"] else sources,
    )


def _counted(value: int, noun: Mapping[str, Any]) -> str:
    return f"{number(value)}{NBSP}{noun['many'] if value > 1 else noun['one']}"


def _parts(data: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> str:
    """Say how many rows hold each value of the column that is counted."""
    key = data["counted"]
    if not key or not found:
        return ""
    (one,) = [each for each in data["filters"] if each["column"] == key]
    said = []
    for option in one["options"]:
        many = sum(option["value"] in row["held"][key] for row in found)
        if many:
            said.append(f"{_lower(option['label'])}{NBSP}{number(many)}")
    return f"{NBSP}: {', '.join(said)}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _asked(data: Mapping[str, Any], state: State) -> str:
    """Say what is asked for, if anything is."""
    said = [f"«{NBSP}{state['words']}{NBSP}»"] if state["words"] else []
    for one in data["filters"]:
        chosen = state[one["column"]]
        labels = {option["value"]: option["label"] for option in one["options"]}
        if chosen != ANY:
            said.append(labels[chosen])
    return f" Demandé{NBSP}: {', '.join(said)}." if said else ""
