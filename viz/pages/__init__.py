"""The pages of the dashboard, a file each."""

from trappen.viz.pages.compare import Compare

BODIES = {
    "compare": Compare,
}
"""What stands on each page."""
