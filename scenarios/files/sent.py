"""A scenario file that was sent rather than stands on this machine."""

from trappen.agents.problem import Problem, Problems
from trappen.model.checking import Origin
from trappen.model.strict_yaml import parse
from trappen.policies.catalogue import in_order, is_path
from trappen.scenarios.scenario import FindRegister, Scenario, build, is_policy_file, model_register


def scenario_sent(content: bytes, name: str, *, register: FindRegister = model_register) -> Scenario:
    """Read a scenario file that was sent rather than stands on this machine: it may name no path here.

    Parameters
    ----------
    name
        What the sender called the file, for the sentences about it.

    Raises
    ------
    Problem
        As `load_scenario`; or if the policy is a path.
    """
    raw, marks, found = parse(content, name)
    if is_policy_file(raw):
        raise Problem("dashboard.policy_file", file=name)
    told = raw.get("policy")
    if isinstance(told, str) and is_path(told):
        raise Problem("dashboard.policy_is_path", file=name, line=marks.line("policy"), field="policy")
    for own in ("ensemble", "prices"):
        if own in raw:
            raise Problem("dashboard.own_sets", file=name, line=marks.line(own), field=own)
    scenario, problems = build(raw, Origin(name, marks), register)
    if found or problems or scenario is None:
        raise Problems(in_order(found + problems))
    return scenario
