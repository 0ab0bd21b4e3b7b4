"""Chapter « L’équilibre fragile d’un centre de santé »: what decides a centre's balance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from handbook import facts
from handbook.chapters import centre_inputs
from handbook.chapters.centre_inputs import CONDITIONS, computed
from handbook.core.ranges import Ranges, Shape
from handbook.core.sensitivity import Sensitivity, sensitivity
from handbook.economics.centre import Centre, evaluate, needed_acts
from handbook.figures import bars, fr, table, takeaways
from handbook.figures.caption import Caption
from handbook.views.centre.view import CentreExplorer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handbook.figures import Picture, Statements, Table

STUDY = "echos-etudes-2023"
SEED = 2032
DRAWS = 20_000
BASE = 4096  # of the Sobol design: intervals of two points
TARIFF_2022 = "tarif_consultation_mg_2017"  # unchanged until November 2023
_CLAIMS = (
    "echos-condition-financements-publics",
    "echos-condition-recrutement-medical",
    "echos-condition-couts-de-gestion",
)
_MAIN = ("acts", "tariff", "doctor_salary", "doctors")
_READ = {
    "funding": "tarif, forfait par patient, accord national, aides",
    "recruitment": "postes pourvus, actes, patients, salaires",
    "costs": "appui, locaux, logiciels, tiers payant, impayés",
}
_STATUS = {"sourced": "Fait", "assumption": "Hypothèse du lecteur"}


@dataclass(frozen=True)
class Study:
    """What the chapter computes once.

    Attributes
    ----------
    centre
        All central values.
    ranges
        All inputs, by condition.
    drawn
        Inputs of drawn centres.
    totals
        Their totals (columns of `evaluate`).
    shares
        Shares of variance by condition.
    """

    centre: Centre
    ranges: Ranges
    drawn: pd.DataFrame
    totals: pd.DataFrame
    shares: Sensitivity


def study() -> Study:
    """Compute the account, the draws and the shares, from the inputs in the data."""
    ranges = centre_inputs.ranges()
    inputs = ranges.draw(DRAWS, seed=SEED)
    return Study(centre_inputs.centre(), ranges, inputs, evaluate(inputs), shares(ranges))


def drawn(ranges: Ranges, shape: Shape = "triangular") -> pd.DataFrame:
    """Return the totals of centres drawn from the ranges."""
    return evaluate(ranges.draw(DRAWS, seed=SEED, shape=shape))


def eight_in_ten(values: pd.Series) -> str:
    """Write where eight values in ten lie, to the nearest ten: « 3 200 à 5 100 »."""
    low, high = values.quantile([0.1, 0.9])
    return f"{fr.number(round(low, -1), 0)} à {fr.number(round(high, -1), 0)}"


def shares(ranges: Ranges, shape: Shape = "triangular", n: int = BASE) -> Sensitivity:
    """Return the share of the margin's variance due to each condition."""
    return sensitivity(ranges, margin_of, n=n, seed=SEED, shape=shape)


def acts_known(ranges: Ranges) -> Ranges:
    """Return the ranges of who already knows how many acts are done, and what each brings."""
    return ranges.fixed(**{name: ranges.inputs[name].central for name in ("acts", "mix")})


def margin_of(inputs: pd.DataFrame) -> pd.Series:
    """Return the margin of each row of inputs: what the shares explain."""
    return evaluate(inputs)["margin"]


cited = facts.cited


def main_sources() -> list[facts.Source]:
    """Return the sources of what weighs most; the table of inputs has them all."""
    return inputs_sources(_MAIN)


def inputs_sources(inputs: Iterable[str] | None = None) -> list[facts.Source]:
    """Return the sources behind some inputs of the account, or all."""
    return cited(centre_inputs.sources(inputs))


def formula_sources(*formulas: str) -> list[facts.Source]:
    """Return the sources of the parameters that formulas name."""
    return cited(name for one in formulas for name in centre_inputs.sources_of(one))


def thousands(euros: float) -> str:
    """Write euros in thousands: « 110 k€ »."""
    return fr.amount(euros / 1000, "k€", 0)


def signed(euros: float) -> str:
    """Write euros in thousands with their sign: « −4 k€ »."""
    return fr.amount(euros / 1000, "k€", 0, sign=True)


def lowered(text: str) -> str:
    """Write a label within a sentence."""
    return text[:1].lower() + text[1:]


# ---- the answer


def decision(found: Sensitivity) -> Picture:
    """Show how much of the margin's spread each condition makes."""
    share, span = 100 * found.table["total"], 100 * found.interval()
    first, *others = map(str, share.index)
    told = " ; ".join(f"{name} : {with_interval(found, name)}" for name in (first, *others))
    verb = "décident" if found.deciding() else "pèsent le plus, sans décider"
    rest = fr.joined(
        f"{percents(found.total(name)[0])} pour les {lowered(name)}" for name in others
    )
    return bars(
        share,
        Caption(
            title=(
                f"{first} {verb} : {percents(found.total(first)[0])} de l’incertitude sur la marge,"
                f" contre {rest}"
            ),
            alt=f"Part de la variance de la marge due à chaque condition : {told}.",
            sources=main_sources(),
            subtitle=(
                "Part de l’incertitude sur la marge annuelle d’un centre due à chaque condition,"
                " avec son intervalle à 95 %"
            ),
            note=(
                "Indices de Sobol totaux. L’intervalle dit la précision du calcul ; d’autres"
                " fourchettes donneraient d’autres parts. Principales sources ci-dessous, toutes dans la"
                " table des grandeurs."
            ),
        ),
        intervals=span,
        marks=dict.fromkeys(share.index, "model"),
        highlight=[first],
        unit="%",
        digits=0,
    )


def percents(share: float) -> str:
    """Write a share, from 0 to 1, in whole percents."""
    return fr.percent(100 * share, 0)


def with_interval(found: Sensitivity, name: str) -> str:
    """Write a share of variance with its interval: « 59 % (57 à 61) »."""
    share, lower, upper = found.total(name)
    return f"{percents(share)} ({fr.number(100 * lower, 0)} à {fr.number(100 * upper, 0)})"


def remember(of: Study) -> Statements:
    """Say what to leave the chapter with."""
    account = of.centre.accounts()
    low, middle, high = of.totals["margin_rate"].quantile([0.1, 0.5, 0.9])
    first = str(of.shares.table.index[0])
    acts = of.centre.needed("acts").needed or np.nan
    salaried, liberal, other = map(
        computed, ("actes_etp_mg_salarie", "actes_etp_mg_liberal", "consultations_an_mg_salarie")
    )
    gain = of.centre.slope("doctors")
    told = (
        evaluate(of.drawn.assign(doctors=1.0))["margin"]
        - evaluate(of.drawn.assign(doctors=0.0))["margin"]
    )
    fewest, most = told.quantile([0.1, 0.9])
    word = "perdre" if gain < 0 else "gagner"
    status = centre_inputs.table()["status"]
    unknown = fr.number(int((status == "assumption").sum()))
    deficits = "cds_pluripro_deficitaires_pct"
    settled = shares(acts_known(of.ranges)).deciding()
    after = f"la condition « {settled.lower()} » passe" if settled else "aucune n’est nettement"
    decides = (
        f"**{first}** : c’est la condition qui décide, et d’abord le nombre d’actes de chaque"
        f" médecin. Elle fait **{percents(of.shares.total(first)[0])}** de l’incertitude sur la"
        f" marge d’un centre. Actes et recettes une fois connus, {after} devant."
    )
    loses = (
        f"Un centre moyen perdrait **{thousands(-account.margin)} par an**,"
        f" {fr.percent(-account.margin_rate, 0)} de ses dépenses. Sur toutes les fourchettes, sa"
        f" marge va de {fr.percent(low, 0)} à {fr.percent(high, 0, sign=True)} dans huit cas sur"
        f" dix (médiane : {fr.percent(middle, 0)})."
    )
    recruits = (
        f"**Recruter ne suffit pas** : aux valeurs centrales, un médecin de plus fait {word}"
        f" {thousands(abs(gain))} par an, de {signed(fewest)} à {signed(most)} dans huit cas sur"
        f" dix. L’équilibre demanderait **{fr.number(round(acts, -1), 0)}"
        f" actes** par médecin et par an (de {eight_in_ten(needed_acts(of.drawn))} dans huit cas"
        " sur dix)."
    )
    published = (
        f"Selon l’Igas, un généraliste salarié de centre en fait {fr.number(salaried)}, un libéral"
        f" {fr.number(liberal)} ; une autre source donne {fr.number(other)} en centre. Et"
        f" {fr.percent(computed(deficits))} des centres pluriprofessionnels étaient en déficit"
        " chronique en 2022."
    )
    assumed = (
        f"{unknown} des {len(status)} grandeurs du compte ne sont publiées par personne : loyer,"
        " patientèle, impayés, recettes des paramédicaux. **Changez-les** dans la vue."
    )
    return takeaways(
        ("modele", decides),
        ("modele", loses),
        ("modele", recruits),
        ("fait", published),
        ("hypothese", assumed),
        sources=[
            *main_sources(),
            *formula_sources(deficits, "consultations_an_mg_salarie"),
        ],
    )


# ---- what the document says, what is published


def conditions() -> Table:
    """Set the study's three conditions beside the inputs that stand for them."""
    claims = facts.table("claims").set_index("claim_id")["label"]
    rows = centre_inputs.table()
    told = []
    for name, claim in zip(CONDITIONS, _CLAIMS, strict=True):
        own = rows[rows["group"] == name]
        told.append(
            {
                "claim": claims[claim],
                "inputs": _READ[name],
                "sourced": int((own["status"] == "sourced").sum()),
                "assumption": int((own["status"] == "assumption").sum()),
            }
        )
    return table(
        pd.DataFrame(told),
        Caption(
            title=f"Notre lecture : trois conditions, {len(rows)} grandeurs",
            alt="",
            sources=cited([STUDY]),
            note=(
                "Le rattachement est notre jugement. Le tarif, la recette par acte et les salaires"
                " pourraient aller ailleurs : l’analyse l’essaie."
            ),
        ),
        names={
            "claim": "Condition posée par l’étude",
            "inputs": "Ce qui la mesure dans le compte",
            "sourced": "Publiées",
            "assumption": "Hypothèses",
        },
    )


def inputs() -> Table:
    """Show every input with its range, its status and what it rests on."""
    rows = centre_inputs.table()
    shown = pd.DataFrame(
        {
            "label": rows["label"],
            "value": [
                fr.spread(low, central, high, unit)
                for low, central, high, unit in zip(
                    *(rows[bound].astype(float) for bound in centre_inputs.BOUNDS),
                    rows["unit"].fillna("").astype(str),
                    strict=True,
                )
            ],
            "status": rows["status"].map(_STATUS),
            "condition": rows["group"].map(dict(CONDITIONS)),
        }
    ).reset_index(drop=True)
    sourced = int((rows["status"] == "sourced").sum())
    return table(
        shown,
        Caption(
            title=f"{sourced} grandeurs publiées, {len(rows) - sourced} que personne ne publie",
            alt="",
            sources=inputs_sources(),
            note=(
                "Fait : la valeur centrale est publiée, ou calculée sur des valeurs publiées du même"
                " objet. D’où vient chacune, et quelles bornes sont de l’auteur : « Précision », sous"
                " chaque curseur de la vue."
            ),
        ),
        names={
            "label": "Grandeur",
            "value": "Valeur et fourchette",
            "status": "Statut",
            "condition": "Condition",
        },
        folded=True,
    )


# ---- the account


def account(centre: Centre) -> Picture:
    """Show the account of the average centre, what comes in and what goes out."""
    told = centre.accounts()
    income, spent = told.income, told.expenses
    lines = {
        "Actes des médecins": income["acts"],
        "Actes des autres soignants": income["others"],
        "Forfaits par patient": income["capitation"],
        "Aides et subventions": told.subsidies,
        "Médecins": -spent["doctors"],
        "Autres soignants": -spent["other_staff"],
        "Appui et coordination": -spent["support"] - spent["coordination"],
        "Locaux, logiciels, autres frais": -spent["premises"]
        - spent["digital"]
        - spent["other_costs"],
        "Tiers payant et impayés": -spent["third_party"] - spent["unpaid"],
        "Ce qui reste": told.margin,
    }
    values = pd.Series(lines) / 1000
    word = "manque" if told.margin < 0 else "reste"
    told_lines = " ; ".join(f"{name} : {signed(value)}" for name, value in lines.items())
    return bars(
        values,
        Caption(
            title=(
                f"Il {word} {thousands(abs(told.margin))} par an à un centre moyen,"
                f" {fr.percent(abs(told.margin_rate), 0)} de ses dépenses"
            ),
            alt=f"Compte annuel d’un centre aux valeurs centrales. {told_lines}.",
            sources=main_sources(),
            subtitle=(
                f"Compte annuel d’un centre de {fr.number(centre.doctors, 1)} médecins et"
                f" {fr.number(centre.others, 1)} autres soignants, valeurs centrales, en k€"
            ),
        ),
        marks=dict.fromkeys(values.index, "model"),
        highlight=["Ce qui reste"],
        unit="k€",
        digits=0,
    )


# ---- the view


def explorer() -> CentreExplorer:
    """Offer every input, with what published accounts suggest."""
    return CentreExplorer(centre_inputs.parameters(), sources=inputs_sources(), presets=presets())


@cache
def presets() -> tuple[dict[str, Any], ...]:
    """Return named sets of values that a source gives."""
    team = computed("ramsay_equipe_mg")
    staff = computed("ramsay_equipe_support")
    carers = 2.0  # an advanced nurse and another nurse, among the published team
    return (
        {
            "label": "Au tarif de 2022",
            "note": "Consultation au tarif en vigueur de mai 2017 à octobre 2023.",
            "values": {"tariff": _whole(computed(TARIFF_2022))},
        },
        {
            "label": "Centre municipal, trois médecins, 2022",
            "note": "Taille et actes lus chez un collectif local, tarif de 2022.",
            "values": {
                "tariff": _whole(computed(TARIFF_2022)),
                "doctors": 3,
                "others": 0,
                "acts": _whole(computed("consultations_an_mg_salarie")),
            },
        },
        {
            "label": "Équipe d’un centre Ramsay",
            "note": "Quatre généralistes au plus, deux infirmières, quatre agents d’appui.",
            "values": {
                "doctors": _whole(team),
                "others": _whole(carers),
                "support": round((staff - carers) / (team + carers), 2),
            },
        },
        {
            "label": "Actes d’un libéral",
            "note": "Comparaison de l’Igas, 2022.",
            "values": {"acts": _whole(computed("actes_etp_mg_liberal"))},
        },
    )


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else value
