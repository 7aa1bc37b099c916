"""The states a child, a case and a placement can be in, named once for rules, tables and texts."""

from enum import IntEnum
from typing import Final

NEVER: Final = 32767
"""A month that has not come: the largest a column of months can hold."""

PREGNANCY_MONTHS: Final = 9
AGE_OF_MAJORITY: Final = 18 * 12
AFTERCARE_END: Final = 23 * 12
ADULT_AGE: Final = 25 * 12
"""Age in months at which adult outcomes are read; from then on a person is only a possible parent."""


class Life(IntEnum):
    """Where in life a person is; each is in exactly one of these."""

    UNBORN = 0
    CHILD = 1
    """From conception to the 18th birthday: pregnancy is an arena."""
    YOUTH = 2
    """18 to 22: aftercare (eftervaern) is possible."""
    ADULT = 3
    """23 to 24: outcomes have yet to be read."""
    GROWN = 4
    """25 and read: from now on only a possible parent."""
    DEAD = 5
    MOVED = 6
    """Lives in another municipality: before moving in, or after moving out."""


class Step(IntEnum):
    """The intervention staircase (indsatstrappen) and two states beside it."""

    NONE = 0
    """Universal services only."""
    EARLY = 1
    """Early effort in the general area (tidlig indsats i almenomraadet); no case."""
    PREVENTIVE = 2
    """Preventive effort (forebyggende indsats)."""
    HOME_BASED = 3
    """Home-based measure (hjemmebaseret foranstaltning)."""
    KIN = 4
    """Kin or network care (slaegts- eller netvaerksanbringelse)."""
    FOSTER = 5
    """Foster family (plejefamilie)."""
    INSTITUTION = 6
    """Residential institution or home (doegninstitution, opholdssted)."""
    OWN_ROOM = 7
    """Own room or boarding school (eget vaerelse, kost- eller efterskole): a placement of the older."""
    AFTERCARE = 8
    """Support after the 18th birthday (eftervaern)."""


class CaseState(IntEnum):
    """How far a case is with the authority (myndighed)."""

    NONE = 0
    REVIEW = 1
    """Notified; the review within 24 hours is to be done."""
    ASSESSMENT = 2
    """A child assessment (boernefaglig undersoegelse) is under way."""
    DECIDED = 3
    """Assessed; the decision has yet to be taken or to take effect."""
    OPEN = 4
    """A measure is running and is followed up."""


class FamilyKind(IntEnum):
    """What kind of family it is (Bodden & Dekovic), derived from its seven domains."""

    NONE = 0
    """No domain is strained."""
    COMMUNITY_PROBLEM = 1
    """The strain lies around the family: context, network, care that does not fit."""
    CHILD_FOCUSED_MILD = 2
    """The strain lies with child and parents, and is confined."""
    MULTI_PROBLEM = 3
    """Many domains are strained at once."""


class Domain(IntEnum):
    """The seven domains of Bodden & Dekovic in which a family can be strained."""

    CHILD = 0
    PARENT = 1
    PARENTING = 2
    FUNCTIONING = 3
    """How the family works together."""
    CONTEXT = 4
    """Housing, money, work, neighbourhood."""
    NETWORK = 5
    CARE = 6
    """Mental health care: help that is missing, or does not fit."""


class Household(IntEnum):
    """Who brings the children up."""

    BOTH_PARENTS = 0
    ONE_PARENT = 1
    NEW_PARTNER = 2
    """One parent and a new partner."""


class Problem(IntEnum):
    """What kind of problem a family has, which decides who can see it; derived from the domains."""

    VISIBLE = 0
    """Social and behavioural: seen by anyone who meets the child."""
    HIDDEN = 1
    """Relational difficulty and undiagnosed illness, which slip through coarse indicators."""


class Arena(IntEnum):
    """Where a child is seen by somebody who can act on concern."""

    PREGNANCY_CARE = 0
    HEALTH_VISITING = 1
    DAY_CARE = 2
    SCHOOL = 3
    HEALTH_CARE = 4
    """General practice and hospital."""
    POLICE = 5
    CITIZENS = 6
    """Neighbours, network and the anonymous."""
    FAMILY = 7
    """The parents, or the child itself."""
    OTHER = 8
    """Other municipalities and administrations, crisis centres."""
    LEISURE = 9
    """Clubs, associations and other civil society (fritid og civilsamfund)."""


class InstitutionKind(IntEnum):
    """What kind of institution children go to by day."""

    DAY_CARE = 0
    """Nursery, kindergarten and day-care centre (dagtilbud)."""
    SCHOOL = 1
    """School and after-school care (skole, SFO)."""


class FrontKind(IntEnum):
    """Who meets children by day and can be the first to be concerned."""

    HEALTH_VISITOR = 0
    """Sundhedsplejerske: comes to families in a district."""
    PEDAGOGUE = 1
    """Paedagog at a day care."""
    TEACHER = 2
    """Laerer at a school."""


class ProviderKind(IntEnum):
    """Who delivers help at home (udfoerer)."""

    TEAM = 0
    """Interdisciplinary team (tvaerfagligt team): home-based measures."""
    THERAPIST = 1
    """The municipality's own family therapist (familiebehandler): preventive measures."""
    OTHER = 2
    """Another provider of preventive measures, bought or lent."""


class Position(IntEnum):
    """How exposed a child's life is (position), whatever its wellbeing."""

    NOT_EXPOSED = 0
    POTENTIALLY_EXPOSED = 1
    EXPOSED = 2


class PreventionSet(IntEnum):
    """The four sets of the prevention triangle (forebyggelsestrekanten)."""

    PRIMARY = 0
    """Neither exposed nor in difficulty: the universal services are enough."""
    SECONDARY = 1
    """At risk, and mostly not known in the social system."""
    TERTIARY = 2
    """An identified need of special support: a case or a measure."""
    UNSEEN = 3
    """In need and exposed, and not known: should be in the tip, and is not."""


class Instrument(IntEnum):
    """A measuring tool: what it reads, for which ages, and how wrong it is stand with its parameters."""

    SDQ = 0
    """Strengths and Difficulties Questionnaire, total difficulties."""
    CBCL = 1
    """Child Behavior Checklist, total problems."""
    BOERNELINEALEN = 2
    """The child ruler: staff place the child between thriving and danger."""
    TRIVSELSLINEALEN = 3
    """The wellbeing ruler, with school or day care in view."""
    FIRST = 4
    """Family and child as one professional sees them at a first meeting."""
    FIT = 5
    """Feedback-informed treatment: how the child says it has gone since last time."""
    ASQ = 6
    """Ages & Stages: development of the smallest, filled in by parents."""
    NBO = 7
    """Newborn Behavioral Observations: the newborn's signals, looked at together with the parents."""
    ADBB = 8
    """Alarm Distress Baby Scale: an infant that withdraws from contact."""
    PUF = 9
    """Development and functioning at the health visitor's visit at 8-10 months."""


class AdultOutcome(IntEnum):
    """What is read of a person at 25; bit numbers of `Child.adult`."""

    NO_UPPER_SECONDARY = 0
    NEET = 1
    CONVICTION = 2
    DIAGNOSIS = 3
    NO_LEAVING_EXAM = 4
    PUBLIC_SUPPORT = 5


class Belief(IntEnum):
    """Structural switch: how a caseworker's belief about need is updated."""

    BAYES = 0
    FIXED_GAIN = 1


class StepDown(IntEnum):
    """Structural switch: to what readiness to step down belongs."""

    READINESS = 0
    """The child and its time; noticed at follow-up."""
    PER_FOLLOW_UP = 1
    """Each follow-up carries a chance."""


class FosterHardCases(IntEnum):
    """Structural switch: what a foster place costs a hard case."""

    COSTLY = 0
    """Less effect, more breakdown and a higher fee as need rises."""
    PRICE_ONLY = 1
    """Nothing but the difference in price."""


class Link(IntEnum):
    """A link of the mechanism through which a policy can reach a child; bit numbers."""

    NOTICE = 0
    ATTENTION = 1
    MATCH = 2
    EFFECT = 3
