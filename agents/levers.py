"""What a policy can move, in the order of a row of levers in force."""

from enum import IntEnum, auto

from trappen.agents.states import Link


class Lever(IntEnum):
    """Columns of a table of levers in force, one row a month; units stand in `policies/levers.yaml`."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count  # columns are counted from 0, in the order of the file

    CASELOAD = auto()
    FOLLOW_UP_INTERVAL = auto()
    DECISION_DELAY = auto()
    DETECTION_TOOLS = auto()
    NOTIFICATION_COURAGE = auto()
    EARLY_HELP_PLACES = auto()
    PROVIDER_PLACES = auto()
    FAMILY_PLACEMENT_SHIFT = auto()
    KIN_SEARCH = auto()
    FOSTER_RECRUITMENT = auto()
    INSTITUTION_AIM = auto()
    FOSTER_SUPPORT = auto()
    PARALLEL_HOME_WORK = auto()
    LEADERSHIP = auto()
    STAFFING = auto()
    PROGRAMME_MANUALS = auto()
    TRUSTFUL_ENTRY = auto()
    SOLUTION_FOCUS = auto()
    SITUATED_EFFORT = auto()
    TAPERING = auto()
    EMPOWERMENT = auto()
    PREGNANCY_VISIT = auto()
    FRONT_SUPERVISION = auto()
    INFANT_TEAMS = auto()
    WELLBEING_FORM = auto()
    TRANSITION_FORM = auto()
    CHILD_COORDINATOR = auto()
    DIALOGUE_MODEL = auto()
    CHILDS_REFORM = auto()
    SUPERVISION = auto()
    MANUALS = auto()
    CASE_COORDINATOR = auto()
    ROLES_APART = auto()
    MEASURING = auto()


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
    Lever.LEADERSHIP: Link.EFFECT,
    Lever.STAFFING: Link.EFFECT,
    Lever.PROGRAMME_MANUALS: Link.EFFECT,
    Lever.TRUSTFUL_ENTRY: Link.EFFECT,
    Lever.SOLUTION_FOCUS: Link.EFFECT,
    Lever.SITUATED_EFFORT: Link.EFFECT,
    Lever.TAPERING: Link.EFFECT,
    Lever.EMPOWERMENT: Link.EFFECT,
    Lever.PREGNANCY_VISIT: Link.NOTICE,
    Lever.FRONT_SUPERVISION: Link.NOTICE,
    Lever.INFANT_TEAMS: Link.NOTICE,
    Lever.WELLBEING_FORM: Link.NOTICE,
    Lever.TRANSITION_FORM: Link.NOTICE,
    Lever.CHILD_COORDINATOR: Link.NOTICE,
    Lever.DIALOGUE_MODEL: Link.NOTICE,
    Lever.CHILDS_REFORM: Link.NOTICE,
    Lever.SUPERVISION: Link.ATTENTION,
    Lever.MANUALS: Link.ATTENTION,
    Lever.CASE_COORDINATOR: Link.ATTENTION,
    Lever.ROLES_APART: Link.ATTENTION,
    Lever.MEASURING: Link.ATTENTION,
}
"""The link of the mechanism through which each works."""
