"""The pages of the dashboard, a file each."""

from trappen.viz.pages.budget import Budget
from trappen.viz.pages.casework import Casework
from trappen.viz.pages.child import Child
from trappen.viz.pages.classroom import Classroom
from trappen.viz.pages.compare import Compare
from trappen.viz.pages.evidence import Evidence
from trappen.viz.pages.staircase import Staircase

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
