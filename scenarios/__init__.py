"""Scenarios, runs, comparisons and calibration, and their results on disk."""

if __name__ == "scenarios":
    raise ImportError(
        "This folder installs as trappen.scenarios: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
