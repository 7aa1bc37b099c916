"""What a model can be built on: structural choices with an argued default, and links that can be cut."""

from typing import Literal

from trappen.model.checking import Strict


class Structure(Strict):
    """The structural choices on which the sign of a result can hang; the argued default stands first.

    Attributes
    ----------
    belief
        How a caseworker's belief about need is updated.
    step_down
        Whether readiness to step down belongs to the child and its time, or each follow-up has a chance.
    foster_hard_cases
        Whether a hard case in a foster family costs the child something real, or only another price.
    """

    belief: Literal["bayes", "fixed_gain"] = "bayes"
    step_down: Literal["readiness", "per_follow_up"] = "readiness"
    foster_hard_cases: Literal["costly", "price_only"] = "costly"


class Links(Strict):
    """Links of the mechanism; where one is off, its levers are paid for but do not reach the children."""

    notice: bool = True
    attention: bool = True
    match: bool = True
    effect: bool = True
