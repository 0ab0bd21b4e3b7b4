"""Explorer of a centre's account: move its inputs, see what balances it.

The lines of the account are formulas of `handbook.economics.centre`, which ``view.js`` reads too:
an input is added there and in the data, nowhere else. A test holds both sides equal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from handbook.core.doors import door
from handbook.core.french import NARROW, amount, number, percent
from handbook.economics.centre import (
    ACTIVITY,
    EXPENSES,
    INCOME,
    INPUTS,
    LABELS,
    Accounts,
    Centre,
    Change,
)
from handbook.views.base.errors import ViewError
from handbook.views.base.explorer import (
    Choice,
    Explorer,
    Field,
    State,
    Summary,
    source_entries,
)
from handbook.views.base.parameters import (
    Parameter,
    central_state,
    moved,
    parameter_entries,
    parameter_fields,
)

__all__ = ["AXES", "CentreExplorer"]

AXES = ("acts", "doctors", "tariff", "local_subsidy")
"""Inputs that the curve may follow."""
_LEVERS = (
    "acts",
    "doctors",
    "patients",
    "tariff",
    "agreement",
    "local_subsidy",
    "support",
    "premises",
    "third_party",
)
_COLUMNS = ("En ne changeant que…", "Choisi", "Il faudrait", "Possible")
_IF = "Si ces valeurs sont justes"
_CAPTION = "Ce qu’il faudrait pour équilibrer le compte, un seul changement à la fois"
_THOUSAND = 1000
_EVEN = 500.0  # euros: less than the rounding of what is written
_METHOD = (
    (
        "Compte d’une année\u00a0: actes, forfaits et aides d’un côté, salaires chargés, appui,"
        " locaux, logiciels, tiers payant et impayés de l’autre. L’appui et les logiciels suivent"
        " les postes, pourvus ou non\u202f; les recettes et les salaires suivent les médecins"
        " présents."
    ),
    (
        "La marge est une droite de chaque valeur prise seule\u00a0: le seuil d’équilibre est"
        " exact. Le personnel d’appui ne compte pas les agents du tiers payant, qui ont leur ligne."
    ),
    (
        "Un changement est possible (oui) dans la fourchette de la valeur, peu probable entre la"
        " fourchette et le bout du curseur, exclu (non) au-delà."
    ),
)


class CentreExplorer(Explorer):
    """Move what a centre receives and spends; the account, its balance and the levers follow.

    Attributes
    ----------
    axis
        The input that the curve follows, one of `AXES`.

    Each input of `handbook.economics.centre.Centre` is an attribute too.
    """

    name = "centre"

    axis = Choice()

    @door(ViewError)
    def __init__(
        self,
        parameters: Sequence[Parameter],
        *,
        sources: Mapping[str, Any] | Sequence[Any] = (),
        presets: Sequence[Mapping[str, Any]] = (),
        axis: str = AXES[0],
    ) -> None:
        """Hold one parameter for each input of the account.

        Parameters
        ----------
        parameters
            Their keys are the inputs of `Centre`, each once.
        sources
            See :func:`handbook.views.source_entries`.
        presets
            Named sets of values: ``label``, ``note`` and ``values``, which replace central ones.
        axis
            The first curve.

        Raises
        ------
        ViewError
            If an input is missing, unknown or given twice.
        """
        keys = [one.key for one in parameters]
        if sorted(keys) != sorted(INPUTS):
            wrong = sorted(set(keys) ^ set(INPUTS)) or "one is given twice"
            raise ViewError(f"parameters: one for each input of a centre is needed: {wrong}")
        fields = (Field("axis", "courbe", "choice", AXES), *parameter_fields(parameters))
        data = {
            "parameters": parameter_entries(parameters),
            "presets": list(presets),
            "levers": _LEVERS,
            "income": [[name, LABELS[name], formula] for name, formula in INCOME.items()],
            "expenses": [[name, LABELS[name], formula] for name, formula in EXPENSES.items()],
            "activity": list(ACTIVITY),
            "sources": source_entries(sources),
            "method": _METHOD,
        }
        super().__init__(data, fields, {"axis": axis, **central_state(parameters)})

    @property
    def accounts(self) -> Accounts:
        """The account in the current state."""
        return _centre(self.state).accounts()

    @property
    def margin(self) -> float:
        """Income less expenses in the current state, euros a year."""
        return self.accounts.margin

    def _said(self, state: State) -> Summary:
        centre = _centre(state)
        about = {one["key"]: one for one in self.data["parameters"]}
        account = centre.accounts()
        changes = {key: centre.needed(key) for key in {*_LEVERS, state["axis"]}}
        title = _title(account)
        return Summary(
            title=title,
            sentence=f"{title}. {_flows(account)} {_doctor(centre)}"
            f"{self._acts(changes['acts'], about['acts'], account)}",
            caption=_CAPTION,
            columns=list(_COLUMNS),
            rows=[self._row(changes[key], about[key]) for key in _LEVERS],
            notes=moved(self.data["parameters"], state),
            sources=[one["id"] for one in self.data["sources"]],
            curves=[
                {"code": state["axis"], "points": self._curve(centre, changes[state["axis"]])},
                {"code": "account", "points": _account_rows(account)},
            ],
        )

    def _row(self, change: Change, about: Mapping[str, Any]) -> list[str]:
        needed = "aucun"
        if change.needed is not None and change.needed >= 0:
            needed = self._rounded(change, about)
        now = amount(change.now, about["unit"], about["digits"])
        return [about["label"], now, needed, self._verdict(change, about)]

    def _acts(self, change: Change, about: Mapping[str, Any], account: Accounts) -> str:
        if change.needed is None or change.needed < 0 or abs(account.margin) < _EVEN:
            return ""
        word = "tiendrait jusqu’à" if account.margin > 0 else "demanderait"
        now = number(change.now, about["digits"])
        return (
            f" Sans autre changement, l’équilibre {word} {self._rounded(change, about)} par médecin"
            f" et par an, au lieu de {now}."
        )

    def _rounded(self, change: Change, about: Mapping[str, Any]) -> str:
        """Write the value needed to the nearest step of its slider: a model knows no better."""
        step = self.field(change.key).step
        nearest = math.floor((change.needed or 0) / step + 0.5) * step
        return amount(nearest, about["unit"], about["digits"])

    def _verdict(self, change: Change, about: Mapping[str, Any]) -> str:
        if change.needed is None:
            return "sans effet"
        field = self.field(change.key)
        if change.within(about["low"], about["high"]):
            return "oui"
        return "peu probable" if change.within(field.minimum, field.maximum) else "non"

    def _curve(self, centre: Centre, change: Change) -> list[list[float | None]]:
        """Return the ends of the line, the chosen point, and where it crosses zero, if it does."""
        field = self.field(change.key)
        points: list[list[float | None]] = [
            [value, centre.margin + change.slope * (value - change.now)]
            for value in (field.minimum, field.maximum, change.now)
        ]
        crosses = change.within(field.minimum, field.maximum)
        return [*points, [change.needed, 0]] if crosses else points


def _centre(state: State) -> Centre:
    return Centre(**{name: state[name] for name in INPUTS})


def _thousands(euros: float) -> str:
    return amount(euros / _THOUSAND, "k€", 0)


def _title(account: Accounts) -> str:
    if abs(account.margin) < _EVEN:
        return f"{_IF}, le compte est à l’équilibre"
    word = "l’excédent" if account.margin > 0 else "le déficit"
    share = percent(abs(account.margin_rate), 0)
    lost = _thousands(abs(account.margin))
    return f"{_IF}, {word} est de {lost} par an, soit {share} des dépenses"


def _flows(account: Accounts) -> str:
    return (
        f"Les soins rapportent {_thousands(account.activity)}, les aides et subventions"
        f" {_thousands(account.subsidies)}{NARROW}; les dépenses sont de"
        f" {_thousands(account.total_expenses)}."
    )


def _doctor(centre: Centre) -> str:
    gain = centre.slope("doctors")
    if abs(gain) < _EVEN:
        return "Un poste de médecin de plus rapporte ce qu’il coûte."
    verb = "rapporterait" if gain > 0 else "coûterait"
    other = "coûte" if gain > 0 else "rapporte"
    return f"Un poste de médecin de plus {verb} {_thousands(abs(gain))} de plus qu’il ne {other}."


def _account_rows(account: Accounts) -> list[list[str]]:
    sides = (("Recettes", account.income), ("Dépenses", account.expenses))
    rows = []
    for title, lines in sides:
        total = sum(lines.values())
        rows += [
            [LABELS[name], _thousands(value), percent(100 * value / total if total else 0, 0)]
            for name, value in lines.items()
        ]
        rows.append([f"{title}, total", _thousands(total), percent(100, 0)])
    return [*rows, ["Marge", _thousands(account.margin), ""]]
