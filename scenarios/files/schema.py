"""JSON Schema of the files that users write, from the same declarations that read them.

An editor completes and checks by it; what a schema cannot say (target rules, levers that practices
disagree about) `trappen check FILE` tells.
"""

from typing import Any, Literal

from trappen.policies.lever import levers
from trappen.policies.policy import Policy
from trappen.policies.programme import Programme
from trappen.policies.target import WORDS
from trappen.scenarios.scenario import ScenarioFile

type Kind = Literal["scenario", "policy", "programme"]
KINDS: tuple[Kind, ...] = ("scenario", "policy", "programme")

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file."""
    if kind == "programme":
        made = Programme.model_json_schema()
        made["properties"]["target"]["description"] = (
            f"A rule over {', '.join(WORDS)} and pregnancy, for example: age in 3..8 years and need >= 1.2"
        )
    elif kind == "policy":
        made = _policy()
    else:
        made = ScenarioFile.model_json_schema()
        policy = _policy()
        made.setdefault("$defs", {}).update(policy.pop("$defs", {}))
        made["properties"]["policy"] = {"anyOf": [{"type": "string"}, policy]}
        made["properties"]["municipality"] = {"type": ["string", "integer"]}
        made["properties"]["levers"] = _levers()
        made["properties"]["programmes"] = _offers()
    made["title"] = f"Trappen {kind}"
    return {"$schema": DIALECT, **made}


def _policy() -> dict[str, Any]:
    made = Policy.model_json_schema()
    made["properties"]["levers"] = _levers()
    made["properties"]["programmes"] = _offers()
    return made


def _levers() -> dict[str, Any]:
    """Return the levers with their bounds and what they mean."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "number",
                "minimum": lever.low,
                "maximum": lever.high,
                "default": lever.default,
                "description": f"{lever.meaning['en']} ({lever.unit['en']})",
            }
            for name, lever in levers().items()
        },
    }


def _offers() -> dict[str, Any]:
    """Return a policy's programmes: names, or mappings with what differs."""
    number, year = {"type": "number", "minimum": 0}, {"type": "integer", "minimum": 0, "maximum": 60}
    terms = {
        "programme": {"type": ["string", "object"]},
        "reach": number | {"maximum": 1},
        "served": number | {"maximum": 1000},
        "start_year": year,
        "months": {"type": "integer", "minimum": 0, "maximum": 240},
        "stop_year": year,
    }
    offer = {
        "type": "object",
        "additionalProperties": False,
        "required": ["programme"],
        "properties": terms,
    }
    return {"type": "array", "items": {"anyOf": [{"type": "string"}, offer]}}
