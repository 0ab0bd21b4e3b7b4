"""Groups of numbers with a range, a status and a source, for the views of small models.

A `Parameter` says all that a page needs to offer a number honestly: what it is, its low, central
and high values, whether it was published or is the reader's assumption, where it was read. From a
list of them come the fields of an explorer, what its page is given, and the words for what the
reader moved. The page's half is ``parameters.js``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from handbook.core.doors import door, fields_checked
from handbook.core.french import NBSP, amount, joined
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import Field
from handbook.views.base.values import plain_number

__all__ = ["Parameter", "central_state", "moved", "parameter_entries", "parameter_fields"]

Status = Literal["fait", "modele", "jugement", "hypothese"]

_STEPS = 100  # about as many as a finger can tell on a slider
_MARKS: dict[Status, str] = {
    "fait": "Fait",
    "modele": "Résultat de modèle",
    "jugement": "Jugement",
    "hypothese": "Hypothèse",
}
_READ: dict[str, Status] = {
    "sourced": "fait",
    "model": "modele",
    "judgement": "jugement",
    "assumption": "hypothese",
}


@fields_checked(ViewError)
@dataclass(frozen=True)
class Parameter:
    """A number that the reader may change.

    Attributes
    ----------
    key
        Name of the state's key, of the trait and of the model's input.
    param
        Its name in the page's address, in French, without space.
    label
        What it is, in French.
    group
        Title of the group that shows it.
    low, central, high
        The honest range and what is taken first, in `unit`; ``low <= central <= high``.
    unit
        Written after the number; ``"%"`` for percents.
    status
        What the central value is: ``"fait"`` (published), ``"modele"``, ``"jugement"`` or
        ``"hypothese"``.
    sources
        Identifiers of the sources, which must be among the ``sources`` of the explorer's data.
    note
        What to know of it, one French sentence.
    minimum, maximum
        How far the reader may go; by default the range. Needed when the range is one point.
    step
        How far the slider moves at a time; by default a round hundredth of its course.
    digits
        Decimals written; by default those of `step`.

    Raises
    ------
    ViewError
        If the values are not in order, the status is unknown, or a published value has no source.
    """

    key: str
    param: str
    label: str
    group: str
    low: float
    central: float
    high: float
    unit: str = ""
    status: Status = "hypothese"
    sources: Sequence[str] = ()
    note: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    digits: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could mislead: an unordered range, a fact that nobody published."""
        lowest, highest = self.bounds
        if not lowest <= self.low <= self.central <= self.high <= highest:
            values = [lowest, self.low, self.central, self.high, highest]
            raise ViewError(f"parameter {self.key!r}: not in increasing order: {values}")
        if self.status not in _MARKS:
            raise ViewError(
                f"parameter {self.key!r}: status {self.status!r} is not one of {list(_MARKS)}"
            )
        if self.status == "fait" and not self.sources:
            raise ViewError(f"parameter {self.key!r}: a published value needs a source")

    @property
    def bounds(self) -> tuple[float, float]:
        """How far the reader may go."""
        lowest = self.low if self.minimum is None else self.minimum
        return lowest, self.high if self.maximum is None else self.maximum

    def field(self) -> Field:
        """Return its field of the state.

        Raises
        ------
        ViewError
            If there is nothing to choose: give `minimum` and `maximum`.
        """
        lowest, highest = self.bounds
        return Field(
            self.key, self.param, "number", minimum=lowest, maximum=highest, step=self._step()
        )

    def entry(self) -> dict[str, Any]:
        """Return what the page needs to know of it (JSON)."""
        return {
            "key": self.key,
            "label": self.label,
            "group": self.group,
            "low": self.low,
            "central": self.central,
            "high": self.high,
            "unit": self.unit,
            "digits": self._digits(),
            "status": self.status,
            "mark": _MARKS[self.status],
            "sources": list(self.sources),
            "note": self.note,
        }

    def _step(self) -> float:
        lowest, highest = self.bounds
        if self.step is not None or highest <= lowest:
            return self.step or 1.0
        wanted = (highest - lowest) / _STEPS
        power = 10.0 ** math.floor(math.log10(wanted))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= wanted * (1 - 1e-9))
        return float(f"{step:.1g}")

    def _digits(self) -> int:
        if self.digits is not None:
            return self.digits
        return max(0, -math.floor(math.log10(self._step()) + 1e-9))

    @classmethod
    def from_row(
        cls,
        row: Mapping[str, Any],
        *,
        group: str | None = None,
        sources: Sequence[str] = (),
        **settings: Any,  # noqa: ANN401
    ) -> Parameter:
        """Return the parameter of a row of data.

        Parameters
        ----------
        row
            With ``input``, ``param``, ``label``, ``group``, ``low``, ``central``, ``high``,
            ``unit``, ``status`` (``sourced``, ``model``, ``judgement`` or ``assumption``) and
            ``note``, which may be empty.
        group
            Title of its group, if not the row's own.
        sources
            Identifiers of its sources.
        **settings
            ``minimum``, ``maximum``, ``step`` or ``digits``.

        Raises
        ------
        ViewError
            As the class does, or if the status is unknown.
        """
        if row["status"] not in _READ:
            raise ViewError(
                f"parameter {row['input']!r}: status {row['status']!r} is not one of {list(_READ)}"
            )
        note, unit = (
            row[name] if isinstance(row.get(name), str) else "" for name in ("note", "unit")
        )
        return cls(
            key=str(row["input"]),
            param=str(row["param"]),
            label=str(row["label"]),
            group=str(row["group"]) if group is None else group,
            low=plain_number(row["low"]),
            central=plain_number(row["central"]),
            high=plain_number(row["high"]),
            unit=unit,
            status=_READ[row["status"]],
            sources=tuple(sources),
            note=note,
            **settings,
        )


@door(ViewError)
def parameter_fields(parameters: Iterable[Parameter]) -> tuple[Field, ...]:
    """Return the fields of the state, in order."""
    return tuple(one.field() for one in parameters)


@door(ViewError)
def parameter_entries(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    """Return what goes under ``data["parameters"]``."""
    return [one.entry() for one in parameters]


@door(ViewError)
def central_state(parameters: Iterable[Parameter]) -> dict[str, float]:
    """Return the central value of each key: the first state, and where the reset goes."""
    return {one.key: plain_number(one.central) for one in parameters}


def moved(entries: Sequence[Mapping[str, Any]], state: Mapping[str, Any]) -> list[str]:
    """Say which values are not the central ones: one sentence, or none (a twin in JavaScript).

    Parameters
    ----------
    entries
        ``data["parameters"]``.
    state
        A whole state.
    """
    changes = [
        f"{one['label']}{NBSP}: {amount(state[one['key']], one['unit'], one['digits'])}"
        f" (centrale{NBSP}: {amount(one['central'], one['unit'], one['digits'])})"
        for one in entries
        if state[one["key"]] != one["central"]
    ]
    if not changes:
        return []
    many = "s" if len(changes) > 1 else ""
    return [f"Valeur{many} que vous avez changée{many}{NBSP}: {joined(changes)}."]
