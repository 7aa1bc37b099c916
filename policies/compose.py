"""A policy is read from its file: laid over the practices it is made of, with its programmes by name.

Practices that contradict each other are refused, and so are programmes that exclude each other; the
sentence names both files and lines.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin, check, shown
from trappen.policies import library
from trappen.policies.policy import Offer, Policy, content_problems
from trappen.policies.programme import Programme, read_programme


def read_policy(data: Any, origin: Origin) -> tuple[Policy | None, list[Problem]]:
    """Build a policy from the data of a file, or say everything that is wrong with it."""
    whole, problems = data, list[Problem]()
    if isinstance(data, Mapping):
        whole, problems = _composed(data, origin)
    policy, more = check(Policy, whole, origin)
    problems += more
    problems += content_problems(data, origin)
    return (policy if not problems else None), problems


def _composed(data: Mapping[str, Any], origin: Origin) -> tuple[dict[str, Any], list[Problem]]:
    """Lay a policy over the practices it is made of, and find its programmes by name."""
    whole = dict(data)
    offers, problems = read_offers(data.get("programmes", []), origin)
    told = data.get("practices")
    practices = told if isinstance(told, list) and all(isinstance(name, str) for name in told) else []
    parts = []
    for number, name in enumerate(practices):
        part, more = _practice(name, origin.below("practices", number))
        problems += more
        parts += [part] if part else []
    if offers is not None:
        own = data.get("levers") if isinstance(data.get("levers"), Mapping) else {}
        from_practices, more = _levers_of(parts, own, origin)
        problems += more
        if from_practices and isinstance(data.get("levers", {}), Mapping):
            whole["levers"] = from_practices | dict(own or {})
        named = {offer.programme.name: (offer, "") for offer in offers}
        inherited, more = _programmes_of(parts, named, origin)
        problems += more
        offers = [*inherited, *offers]
        problems += _exclusive(offers, parts, origin)
        if "programmes" in data or inherited:
            whole["programmes"] = offers
    else:
        whole["programmes"] = []
    return whole, problems


class _Part:
    """A practice that a policy is made of, and where its file says what."""

    def __init__(self, entry: library.Entry) -> None:
        self.entry = entry
        self.data, self.marks = entry.read()
        policy, problems = read_policy(self.data, Origin(entry.path, self.marks))
        if policy is None:
            raise Problems(problems)
        self.policy = policy

    def place(self, *path: str | int) -> str:
        """Return the file and line of something it says."""
        return f"{self.entry.path}:{self.marks.line(*path)}"

    def offer_place(self, name: str) -> str:
        """Return the file and line of one of its programmes."""
        for number, told in enumerate(self.data.get("programmes", [])):
            if told == name or (isinstance(told, dict) and told.get("programme") == name):
                return self.place("programmes", number)
        return self.place("practices")


def _practice(name: str, origin: Origin) -> tuple[_Part | None, list[Problem]]:
    known = library.entries("policy")
    here = origin.problem("", ())
    if name not in known:
        return None, [library.no_such(name, "policy", file=here.file, line=here.line, field=here.field)]
    if origin.file is not None and known[name].path == origin.file:
        return None, [origin.problem("policy_file.own_practice", (), given=name)]
    try:
        return _Part(known[name]), []
    except Problems as several:
        return None, several.found
    except RecursionError:
        return None, [origin.problem("policy_file.own_practice", (), given=name)]


def _levers_of(parts: Sequence[_Part], own: Any, origin: Origin) -> tuple[dict[str, float], list[Problem]]:
    """Put the practices' levers together; two that move one lever to different values conflict."""
    values: dict[str, float] = {}
    first: dict[str, _Part] = {}
    problems = []
    for part in parts:
        for name in part.policy.moved():
            value = part.policy.levers[name]
            if name in values and values[name] != value and name not in own:
                problems.append(
                    origin.problem(
                        "policy_file.conflict",
                        ("practices",),
                        lever=name,
                        first=first[name].place("levers", name),
                        one=shown(values[name]),
                        second=part.place("levers", name),
                        other=shown(value),
                    )
                )
            values.setdefault(name, value)
            first.setdefault(name, part)
    return values, problems


def _programmes_of(
    parts: Sequence[_Part], own: Mapping[str, Any], origin: Origin
) -> tuple[list[Offer], list[Problem]]:
    """Put the practices' programmes together; two that offer one programme differently conflict."""
    found: dict[str, tuple[Offer, _Part]] = {}
    problems = []
    for part in parts:
        for offer in part.policy.programmes:
            name = offer.programme.name
            if name in own:
                continue
            if name in found and found[name][0] != offer:
                problems.append(
                    origin.problem(
                        "policy_file.programme_conflict",
                        ("practices",),
                        programme=name,
                        first=found[name][1].offer_place(name),
                        second=part.offer_place(name),
                    )
                )
            found.setdefault(name, (offer, part))
    return [offer for offer, _ in found.values()], problems


def _exclusive(offers: Sequence[Offer], parts: Sequence[_Part], origin: Origin) -> list[Problem]:
    """Say which programmes cannot be in force together, and where each is put in force."""
    named = {offer.programme.name: offer for offer in offers}
    own = origin.problem("", ("programmes",))
    problems = []
    for name, offer in named.items():
        for other in offer.programme.excludes:
            if other in named and not (name in named[other].programme.excludes and other < name):
                first, second = (_offered_in(each, parts, own) for each in (name, other))
                problems.append(
                    origin.problem(
                        "policy_file.exclusive",
                        ("programmes",),
                        one=name,
                        first=first,
                        other=other,
                        second=second,
                    )
                )
    return problems


def _offered_in(name: str, parts: Sequence[_Part], own: Problem) -> str:
    for part in parts:
        if any(offer.programme.name == name for offer in part.policy.programmes):
            return part.offer_place(name)
    return f"{own.file}:{own.line}" if own.file else "-"


def read_offers(told: Any, origin: Origin) -> tuple[list[Offer] | None, list[Problem]]:
    """Build the programmes of a policy: each a name, or a mapping with `programme` and what differs."""
    if not isinstance(told, list):
        return None, [origin.problem("field.not_list", ("programmes",), given=shown(told))]
    offers, problems, seen = [], list[Problem](), dict[str, int]()
    for number, entry in enumerate(told):
        if isinstance(entry, Offer):
            offers.append(entry)
            continue
        offer, more = _offer(entry, origin.below("programmes", number))
        problems += more
        if offer is None:
            continue
        if offer.programme.name in seen:
            name = offer.programme.name
            problems.append(origin.problem("policy_file.programme_twice", ("programmes", number), given=name))
        seen[offer.programme.name] = number
        offers.append(offer)
    return (None if problems else offers), problems


def _offer(entry: Any, origin: Origin) -> tuple[Offer | None, list[Problem]]:
    """Build one programme of a policy."""
    terms = {"programme": entry} if isinstance(entry, str) else entry
    if not isinstance(terms, Mapping):
        return None, [origin.problem("programme.odd", (), given=shown(entry))]
    told, programme = terms.get("programme"), None
    problems: list[Problem] = []
    if isinstance(told, str):
        try:
            programme = library.programme(told)
        except Problems as several:
            problems += several.found
        except Problem as single:
            here = origin.problem("", () if isinstance(entry, str) else ("programme",))
            unknown_one = single.key.startswith("programme.unknown")
            problems.append(
                library.no_such(told, "programme", file=here.file, line=here.line, field=here.field)
                if unknown_one
                else single
            )
    elif isinstance(told, Programme):
        programme = told
    elif isinstance(told, dict):
        programme, problems = read_programme(told, origin.below("programme"))
    else:
        problems.append(origin.problem("programme.odd", ("programme",), given=shown(told)))
    if programme is None:
        return None, problems
    offer, more = check(Offer, {**terms, "programme": programme}, origin)
    return (offer if not more else None), problems + more
