"""Chapter « Les leviers de l’e-santé »: the question, the document, its context tables."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import pandas as pd

from handbook import benchmarking, facts
from handbook.chapters import leviers_links as links
from handbook.chapters.leviers_grid import share_read
from handbook.facts import cited
from handbook.facts import countries as country_tables
from handbook.facts.countries import FRANCE, STUDY, names_of
from handbook.figures import dots, fr, says, table, takeaways
from handbook.figures.caption import Caption
from handbook.figures.ranges import ranges
from handbook.views.base.values import Noun
from handbook.views.weights.view import Criterion, WeightsExplorer

if TYPE_CHECKING:
    from handbook.benchmarking import Attainable, Composite, IntervalTable, Sensitivity
    from handbook.figures import Picture, Statements, Table

CRITERIA = {
    "medecins_pipame": Criterion("medecins", "Médecins", "moins de médecins", "plus de médecins"),
    "infirmiers_pipame": Criterion(
        "infirmiers", "Infirmiers", "moins d’infirmiers", "plus d’infirmiers"
    ),
    "lits_pipame": Criterion("lits", "Lits d’hôpital", "moins de lits", "plus de lits"),
    "medecins_55_ans": Criterion(
        "age", "Médecins de 55 ans et plus", "médecins plus âgés", "médecins plus jeunes"
    ),
    "isolement_pipame": Criterion(
        "isolement", "Isolement géographique", "plus d’isolement", "moins d’isolement"
    ),
    "climat_pipame": Criterion("climat", "Climat et catastrophes", "plus d’aléas", "moins d’aléas"),
}
FACTORS = {
    "aggregate": ("Agrégation", "la manière de résumer"),
    "dropped": ("Données : indicateur laissé de côté", "l’indicateur laissé de côté"),
    "completion": ("Données : case inconnue (Dubaï)", "la case inconnue"),
    "normalise": ("Normalisation", "l’échelle commune"),
    "weights": ("Poids, à un quart près", "les poids"),
}


_DESIGN = 4096  # points of the Sobol design: shares within about one point


def _whole(ranks: pd.Series | pd.DataFrame) -> list[int]:
    return [int(rank) for rank in ranks.to_numpy()]


def outlook(index: Composite) -> Picture:
    """Show the rank of every country on the context index, with its doubt and its reach."""
    doubt, reach = index.uncertainty(), index.attainable_ranks()
    rows = doubt.join(reach).sort_values(["median", "lower", "upper", "best"])
    rows.index = pd.Index([name.split(" (")[0] for name in names_of(rows.index)])
    middle, low, high = _whole(doubt[["median", "lower", "upper"]].loc[FRANCE])
    best, worst = _whole(reach.loc[FRANCE])
    return ranges(
        rows.set_axis(["mark", "low", "high", "least", "most"], axis=1),
        Caption(
            title=(
                f"Mêmes données, autre méthode{fr.NBSP}: la France va du rang {low} au rang {high}"
                f" sur {len(rows)}"
            ),
            alt=(
                f"Rang de {len(rows)} pays sur l’indice de contexte. France{fr.NBSP}: rang médian"
                f" {middle}, de {low} à {high} dans neuf tirages sur dix, de"
                f" {best} à {worst} si les poids sont libres."
            ),
            sources=cited(STUDY),
            subtitle=(
                "Rang sur un indice de contexte tiré des deux tableaux de l’étude (1{fr.NBSP}: le"
                " contexte qui presse le plus vers l’e-santé)".replace("{fr.NBSP}", fr.NBSP)
            ),
            note="Indice construit ici pour éprouver la méthode ; l’étude n’en publie pas.",
        ),
        words=[
            "rang médian",
            "neuf tirages sur dix",
            "tous les poids possibles",
        ],
        emphasis="France",
    )


def remember(index: Composite, grid: IntervalTable) -> Statements:
    """Say, in four marked sentences, what to leave the chapter with."""
    low, high = _whole(index.uncertainty()[["lower", "upper"]].loc[FRANCE])
    reach = index.attainable_ranks()
    linked = links.touched()
    untouched = [str(at) for at in linked.index[linked["direct"].eq(0)]]
    access = country_tables.published("score_ehealth", [2024])
    used = country_tables.published("dossier_consulte", [2022])
    first = int((reach["best"] == 1).sum())
    return takeaways(
        (
            "fait",
            (
                "Le tableau qui croise pays et leviers est **perdu** : le texte n’en laisse lire"
                f" que {fr.percent(100 * share_read(grid), 0)} des cases."
            ),
        ),
        (
            "modele",
            (
                f"Sur le contexte, seul chiffré, la France va du rang"
                f" **{low}** au rang **{high}** selon"
                f" la méthode. **{first} pays sur {len(reach)}** peuvent être premiers."
            ),
        ),
        (
            "fait",
            (
                f"Avoir accès n’est pas se servir : l’Allemagne obtient"
                f" **{fr.percent(access['DEU'], 0)}** pour l’accès au dossier en 2024, et"
                f" **{fr.percent(used['DEU'], 0)}** des habitants l’avaient consulté en 2022,"
                " selon la presse."
            ),
        ),
        (
            "jugement",
            (
                f"Aucune recommandation ne vise directement les leviers"
                f" **{fr.joined(untouched)}**, que l’étude dit pourtant présents chez tous les pays"
                " avancés."
            ),
        ),
        sources=cited(STUDY, *access.attrs["source_ids"], *used.attrs["source_ids"]),
    )


def scope() -> Table:
    """Tell the study's three circles of countries, and what each of the last five was for."""
    claims = facts.table("claims").set_index("claim_id")
    counted = claims["value"].to_dict()
    circles = {
        "pipame-pays-18": "de façon globale",
        "pipame-pays-10": "en détail",
        "pipame-pays-5": "sous un thème propre",
    }
    rows = [
        {
            "step": f"{fr.number(counted[name])} pays {how}",
            "what": str(claims.loc[name, "note"]).split(" : ")[0].split("\u00a0: ")[0]
            if name != "pipame-pays-5"
            else "Voir les cinq lignes qui suivent.",
        }
        for name, how in circles.items()
    ]
    themes = claims[claims.index.str.startswith("pipame-theme-")]
    places = {"KR": "Corée du Sud", "US": "États-Unis", "GB": "Royaume-Uni"}
    places |= {"NO": "Norvège", "ES": "Espagne"}
    rows += [
        {"step": places[row["geography"]], "what": str(row["text_value"]).strip("« »\u00a0\u202f")}
        for _, row in themes.iterrows()
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title="Dix-huit pays, puis dix, puis cinq : à chaque pas, la comparaison se resserre",
            alt="",
            sources=cited(STUDY),
            note=(
                "La quatrième de couverture parle de plus de vingt pays ; le corps du texte en nomme"
                " dix-huit."
            ),
        ),
        names={"step": "Cercle ou pays", "what": "Pays ou thème étudié"},
    )


def lever_list() -> Table:
    """List the nine levers, and what the text lets one read of France on each."""
    found = country_tables.levers().reset_index()
    found["name"] = found["name"].fillna("illisible")
    found["present"] = "–"
    found.loc[found["advanced_countries"].eq(True), "present"] = "tous les pays avancés"
    found.loc[found["exporters"].eq(True), "present"] = "les pays qui exportent"
    found["lever"] = found["lever"].astype(str)
    hidden = found.loc[found["name_status"].eq("illisible"), "lever"]
    weak = int(found["france_reading"].eq("faiblesse").sum())
    read = int(found["france_reading"].notna().sum())
    return table(
        found[["lever", "name", "present", "france_reading", "reading_reason"]],
        Caption(
            title=f"Sur {read} leviers lisibles, nous lisons {weak} faiblesses françaises",
            alt="",
            sources=cited(STUDY),
            note=(
                f"Les noms des leviers {fr.joined(hidden)} et les notes de la France étaient dans des"
                " images perdues. La lecture est la nôtre ; ce n’est pas la note de l’étude."
            ),
        ),
        names={
            "lever": "Levier",
            "name": "Nom",
            "present": "L’étude le trouve chez",
            "france_reading": "France : notre lecture",
            "reading_reason": "Ce qui l’appuie",
        },
    )


def context_table(context: pd.DataFrame) -> Table:
    """Set the study's two context tables as one."""
    shown = context.copy()
    words = {value: name for name, value in country_tables.LEVELS.items()}
    for name in ("isolement_pipame", "climat_pipame"):
        shown[name] = shown[name].map(words)
    behind = (context < context.loc[FRANCE]).sum()
    shown.insert(0, "country", names_of(shown.index))
    shown = shown.sort_values("medecins_pipame", ascending=False).reset_index(drop=True)
    return table(
        shown,
        Caption(
            title=(
                f"La France a plus de médecins que {behind['medecins_pipame']} des"
                f" {len(shown) - 1} autres, plus de lits que {behind['lits_pipame']}, plus d’infirmiers que"
                f" {behind['infirmiers_pipame']}"
            ),
            alt="",
            sources=cited(STUDY),
            note=(
                "Données de 2011 pour l’essentiel (Dubaï : 2012 ; âge au Brésil : 2013). Cotes :"
                " jugement de l’étude. Un appel de note collé à un nombre dans le document a été détaché ;"
                " le « 32 » du Japon est imprimé sans signe %."
            ),
        ),
        names={
            "country": "Pays",
            "medecins_pipame": "Médecins pour 1 000 hab.",
            "infirmiers_pipame": "Infirmiers pour 1 000 hab.",
            "lits_pipame": "Lits pour 1 000 hab.",
            "medecins_55_ans": "Médecins de 55 ans et plus, %",
            "isolement_pipame": "Isolement (cote)",
            "climat_pipame": "Climat (cote)",
        },
    )


def traits(context: pd.DataFrame) -> Table:
    """Test the two traits that the study gives to advanced countries."""
    others = context.drop(index=FRANCE)
    ahead = country_tables.said_advanced()
    average = country_tables.average("medecins_pipame")
    tests = {
        f"Moins de médecins que la moyenne de l’OCDE ({fr.number(average)})": others[
            "medecins_pipame"
        ]
        < average,
        "Contrainte géographique cotée « élevé »": others["isolement_pipame"]
        == max(country_tables.LEVELS.values()),
    }
    rows = [
        {
            "trait": name,
            "ahead": f"{int(holds[ahead].sum())} sur {len(ahead)}",
            "others": f"{int(holds.drop(ahead).sum())} sur {len(holds) - len(ahead)}",
            "chance": 100 * _by_chance(int(holds[ahead].sum()), len(ahead), holds),
        }
        for name, holds in tests.items()
    ]
    return table(
        pd.DataFrame(rows),
        Caption(
            title="Les deux traits des « pays avancés » se trouvent aussi chez la moitié des autres",
            alt="",
            sources=cited(STUDY),
            note=(
                "Royaume-Uni, États-Unis, Japon et Corée du Sud sont cités en introduction comme"
                " tirant meilleur parti de l’e-santé ; le classement de l’étude est perdu. Hasard seul :"
                " chance que quatre pays pris au sort parmi les dix aient le trait au moins aussi souvent."
            ),
        ),
        names={
            "trait": "Trait",
            "ahead": "Les quatre pays dits en avance",
            "others": "Les six autres",
            "chance": "Hasard seul, %",
        },
        formats={"chance": 0},
    )


def _by_chance(seen: int, drawn: int, holds: pd.Series) -> float:
    """Chance that as many of `drawn` countries taken at random have the trait (exact)."""
    have, size = int(holds.sum()), len(holds)
    most = min(drawn, have)
    ways = sum(comb(have, k) * comb(size - have, drawn - k) for k in range(seen, most + 1))
    return ways / comb(size, drawn)


def density_link() -> Statements:
    """Say whether fewer physicians go with a higher digital-health index."""
    physicians = country_tables.published("medecins_banque_mondiale", [2011, 2012, 2010])
    index = country_tables.published("indice_sante_numerique_2018")
    found = benchmarking.rank_correlation(physicians, index.rename({"GBR-ENG": "GBR"}))
    return says(
        "modele",
        f"Sur {found.units} pays, la densité médicale de 2011 et l’indice de santé numérique de"
        f" 2018 ne sont pas liés : corrélation des rangs de **{fr.number(found.rho, 2)}**"
        f" (p = {fr.number(found.p_value, 2)}). Avoir moins de médecins ne suffit pas à pousser"
        " un pays vers l’e-santé.",
        sources=cited(*physicians.attrs["source_ids"], *index.attrs["source_ids"]),
    )


def explorer(index: Composite) -> WeightsExplorer:
    """Let the reader weigh the context indicators."""
    names = country_tables.names()
    payload = benchmarking.live_payload(index)
    return WeightsExplorer(
        payload,
        units={code: names[code] for code in payload["units"]},
        noun=Noun("pays", "pays"),
        criteria=[CRITERIA[name] for name in payload["indicators"]],
        focus=(FRANCE, "la France"),
        label="Classement des pays selon leur contexte",
        sources=cited(STUDY),
        note="Un pays marque des points quand son contexte presse vers l’e-santé. Chacun peut lire"
        " ces critères à l’envers : peu de médecins, c’est un besoin, ou un handicap pour agir. Les"
        " cotes limité, moyen et élevé comptent 1, 2 et 3.",
    )


def deciders(index: Composite) -> Picture:
    """Show what decides of the whole ranking: data, aggregation, weights or normalisation."""
    found = index.sobol(_DESIGN)
    shares = (100 * found.overall().clip(0, 1)).sort_values("total", ascending=False)
    first, second, third = (FACTORS[str(name)][1] for name in shares.index[:3])
    alone, joint = "à lui seul", "avec ses interactions"
    listed = fr.joined(
        f"{FACTORS[str(name)][1]}, {fr.percent(one, 0)} et {fr.percent(both, 0)}"
        for name, one, both in shares.itertuples()
    )
    ours = 100 * found.total.T[FRANCE].nlargest(2)
    top = fr.joined(f"{FACTORS[str(n)][1]}, {fr.percent(v, 0)}" for n, v in ours.items())
    return dots(
        shares.set_axis([alone, joint], axis=1).set_axis(
            [FACTORS[str(n)][0] for n in shares.index]
        ),
        Caption(
            title=f"Qu’est-ce qui décide du classement ? D’abord {first}, puis {second}, puis {third}",
            alt=(
                f"Part de la variance des rangs des {len(index.units)} lieux due à chaque choix, à lui"
                f" seul puis avec ses interactions : {listed}."
            ),
            sources=cited(STUDY),
            subtitle="Part de la variance des rangs de tous les pays, par choix de méthode",
            note=(
                f"Indices de Sobol ({fr.number(_DESIGN)} tirages par choix, à un point près). Une"
                " interaction compte dans chacun des choix en jeu : la somme dépasse 100 %. Pour la seule"
                f" France : {top}."
            ),
        ),
        zero=True,
        unit="%",
        digits=0,
    )


def one_by_one(found: Sensitivity, index: Composite) -> Table:
    """Show the rank of France when one indicator is left out, or read the other way round."""
    steps = found.one_at_a_time(FRANCE)
    dropped = steps[steps["factor"] == "dropped"].drop_duplicates("option").set_index("option")
    payload = benchmarking.live_payload(index, ["minmax"], spread=0.0, draws=1)
    left = dropped["rank"].astype(int).to_dict()
    base = left["none"]
    rows = []
    for name in index.indicators:
        turned = benchmarking.live_ranks(payload, reversed_=[name]).loc[FRANCE]
        best, worst = _whole(turned[["best", "worst"]])
        rows.append(
            {
                "indicator": CRITERIA[name].label,
                "dropped": left[name],
                "turned": str(best) if best == worst else f"{best} ou {worst}",
                "far": abs(left[name] - base),
            }
        )
    frame = pd.DataFrame(rows).sort_values("far", ascending=False, kind="stable")
    most = fr.joined(
        text.lower() for text in frame.loc[frame["far"].eq(frame["far"].max()), "indicator"]
    )
    return table(
        frame.drop(columns="far").reset_index(drop=True),
        Caption(
            title=(
                f"Au départ, la France est au rang {base} ; l’indicateur laissé de côté la déplace de"
                f" {frame['far'].max()} places au plus"
            ),
            alt="",
            sources=cited(STUDY),
            note=(
                f"Départ : échelle de 0 à 1, poids égaux, moyenne arithmétique. Le plus grand effet"
                f" vient de : {most}. Un rang double vient de la case inconnue de Dubaï."
            ),
        ),
        names={
            "indicator": "Indicateur",
            "dropped": "Rang sans lui",
            "turned": "Rang si on le lit à l’envers",
        },
    )


def to_be_first(found: Attainable, index: Composite) -> Table:
    """Say which weights would put France at its best and at its worst."""
    frame = pd.DataFrame(
        {
            "indicator": [CRITERIA[name].counts for name in index.indicators],
            "equal": 100 * index.effective_weights.to_numpy(),
            "best": 100 * found.best_weights.to_numpy(),
            "worst": 100 * found.worst_weights.to_numpy(),
        }
    )
    leader = frame.sort_values("best")["indicator"].iloc[-1]
    return table(
        frame,
        Caption(
            title=f"Pour que la France soit au rang {found.best}, il faut surtout compter : {leader}",
            alt="",
            sources=cited(STUDY),
            note=(
                "Parmi tous les poids qui donnent ce rang, les plus proches des poids égaux (résultat"
                " exact). À égalité, le pays est placé au mieux, puis au pire."
            ),
        ),
        names={
            "indicator": "Ce qui compte en plus",
            "equal": "Poids égaux, %",
            "best": f"Poids du rang {found.best}, %",
            "worst": f"Poids du rang {found.worst}, %",
        },
        formats=dict.fromkeys(("equal", "best", "worst"), 0),
    )


def sample_size(index: Composite) -> Statements:
    """Say why weights are not drawn from the data."""
    size = len(index.units)
    verdict = benchmarking.factor_verdict(size, len(country_tables.levers()))
    alpha = benchmarking.cronbach_alpha(index.normalised("none"))
    return says(
        "modele",
        f"Pour la grille de {size} pays et neuf leviers, {verdict.explain()} Sur les six"
        f" indicateurs de contexte, l’alpha de Cronbach vaut **{fr.number(alpha, 2)}** : ils ne"
        " mesurent pas une même chose.",
        sources=cited(STUDY),
    )
