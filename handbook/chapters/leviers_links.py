"""Which levers each recommendation of the study pulls: our judgement, in one place.

A link is direct when the measure's own words name what the lever is about, indirect when they only
bear on it. The study does not link its measures to its levers.
"""

from __future__ import annotations

import pandas as pd

from handbook.facts import countries as country_tables

__all__ = ["LINKS", "by_axis", "touched", "unlinked"]

LINKS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "1-1": ((1, 6), ()),  # lasting visibility: announcements, money, skills
    "1-2": ((1,), ()),  # what is the State's and what is the firms'
    "1-3": ((7,), ()),  # advice to young firms, exports included
    "1-4": ((6,), ()),  # where public money goes
    "2-1": ((1,), ()),  # state the public strategy
    "2-2": ((), ()),
    "2-3": ((), ()),
    "2-4": ((), ()),
    "2-5": ((), ()),
    "2-6": ((), ()),
    "2-7": ((9,), ()),  # design with users, in living labs
    "2-8": ((), ()),
    "2-9": ((), ()),
    "2-10": ((), ()),
    "3-1": ((), ()),
    "3-2": ((), (5,)),  # « valorisation » may mean payment; the text does not say
    "3-3": ((9,), ()),  # from innovation to market
    "3-4": ((9,), ()),  # research in one system with firms
    "3-5": ((), ()),
    "3-6": ((), (6,)),  # public and private projects
    "4-1": ((1,), ()),  # governance
    "4-2": ((1,), ()),  # common strategy
    "4-3": ((1,), ()),  # shared aims
    "4-4": ((1,), (2,)),  # terms of deployment
    "4-5": ((), (2, 6)),  # what follows the pilots on coordinated care
    "4-6": ((9,), ()),  # scientific watch
    "4-7": ((), (1,)),
    "4-8": ((), (9,)),
    "4-9": ((), (9,)),
    "4-10": ((), (9,)),
    "4-11": ((9,), (7,)),  # steer innovation, so that it may be exported
    "4-12": ((), (2,)),  # deployment by those in the field
    "4-13": ((), ()),
    "4-14": ((), ()),
    "4-15": ((1,), ()),  # a road map
}
"""Measure (« axis-number ») to the levers it pulls directly, then indirectly."""


def touched() -> pd.DataFrame:
    """Return, by legible lever, how many measures pull it: ``direct``, ``indirect``.

    Raises
    ------
    ValueError
        If the links and the recommendations in the data do not match.
    """
    known = set(country_tables.measures().index)
    if known != set(LINKS):
        raise ValueError(f"links: measures {sorted(known ^ set(LINKS))} are unknown or not linked")
    levers = country_tables.levers()
    legible = levers.index[levers["name_status"].eq("lisible")]
    return pd.DataFrame(
        {
            kind: [sum(lever in link[at] for link in LINKS.values()) for lever in legible]
            for at, kind in enumerate(("direct", "indirect"))
        },
        index=legible,
    )


def by_axis() -> pd.DataFrame:
    """Return, by legible lever, the direct measures of each axis, their total and the indirect."""
    levers = country_tables.levers()["name"].to_dict()
    rows = []
    for lever, counts in touched().to_dict("index").items():
        row: dict[str, object] = {"lever": f"{lever}. {levers[lever]}"}
        for axis in country_tables.axes():
            row[f"Axe {axis}"] = sum(
                lever in direct for key, (direct, _) in LINKS.items() if key.split("-")[0] == axis
            )
        rows.append({**row, "total": counts["direct"], "indirect": counts["indirect"]})
    return pd.DataFrame(rows)


def unlinked() -> int:
    """Return how many measures pull no legible lever, even indirectly."""
    return sum(not direct and not indirect for direct, indirect in LINKS.values())
