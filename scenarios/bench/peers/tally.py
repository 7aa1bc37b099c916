"""What the life rules count, with the names of the model's own ledger."""

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """Child-months and what was seen in them; names as in `agents.ledger`, in small letters."""

    child_months: int = 0
    children_under_6: int = 0
    need_months: int = 0
    deep_need_months: int = 0
    unhelped_need_months: int = 0
    everyday_life_months: int = 0
    under_matched_months: int = 0
    missed: int = 0
    school_in_need: float = 0.0
    school_months: int = 0
