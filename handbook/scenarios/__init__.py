"""Choose the futures of an organisation, see whether they hold, and plan from one to another."""

from handbook.scenarios.dynamics import Attractor, Trajectory
from handbook.scenarios.matrix import CrossImpactMatrix, ScenarioError
from handbook.scenarios.scw import ScwError, read_scw, write_scw
from handbook.scenarios.search import TooManyScenariosError

__all__ = [
    "Attractor",
    "CrossImpactMatrix",
    "ScenarioError",
    "ScwError",
    "TooManyScenariosError",
    "Trajectory",
    "read_scw",
    "write_scw",
]
