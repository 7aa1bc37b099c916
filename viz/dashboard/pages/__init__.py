"""The pages of the dashboard, a file each."""

from trappen.viz.dashboard.pages.budget import Budget
from trappen.viz.dashboard.pages.casework import Casework
from trappen.viz.dashboard.pages.child import Child
from trappen.viz.dashboard.pages.classroom import Classroom
from trappen.viz.dashboard.pages.compare import Compare
from trappen.viz.dashboard.pages.evidence import Evidence
from trappen.viz.dashboard.pages.staircase import Staircase

BODIES = {
    "compare": Compare,
    "staircase": Staircase,
    "child": Child,
    "budget": Budget,
    "casework": Casework,
    "evidence": Evidence,
    "classroom": Classroom,
}
"""What stands on each page."""
