"""How a French sentence names a territory: grammar, not data."""

from __future__ import annotations

__all__ = ["subject_of"]

# A name that is not here stands alone: « Lyon », « Ain ».
_ARTICLES = {
    "l’": ("Auvergne-Rhône-Alpes", "Île-de-France", "Occitanie"),
    "le ": ("Centre-Val de Loire", "Grand Est"),
    "les ": ("Hauts-de-France", "Pays de la Loire"),
    "la ": (
        "Bourgogne-Franche-Comté",
        "Bretagne",
        "Corse",
        "France",
        "Guadeloupe",
        "Guyane",
        "Martinique",
        "Normandie",
        "Nouvelle-Aquitaine",
        "Provence-Alpes-Côte d’Azur",
    ),
}


def subject_of(name: str) -> str:
    """Return a name with its article, as the subject of a sentence: « l’Île-de-France »."""
    return next((article for article, names in _ARTICLES.items() if name in names), "") + name
