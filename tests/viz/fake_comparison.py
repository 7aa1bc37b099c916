"""A comparison with made-up numbers in the shape of a real one, for tests of layout only."""

import math
from typing import Any

import pandas as pd

A, B = "status_quo", "omlaegning"
YEARS = range(2026, 2046)

# row: group, unit, direction, a, difference, low, high
ROWS: dict[str, tuple[str, str, int, float, float, float, float]] = {
    "net_cost_per_year": ("cost", "m_dkk_per_year", -1, 158.4, -4.21, -8.9, -0.35),
    "net_present_value": ("cost", "m_dkk", -1, 2342.0, -51.0, -110.4, 3.1),
    "placement_cost_per_year": ("cost", "m_dkk_per_year", -1, 84.1, -9.3, -13.8, -5.0),
    "prevention_cost_per_year": ("cost", "m_dkk_per_year", 0, 44.0, 3.4, 1.9, 5.2),
    "casework_cost_per_year": ("cost", "m_dkk_per_year", 0, 30.3, 1.7, 1.5, 1.9),
    "transition_cost_total": ("cost", "m_dkk", -1, 0.0, 14.2, 14.2, 14.2),
    "need_months": ("outcome", "months_per_100_child_years", -1, 121.3, -2.9, -5.8, 0.2),
    "deep_need_months": ("outcome", "months_per_100_child_years", -1, 27.8, -1.1, -1.9, -0.3),
    "unhelped_need_months": ("outcome", "months_per_100_child_years", -1, 71.2, -6.1, -8.2, -4.0),
    "need_at_18": ("outcome", "sd", -1, 0.84, -0.021, -0.05, 0.006),
    "no_upper_secondary_at_25": ("outcome", "percent", -1, 38.1, -0.4, -1.5, 0.6),
    "not_in_work_or_education_at_25": ("outcome", "percent", -1, 22.9, -0.3, -1.2, 0.5),
    "conviction_by_25": ("outcome", "percent", -1, 14.2, -0.1, -0.8, 0.6),
    "psychiatric_diagnosis_by_25": ("outcome", "percent", -1, 24.5, 0.2, -0.7, 1.1),
    "ever_placed_by_18": ("outcome", "percent", -1, 3.9, -0.5, -0.9, -0.1),
    "notifications": ("system", "per_year", 0, 1284.0, 91.0, 61.0, 125.0),
    "children_notified": ("system", "children_per_year", 0, 711.0, 48.0, 30.0, 66.0),
    "assessments": ("system", "per_year", 0, 306.0, 12.0, 3.0, 22.0),
    "early_started": ("system", "per_year", 0, 196.0, 187.0, 170.0, 201.0),
    "measures_started": ("system", "per_year", 0, 181.0, 9.0, 1.0, 19.0),
    "preventive_on_a_day": ("system", "on_a_day", 0, 342.0, 21.0, 5.0, 39.0),
    "placed_on_a_day": ("system", "on_a_day", -1, 98.6, -8.2, -14.1, -2.4),
    "new_placements": ("system", "per_year", -1, 27.4, -2.9, -5.2, -0.7),
    "breakdowns": ("system", "per_year", -1, 9.1, -0.6, -1.9, 0.8),
    "moves": ("system", "per_year", -1, 21.0, -1.1, -3.2, 1.2),
    "open_cases": ("system", "cases", 0, 489.0, 15.0, -3.0, 33.0),
    "caseworkers": ("system", "full_time_posts", 0, 15.8, 5.4, 5.1, 5.8),
    "caseload": ("system", "cases_per_caseworker", -1, 31.0, -7.8, -8.0, -7.1),
    "review_kept": ("system", "percent", 1, 91.0, 5.6, 3.9, 7.1),
    "assessment_kept": ("system", "percent", 1, 63.0, 18.0, 12.0, 23.0),
    "follow_up_kept": ("system", "percent", 1, 58.0, 11.0, 6.0, 16.0),
    "follow_ups_per_case": ("system", "per_case_per_year", 1, 1.3, 1.8, 1.6, 2.0),
    "days_to_decision": ("system", "working_days", -1, 96.0, -28.0, -35.0, -21.0),
    "waiting_on_a_day": ("system", "on_a_day", -1, 33.0, -14.0, -21.0, -8.0),
    "missed_children": ("harm", "per_year", -1, 61.0, -9.2, -14.0, -4.5),
    "unnecessary_placements": ("harm", "per_year", -1, 4.1, -0.3, -1.1, 0.5),
    "under_matched_children": ("harm", "per_year", -1, 118.0, 6.5, 0.9, 12.4),
    "false_alarms": ("harm", "per_year", -1, 402.0, 44.0, 29.0, 60.0),
}
# row: sub-goal, unit, direction, a, difference, low, high
SUB_GOALS: dict[str, tuple[int, str, int, float, float, float, float]] = {
    "age_at_first_contact": (1, "years", -1, 8.7, -0.62, -0.9, -0.35),
    "months_from_need_to_help": (2, "months", -1, 23.4, -4.4, -6.1, -2.6),
    "kin_share": (3, "percent", 1, 11.0, 4.1, 0.8, 7.4),
    "family_trust": (3, "index", 1, 0.56, 0.021, 0.006, 0.037),
    "everyday_life_share": (4, "percent", 1, 95.2, 0.7, 0.1, 1.3),
    "new_placements_per_1000": (5, "per_1000_children", -1, 2.74, -0.29, -0.52, -0.07),
    "foster_share": (6, "percent", 1, 54.0, 5.2, -0.4, 10.6),
    "institution_stay_months": (6, "months", -1, 27.1, -5.3, -9.9, -0.9),
    "school_attachment": (7, "sd", 1, -0.71, 0.013, -0.009, 0.036),
    "leaving_exam_share": (7, "percent", 1, 71.0, 0.4, -0.6, 1.5),
}
# post: payer, mean of a in million DKK, share of it under b
POSTS: dict[str, tuple[str, float, float]] = {
    "caseworkers": ("municipality_social", 18.2, 1.3),
    "notifications_and_assessments": ("municipality_social", 6.3, 1.06),
    "early": ("municipality_general", 3.1, 1.95),
    "preventive": ("municipality_social", 25.4, 1.05),
    "home_based": ("municipality_social", 12.8, 0.98),
    "kin": ("municipality_social", 2.1, 1.3),
    "foster": ("municipality_social", 29.0, 1.04),
    "institution": ("municipality_social", 48.6, 0.58),
    "own_room": ("municipality_social", 4.2, 0.9),
    "aftercare": ("municipality_social", 6.0, 0.97),
    "support": ("municipality_social", 1.2, 3.6),
    "detection": ("municipality_general", 0.0, 1.0),
    "transition": ("municipality_social", 0.0, 1.0),
    "programmes": ("municipality_general", 0.0, 1.0),
    "conditions": ("municipality_social", 0.0, 1.0),
}
STATE_SHARE = 0.06


class FakeComparison:
    """The frames of the contract, filled with plausible numbers that no model has made."""

    names = (A, B)

    def __init__(self, **moved: tuple[float, float, float]) -> None:
        self.moved = moved
        self.break_even_answer: dict[str, Any] = {
            "year": 2035,
            "chance_within_horizon": 0.71,
            "never_share": 0.29,
        }
        self.lose = {3, 11, 17}
        self.manifest: dict[str, Any] = {
            "program_version": "0.1.0",
            "parameter_hash": "5b1bbe78310f2d90",
            "price_year": 2023,
            "discount_rate": [{"from_year": 0, "rate": 0.035}],
            "parameter_sets": 20,
            "scenario": {
                "municipality": "Herning",
                "children": 18_412,
                "start_year": 2026,
                "years": 20,
                "replicates": 50,
                "seed": 1,
                "uncertainty": True,
                "casework": "compiled",
            },
            "structure": {"belief": "bayes", "step_down": "readiness", "foster_hard_cases": "costly"},
            "links": {"notice": True, "attention": True, "match": True, "effect": True},
            "levers": [
                {
                    "id": "caseload",
                    "title": {"da": "Sagstal", "en": "Caseload"},
                    "a": 31,
                    "b": 23,
                    "unit": "cases per caseworker",
                },
                {
                    "id": "follow_up_interval",
                    "title": {"da": "Tid mellem opfølgninger", "en": "Time between follow-ups"},
                    "a": 6,
                    "b": 3,
                    "unit": "months",
                },
                {
                    "id": "detection_tools",
                    "title": {
                        "da": "Opsporingsredskaber i brug hos frontpersonalet",
                        "en": "Front staff using the detection tools",
                    },
                    "a": 0.0,
                    "b": 0.8,
                    "unit": "share",
                },
            ],
            "evidence": {"grades": {"seen": 31, "derived": 24, "calibrated": 12, "assumed": 19, "source": 9}},
        }

    def _row(
        self,
        group: str,
        row: str,
        unit: str,
        direction: int,
        a: float,
        difference: float,
        low: float,
        high: float,
    ) -> dict[str, Any]:
        difference, low, high = self.moved.get(row, (difference, low, high))
        spread = max((high - low) / 3.29, 1e-9)
        better = 0.5 * (1 + math.erf(direction * difference / spread / math.sqrt(2)))
        return {
            "group": group,
            "row": row,
            "unit": unit,
            "direction": direction,
            "a": a,
            "b": a + difference,
            "difference": difference,
            "low": low,
            "high": high,
            "chance_better": better if direction else math.nan,
            "luck_sd": 0.8 * spread,
            "parameter_sd": 0.6 * spread,
        }

    def summary(self) -> pd.DataFrame:
        return pd.DataFrame([self._row(group, row, *rest) for row, (group, *rest) in ROWS.items()])

    def harm(self) -> pd.DataFrame:
        frame = self.summary()
        return frame[frame["group"] == "harm"].reset_index(drop=True)

    def indicators(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {"sub_goal": goal, **self._row("sub_goal", row, *rest)}
                for row, (goal, *rest) in SUB_GOALS.items()
            ]
        )

    def accounts(self) -> pd.DataFrame:
        rows = []
        _, second = self.names
        for policy in self.names:
            for step, year in enumerate(YEARS):
                phase = min(1.0, step / 6) if policy == second else 0.0
                total = 0.0
                for post, (payer, mean, share) in POSTS.items():
                    amount = mean * (1 + 0.03 * math.sin(step + len(post))) * (1 + (share - 1) * phase)
                    if policy == second and post == "transition":
                        amount = 4.7 if step < 3 else 0.0
                    if policy == second and post == "detection":
                        amount = 1.6 * phase
                    total += amount
                    rows.append((policy, year, post, payer, amount, 0.92 * amount, 1.08 * amount))
                back = STATE_SHARE * total
                rows.append((policy, year, "refund", "municipality_social", -back, -1.1 * back, -0.9 * back))
                rows.append((policy, year, "refund", "state", back, 0.9 * back, 1.1 * back))
        columns = ["policy", "year", "post", "payer", "amount", "low", "high"]
        return pd.DataFrame(rows, columns=columns)

    def yearly(self, row: str | None = None) -> pd.DataFrame:
        rows = []
        first, second = self.names
        accounts = self.accounts()
        own = accounts[accounts["payer"] != "state"]
        net = own.groupby(["policy", "year"])["amount"].sum()
        total = 0.0
        for step, year in enumerate(YEARS):
            for policy in self.names:
                cost = net.loc[(policy, year)]
                rows.append((policy, year, "net_cost", "m_dkk_per_year", cost, cost - 9, cost + 9))
                placed = 98.6 - (1.1 * min(step, 10) if policy == second else 0) + 1.5 * math.sin(step)
                rows.append((policy, year, "placed_on_a_day", "on_a_day", placed, placed - 12, placed + 12))
            total += net.loc[(second, year)] - net.loc[(first, year)]
            half = 4 * math.sqrt(step + 1)
            sums = (total, total - half, total + half)
            rows.append(("difference", year, "cumulative_net_difference", "m_dkk", *sums))
        told = pd.DataFrame(rows, columns=["policy", "year", "row", "unit", "mean", "low", "high"])
        return told if row is None else told[told["row"] == row]

    def structure(self) -> pd.DataFrame:
        rows = [
            ("belief", "bayes", -4.2, -8.9, -0.4, 0.97, -2.9, 0.94, True),
            ("belief", "fixed_gain", 2.1, -2.9, 7.3, 0.25, -1.0, 0.7, False),
            ("step_down", "readiness", -4.2, -8.9, -0.4, 0.97, -2.9, 0.94, True),
            ("step_down", "per_follow_up", -9.7, -14.1, -5.2, 0.99, -2.2, 0.9, False),
            ("foster_hard_cases", "costly", -4.2, -8.9, -0.4, 0.97, -2.9, 0.94, True),
            ("foster_hard_cases", "price_only", -11.2, -15.8, -6.9, 1.0, -2.8, 0.93, False),
        ]
        columns = ["switch", "choice", "cost_difference", "low", "high", "chance_cheaper", "need_difference"]
        return pd.DataFrame(rows, columns=[*columns, "chance_less_need", "is_default"])

    def losing(self) -> pd.DataFrame:
        return pd.DataFrame(
            [
                {
                    "set": number,
                    "cost_difference": 2.0 if number in self.lose else -5.0,
                    "need_difference": 0.4 if number in self.lose else -3.0,
                    "reform_loses": number in self.lose,
                }
                for number in range(20)
            ]
        )

    def losing_parameters(self) -> pd.DataFrame:
        rows = [
            ("belief.error_per_caseload", 0.61, "assumed"),
            ("effect.preventive", -0.44, "seen"),
            ("foster.breakdown_hard_case", 0.31, "assumed"),
            ("notice.courage_effect", 0.12, "derived"),
        ]
        return pd.DataFrame(rows, columns=["parameter", "correlation", "grade"])

    def break_even(self) -> dict[str, Any]:
        return dict(self.break_even_answer)


class FakeRun:
    """One policy alone, in the shape `print_run` takes."""

    name = A

    def __init__(self) -> None:
        self.manifest = FakeComparison().manifest

    def summary(self) -> pd.DataFrame:
        frame = pd.concat([FakeComparison().summary(), FakeComparison().indicators()], ignore_index=True)
        frame = frame[["group", "row", "unit", "direction", "a"]].rename(columns={"a": "mean"})
        return frame.assign(low=0.93 * frame["mean"], high=1.07 * frame["mean"])

    def accounts(self) -> pd.DataFrame:
        frame = FakeComparison().accounts()
        return frame[frame["policy"] == A].reset_index(drop=True)


def fake_targets() -> pd.DataFrame:
    """Return a table of targets as the command `targets` shows it."""
    rows = [
        (
            "notifications",
            "per_year",
            1180.0,
            1380.0,
            1280.0,
            1291.0,
            1240.0,
            1339.0,
            "met",
            "UND1",
            "register",
        ),
        (
            "placed_on_a_day",
            "on_a_day",
            95.0,
            108.0,
            100.0,
            112.4,
            101.0,
            120.0,
            "high",
            "ANBAAR1",
            "register",
        ),
        ("breakdowns", "per_year", 7.0, 12.0, 9.0, 6.1, 5.0, 7.4, "low", "VIVE 2018", "expert"),
    ]
    columns = ["target", "unit", "low", "high", "target_value", "model_value", "model_low", "model_high"]
    return pd.DataFrame(rows, columns=[*columns, "verdict", "source", "grade"])
