"""A scenario written out again: as the file the command line reads, or as the words of a link."""

import base64
import binascii
import io
import json
import zlib
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.policies import library
from trappen.policies.catalogue import find, names, no_such_policy
from trappen.policies.compose import read_policy
from trappen.policies.policy import Offer, Policy
from trappen.scenarios.scenario import Scenario, scenario_from

LONGEST_LINK = 16_000
LONGEST_POLICY = 60_000
OWN = "~"
"""Begins a policy of one's own in a link; no policy of the catalogue is called so."""

_PER_POLICY = ("policy", "name", "levers", "links", "programmes")
_TABLES = ("levers", "links", "structure", "parameters")
_DEFAULT = "status_quo"
_TOLD_OTHERWISE = frozenset(
    (
        "name", "municipality", "municipality_code", "children", "children_source",
        "policy", "programmes", "ensemble",
    )
)  # fmt: skip


def as_data(scenario: Scenario) -> dict[str, Any]:
    """Return what a scenario says beyond the defaults, as a scenario file would say it."""
    whole = scenario.resolved()
    usual = scenario_from(_DEFAULT).resolved()
    data: dict[str, Any] = {"name": scenario.name}
    data["municipality"] = scenario.municipality
    if scenario.children_source == "given" or scenario.municipality is None:
        data["children"] = scenario.children
    policy = scenario.policy
    packaged = policy.name in names() and find(policy.name) == policy
    data["policy"] = policy.name if packaged else _whole(policy)
    if scenario.programmes:
        data["programmes"] = [_offered(offer) for offer in scenario.programmes]
    for field, value in whole.items():
        if field in _TOLD_OTHERWISE:
            continue
        if isinstance(value, Mapping) and field in _TABLES:
            value = {key: told for key, told in value.items() if told != (usual[field] or {}).get(key)}
        if value != usual[field] and value not in ({}, [], None):
            data[field] = value
    return {field: value for field, value in data.items() if value is not None}


def _whole(policy: Policy) -> dict[str, Any]:
    """Return a policy of one's own in full, its programmes by name where the catalogue has them so."""
    told: dict[str, Any] = policy.model_dump(mode="json", exclude_none=True, exclude={"programmes"})
    if policy.programmes:
        told["programmes"] = [_offered(offer) for offer in policy.programmes]
    return told


def _offered(offer: Offer) -> str | dict[str, Any]:
    """Return a programme in force as a file would say it: by its name, or in full if it is one's own."""
    name = offer.programme.name
    entry = library.entries("programme").get(name)
    terms: dict[str, Any] = offer.model_dump(mode="json", exclude_none=True)
    if entry is None or entry.own or library.programme(name) != offer.programme:
        return terms
    return {**terms, "programme": name} if len(terms) > 1 else name


def as_yaml(scenario: Scenario) -> str:
    """Return a scenario as the file that the command line reads, horizon, replicates and seed always told."""
    data = as_data(scenario)
    for field in ("years", "replicates", "seed"):
        data[field] = getattr(scenario, field)
    stream = io.StringIO()
    writer = YAML()
    writer.allow_unicode = True
    writer.width = 100
    writer.dump(data, stream)
    return stream.getvalue()


def to_link(a: Scenario, b: Scenario) -> dict[str, str]:
    """Return the words of a link that restores two comparable scenarios: what differs from the defaults."""
    link: dict[str, str] = {}
    for which, scenario in (("a", a), ("b", b)):
        data = as_data(scenario)
        policy = data.pop("policy")
        link[which] = policy if isinstance(policy, str) else OWN + _packed(policy)
        if data["name"] != scenario.policy.name:
            link[f"{which}.name"] = data["name"]
        if "programmes" in data:
            link[f"{which}.programmes"] = OWN + _packed(data["programmes"])
        for table in ("levers", "links"):
            for key, value in data.get(table, {}).items():
                link[f"{which}.{table}.{key}"] = _word(value)
        if which == "a":
            for field, value in data.items():
                if field in _PER_POLICY or field == "outputs":
                    continue  # a link opens the dashboard, which writes nothing
                if isinstance(value, Mapping):
                    link |= {f"{field}.{key}": _word(told) for key, told in value.items()}
                else:
                    link[field] = _word(value)
    return link


def from_link(words: Mapping[str, str]) -> tuple[Scenario, Scenario]:
    """Rebuild the two scenarios of a link.

    Raises
    ------
    Problem
        If a word of the link is unknown or its value cannot be used; `Problems` for several.
    """
    if sum(len(key) + len(value) for key, value in words.items()) > LONGEST_LINK:
        raise Problem("dashboard.link_too_long", limit=LONGEST_LINK)
    world: dict[str, Any] = {}
    sides: dict[str, dict[str, Any]] = {"a": {}, "b": {}}
    policies: dict[str, str] = {"a": _DEFAULT, "b": "omlaegning"}
    for key, word in words.items():
        side, dot, rest = key.partition(".")
        if side in sides:
            if not dot:
                policies[side] = word
            else:
                _put(sides[side], rest, word, key, own=True)
        else:
            _put(world, key, word, key, own=False)
    made = []
    for side, own in sides.items():
        made.append(scenario_from(_policy(policies[side], side), **world, **own))
    return made[0], made[1]


_NOT_IN_LINKS = {"municipality_code", "children_source", "policy", "title", "ensemble", "outputs"}
_FIELDS = frozenset(Scenario.model_fields) - _NOT_IN_LINKS


def _put(into: dict[str, Any], name: str, word: str, key: str, *, own: bool) -> None:
    """Lay one word of a link into the fields of a scenario."""
    table, dot, entry = name.partition(".")
    known = table in _FIELDS and (table in _PER_POLICY) == own
    if not known or bool(dot) != (table in _TABLES):
        raise Problem("dashboard.link_unknown", given=key[:60])
    value = word if table in ("name", "municipality") else _value(word)
    if table == "programmes":
        value = _unpacked(word, key)
    if dot:
        into.setdefault(table, {})[entry] = value
    else:
        into[table] = value


def _policy(word: str, side: str) -> Policy:
    if not word.startswith(OWN):
        if word not in names():
            raise no_such_policy(word)
        return find(word)
    data = _unpacked(word, side)
    policy, problems = read_policy(data, Origin(None).below(side))
    if policy is None:
        raise Problems(problems)
    return policy


def _unpacked(word: str, field: str) -> Any:
    """Return what `_packed` packed; nothing that swells beyond the size of a policy."""
    try:
        packed = base64.urlsafe_b64decode(word[len(OWN) :].encode("ascii"))
        opener = zlib.decompressobj()
        text = opener.decompress(packed, LONGEST_POLICY)
        if opener.unconsumed_tail:
            raise ValueError("longer than a policy can be")
        return json.loads(text)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise Problem("dashboard.link_broken", field=field) from None


def _packed(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _value(word: str) -> Any:
    """Read a number or a switch as such, and anything else as the word it is."""
    if word in ("true", "false"):
        return word == "true"
    try:
        return json.loads(word) if word[:1] in "-0123456789" and len(word) < 40 else word
    except ValueError:
        return word


def changed(scenario: Scenario, **fields: Any) -> Scenario:
    """Return a scenario with other fields, all checked anew; another municipality brings its own children.

    Raises
    ------
    Problem
        As `scenario_from`.
    """
    data = as_data(scenario)
    data.pop("policy")
    policy = fields.pop("policy", scenario.policy)
    if "municipality" in fields:
        data.pop("children", None)
    data |= fields
    if "name" not in fields and scenario.name == scenario.policy.name:
        data.pop("name")  # it was called after its policy
    return scenario_from(policy, **{name: value for name, value in data.items() if value is not None})


def with_lever(scenario: Scenario, name: str, value: float) -> Scenario:
    """Return a scenario with another target for one lever; the policy's own target needs no telling."""
    told = {key: target for key, target in scenario.levers.items() if key != name}
    if scenario.policy.levers.get(name) != value:
        told[name] = value
    return changed(scenario, levers=told)


def with_programme(scenario: Scenario, name: str, *, on: bool) -> Scenario:
    """Return a scenario with a programme of the catalogue in force or not, whoever put it in force.

    A programme that the policy itself offers comes back on the policy's own terms.

    Raises
    ------
    Problem
        If there is no such programme, or it excludes one that is in force.
    """
    policy, added = scenario.policy, [o for o in scenario.programmes if o.programme.name != name]
    known = find(policy.name) if policy.name in names() else policy
    if not on:
        return changed(scenario, policy=_without(policy, known, name), programmes=added)
    in_force = [offer.programme for offer in scenario.policy_as_run.programmes]
    programme = library.programme(name)
    for other in in_force:
        if name in other.excludes or other.name in programme.excludes:
            raise Problem("dashboard.programmes_exclude", one=name, other=other.name)
    if any(offer.programme.name == name for offer in known.programmes):
        kept = {offer.programme.name for offer in policy.programmes} | {name}
        return changed(scenario, policy=_with_only(policy, known, kept), programmes=added)
    return changed(scenario, programmes=[*added, Offer(programme=programme)])


def _without(policy: Policy, known: Policy, name: str) -> Policy:
    kept = {offer.programme.name for offer in policy.programmes} - {name}
    return policy if len(kept) == len(policy.programmes) else _with_only(policy, known, kept)


def _with_only(policy: Policy, known: Policy, kept: set[str]) -> Policy:
    """Return a policy with these of its programmes; the catalogue's own if nothing else sets it apart.

    Its practices would bring their programmes back, so they are written out.
    """
    own = {offer.programme.name: offer for offer in (*known.programmes, *policy.programmes)}
    offers = [offer for name, offer in own.items() if name in kept]
    made = policy.model_copy(update={"programmes": offers, "practices": []})
    restored = made.model_copy(update={"practices": known.practices})
    return known if restored == known else made
