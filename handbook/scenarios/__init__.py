"""Choose the futures of an organisation, see whether they hold, and plan from one to another."""

from handbook.scenarios.action_plan import ActionPlan, PlanItem, action_plan
from handbook.scenarios.checks import ScenarioError
from handbook.scenarios.dynamics import Attractor, Trajectory
from handbook.scenarios.field import Hypothesis, Issue, MorphologicalField, Setting, distance
from handbook.scenarios.frames import matrix_from_frame
from handbook.scenarios.matrix import CrossImpactMatrix
from handbook.scenarios.path import (
    ChangeOrder,
    Forcing,
    Gap,
    best_first_steps,
    best_order,
    forcing,
    gap,
    worst_orders,
)
from handbook.scenarios.reading import from_csv
from handbook.scenarios.reasons import (
    ScoreChange,
    cheapest_scores,
    completions,
    influences,
    nearest_consistent,
    readings,
    reasons,
)
from handbook.scenarios.robustness import noise_by_confidence, robustness
from handbook.scenarios.scw import ScwError, read_scw, write_scw
from handbook.scenarios.search import TooManyScenariosError
from handbook.scenarios.solution import Solution
from handbook.scenarios.structure import Micmac, direct_influence, micmac

__all__ = [
    "ActionPlan",
    "Attractor",
    "ChangeOrder",
    "CrossImpactMatrix",
    "Forcing",
    "Gap",
    "Hypothesis",
    "Issue",
    "Micmac",
    "MorphologicalField",
    "PlanItem",
    "ScenarioError",
    "ScoreChange",
    "ScwError",
    "Setting",
    "Solution",
    "TooManyScenariosError",
    "Trajectory",
    "action_plan",
    "best_first_steps",
    "best_order",
    "cheapest_scores",
    "completions",
    "direct_influence",
    "distance",
    "forcing",
    "from_csv",
    "gap",
    "influences",
    "matrix_from_frame",
    "micmac",
    "nearest_consistent",
    "noise_by_confidence",
    "read_scw",
    "readings",
    "reasons",
    "robustness",
    "worst_orders",
    "write_scw",
]
