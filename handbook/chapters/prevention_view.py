"""Chapter « Horizon 2032 »: the view in which a reader sets the prevention consultation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handbook import facts
from handbook.chapters.outlooks import cited
from handbook.chapters.prevention import DONE, TOTALS, done_a_year, edges
from handbook.economics import prevention as room
from handbook.figures import fr
from handbook.views.base.parameters import Parameter
from handbook.views.prevention.view import PreventionExplorer, Scale, Total

if TYPE_CHECKING:
    from handbook.chapters.prevention import Study

# How a sentence says a total after a percentage.
WORDS = dict(
    zip(
        TOTALS,
        (
            "des {} du document",
            "des dépenses remboursées ({})",
            "de la consommation de soins ({})",
            "de la dépense courante de santé ({})",
        ),
        strict=True,
    )
)
STEPS = {"hours_week": 0.5, "weeks_off": 0.1}  # others go by ones
PRESETS = (
    {
        "label": "La promesse entière",
        "note": "Tous les invités viennent",
        "values": {"uptake": 100},
    },
    {"label": "Rien délégué", "note": "Tout reste au médecin", "values": {"delegated": 0}},
    {
        "label": "Examen de santé complet",
        "note": "Prix facturé en 2010, une heure",
        "values": {"tariff": 240, "minutes": 60},
    },
)


def explorer(made: Study) -> PreventionExplorer:
    """Let the reader set the rhythm, uptake, minutes, delegation and price."""
    inputs = facts.table("prevention_inputs")
    split = inputs.set_index("input")["central"]
    shown = inputs[~inputs["input"].str.startswith("to_")]
    parameters = []
    for row in shown.to_dict("records"):
        named = str(row["parameter_ids"]).split() if isinstance(row["parameter_ids"], str) else []
        told = list(dict.fromkeys(facts.parameter(name).source.id for name in named))
        settings: dict[str, Any] = {name: float(row[name]) for name in ("minimum", "maximum")}
        settings["step"] = STEPS.get(str(row["input"]), 1.0)
        parameters.append(
            Parameter.from_row({str(k): v for k, v in row.items()}, sources=told, **settings)
        )
    band = made.expected.interval(80)
    people = made.ranges.inputs
    physicians = people["physicians"]
    totals = [
        Total(
            fr.typeset(words.format(fr.amount(facts.parameter(name).central, "Md€"))),
            facts.parameter(name).central,
            facts.parameter(name).source.id,
        )
        for name, words in WORDS.items()
    ]
    scale = Scale(
        younger=people["younger"].central,
        older=people["older"].central,
        physicians=(physicians.low, physicians.central, physicians.high),
        split={who: float(split[f"to_{who}"]) for who in room.WHO[1:]},
        today=done_a_year(),
        today_words="des bilans faits en 2024 et 2025",
        totals=totals,
        likely={name: edges(band, name) for name in ("visits", "workforce_share", "cost")},
        year=2032,
        method=(
            (
                "Population : projection de l’Insee recalée sur le dernier compte. Médecins : notre"
                " prévision, chaque généraliste compté pour un temps plein, ce qui sous-estime la"
                " part demandée."
            ),
            "Aucun bénéfice pour la santé n’est compté : il n’est pas établi.",
        ),
    )
    used = [*made.sources, facts.parameter(DONE).source.id, *(one.source for one in totals)]
    return PreventionExplorer(parameters, scale, sources=cited(used), presets=PRESETS)
