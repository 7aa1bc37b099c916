"""What a municipality counts: events, stocks, and posts of its accounts, each with its place in a row."""

from enum import IntEnum


class Count(IntEnum):
    """Whole numbers counted in a year; a stock is the sum of its twelve months."""

    # notice
    NOTIFICATIONS = 0
    CHILDREN_NOTIFIED = 1
    CHILDREN_NOTIFIED_0_5 = 2
    CHILDREN_NOTIFIED_6_11 = 3
    CHILDREN_NOTIFIED_12_17 = 4
    FALSE_ALARMS = 5
    FIRST_CONTACTS = 6
    ARENA = 7  # nine of them follow, one an arena
    # casework
    REVIEWS = 16
    REVIEWS_KEPT = 17
    ASSESSMENTS_BEGUN = 18
    ASSESSMENTS = 19
    ASSESSMENTS_KEPT = 20
    FOLLOW_UPS = 21
    FIRST_FOLLOW_UPS = 22
    FIRST_FOLLOW_UPS_KEPT = 23
    DECISIONS = 24
    OPEN_CASES = 25
    POSTS = 26
    VACANT = 27
    WAITING = 28
    DECLINED = 29
    # staircase
    EARLY_STARTED = 31
    MEASURES_STARTED = 32
    NEW_PLACEMENTS = 33
    NEW_PLACEMENTS_0_5 = 34
    NEW_PLACEMENTS_12_17 = 35
    MOVES = 36
    BREAKDOWNS = 37
    PLACEMENTS_ENDED = 38
    INSTITUTION_STAYS_ENDED = 39
    KIN_SEARCHES = 40
    UNNECESSARY_PLACEMENTS = 41
    WITHOUT_CONSENT = 42
    AFTERCARE_STARTED = 43
    STEP = 44  # nine stocks follow, one a step: child-months on it
    PLACED_12_17 = 53
    FAMILY_CARE_MONTHS = 54
    PLACED_MONTHS = 55
    # life
    CHILD_MONTHS = 56
    NEED_MONTHS = 57
    DEEP_NEED_MONTHS = 58
    UNHELPED_NEED_MONTHS = 59
    EVERYDAY_LIFE_MONTHS = 60
    MISSED = 61
    UNDER_MATCHED_MONTHS = 62
    CHILDREN_UNDER_6 = 63
    FIRST_HELPS = 64
    BIRTHS = 65
    DEATHS = 66
    # those who turn 18 and 25
    TURNED_18 = 67
    TURNED_18_NOTIFIED = 68
    TURNED_18_EVER_PLACED = 69
    TURNED_25 = 70
    TURNED_25_NOTIFIED = 71
    TURNED_25_EVER_PLACED = 72
    ADULT_NOTIFIED = 73  # five follow, one an adult outcome
    ADULT_PLACED = 78
    ADULT_NOT_PLACED = 83
    EARLY_TURNED_AWAY = 88
    FOSTER_PLACES_NEW = 89


class Sum(IntEnum):
    """Sums of measured quantities over a year."""

    AGE_AT_FIRST_CONTACT = 0
    """Months of age; unborn count 0."""
    NEED_TO_HELP = 1
    """Months from first need to first help."""
    NEED_AT_18 = 2
    """SD, over those ever notified."""
    INSTITUTION_STAY = 3
    """Months, of stays that ended."""
    SCHOOL_IN_NEED = 4
    """SD, over child-months in need from 6 years."""
    SCHOOL_MONTHS = 5
    """Child-months of that sum."""
    TRUST_IN_CASES = 6
    """0 to 1, over child-months of open cases."""
    DECISION_DAYS = 7
    """Working days from the notification's review to the decision."""
    POSTS_PAID = 8
    """Full-time posts, summed over months."""
    PLACEMENT_ENDED_MONTHS = 9
    """Months, of placements that ended."""


class Post(IntEnum):
    """Posts of the accounts."""

    CASEWORKERS = 0
    NOTIFICATIONS_AND_ASSESSMENTS = 1
    EARLY = 2
    PREVENTIVE = 3
    HOME_BASED = 4
    KIN = 5
    FOSTER = 6
    INSTITUTION = 7
    OWN_ROOM = 8
    AFTERCARE = 9
    SUPPORT = 10
    DETECTION = 11
    TRANSITION = 12
    REFUND = 13


class Payer(IntEnum):
    """Whose money it is."""

    MUNICIPALITY_SOCIAL = 0
    """The municipality's budget for vulnerable children."""
    MUNICIPALITY_GENERAL = 1
    """Its budgets for health visiting, day care and school."""
    STATE = 2


COUNTS = 90
SUMS = len(Sum)
POSTS = len(Post)
PAYERS = len(Payer)
