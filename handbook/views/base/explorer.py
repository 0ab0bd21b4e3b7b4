"""What every explorer shares on the Python side.

An explorer is shown by the same JavaScript in two hosts. In Jupyter it is a widget: its traits
follow the reader's clicks and the view follows the traits. In a built page there is no kernel: the
HTML made here carries the data and the state, and a plain table for who has no JavaScript.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any, ClassVar, Literal, cast

import anywidget
import traitlets
from traitlets import Bunch

from handbook.core.doors import door, fields_checked
from handbook.core.errors import nearest
from handbook.views.base import bundle
from handbook.views.base.errors import StateError, ViewError
from handbook.views.base.saved import canonical, written

__all__ = [
    "Choice",
    "Choices",
    "Explorer",
    "Field",
    "Number",
    "Summary",
    "Text",
    "cleaned",
    "source_entries",
]

State = dict[str, Any]
_INNER = frozenset(anywidget.AnyWidget.class_trait_names())  # the widget's own, not the reader's

_UNSEEN = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]+"
)
_LONGEST = 200


def cleaned(text: str) -> str:
    """Return a reader's words with every run of spaces and of unseen characters as one space.

    The twin of `cleaned` in ``common.js``.
    """
    return _UNSEEN.sub(" ", text).strip(" ")


@fields_checked(ViewError)
@dataclass(frozen=True)
class Field:
    """One key of the state: what it may hold, and its name in the page's address.

    Attributes
    ----------
    key
        Name of the key in `state` and of the trait.
    param
        Name in the address, in French (``indicateur`` gives ``?regions.indicateur=``).
    kind
        ``"choice"`` (one of `values`), ``"choices"`` (several), ``"number"`` or ``"text"`` (free
        words, cleaned by `cleaned`).
    values
        Allowed values of a choice, each once and without space.
    minimum, maximum, step
        Bounds of a number, and how far a slider moves at a time: Python may set any number
        within the bounds. For words, `maximum` is the number of characters allowed (at most 200);
        for several choices, how many may be made (0 for all).
    whole
        Whether a number must be a whole one, as a year must.

    Raises
    ------
    ViewError
        If the values or the bounds allow nothing or could not be told apart in an address.
    """

    key: str
    param: str
    kind: Literal["choice", "choices", "number", "text"]
    values: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 0.0
    step: float = 1.0
    whole: bool = False

    def __post_init__(self) -> None:
        """Refuse a field that no state could hold."""
        if self.kind == "text":
            if not 1 <= self.maximum <= _LONGEST:
                raise ViewError(
                    f"field {self.key!r}: from 1 to {_LONGEST} characters, not {self.maximum}"
                )
            return
        if self.kind == "number":
            if not (self.minimum < self.maximum and self.step > 0):
                bounds = f"{self.minimum} to {self.maximum} by {self.step}"
                raise ViewError(f"field {self.key!r}: nothing to choose in {bounds}")
            return
        if not self.values or len(set(self.values)) < len(self.values):
            raise ViewError(f"field {self.key!r}: give each value once, not {list(self.values)}")
        spaced = [value for value in self.values if not value or " " in value]
        if spaced:
            raise ViewError(f"field {self.key!r}: empty or with a space: {spaced}")

    def check(self, value: object) -> object:
        """Return `value` in the form the state holds (JSON).

        Raises
        ------
        StateError
            If it is not allowed; the message names the value and the valid ones.
        """
        if self.kind == "number":
            return self._number(value)
        if self.kind == "text":
            return self._words(value)
        if self.kind == "choice":
            return self._known(value)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._error(value, "a list of values among")
        chosen = [self._known(one) for one in value]
        if len(set(chosen)) < len(chosen):
            raise self._error(value, "each value once, among")
        if self.maximum and len(chosen) > self.maximum:
            raise self._error(value, f"at most {self.maximum:g} values among")
        return chosen

    def entry(self) -> dict[str, Any]:
        """Return what the view needs to know of this field (JSON)."""
        named = {"key": self.key, "param": self.param, "kind": self.kind}
        if self.kind == "number":
            bounds = {"minimum": self.minimum, "maximum": self.maximum, "step": self.step}
            return {**named, **bounds, **({"whole": True} if self.whole else {})}
        if self.kind == "text":
            return {**named, "maximum": int(self.maximum)}
        most = {"maximum": int(self.maximum)} if self.maximum else {}
        return {**named, "values": list(self.values), **most}

    def _known(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.values:
            raise self._error(value, "one of")
        return value

    def _number(self, value: object) -> float:
        real = isinstance(value, Real) and not isinstance(value, bool)
        number = float(value) if isinstance(value, Real) and real else math.nan
        wanted = "a whole number" if self.whole else "a number"
        fits = self.minimum <= number <= self.maximum
        if not fits or (self.whole and not number.is_integer()):
            raise StateError(
                f"{self.key}: {value!r} is not {wanted} from {self.minimum} to {self.maximum}"
            )
        return int(number) if number.is_integer() else number  # as JavaScript writes it

    def _words(self, value: object) -> str:
        words = cleaned(value) if isinstance(value, str) else None
        if words is None or len(words) > self.maximum:
            raise StateError(
                f"{self.key}: {value!r} is not a text of {int(self.maximum)} characters at most"
            )
        return words

    def _error(self, value: object, wanted: str) -> StateError:
        return StateError(f"{self.key}: {value!r} is not {wanted} {list(self.values)}")


class _Mirror(traitlets.TraitType[Any, Any]):
    """A trait that shows one key of the explorer's state."""

    def validate(self, obj: Explorer, value: object) -> object:
        """Check `value` against the explorer's field of the same name."""
        return obj.field(str(self.name)).check(value)


class Choice(_Mirror):
    """One value among the field's."""


class Number(_Mirror):
    """A number within the field's bounds."""


class Text(_Mirror):
    """Words of the reader's, no longer than the field allows."""


class Choices(_Mirror):
    """Several values of the field; read as a tuple, so that it changes only by assignment."""

    def validate(self, obj: Explorer, value: object) -> tuple[str, ...]:
        """Check `value` against the explorer's field and freeze it."""
        return tuple(cast("list[str]", super().validate(obj, value)))


_TRAITS: Mapping[str, type[_Mirror]] = {
    "choice": Choice,
    "choices": Choices,
    "number": Number,
    "text": Text,
}


@dataclass(frozen=True)
class Summary:
    """What an explorer says in one state; the JavaScript `summary` gives the same.

    Attributes
    ----------
    title
        The finding.
    sentence
        The result in words, announced by screen readers.
    caption, columns, rows
        The table of figures, already written in French; the first column names the rows.
    notes
        Remarks under the table.
    sources
        Identifiers of the sources used.
    curves
        What is drawn: ``{"code": ..., "points": [[iso date, value or None], ...]}``.
    """

    title: str
    sentence: str
    caption: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    curves: list[dict[str, Any]] = field(default_factory=list)


@door(ViewError)
def source_entries(sources: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, str]]:
    """Return ``{"id", "text", "address"}`` for sources described by objects or mappings.

    Parameters
    ----------
    sources
        Each with ``id``, ``title``, ``publisher``, ``year`` and ``address`` (only ``id`` and
        ``title`` are required). The address must be http(s) or relative to the page.

    Raises
    ------
    ViewError
        If an address has another scheme, which a reader should not be led to.
    """
    entries = []
    for source in sources.values() if isinstance(sources, Mapping) else sources:
        known = source if isinstance(source, Mapping) else getattr(source, "__dict__", {})
        if not {"id", "title"} <= set(known):
            raise ViewError(f"source {source!r:.60}: an id and a title are needed")
        address = str(known.get("address") or "")
        head = re.split(r"[/#?]", address, maxsplit=1)[0]
        if ":" in head and head.lower() not in {"http:", "https:"}:
            raise ViewError(
                f"source {known['id']!r}: address {address!r} is not http(s) or relative"
            )
        parts = [known["title"], known.get("publisher"), known.get("year")]
        text = ", ".join(str(part) for part in parts if part)
        entries.append({"id": str(known["id"]), "text": text, "address": address})
    return entries


class Explorer(anywidget.AnyWidget):
    """An interactive view that works in Jupyter and in a page without a kernel.

    A subclass sets `name` (its module is ``<name>/view.js``), gives its fields and data to
    ``__init__`` and writes `_said`. Each field is a trait: assigning it changes the view, and the
    reader's clicks change it. Those known in advance may be declared (`Choice`, `Choices`,
    `Number`, `Text`), for editors and type checkers. No other public name can be assigned.

    Attributes
    ----------
    state
        The whole state as a JSON-able dict, synchronised with the view. Assigning part of it
        leaves the other keys as they are.
    data
        What the view shows; set once.
    result
        The result in words, in the current state.
    """

    name: ClassVar[str] = ""

    data = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    result = traitlets.Unicode()

    def __init_subclass__(cls, **kwargs: dict[str, Any]) -> None:
        """Give each named explorer its module and its style."""
        if "name" in cls.__dict__:
            cls._esm = bundle.module(cls.name)
            cls._css = bundle.style(cls.name)
        super().__init_subclass__(**kwargs)

    def __init__(self, data: Mapping[str, Any], fields: Sequence[Field], state: State) -> None:
        """Hold the data and the first state.

        Parameters
        ----------
        data
            JSON-able; ``sources`` (see :func:`source_entries`) and ``method`` (French sentences
            that define what is computed) are shown by every explorer.
        fields
            What the state holds.
        state
            The first state: one value for each field.

        Raises
        ------
        StateError
            If the state lacks a field or holds a value that its field does not allow.
        ViewError
            If a field has the name of something else.
        ViewError
            If two fields have one name.
        """
        self._fields = {one.key: one for one in fields}
        if len(self._fields) < len(fields):
            keys = [one.key for one in fields]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ViewError(f"{twice!r} is the key of two fields")
        for one in fields:
            wanted = _TRAITS[one.kind]
            if not isinstance(getattr(type(self), one.key, wanted()), wanted):
                raise ViewError(
                    f"{type(self).__name__}: `{one.key}` is not free for a field: rename the field,"
                    f" or declare `{one.key} = {wanted.__name__}()`"
                )
        undeclared = {one.key: _TRAITS[one.kind]() for one in fields if not self.has_trait(one.key)}
        if undeclared:
            self.add_traits(**undeclared)
        content = {"sources": [], "method": [], **data, "fields": [one.entry() for one in fields]}
        super().__init__(data=json.loads(canonical(content)), state=state)
        self.observe(self._named_changed, names=list(self._fields))

    def __setattr__(self, name: str, value: object) -> None:
        """Set a known attribute.

        Raises
        ------
        AttributeError
            If the view has no such attribute: the message names the nearest ones.
        """
        if not name.startswith("_") and not hasattr(type(self), name):
            close = nearest(name, {*self._fields, *self.trait_names()} - _INNER)
            hint = f"; nearest: {', '.join(close)}" if close else ""
            raise AttributeError(
                f"{type(self).__name__} has no {name!r}{hint}; its settings are"
                f" {', '.join(self._fields)}"
            )
        super().__setattr__(name, value)

    @door(StateError)
    def summary(self, state: State | None = None) -> Summary:
        """Return what the view says in `state` (keys left out keep their current value).

        Raises
        ------
        StateError
            If the state is not allowed.
        """
        return self._said(self._checked({**self.state, **(state or {})}))

    def _said(self, state: State) -> Summary:
        """Return what the view says in a whole, checked state: each explorer writes its own."""
        raise NotImplementedError

    @door(StateError)
    def field(self, key: str) -> Field:
        """Return the field of a key of the state.

        Raises
        ------
        StateError
            If there is none; the message lists those there are.
        """
        if key not in self._fields:
            raise StateError(f"no {key!r} in the state: have {list(self._fields)}")
        return self._fields[key]

    @traitlets.validate("data")
    def _data_once(self, proposal: Bunch) -> dict[str, Any]:
        if self.data not in ({}, proposal.value):
            raise StateError("data is set once: make another explorer for other data")
        return dict(proposal.value)

    @traitlets.validate("state")
    def _state_allowed(self, proposal: Bunch) -> State:
        return self._checked({**self.state, **proposal.value})

    def _checked(self, state: State) -> State:
        checked = {key: self.field(key).check(value) for key, value in state.items()}
        absent = [key for key in self._fields if key not in checked]
        if absent:
            raise StateError(f"the state lacks {absent}")
        return {key: checked[key] for key in self._fields}

    @traitlets.observe("state")
    def _state_changed(self, change: Bunch) -> None:
        self.result = self.summary().sentence
        for key, value in change.new.items():
            setattr(self, key, value)

    def _named_changed(self, change: Bunch) -> None:
        self.state = {**self.state, change.name: self.field(change.name).check(change.new)}

    def __repr__(self) -> str:
        """Return a name and a digest of data and state: no address, so that runs compare."""
        text = canonical({"data": self.data, "state": self.state})
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        return f"<{type(self).__name__} « {self.name} » · empreinte {digest}>"

    def _repr_mimebundle_(self, **kwargs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self), "text/html": self.html()}, metadata

    def html(self) -> str:
        """Return the page's form: an element with the figures, the data and the state."""
        return written(self.name, {"data": self.data, "state": self.state}, self.summary())
