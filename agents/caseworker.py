"""The posts of caseworkers (sagsbehandlere): the columns that describe a post."""

import numpy as np

from trappen.agents.fields import Field, make_table
from trappen.agents.states import NEVER

FIELDS = (
    Field("hired", "i2", "month", "month the present caseworker took the post", -NEVER, "casework"),
    Field("vacant_until", "i2", "month", "month a vacant post is filled again", -NEVER, "casework"),
)
"""Every column of the table of caseworker posts."""

def make_caseworkers(rows: int) -> np.ndarray:
    """Return a table of that many posts, every field at its default."""
    return make_table(FIELDS, rows)
