"""What a municipality counts: events, stocks, and posts of its accounts, each with its place in a row."""

from enum import IntEnum


class _Places(IntEnum):
    """Members declared by how many places they take; the value is the first of them."""

    width: int

    def __new__(cls, width: int) -> "_Places":
        """Place a member behind those before it."""
        first = sum(member.width for member in cls.__members__.values())
        member = int.__new__(cls, first)
        member._value_ = first
        member.width = width
        return member


class Count(_Places):
    """Whole numbers counted in a year; a stock is the sum of its twelve months."""

    # notice
    NOTIFICATIONS = 1
    CHILDREN_NOTIFIED = 1
    CHILDREN_NOTIFIED_0_5 = 1
    CHILDREN_NOTIFIED_6_11 = 1
    CHILDREN_NOTIFIED_12_17 = 1
    FALSE_ALARMS = 1
    FIRST_CONTACTS = 1
    ARENA = 10  # ten of them follow, one an arena
    # casework
    REVIEWS = 1
    REVIEWS_KEPT = 1
    ASSESSMENTS_BEGUN = 1
    ASSESSMENTS = 1
    ASSESSMENTS_KEPT = 1
    FOLLOW_UPS = 1
    FIRST_FOLLOW_UPS = 1
    FIRST_FOLLOW_UPS_KEPT = 1
    DECISIONS = 1
    OPEN_CASES = 1
    POSTS = 1
    VACANT = 1
    WAITING = 1
    DECLINED = 1
    # staircase
    EARLY_STARTED = 1
    MEASURES_STARTED = 1
    NEW_PLACEMENTS = 1
    NEW_PLACEMENTS_0_5 = 1
    NEW_PLACEMENTS_12_17 = 1
    MOVES = 1
    BREAKDOWNS = 1
    PLACEMENTS_ENDED = 1
    INSTITUTION_STAYS_ENDED = 1
    KIN_SEARCHES = 1
    UNNECESSARY_PLACEMENTS = 1
    WITHOUT_CONSENT = 1
    AFTERCARE_STARTED = 1
    STEP = 9  # nine stocks follow, one a step: child-months on it
    PLACED_12_17 = 1
    FAMILY_CARE_MONTHS = 1
    PLACED_MONTHS = 1
    # life
    CHILD_MONTHS = 1
    NEED_MONTHS = 1
    DEEP_NEED_MONTHS = 1
    UNHELPED_NEED_MONTHS = 1
    EVERYDAY_LIFE_MONTHS = 1
    MISSED = 1
    UNDER_MATCHED_MONTHS = 1
    CHILDREN_UNDER_6 = 1
    FIRST_HELPS = 1
    BIRTHS = 1
    DEATHS = 1
    # those who turn 18 and 25
    TURNED_18 = 1
    TURNED_18_NOTIFIED = 1
    TURNED_18_EVER_PLACED = 1
    TURNED_25 = 1
    TURNED_25_NOTIFIED = 1
    TURNED_25_EVER_PLACED = 1
    ADULT_NOTIFIED = 6  # six follow, one an adult outcome
    ADULT_PLACED = 6
    ADULT_NOT_PLACED = 6
    EARLY_TURNED_AWAY = 1
    FOSTER_PLACES_NEW = 1
    # programmes
    PROGRAMMES_OFFERED = 1
    PROGRAMMES_STARTED = 1
    PROGRAMMES_LEFT = 1
    PROGRAMME_MONTHS = 1
    # handovers, places and paths
    KNOWN_LOST = 1
    KNOWN_KEPT = 1
    BESIDE_MONTHS = 1
    WENT_HOME = 1
    REENTRIES = 1
    REENTRIES_3_YEARS = 1
    FOSTER_FAMILIES_BEGUN = 1
    FOSTER_FAMILIES_CLOSED = 1
    MOVES_BY_CLOSURE = 1
    BOUGHT_OUTSIDE = 1
    WAITING_INSTITUTION = 1
    BREAKDOWNS_BY_STEP = 9  # nine follow, one a step
    # as December ends: children by position x wellbeing, and by set of the prevention triangle
    POSITION = 6
    PREVENTION = 4
    # caseworkers
    CASEWORKERS_LEFT = 1
    VISITS = 1
    VISITS_KEPT = 1
    CHILD_TALKS = 1
    RENOTIFIED = 1
    RENOTIFIED_KNOWN = 1
    RENOTIFIED_OPEN = 1
    SECOND_OPINIONS = 1
    HELPED_AFTER_CONCERN = 1

    # providers of help at home: those of home-based, then of preventive measures
    PROVIDED = 2
    """Children whom a decision gave such a measure."""
    WAITING_PROVIDER = 2
    """Child-months of waiting for one because all were full."""

    # families and generations
    MOVED_IN = 1
    MOVED_OUT = 1
    HEIRS = 1
    """Child-quarters of children whose mother grew up here."""
    HEIRS_OF_KNOWN = 1
    """Of these, those whose mother was notified as a child."""
    HEIRS_OF_KNOWN_IN_NEED = 1
    HEIRS_OF_OTHERS_IN_NEED = 1
    FOUNDED = 1
    """First conceptions whose mother grew up here."""
    FOUNDED_BY_KNOWN = 1
    """Of these, those whose mother was notified as a child."""
    FOUNDED_BY_MEN = 1
    """First conceptions whose father grew up here."""
    HEIRS_OF_MEN = 1
    """Child-quarters of children whose father grew up here."""
    MEASURED = 1
    """Assessments and follow-ups in which an instrument was read."""
    FIRST_PLACEMENTS = 1
    # complaints (klager), by what gave rise to them
    COMPLAINTS_LATE = 1
    """Of an assessment that was not finished in time."""
    COMPLAINTS_REFUSED = 1
    """Of a decision to grant nothing."""
    COMPLAINTS_FORCED = 1
    """Of a placement decided without consent."""


class Sum(_Places):
    """Sums of measured quantities over a year."""

    AGE_AT_FIRST_CONTACT = 1
    """Months of age; unborn count 0."""
    NEED_TO_HELP = 1
    """Months from first need to first help."""
    NEED_AT_18 = 1
    """SD, over those ever notified."""
    INSTITUTION_STAY = 1
    """Months, of stays that ended."""
    SCHOOL_IN_NEED = 1
    """SD, over child-months in need from 6 years."""
    SCHOOL_MONTHS = 1
    """Child-months of that sum."""
    TRUST_IN_CASES = 1
    """0 to 1, over child-months of open cases."""
    DECISION_DAYS = 1
    """Working days from the notification's review to the decision."""
    POSTS_PAID = 1
    """Full-time posts, summed over months."""
    PLACEMENT_ENDED_MONTHS = 1
    """Months, of placements that ended."""
    CONCERN_DAYS = 1
    """Working days from the notification that led to a case to the end of the month help began in."""
    HOURS_REVIEWS = 1
    """Caseworkers' hours, as an experienced one needs them."""
    HOURS_ASSESSMENTS = 1
    HOURS_FOLLOW_UPS = 1
    HOURS_VISITS = 1
    HOURS_CONTACT = 1
    """Caseworkers' hours that tasks leave for contact with child and family."""
    HOURS_TRAINING = 1
    """Hours of new caseworkers on their first course."""
    HOURS_OVERTIME = 1
    HOURS_OTHERS = 1
    """Hours of other professionals in assessments."""
    DAYS_AWAY = 1
    """Days on which holders of posts were on holiday, ill or on a course."""
    UNDONE_DAYS = 1
    """Days of work that waited at the end of a month, summed over months."""

    TEAM_WAIT = 1
    """Working days from decision to the month a team began, over children it began with."""
    THERAPY_WAIT = 1
    """The same for therapists and other providers."""

    HEIR_NEED = 1
    """SD, over child-quarters of children whose mother grew up here; so the next four."""
    HEIR_NEED_SQUARED = 1
    MOTHER_STRAIN = 1
    """Her stable vulnerability, SD."""
    MOTHER_STRAIN_SQUARED = 1
    HEIR_BY_MOTHER = 1
    """Product of need and mother's vulnerability."""
    MOTHER_AGE = 1
    """Months, over first conceptions whose mother grew up here."""
    MAN_HEIR_NEED = 1
    """SD, over child-quarters of children whose father grew up here; so the next four."""
    MAN_HEIR_NEED_SQUARED = 1
    FATHER_STRAIN = 1
    """His stable vulnerability, SD."""
    FATHER_STRAIN_SQUARED = 1
    HEIR_BY_FATHER = 1
    """Product of need and father's vulnerability."""
    AGE_AT_FIRST_PLACEMENT = 1
    """Months of age, over first placements."""


class Post(_Places):
    """Posts of the accounts."""

    CASEWORKERS = 1
    NOTIFICATIONS_AND_ASSESSMENTS = 1
    EARLY = 1
    PREVENTIVE = 1
    HOME_BASED = 1
    KIN = 1
    FOSTER = 1
    INSTITUTION = 1
    OWN_ROOM = 1
    AFTERCARE = 1
    SUPPORT = 1
    DETECTION = 1
    TRANSITION = 1
    REFUND = 1
    PROGRAMMES = 1
    CONDITIONS = 1


class Payer(_Places):
    """Whose money it is."""

    MUNICIPALITY_SOCIAL = 1
    """The municipality's budget for vulnerable children."""
    MUNICIPALITY_GENERAL = 1
    """Its budgets for day care and school."""
    STATE = 1
    MUNICIPALITY_HEALTH = 1
    """Its budget for health visiting and health care."""
    MUNICIPALITY_EMPLOYMENT = 1
    """Its budget for cash benefits and employment."""
    REGION = 1
    """The region: hospitals and psychiatry."""


class Group(_Places):
    """Groups that are counted apart; each child is once in `ALL` and once in each kind of group."""

    ALL = 1
    FAMILY_KIND = 4  # one each `FamilyKind`
    SEX = 2  # girls, boys
    AGE = 5  # see `AGE_BANDS`
    DISTRICT = 8


class Measure(_Places):
    """What is counted of a group, whole numbers: stocks as the year ends, then events as they happen.

    An event counts in the groups the child is in then.
    """

    CHILDREN = 1
    """Aged 0-17 in the last month of the year, as all of these down to SCHOOL."""
    IN_NEED = 1
    DEEP_NEED = 1
    UNHELPED = 1
    """In need and on no step."""
    UNDER_MATCHED = 1
    CASES = 1
    """An open case, from review to follow-up."""
    WAITING = 1
    HELPED = 1
    """On a step at home."""
    PLACED = 1
    IN_INSTITUTION = 1
    NOTIFIED = 1
    """With a notification in the year."""
    FIRST_CONTACTS = 1
    """The authority first heard of them in the year."""
    FIRST_CONTACT_AGE = 1
    """Months of age at it, summed; the unborn count 0."""
    FIRST_HELPS = 1
    """In need before, and first helped in the year."""
    NEED_TO_HELP = 1
    """Months from first need to first help, summed."""
    FIRST_PLACED = 1
    """Placed for the first time in the year."""
    SCHOOL_CHILDREN = 1
    """Aged 6-17 and in need."""
    SCHOOL = 1
    """Their school attachment, thousandths of an SD, summed."""
    COST = 1
    """What steps cost in the year, kroner, everyone up to 23, month by month."""
    IN_KIN = 1
    IN_FOSTER = 1
    FIRST_PLACED_AGE = 1
    """Months of age at the first placement, summed; these three are counted as the year ends."""
    COST_OF_STEP = 9  # nine follow, one a step: what COST is made of; a measure beside counts as preventive
    NOTIFICATIONS = 1
    FALSE_ALARMS = 1
    REVIEWS = 1
    REVIEWS_KEPT = 1
    ASSESSMENTS = 1
    ASSESSMENTS_KEPT = 1
    FOLLOW_UPS = 1
    FIRST_FOLLOW_UPS = 1
    FIRST_FOLLOW_UPS_KEPT = 1
    COMPLAINTS = 1
    NEW_PLACEMENTS = 1
    UNNECESSARY = 1
    """Of these, those that true need did not call for."""
    PLACEMENTS_ENDED = 1
    PLACEMENT_MONTHS = 1
    """Months of the placements that ended, summed."""
    MOVES = 1
    BREAKDOWNS = 1
    MISSED = 1


AGE_BANDS = (0, 3, 6, 12, 18)
"""Ages in years from which the age groups count; the last ends at 23."""


COUNTS = sum(count.width for count in Count)
SUMS = len(Sum)
POSTS = len(Post)
PAYERS = len(Payer)
GROUPS = sum(group.width for group in Group)
MEASURES = sum(measure.width for measure in Measure)
