"""The pages of the dashboard, a file each."""

from trappen.viz.pages.compare import Compare
from trappen.viz.pages.staircase import Staircase

BODIES = {
    "compare": Compare,
    "staircase": Staircase,
}
"""What stands on each page."""
