"""The municipality's accounts as a year is shown on one line: what it pays itself, posts put together."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

POST_GROUPS: dict[str, tuple[str, ...]] = {
    "casework": ("caseworkers", "notifications_and_assessments"),
    "prevention": ("early", "preventive"),
    "home": ("home_based",),
    "family": ("kin", "foster"),
    "institution": ("institution",),
    "other": ("own_room", "aftercare", "support", "detection", "transition", "programmes", "conditions"),
    "refund": ("refund",),
}
"""Posts of the accounts put together so that a year fits on one line."""


def own_accounts(accounts: "pd.DataFrame") -> "pd.DataFrame":
    """Return what the municipality itself pays: a row for each policy and year, a column for each post.

    The state's refund is a negative post there, so a row's sum is the net cost.
    """
    own = accounts[accounts["payer"].str.startswith("municipality")]
    wide = own.pivot_table(index=["policy", "year"], columns="post", values="amount", aggfunc="sum")
    return wide.fillna(0.0)


def grouped_accounts(accounts: "pd.DataFrame") -> "pd.DataFrame":
    """Return the municipality's accounts with the posts put together, and their sum as `net`."""
    import pandas as pd

    wide = own_accounts(accounts)
    grouped = pd.DataFrame(index=wide.index)
    for group, posts in POST_GROUPS.items():
        grouped[group] = wide[[post for post in posts if post in wide]].sum(axis=1)
    grouped["net"] = wide.sum(axis=1)
    return grouped
