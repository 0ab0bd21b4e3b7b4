"""Chapter « Les leviers de l’e-santé »: later published scores, access and use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from handbook import benchmarking, facts
from handbook.facts import cited
from handbook.facts import countries as country_tables
from handbook.facts.countries import FRANCE, names_of
from handbook.figures import curves, fr, table
from handbook.figures.caption import Caption
from handbook.views.base.values import Noun
from handbook.views.weights.view import Criterion, WeightsExplorer

if TYPE_CHECKING:
    from handbook.figures import Picture, Table

SURE = 0.05  # a link weaker than chance gives once in twenty is not told as one
SCORES = {
    "indice_sante_numerique_2018": [2018],
    "score_ehealth": [2024, 2023],
    "gouvernance_donnees_ocde": [2020],
}
SCORE_CRITERIA = [
    Criterion("indice", "Indice de santé numérique, 2018"),
    Criterion("acces", "Accès au dossier en ligne, 2024 ou 2023"),
    Criterion("donnees", "Gouvernance des données, 2020"),
]
SCORE_LEVERS = {
    "indice_sante_numerique_2018": "1, stratégie des pouvoirs publics",
    "score_ehealth": "2, organisation et intégration de l’offre de soins",
    "gouvernance_donnees_ocde": "aucun levier lisible",
}


def later_scores(scores: pd.DataFrame) -> Table:
    """Set later published scores side by side, each tied to a lever."""
    kept = benchmarking.coverage(scores)
    below = int((kept.by_indicator < kept.minimum).sum())
    shown = scores.copy()
    words = {value: name for name, value in country_tables.GROUPS.items()}
    shown["gouvernance_donnees_ocde"] = shown["gouvernance_donnees_ocde"].map(words)
    everyone = country_tables.published("indice_sante_numerique_2018").drop("DHI17")
    place = int((everyone > everyone[FRANCE]).sum()) + 1
    access = scores["score_ehealth"].dropna()
    behind = int((access < access[FRANCE]).sum())
    others = f"des {len(access) - 1} autres pour"
    passed = f"devance {behind} {others}" if behind else f"ne devance aucun {others}"
    shown.insert(0, "country", names_of(shown.index))
    first = str(scores.columns[0])
    shown = shown.sort_values(first, ascending=False).reset_index(drop=True)
    levers = " ; ".join(
        f"{one.label} : {SCORE_LEVERS[name]}"
        for name, one in zip(scores.columns, SCORE_CRITERIA, strict=True)
    )
    return table(
        shown,
        Caption(
            title=(
                f"La France est {fr.ordinal(place)} sur {len(everyone)} dans l’indice de 2018, et"
                f" {passed} l’accès au dossier"
            ),
            alt="",
            sources=cited(*scores.attrs["source_ids"]),
            note=(
                f"Les pays dont un score d’accès a été retrouvé sont surtout les mieux notés : la"
                f" France est à la moyenne de l’Union. Pays connus sur au moins deux des trois scores."
                f" Levier rapproché, à notre jugement : {levers}."
                f" La règle du Centre commun de recherche veut 65 % de valeurs connues :"
                f" {fr.counted(below, 'score')} ne la tient pas. Aucun score publié ne mesure les leviers"
                " 5, 6, 7 et 9."
            ),
        ),
        names={"country": "Pays"}
        | {name: one.label for name, one in zip(scores.columns, SCORE_CRITERIA, strict=True)},
        formats={first: 0, "score_ehealth": 0},
    )


def then_and_now() -> Picture:
    """Show the French score of access to records beside the Union's, year after year."""
    rows = country_tables.comparisons("score_ehealth").sort_values("year")
    places = {"France": FRANCE, "Union européenne": "UE27"}
    lines = {}
    for label, code in places.items():
        found = rows[rows["entity"] == code]
        dates = pd.to_datetime(found["year"].astype(str) + "-12-31")
        lines[label] = pd.Series(found["value"].to_numpy(), index=pd.DatetimeIndex(dates))
    france, union = lines.values()
    last = france.index[-1]
    used = rows.loc[rows["entity"].isin(places.values()), "source_id"]
    return curves(
        lines,
        Caption(
            title=(
                f"Accès au dossier en ligne : la France part de {fr.percent(france.iloc[0], 0)} et"
                f" rejoint la moyenne européenne en {last.year}"
            ),
            alt=(
                f"France : {fr.joined(fr.percent(value, 0) for value in france)} de"
                f" {france.index[0].year} à {last.year}. Union européenne :"
                f" {fr.joined(fr.percent(value, 0) for value in union)} de {union.index[0].year} à"
                f" {union.index[-1].year}."
            ),
            sources=cited(*used),
            subtitle="Score composite d’accès au dossier de santé électronique, en %",
            note="Mesure déclarée par les États. La valeur française de 2025 n’a pas été retrouvée.",
        ),
        unit="%",
        digits=0,
    )


def access_and_use() -> Table:
    """Set access to records beside their use, country by country."""
    access = country_tables.published("score_ehealth", [2024, 2023, 2022])
    used = country_tables.published("dossier_consulte", [2022])
    groups = facts.table("comparisons")
    groups = groups[groups["indicator_id"] == "adoption_generalistes_groupe"]
    adopted = groups.set_index("entity")["text_value"]
    frame = pd.concat([access, used.rename("used"), adopted.rename("adopted")], axis=1)
    frame = frame[
        frame["score_ehealth"].notna() & (frame["used"].notna() | frame["adopted"].notna())
    ]
    frame = frame.drop(index="UE27", errors="ignore").sort_values("score_ehealth", ascending=False)
    frame.insert(0, "country", names_of(frame.index))
    low = frame.loc[frame["adopted"].eq("adoption la plus faible"), "country"]
    return table(
        frame.reset_index(drop=True),
        Caption(
            title="L’accès et l’usage ne rangent pas les pays de la même façon",
            alt="",
            sources=cited(
                *access.attrs["source_ids"], *used.attrs["source_ids"], *groups["source_id"]
            ),
            note=(
                f"{fr.joined(low)} sont parmi les mieux notés pour l’accès alors que leurs"
                " généralistes étaient dans le groupe qui adoptait le moins l’e-santé. Accès : dernière"
                " année connue de 2022 à 2024. Consultation : dénominateur ambigu dans la source."
            ),
        ),
        names={
            "country": "Pays",
            "score_ehealth": "Accès au dossier, %",
            "used": "L’ont consulté en 2022, %",
            "adopted": "Adoption par les généralistes, 2018",
        },
        formats={"score_ehealth": 0, "used": 0},
    )


def equipment_and_services() -> Table:
    """Compare, in one survey, how countries rank on records kept and on services to patients."""
    kept = country_tables.published("premier_recours_dme", [2012])
    services = {
        "ordonnance_en_ligne": "Renouveler une ordonnance en ligne",
        "questions_courriel": "Poser une question par courriel",
        "rendez_vous_en_ligne_medecin": "Demander un rendez-vous en ligne",
    }
    rows: list[dict[str, Any]] = []
    for name, label in services.items():
        service = country_tables.published(name)
        found = benchmarking.rank_correlation(kept, service)
        leader = str(service.idxmax())
        ranks = kept.reindex(service.index).rank(ascending=False, method="min")
        rows.append(
            {
                "service": label,
                "rho": found.rho,
                "p": found.p_value,
                "leader": names_of([leader])[0],
                "rank": int(ranks[leader]),
            }
        )
    clear = sum(row["p"] < SURE for row in rows)
    used = [*kept.attrs["source_ids"], *service.attrs["source_ids"]]
    return table(
        pd.DataFrame(rows),
        Caption(
            title=(
                "En 2012, l’équipement des cabinets n’annonçait pas leurs services en ligne :"
                f" {fr.counted(clear, 'lien net', 'liens nets')} sur {len(rows)}"
            ),
            alt="",
            sources=cited(*used),
            note="Médecins de premier recours, une seule enquête, une seule année : neuf pays.",
        ),
        names={
            "service": "Service offert par le médecin",
            "rho": "Corrélation des rangs avec l’équipement",
            "p": "p",
            "leader": "Pays le plus ouvert",
            "rank": f"Son rang d’équipement sur {found.units}",
        },
        formats={"rho": 2, "p": 2},
    )


def score_explorer(scores: pd.DataFrame) -> WeightsExplorer:
    """Let the reader weigh the later scores, unknown values included."""
    names = country_tables.names()
    index = benchmarking.Composite(scores, dict.fromkeys(scores.columns, 1))
    payload = benchmarking.live_payload(index, draws=200)
    return WeightsExplorer(
        payload,
        units={code: names[code] for code in payload["units"]},
        noun=Noun("pays", "pays"),
        criteria=SCORE_CRITERIA,
        focus=(FRANCE, "la France"),
        label="Classement des pays selon les scores publiés",
        note="Une case inconnue est supposée entre la plus basse et la plus haute valeur"
        " retrouvées. Or la France porte la plus basse pour l’accès et pour la gouvernance :"
        " aucun inconnu ne peut passer derrière elle sur ces deux scores.",
        sources=cited(*scores.attrs["source_ids"]),
    )
