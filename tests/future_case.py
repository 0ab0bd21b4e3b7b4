"""A future to choose, as the tests of its view show it: real links, laws drawn for the purpose."""

from __future__ import annotations

import numpy as np
from scipy import stats

from handbook import facts, views
from handbook.core.ranges import Range
from handbook.strategy import Futures, Lever, Link, Quantity

SHARES = (np.arange(101) + 0.5) / 101
SIZES = {  # last value, mean and standard deviation at the horizon, floor, promise
    "msp_nb": (2981, 4465, 190, 2981, 6200),
    "cpts_aci": (690, 850, 60, 690, 770),
    "cds_pluripro_nb": (673, 990, 40, None, None),
    "mg_lib_exclusif": (56738, 50000, 2500, None, None),
    "med_sal_autre": (29040, 32000, 1500, None, None),
    "teleconsult_an": (13.9, 15.5, 2, 0, None),
    "mes_profils_actives": (24, 45, 6, 24, 52),
    "marge_centre": (-80, -80, 60, None, None),
}

STUDY = facts.table("cabinets_hypotheses")
ISSUES = STUDY.groupby("issue_id", sort=False)["hypothesis_id"].agg(list).to_dict()
TITLES = STUDY.set_index("hypothesis_id")["title"].to_dict() | {key: key for key in ISSUES}
ORIGINS = {
    name: views.Origin("modele", "Essai.", "" if name == "marge_centre" else "fin 2025")
    for name in SIZES
}


def shown() -> views.FutureExplorer:
    """Return a view on the links in the data, its quantities drawn for the tests."""
    quantities = []
    for name, (last, mean, width, floor, promise) in SIZES.items():
        law = np.maximum(stats.norm(mean, width).ppf(SHARES), -np.inf if floor is None else floor)
        label = name.replace("_", " ").capitalize()
        quantities.append(Quantity(name, label, "unités", last, law, 7, (floor, None), promise))
    claims = facts.table("claims").set_index("claim_id")[["source_id", "locator"]]
    rows = facts.table("future_links").join(claims, on="claim_id")
    links = [
        Link(
            row.link_id,
            row.driver,
            row.quantity,
            row.kind,
            Range(row.low, row.central, row.high),
            row.unit,
            row.reason,
            row.confidence,
            row.source_id,
            row.locator,
        )
        for row in rows.itertuples()
    ]
    settings = facts.table("cabinets_settings").query("role == 'observed'")
    reference = dict(zip(settings["issue_id"], settings["assumed_hypothesis_id"], strict=True))
    levers = [
        Lever("budgets", "Budgets publics"),
        Lever("prevention", "Effort de prévention", 0, 1),
    ]
    return views.FutureExplorer(
        Futures(quantities, links, levers, ISSUES, reference),
        titles=TITLES,
        year=2032,
        origins=ORIGINS,
        noun="maisons de santé",
        digits={"msp_nb": -1, "mg_lib_exclusif": -2, "teleconsult_an": 1},
        options=[views.Option("Tout collectif", {"exercice": "5C"})],
        sources=[facts.source("cpnefp-2025")],
    )
