"""How a child is seen: pregnancies are graded, children change hands, concerns become notifications."""

from dataclasses import dataclass
from math import log

from .luck import Luck, Q, f4
from .names import (
    A_REVIEW,
    ARENAS,
    ASSESSMENT,
    CHILD,
    DAY_CARE,
    DAYS_A_MONTH,
    EARLY,
    FRONT_STAFF,
    HEALTH_VISITING,
    IN_PREGNANCY,
    NEVER,
    NO_CASE,
    NONE,
    PREGNANCY_CARE,
    REVIEW,
    SCHOOL,
    TEENS,
    UNDER_3,
    UNDER_6,
    UNDER_13,
)
from .others import Institutions, Levers, Month, Others, age_of, use_of
from .people import Child, Family, Parameters
from .steps import enter


@dataclass(frozen=True, slots=True)
class Asked:
    """A task this family gave the caseworkers."""

    child: int
    kind: int
    arrival: float


def pass_on(child: Child, family: Family, p: Parameters, luck: Luck, now: Month) -> None:
    """Grade a pregnancy that begins; let what is known of a child be kept or lost as it changes hands."""
    age, levers = age_of(child, now), now.levers
    if child.life != CHILD:
        return
    if age == -9:
        u0, u1, _, _ = luck.of(child.who, now.number, "PREGNANCY")
        index = family.liability
        if family.problem:
            shown = u1 < levers.pregnancy_visit
            index *= p.visit_shows_hidden if shown else p.pregnancy_hidden
        index += p.pregnancy_error * Q(u0)
        child.pregnancy_level = 1 + sum(index >= level for level in p.pregnancy_levels)
        if child.pregnancy_level >= 3:
            child.known = 1
    if child.known:
        for handover, kept in zip(p.handover_ages, p.handover_kept, strict=True):
            if age == handover:
                lost = (1.0 - kept) * (1.0 - p.form_keeps * use_of(levers, "transition_form"))
                lost *= 1.0 - p.coordinator_keeps * use_of(levers, "child_coordinator")
                if luck.of(child.who, now.number, "HANDOVER")[0] >= 1.0 - lost:
                    child.known = 0


def band_of(age: int) -> int:
    """Return the band of age in which arenas see a child."""
    if age < 0:
        return IN_PREGNANCY
    if age < 36:
        return UNDER_3
    if age < 72:
        return UNDER_6
    return UNDER_13 if age < 156 else TEENS


class Sight:
    """What arenas see in a month, by band and kind of problem, before this very child is looked at."""

    def __init__(self, p: Parameters, levers: Levers) -> None:
        self.p, self.levers = p, levers
        bands = range(IN_PREGNANCY, TEENS + 1)
        self.seen = [[[self._seen(a, b, h) for a in range(ARENAS)] for h in (0, 1)] for b in bands]
        self.false = [[self._false(a, b) for a in range(ARENAS)] for b in bands]
        self.all_false = [sum(row) for row in self.false]

    def _tool(self, arena: int, band: int) -> float:
        levers = self.levers
        if arena in (PREGNANCY_CARE, HEALTH_VISITING) and band <= UNDER_3:
            return use_of(levers, "infant_teams")
        if (arena in FRONT_STAFF and band == UNDER_6) or (arena in (DAY_CARE, SCHOOL) and band <= UNDER_6):
            return use_of(levers, "wellbeing_form")
        return 0.0

    def _seen(self, arena: int, band: int, hidden: int) -> float:
        p = self.p
        rate = p.arena_level[arena] * p.coverage[arena][band]
        rate *= p.sight_hidden[arena] if hidden else p.sight_visible[arena]
        rate *= 1.0 + (p.tool_gain_hidden if hidden else p.tool_gain_visible) * self._tool(arena, band)
        if hidden and arena == HEALTH_VISITING and band == IN_PREGNANCY:
            rate *= 1.0 + p.visit_gain_hidden * self.levers.pregnancy_visit
        return rate * p.teen_notice if band == TEENS else rate

    def _false(self, arena: int, band: int) -> float:
        p = self.p
        rate = p.false_alarm_rate * p.arena_level[arena] * p.coverage[arena][band] / p.all_sight
        rate *= 1.0 + p.tool_false_alarms * self._tool(arena, band)
        if arena in (DAY_CARE, SCHOOL) and band <= UNDER_6:
            rate *= 1.0 - p.supervision_false_alarms * use_of(self.levers, "front_supervision")
        return rate * p.teen_notice if band == TEENS else rate

    def of(
        self, child: Child, family: Family, institutions: Institutions, age: int, squared: float
    ) -> list[float]:
        """Return by arena the year's rate of concern about this very child."""
        p, band = self.p, band_of(age)
        rates = list(self.false[band])
        if squared == 0.0:
            return rates
        for arena, rate in enumerate(self.seen[band][family.problem]):
            if rate == 0.0:
                continue
            if arena == PREGNANCY_CARE:
                rate *= p.pregnancy_sight[child.pregnancy_level - 1]
            elif arena in FRONT_STAFF:
                rate *= 1.0 + p.known_sight * (child.known - p.known_usual[band])
                if arena != HEALTH_VISITING:
                    rate *= institutions.sight(age)
            rates[arena] += rate * squared
        return rates

    def courage(self, number: int, child: Child, arena: int, band: int, others: Others) -> float:
        """Return the chance that a concern becomes a notification."""
        p, levers = self.p, self.levers
        chance = p.notify_share[arena][band]
        if band <= UNDER_6:
            chance *= p.young_courage
            if arena in (PREGNANCY_CARE, HEALTH_VISITING, DAY_CARE):
                chance *= 1.0 + p.courage_gain * levers.notification_courage
            if arena in (DAY_CARE, SCHOOL):
                chance *= 1.0 + p.supervision_courage * use_of(levers, "front_supervision")
            if child.need < p.false_alarm_below:
                chance *= 1.0 - p.reform_false_alarms * use_of(levers, "childs_reform")
        if arena in FRONT_STAFF:
            chance *= 1.0 + p.known_courage * (child.known - p.known_usual[band])
        chance = min(chance, 1.0)
        return chance * others.courage(number, arena) if arena in FRONT_STAFF else chance


def notice(
    number: int,
    child: Child,
    family: Family,
    institutions: Institutions,
    p: Parameters,
    luck: Luck,
    now: Month,
    sight: Sight,
) -> list[Asked]:
    """Let every arena see a child for a month; return the review that is asked for, if one is."""
    if child.life != CHILD:
        return []
    age = age_of(child, now)
    band = band_of(age)
    above = max(0.0, child.need - p.notice_floor)
    rates = sight.of(child, family, institutions, age, above * above)
    rate = sum(rates) / 12.0
    if child.last_notified != NEVER and now.number - child.last_notified < 12:
        rate *= p.boost
    exposure = child.exposure - rate
    child.exposure = f4(exposure)
    if exposure > 0.0:
        return []
    u0, u1, u2, u3 = luck.of(child.who, now.number, "NOTICE")
    child.exposure = f4(-log(u0))
    arena, left = 0, u1 * sum(rates)
    while arena < ARENAS - 1 and left >= rates[arena]:
        left -= rates[arena]
        arena += 1
    notifies = u2 < sight.courage(number, child, arena, band, now.others)
    if above > 0.0 and (arena == PREGNANCY_CARE or arena in FRONT_STAFF):
        child.known = 1
    if not notifies:
        offer_early_help(number, child, family, p, luck, now, "notice")
        return []
    child.last_notified = now.number
    child.first_contact = min(child.first_contact, now.number)
    child.notified_year = 18 + now.number // 12
    acute = child.need > p.acute_from and u3 < p.acute_share
    if child.case == NO_CASE:
        child.case, child.acute = REVIEW, int(acute)
    if child.reviews_pending == 0 or (acute and child.reviews_pending == 1):
        child.reviews_pending += 1
        day = luck.of(child.who, now.number, "TASK")[0]
        return [Asked(number, A_REVIEW, DAYS_A_MONTH * (now.number + day))]
    return []


def offer_early_help(
    number: int, child: Child, family: Family, p: Parameters, luck: Luck, now: Month, phase: str
) -> None:
    """Offer an early course to a child with no help and no assessment under way, if one can be started."""
    if child.step != NONE or child.case >= ASSESSMENT:
        return
    levers = now.levers
    u0, u1, _, _ = luck.of(child.who, now.number, "ACCEPT")
    more = p.coordinator_offer * use_of(levers, "child_coordinator")
    if u1 >= p.early_offer + (1.0 - p.early_offer) * more or not now.others.course_left(number, phase):
        return
    yes = accepts(family, p, now)
    won = p.dialogue_gain * use_of(levers, "dialogue_model") * (1.0 - yes)
    if u0 < yes or 1.0 - u0 < won:
        enter(number, child, family, EARLY, p, luck, now)


def accepts(family: Family, p: Parameters, now: Month) -> float:
    """Return the chance that a family says yes."""
    return min(1.0, p.accept_base + p.accept_trust * family.trust + now.conditions.entry)
