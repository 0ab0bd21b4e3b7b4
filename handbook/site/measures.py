"""What was measured of the handbook, version by version: the tables of the page of measures."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from handbook.core import french as fr
from handbook.site.pages import grid

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

RESULTS = Path("benchmarks") / "results"
# French names of what ``benchmarks/measure.py`` writes, by table.
QUANTITIES = {
    "construire": {
        "site_build": "Construire le site entier",
        "notebooks_all": "Exécuter tous les carnets",
        "notebook_longest": "Exécuter le plus long",
        "import_package": "Importer handbook",
        "import_slowest_room": "Importer le plus lourd de ses modules",
        "import_over_pandas": "Le même, rapporté à pandas seul",
    },
    "calculer": {
        "forecast": "Prévoir une série annuelle",
        "forecast_over_peer": "Durée, rapportée au lissage exponentiel de statsmodels",
        "forecast_error": "Erreur, rapportée à la prévision naïve",
        "forecast_error_of_peer": "Erreur du lissage exponentiel de statsmodels",
        "forecast_covered": "Valeurs dans l’intervalle à 80 %",
        "scenarios": "Scénarios cohérents de 20 enjeux à 3 états",
        "scenarios_over_plain": "Durée, rapportée à l’énumération (8 enjeux)",
        "ranks": "10 000 tirages des rangs de 51 unités, 49 indicateurs",
        "ranks_over_plain": "Durée d’un tirage, rapportée à une boucle pandas",
    },
    "lire": {
        "chapter_median": "Page d’un chapitre, compressée (médiane)",
        "chapter_heaviest": "La plus lourde",
        "scripts_and_styles": "Scripts et styles de tout le site, compressés",
        "site": "Site entier",
        "installed": "Bibliothèque installée, dépendances comprises",
        "view_median": "Réponse d’une vue à un réglage (médiane des vues)",
        "view_slowest": "La plus lente",
    },
}
_UNITS = {"ratio": "", "kB": "ko", "MB": "Mo"}
_SHORT = 0.1  # seconds: below, milliseconds are said
_METHODS = {"handbook": "ce manuel", "naive": "prévision naïve", "drift": "dérive"}
_DIGITS = ((0.1, 3), (10, 2), (100, 1))  # decimals below a limit


class Measures(SphinxDirective):
    """``{measures} calculer``: what was measured; ``peers`` and ``conditions`` say beside what."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Return a table, or for ``conditions`` a list."""
        asked = self.arguments[0]
        path = RESULTS / ("forecasting.csv" if asked == "peers" else "measures.csv")
        self.env.note_dependency(str(path))
        with (Path(self.env.srcdir) / path).open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        rows = [dict(zip(header, cells, strict=True)) for cells in lines]
        if asked == "peers":
            return [_peers(rows)]
        if asked == "conditions":
            return [_items(conditions(rows))]
        return [_by_version(rows, QUANTITIES[asked])]


def conditions(rows: list[dict[str, str]]) -> list[str]:
    """Say for each version, the newest first, when and on what it was measured."""
    said = {}
    for row in rows:
        version = row["version"]
        loads = [
            float(other["value"])
            for other in rows
            if other["version"] == version and other["quantity"].startswith("load_")
        ]
        least, most = fr.number(min(loads), 1), fr.number(max(loads), 1)
        on = row["hardware"].replace(" cores", " cœurs")
        said[version] = fr.typeset(
            f"Version {version}, le {fr.date(row['date'])} : {on}. Avant chaque"
            f" mesure, de {least} à {most} processus y travaillaient déjà."
        )
    return list(said.values())[::-1]


def _items(said: list[str]) -> nodes.bullet_list:
    return nodes.bullet_list(
        "", *(nodes.list_item("", nodes.paragraph("", text)) for text in said), bullet="-"
    )


def _by_version(rows: list[dict[str, str]], wanted: dict[str, str]) -> nodes.table:
    versions = list(dict.fromkeys(row["version"] for row in rows))[::-1]
    held = {(row["version"], row["quantity"]): row for row in rows}
    body = [
        [label, *(_value(held.get((version, quantity))) for version in versions)]
        for quantity, label in wanted.items()
    ]
    return grid(["Mesure", *(f"Version {version}" for version in versions)], body)


def _value(row: dict[str, str] | None) -> str:
    if row is None:
        return fr.MISSING
    value, unit = float(row["value"]), _UNITS.get(row["unit"], row["unit"])
    if unit == "s" and value < _SHORT:
        value, unit = 1000 * value, "ms"
        if value < 1:
            return fr.typeset("moins de 1 ms")
    digits = next((digits for limit, digits in _DIGITS if value < limit), 0)
    return fr.typeset(f"{fr.number(value, digits)} {unit}".rstrip())


def _peers(rows: list[dict[str, str]]) -> nodes.table:
    held = {(row["method"], row["dataset"]): row for row in rows}
    methods = list(dict.fromkeys(row["method"] for row in rows))
    error = {m: [float(held[m, name]["owa"]) for name in ("m1", "tourism")] for m in methods}
    body = []
    for method in sorted(methods, key=lambda m: sum(error[m])):
        covered = [held[method, name]["coverage_80"] for name in ("m1", "tourism")]
        shares = [fr.percent(100 * float(share), 0) if share else fr.MISSING for share in covered]
        body.append(
            [
                _METHODS.get(method, method),
                *(fr.number(value, 3) for value in error[method]),
                *shares,
            ]
        )
    return grid(["Méthode", "Erreur, M1", "Erreur, tourisme", "Tenus, M1", "Tenus, tourisme"], body)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("measures", Measures)
