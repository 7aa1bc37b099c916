"""The names of docs/odd.md as plain whole numbers, written down a second time and not imported."""

NEVER = 32767
"""A month that has not come."""
NOT_MET = -NEVER
"""`acquainted` of a child whose new caseworker, after a post that is no more, has yet to meet the family."""

UNBORN, CHILD, YOUTH, ADULT, GROWN, DEAD, MOVED = range(7)
"""`life`."""

NONE, EARLY, PREVENTIVE, HOME_BASED, KIN, FOSTER, INSTITUTION, OWN_ROOM, AFTERCARE = range(9)
"""`step`."""

NO_CASE, REVIEW, ASSESSMENT, DECIDED, OPEN = range(5)
"""`case`."""

A_REVIEW, AN_ASSESSMENT, A_FOLLOW_UP, A_VISIT = range(4)
"""Kinds of task."""

NO_KIND, COMMUNITY_PROBLEM, CHILD_FOCUSED_MILD, MULTI_PROBLEM = range(4)
"""`kind` of a family."""

BOTH_PARENTS, ONE_PARENT, NEW_PARTNER = range(3)
"""`household`."""

PREGNANCY_CARE, HEALTH_VISITING, DAY_CARE, SCHOOL = range(4)
"""The arenas that differ from the others; there are ten."""
ARENAS = 10
FRONT_STAFF = (HEALTH_VISITING, DAY_CARE, SCHOOL)

IN_PREGNANCY, UNDER_3, UNDER_6, UNDER_13, TEENS = range(5)
"""Bands of age in which arenas see children."""

DAYS_A_MONTH = 21
DOMAINS = ("child", "parent", "parenting", "functioning", "context", "network", "care")
OUTCOMES = (
    "no_upper_secondary", "neet", "conviction", "diagnosis", "no_leaving_exam", "public_support",
)  # fmt: skip
STEPS = (
    "none", "early", "preventive", "home_based", "kin", "foster", "institution", "own_room", "aftercare",
)  # fmt: skip


def is_placed(step: int) -> bool:
    """Steps 4 to 7 are placements."""
    return KIN <= step <= OWN_ROOM
