"""Accounts of a primary care centre for one year: what balances it, and what it takes.

The account is a sum of products of inputs, so that the margin is a straight line of each input
taken alone: every break-even has a closed form, and many centres are evaluated at once.

Third-party payment is a cost of its own here. Support staff therefore counts reception,
secretariat and assistants only: give `Centre.support` without the agents who chase payments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from handbook.core import french as fr
from handbook.core.checks import are_numbers
from handbook.core.delimited import Cell, Readable, ReadingError, numbers, read_delimited
from handbook.core.doors import door, fields_checked
from handbook.core.errors import HandbookError, unknown
from handbook.core.results import Result, in_french

__all__ = [
    "ACTIVITY",
    "EXPENSES",
    "INCOME",
    "INPUTS",
    "LABELS",
    "Accounts",
    "Centre",
    "CentreError",
    "Change",
    "evaluate",
    "from_csv",
    "needed_acts",
    "paying_acts",
]

Floats = npt.NDArray[np.float64]

_PRESENT = "doctors filled%"
_DOCTORS = f"{_PRESENT} doctor_salary"
_OTHERS = "others other_salary"
_ACTS = f"{_PRESENT} acts tariff mix"
_OTHER_ACTS = "others other_revenue"

INCOME: Mapping[str, str] = {
    "acts": _ACTS,
    "others": _OTHER_ACTS,
    "capitation": f"{_PRESENT} patients capitation",
    "agreement": "agreement",
    "assistant_aid": f"{_PRESENT} assistant_aid",
    "contribution_refund": f"{_DOCTORS} contribution_refund% + {_OTHERS} contribution_refund%",
    "local_subsidy": "local_subsidy",
}
"""Lines of income, in order: a sum of products of inputs, « % » dividing one by a hundred."""
EXPENSES: Mapping[str, str] = {
    "doctors": f"{_DOCTORS} + {_DOCTORS} employer_rate%",
    "other_staff": f"{_OTHERS} + {_OTHERS} employer_rate%",
    # sized on posts, filled or not: an empty post saves none
    "support": "doctors support support_cost + others support support_cost",
    "coordination": "coordination",
    "premises": "premises",
    "digital": "doctors digital",
    "other_costs": "other_costs",
    "third_party": f"{_ACTS} third_party% + {_OTHER_ACTS} third_party%",
    "unpaid": f"{_ACTS} unpaid% + {_OTHER_ACTS} unpaid%",
}
"""Lines of expense, in order, written as those of income."""

LABELS: Mapping[str, str] = {
    "acts": "Actes des médecins",
    "others": "Actes des autres soignants",
    "capitation": "Forfaits par patient",
    "agreement": "Accord national",
    "assistant_aid": "Aide aux assistants",
    "contribution_refund": "Cotisations remboursées",
    "local_subsidy": "Subvention d’équilibre",
    "doctors": "Médecins",
    "other_staff": "Autres soignants",
    "support": "Personnel d’appui",
    "coordination": "Coordination",
    "premises": "Locaux",
    "digital": "Logiciels et réseau",
    "other_costs": "Autres frais",
    "third_party": "Gestion du tiers payant",
    "unpaid": "Actes jamais payés",
}
"""Names of the lines, in French."""
ACTIVITY = ("acts", "others", "capitation")
"""Lines of income that patients' care brings."""
_SHARES = ("filled", "contribution_refund", "third_party", "unpaid")
_WHOLE = 100.0
_MOST = 1e12  # of any input: products of four stay far from overflowing
_NOTHING = 1e-9


class CentreError(HandbookError):
    """A value that no centre could have, or an input that it has not."""


@dataclass(frozen=True)
class Accounts(Result):
    """One year of a centre, in euros.

    Attributes
    ----------
    income, expenses
        Amount of each line of `INCOME` and `EXPENSES`.
    """

    income: Mapping[str, float]
    expenses: Mapping[str, float]

    @property
    def total_income(self) -> float:
        """What the centre receives."""
        return sum(self.income.values())

    @property
    def total_expenses(self) -> float:
        """What the centre spends, lost acts included."""
        return sum(self.expenses.values())

    @property
    def margin(self) -> float:
        """Income less expenses; negative in deficit."""
        return self.total_income - self.total_expenses

    @property
    def margin_rate(self) -> float:
        """Margin in percent of expenses (of the « budget »); nan when nothing is spent."""
        spent = self.total_expenses
        return _WHOLE * self.margin / spent if spent else math.nan

    @property
    def activity(self) -> float:
        """What patients' care brings in: acts and capitation."""
        return sum(self.income[name] for name in ACTIVITY)

    @property
    def subsidies(self) -> float:
        """What is received whatever the number of acts: agreement, aids, refunds, subsidy."""
        return self.total_income - self.activity

    def to_frame(self) -> pd.DataFrame:
        """Return one row a line: ``line``, ``side`` (French words) and ``euros``, then totals."""
        lines = [(LABELS[name], "recettes", value) for name, value in self.income.items()]
        lines += [(LABELS[name], "dépenses", value) for name, value in self.expenses.items()]
        lines += [
            ("Total des recettes", "recettes", self.total_income),
            ("Total des dépenses", "dépenses", self.total_expenses),
            ("Résultat", "résultat", self.margin),
        ]
        return pd.DataFrame(lines, columns=["line", "side", "euros"]).set_index("line")

    def draw(self, ax: Any) -> None:  # noqa: ANN401
        """Draw income to the right and expenses to the left, line by line."""
        table = self.to_frame().iloc[::-1]
        sign = table["side"].map({"recettes": 1, "dépenses": -1, "résultat": 1})
        signed = table["euros"] * sign
        total = table.index.str.startswith(("Total", "Résultat"))
        colours = ["#8c8c8c" if whole else "#2b6cb0" for whole in total]
        ax.barh(range(len(table)), signed, color=colours)
        ax.set_yticks(range(len(table)), list(table.index))
        ax.axvline(0, color="black", lw=0.8)
        in_french(ax.xaxis)
        ax.set_xlabel("dépenses | recettes, euros par an")

    def explain(self) -> str:
        """Say in French what is left, or missing."""
        kind = "excédent" if self.margin >= 0 else "déficit"
        text = f"{kind.capitalize()} de {fr.euros(abs(self.margin))} dans l’année"
        rate = self.margin_rate
        known = "" if math.isnan(rate) else f", soit {fr.percent(abs(rate), 1)} des dépenses"
        return f"{text}{known}."


@dataclass(frozen=True)
class Change:
    """What one input must become, all others kept, for the margin to be zero.

    Attributes
    ----------
    key
        The input.
    now
        Its value.
    needed
        The value that balances; None when the margin does not depend on the input. It may be one
        that no centre can have (negative, or a share above 100).
    slope
        Euros of margin for one more unit of the input.
    """

    key: str
    now: float
    needed: float | None
    slope: float

    def within(self, minimum: float, maximum: float) -> bool:
        """Whether the needed value exists between two bounds."""
        return self.needed is not None and minimum <= self.needed <= maximum


@fields_checked(CentreError)
@dataclass(frozen=True)
class Centre:
    """A centre of doctors and other carers, for one year.

    Attributes
    ----------
    tariff
        Base price of a doctor's act, euros.
    capitation
        Yearly payment for a registered patient, euros.
    agreement
        National agreement with the health insurance (of the kind of the ACI), euros a year.
    assistant_aid
        Aid to the employment of assistants, euros a year per full-time doctor present.
    contribution_refund
        What the health insurance refunds of employers' contributions, percent of the gross
        salaries of carers (of their salaries, not of the contributions).
    local_subsidy
        Any other subsidy, euros a year.
    doctors, filled
        Full-time posts of doctors, and percent of them that are filled.
    acts
        Acts a year of a full-time doctor.
    mix
        Mean revenue of an act, as a multiple of the base price.
    patients
        Registered patients of a full-time doctor.
    doctor_salary, other_salary
        Gross salary of a full-time doctor, of another carer, euros a year.
    employer_rate
        Employers' contributions, percent of the gross salary.
    others, other_revenue
        Other carers, full-time, and what each brings in, euros a year.
    support, support_cost
        Support staff per post of carer (doctor or not), and the cost of one, euros a year.
    premises, coordination, other_costs
        Euros a year.
    digital
        Software and network, euros a year per post of doctor.
    third_party, unpaid
        Handling of third-party payment, and acts never paid, percent of the revenue of acts (of
        doctors and others).

    Raises
    ------
    CentreError
        If an input is negative or not finite, or a share exceeds 100 percent.
    """

    tariff: float
    capitation: float
    agreement: float
    assistant_aid: float
    contribution_refund: float
    local_subsidy: float
    doctors: float
    filled: float
    acts: float
    mix: float
    patients: float
    doctor_salary: float
    employer_rate: float
    others: float
    other_revenue: float
    other_salary: float
    support: float
    support_cost: float
    premises: float
    coordination: float
    digital: float
    other_costs: float
    third_party: float
    unpaid: float

    def __post_init__(self) -> None:
        """Refuse what no centre can have."""
        for name, value in asdict(self).items():
            if not 0 <= value <= _MOST:
                raise CentreError(
                    f"centre: {name} must be zero or more, {_MOST:g} at most, not {value!r}"
                )
            if name in _SHARES and value > _WHOLE:
                raise CentreError(f"centre: {name} is a percentage, 100 at most, not {value!r}")

    def accounts(self) -> Accounts:
        """Return the year's account."""
        lines = _lines(asdict(self))
        return Accounts(
            {name: float(lines["income", name]) for name in INCOME},
            {name: float(lines["expenses", name]) for name in EXPENSES},
        )

    @property
    def margin(self) -> float:
        """Income less expenses, euros a year."""
        return self.accounts().margin

    @door(CentreError)
    def slope(self, key: str) -> float:
        """Return the euros of margin that one more unit of an input brings, all others kept.

        Exact, not a local approximation: the margin is a straight line of each input.

        Raises
        ------
        CentreError
            If there is no such input.
        """
        _check(key)
        values = asdict(self)
        one, none = (_margin({**values, key: value}) for value in (1.0, 0.0))
        return float(one - none)

    @door(CentreError)
    def needed(self, key: str) -> Change:
        """Return what an input must become, all others kept, for the account to balance.

        Raises
        ------
        CentreError
            If there is no such input.
        """
        slope = self.slope(key)
        now = float(getattr(self, key))
        if abs(slope) < _NOTHING:
            return Change(key, now, None, slope)
        return Change(key, now, now - self.margin / slope, slope)

    @door(CentreError)
    def levers(self, keys: Sequence[str] | None = None) -> tuple[Change, ...]:
        """Return `needed` for several inputs, by default all, one at a time."""
        return tuple(self.needed(key) for key in (INPUTS if keys is None else keys))

    def with_(self, **changed: float) -> Centre:
        """Return the centre with some inputs changed.

        Raises
        ------
        CentreError
            If there is no such input, or a value no centre can have.
        """
        for key in changed:
            _check(key)
        return replace(self, **changed)


INPUTS = tuple(one.name for one in fields(Centre))
"""Names of the inputs, in order."""


def from_csv(
    source: Readable,
    *,
    names: Mapping[str, str] | None = None,
    base: Centre | None = None,
) -> Centre:
    r"""Read a centre from a file of two columns, the inputs and their values.

    The file is read as :func:`handbook.forecasting.from_csv` reads its own: semicolons, tabs or
    commas, decimal commas, spaces in numbers, UTF-8 or the western Windows code page. Other columns
    (units, notes) are left aside.

    Parameters
    ----------
    source
        Path, or open binary file; the first column names the inputs, the second has their values.
    names
        The file's words to names of inputs (`INPUTS`), which are always understood.
    base
        Centre that gives the inputs that the file has not; without it all are needed.

    Raises
    ------
    ReadingError
        Naming the line and the column of the first fault, or the inputs that are missing.

    Examples
    --------
    >>> import io
    >>> plain = Centre(**dict.fromkeys(INPUTS, 0.0))
    >>> mine = from_csv(io.BytesIO(b"poste;valeur\nactes;5 200,5\n"), names={"actes": "acts"},
    ...                 base=plain)
    >>> mine.acts
    5200.5
    """
    table = read_delimited(source)
    if len(table.header) < 2:
        raise ReadingError("one column only: inputs and values are needed", file=table.file, line=1)
    words = {**{name: name for name in INPUTS}, **(names or {})}
    values: dict[str, float] = {}
    lines: dict[str, int] = {}
    inputs, cells = table.column(0), table.column(1)
    for cell, value, amount in zip(inputs, cells, numbers(cells), strict=True):
        key = _input(cell, words)
        if key in lines:
            raise cell.fault(f"{cell.text!r} is already on line {lines[key]}")
        if math.isnan(amount) or amount < 0 or (key in _SHARES and amount > _WHOLE):
            most = ", 100 at most" if key in _SHARES else ""
            raise value.fault(f"{cell.text!r} needs a number, zero or more{most}")
        values[key], lines[key] = amount, cell.line
    missing = [name for name in INPUTS if name not in values]
    if missing and base is None:
        raise ReadingError(
            f"no line for {', '.join(missing)}: add them, or give base=, a centre that has them",
            file=table.file,
        )
    return Centre(**{**(asdict(base) if base else {}), **values})


def _input(cell: Cell, words: Mapping[str, str]) -> str:
    if cell.text not in words:
        place = {"file": cell.file, "line": cell.line, "column": cell.column}
        fault = unknown(cell.text, words, "input", ReadingError, **place)
        if fault.nearest:
            raise fault
        said = f"names={{{cell.text!r}: ...}} says which of {', '.join(INPUTS)} it means"
        raise cell.fault(f"unknown input « {cell.text} »; {said}")
    return words[cell.text]


@door(CentreError)
def evaluate(inputs: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of many centres at once.

    Parameters
    ----------
    inputs
        One row a centre, one column for each name of `INPUTS`.

    Returns
    -------
    pandas.DataFrame
        Columns ``income``, ``expenses``, ``margin`` (euros) and ``margin_rate`` (percent of
        expenses), indexed as `inputs`.

    Raises
    ------
    CentreError
        If an input is missing, or a value is none that `Centre` takes. An unknown one (nan) leaves
        what depends on it unknown.
    """
    lines = _lines({name: _column(inputs, name) for name in INPUTS})
    zero = np.zeros(len(inputs))
    income, expenses = (
        sum((lines[side, name] for name in names), zero)
        for side, names in (("income", INCOME), ("expenses", EXPENSES))
    )
    margin = income - expenses
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(expenses > 0, _WHOLE * margin / expenses, np.nan)
    totals = {"income": income, "expenses": expenses, "margin": margin, "margin_rate": rate}
    return pd.DataFrame(totals, index=inputs.index)


@door(CentreError)
def needed_acts(inputs: pd.DataFrame) -> pd.Series:
    """Return the acts a doctor must make for each of many centres to balance (see `evaluate`).

    Infinite where no act is paid, unknown where an input is; negative where the centre balances
    without any.
    """
    none, one = (evaluate(inputs.assign(acts=acts))["margin"] for acts in (0.0, 1.0))
    slope = one - none
    return _acts(-none, slope)


@door(CentreError)
def paying_acts(inputs: pd.DataFrame) -> pd.Series:
    """Return the acts above which one more doctor brings more than he costs, for many centres.

    Infinite where no number of acts does, unknown where an input is.
    """
    gains = []
    for acts in (0.0, 1.0):
        few, more = (
            evaluate(inputs.assign(acts=acts, doctors=doctors))["margin"] for doctors in (0.0, 1.0)
        )
        gains.append(more - few)
    slope = gains[1] - gains[0]
    return _acts(-gains[0], slope)


def _acts(amount: pd.Series, slope: pd.Series) -> pd.Series:
    """Return the acts that bring an amount: infinite if none is paid, unknown if that is."""
    acts = (amount / slope.where(slope > 0)).mask(slope <= 0, np.inf)
    return acts.rename("acts")


def _column(inputs: pd.DataFrame, name: str) -> Floats:
    """Return an input of many centres, as strictly checked as one centre's."""
    if name not in inputs.columns:
        raise unknown(name, map(str, inputs.columns), "column of evaluate, needed:", CentreError)
    if isinstance(inputs[name], pd.DataFrame):
        raise CentreError(f"centre: two columns are named {name}")
    if not are_numbers(inputs[name]):
        raise CentreError(f"centre: {name} is not made of numbers: {inputs[name].dtype}")
    values = inputs[name].to_numpy(dtype=float, na_value=np.nan)
    most = _WHOLE if name in _SHARES else _MOST
    wrong = values[(values < 0) | (values > most)]
    if len(wrong):
        bound = "from 0 to 100" if name in _SHARES else f"zero or more, {_MOST:g} at most"
        raise CentreError(f"centre: {name} must be {bound}, not {wrong[0]:g}")
    return values


def _check(key: str) -> None:
    if key not in INPUTS:
        raise unknown(key, INPUTS, "input of a centre", CentreError)


def _margin(inputs: Mapping[str, Any]) -> Any:  # noqa: ANN401
    lines = _lines(inputs)
    income = sum(lines["income", name] for name in INCOME)
    return income - sum(lines["expenses", name] for name in EXPENSES)


def _lines(of: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """Return every line, for numbers or arrays."""
    sides = {"income": INCOME, "expenses": EXPENSES}
    return {
        (side, name): _value(formula, of)
        for side, lines in sides.items()
        for name, formula in lines.items()
    }


def _value(formula: str, of: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return a sum of products; ``views/centre/view.js`` reads the same formula in this order."""
    total: Any = 0.0
    for term in formula.split(" + "):
        product: Any = 1.0
        for name in term.split(" "):
            product = product * (of[name[:-1]] / _WHOLE if name.endswith("%") else of[name])
        total = total + product
    return total
