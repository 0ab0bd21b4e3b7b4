"""Explorer of a catalogue: measures, principles and obstacles, to search, filter and take away.

All entries are in the page; `summary` selects and says. Its twin is in ``view.js``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from handbook.core.french import NBSP, joined, number
from handbook.views.base.explorer import (
    Choice,
    Explorer,
    Field,
    Number,
    State,
    Summary,
    Text,
    source_entries,
)
from handbook.views.base.values import plain, slug

__all__ = ["KINDS", "CatalogueExplorer"]

KINDS = {"mesure": "Mesure", "principe": "Principe", "obstacle": "Obstacle"}
"""What an entry can be, in the order of the catalogue."""
COLUMNS = ("id", "kind", "scene", "title", "who", "actors", "tag", "second", "when", "dated")
ANY = "tout"
PAGE = 10
LONGEST = 60
_PLURAL = re.compile(r"([a-z]{3,})s(?![a-z0-9])")
_PLACED = re.compile(r"^acte (\d), scène (\d), ")
_TEXTS = ("locator", "note")
_METHOD = (
    (
        "Recherche\u00a0: tous les mots doivent se trouver dans l’entrée, sans égard aux accents,"
        " aux capitales ni au pluriel. Les filtres s’ajoutent. Un principe et un obstacle n’ont"
        " ni acteur ni date\u202f; une mesure est datée quand le texte donne une année avant"
        " l’horizon."
    ),
    (
        "Le découpage en entrées, l’instrument d’une mesure et la famille d’un obstacle sont de"
        " notre main\u202f; le porteur, la date et l’endroit sont ceux du texte."
    ),
)


class CatalogueExplorer(Explorer):
    """Search and filter the entries of a catalogue.

    Attributes
    ----------
    words
        What to search for.
    kind
        ``"tout"``, ``"mesure"``, ``"principe"`` or ``"obstacle"``.
    place
        ``"tout"``, an act (``"A2"``) or a scene (``"A2S3"``).
    tag
        ``"tout"``, an instrument of measures (``"i-loi"``) or a family of obstacles
        (``"f-gouvernance"``).
    actor
        ``"tout"`` or the identifier of an actor.
    dated
        ``"tout"`` or ``"oui"``, for dated measures only.
    shown
        How many entries are shown at most.
    """

    name = "catalogue"

    words = Text()
    kind = Choice()
    place = Choice()
    tag = Choice()
    actor = Choice()
    dated = Choice()
    shown = Number()

    def __init__(
        self,
        entries: pd.DataFrame,
        *,
        scenes: Mapping[str, str],
        actors: Mapping[str, str],
        sources: Mapping[str, Any] | Sequence[Any] = (),
        **chosen: str | int,
    ) -> None:
        """Hold the entries.

        Parameters
        ----------
        entries
            ``id`` (unique), ``kind`` (a key of ``KINDS``), ``scene``, ``title``, ``who``,
            ``actors`` (list of identifiers), ``tag`` (instrument or family), ``second`` (another
            family or ""), ``when``, ``dated``, ``locator`` and ``note``.
        scenes
            Identifier (``"A1S2"``) to title, in order.
        actors
            Identifier to name, in the order offered.
        sources
            See :func:`handbook.views.source_entries`.
        chosen
            Parts of the first state that are not the whole catalogue.

        Raises
        ------
        ValueError
            If a column is missing, an identifier is repeated, or an entry names an unknown kind,
            scene or actor.
        traitlets.TraitError
            If the first state is not allowed.
        """
        rows = _checked(entries, scenes, actors)
        acts = list(dict.fromkeys(scene[:2] for scene in scenes))
        tags = _tags(rows)
        fields = (
            Field("words", "cherche", "text", maximum=LONGEST),
            Field("kind", "nature", "choice", (ANY, *KINDS)),
            Field("place", "scene", "choice", (ANY, *_ordered(acts, scenes))),
            Field("tag", "theme", "choice", (ANY, *tags)),
            Field("actor", "acteur", "choice", (ANY, *actors)),
            Field("dated", "datees", "choice", (ANY, "oui")),
            Field("shown", "lignes", "number", (), PAGE, len(rows) + PAGE, PAGE, whole=True),
        )
        data = {
            "entries": rows,
            "scenes": [{"id": key, "title": title} for key, title in scenes.items()],
            "actors": [{"id": key, "name": name} for key, name in actors.items()],
            "tags": [{"id": key, "name": name} for key, name in tags.items()],
            "sources": source_entries(sources),
            "method": _METHOD,
        }
        first = dict.fromkeys(("kind", "place", "tag", "actor", "dated"), ANY)
        state = {"words": "", **first, "shown": PAGE, **chosen}
        super().__init__(data, fields, {field.key: state[field.key] for field in fields})

    def _said(self, state: State) -> Summary:
        return summary(self.data, state)


def _checked(
    entries: pd.DataFrame, scenes: Mapping[str, str], actors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the entries as plain dicts, or say what is wrong with them."""
    wanted = (*COLUMNS, *_TEXTS)
    absent = [name for name in wanted if name not in entries]
    if absent or entries.empty:
        msg = f"entries: no column {absent}, or no entry; columns are {list(entries)}"
        raise ValueError(msg)
    twice = entries["id"][entries["id"].duplicated()]
    if not twice.empty:
        msg = f"entries: {twice.iloc[0]!r} stands twice; each identifier must be given once"
        raise ValueError(msg)
    rows = []
    for row in entries[list(wanted)].to_dict("records"):
        entry = {str(key): value for key, value in row.items()}
        for key, known in (("kind", KINDS), ("scene", scenes)):
            if entry[key] not in known:
                msg = f"entry {entry['id']!r}: {key} {entry[key]!r} is not one of {list(known)}"
                raise ValueError(msg)
        unknown = sorted(set(entry["actors"]) - set(actors))
        if unknown:
            msg = f"entry {entry['id']!r}: no actor {unknown}; have {list(actors)}"
            raise ValueError(msg)
        entry["actors"] = list(entry["actors"])
        entry["dated"] = bool(entry["dated"])
        rows.append(entry)
    return rows


def _tags(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what measures act by, then what families obstacles have: address name to words."""
    found: dict[str, str] = {}
    for kind, letter, word in (("mesure", "i", "Instrument"), ("obstacle", "f", "Obstacle")):
        names = {one for row in rows if row["kind"] == kind for one in (row["tag"], row["second"])}
        for name in sorted(filter(None, names), key=plain):
            found[f"{letter}-{slug(name)}"] = f"{word}{NBSP}: {name}"
    return found


def _ordered(acts: Sequence[str], scenes: Mapping[str, str]) -> list[str]:
    """Return each act followed by its scenes."""
    return [one for act in acts for one in (act, *(key for key in scenes if key[:2] == act))]


def _fits(row: Mapping[str, Any], state: State) -> bool:
    """Say whether an entry passes the filters and holds the words."""
    letter = {"mesure": "i", "obstacle": "f"}.get(row["kind"], "")
    tags = [f"{letter}-{slug(one)}" for one in (row["tag"], row["second"]) if letter and one]
    if state["kind"] not in (ANY, row["kind"]) or state["tag"] not in (ANY, *tags):
        return False
    if state["place"] not in (ANY, row["scene"][:2], row["scene"]):
        return False
    if state["actor"] != ANY and state["actor"] not in row["actors"]:
        return False
    if state["dated"] == "oui" and not row["dated"]:
        return False
    parts = [row[key] for key in ("id", "title", "who", "tag", "second", "when", *_TEXTS)]
    text = _singular(" ".join(parts))
    return all(word in text for word in _singular(state["words"]).split(" "))


def _singular(text: str) -> str:
    """Return `text` plain, its words without the s of a plural: « Pairs » gives « pair »."""
    return _PLURAL.sub(r"\1", plain(text))


def summary(data: Mapping[str, Any], state: State) -> Summary:
    """Return what the view says in a state."""
    entries = data["entries"]
    found = [row for row in entries if _fits(row, state)]
    shown = found[: state["shown"]]
    each = [
        _counted(sum(row["kind"] == kind for row in found), word.lower())
        for kind, word in KINDS.items()
    ]
    # written out: a reader must know what is left out, and a screen reader hears only this
    if found:
        sentence = f"{_counted(len(found), 'entrée')} sur {number(len(entries))}{NBSP}: "
        sentence += f"{joined(each)}.{_asked(data, state)}"
    else:
        sentence = f"Aucune entrée sur {number(len(entries))}.{_asked(data, state)}"
    hidden = len(found) - len(shown)
    notes = [f"{_counted(hidden, 'entrée')} de plus, à afficher."] if hidden else []
    return Summary(
        title=f"Catalogue{NBSP}: {_counted(len(found), 'entrée')} sur {number(len(entries))}",
        sentence=sentence,
        caption="Entrées du catalogue, dans l’ordre du document",
        columns=["Entrée", "Nature", "Qui", "Instrument ou famille", "Passage"],
        rows=[_line(row) for row in shown],
        notes=notes,
        sources=[one["id"] for one in data["sources"]],
    )


def _counted(value: int, noun: str) -> str:
    return f"{number(value)}{NBSP}{noun}{'s' if value > 1 else ''}"


def _asked(data: Mapping[str, Any], state: State) -> str:
    """Say what is asked for, if anything is."""
    said = []
    if state["words"]:
        said.append(f"«{NBSP}{state['words']}{NBSP}»")
    if state["kind"] != ANY:
        said.append(KINDS[state["kind"]].lower())
    if state["place"] != ANY:
        said.append(_place(state["place"]))
    for key in ("tags", "actors"):
        value = state[key[:-1]]
        if value != ANY:
            said.append(next(one["name"] for one in data[key] if one["id"] == value))
    if state["dated"] == "oui":
        said.append("promesse datée")
    return f" Demandé{NBSP}: {', '.join(said)}." if said else ""


def _place(place: str) -> str:
    act = f"acte{NBSP}{place[1]}"
    return act if len(place) == 2 else f"{act}, scène{NBSP}{place[3]}"


def _line(row: Mapping[str, Any]) -> list[str]:
    second = f", {row['second']}" if row["second"] else ""
    when = f" · {row['when']}" if row["when"] else ""
    return [
        row["title"],
        KINDS[row["kind"]],
        row["who"] or "–",
        f"{row['tag']}{second}{when}" or "–",
        _PLACED.sub(r"\1.\2 · ", row["locator"]),
    ]
