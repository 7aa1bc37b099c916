"""What a policy can move, in the order of a row of levers in force."""

from enum import IntEnum

from trappen.agents.states import Link


class Lever(IntEnum):
    """Columns of a table of levers in force, one row a month; units stand in `policies/levers.yaml`."""

    CASELOAD = 0
    FOLLOW_UP_INTERVAL = 1
    DECISION_DELAY = 2
    DETECTION_TOOLS = 3
    NOTIFICATION_COURAGE = 4
    EARLY_HELP_PLACES = 5
    PROVIDER_PLACES = 6
    FAMILY_PLACEMENT_SHIFT = 7
    KIN_SEARCH = 8
    FOSTER_RECRUITMENT = 9
    INSTITUTION_AIM = 10
    FOSTER_SUPPORT = 11
    PARALLEL_HOME_WORK = 12


LEVERS = len(Lever)

LINK_OF = {
    Lever.CASELOAD: Link.ATTENTION,
    Lever.FOLLOW_UP_INTERVAL: Link.ATTENTION,
    Lever.DECISION_DELAY: Link.ATTENTION,
    Lever.DETECTION_TOOLS: Link.NOTICE,
    Lever.NOTIFICATION_COURAGE: Link.NOTICE,
    Lever.EARLY_HELP_PLACES: Link.MATCH,
    Lever.PROVIDER_PLACES: Link.MATCH,
    Lever.FAMILY_PLACEMENT_SHIFT: Link.MATCH,
    Lever.KIN_SEARCH: Link.MATCH,
    Lever.FOSTER_RECRUITMENT: Link.MATCH,
    Lever.INSTITUTION_AIM: Link.MATCH,
    Lever.FOSTER_SUPPORT: Link.EFFECT,
    Lever.PARALLEL_HOME_WORK: Link.EFFECT,
}
"""The link of the mechanism through which each works."""
