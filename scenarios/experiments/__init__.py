"""Experiments: questions a municipality asks of many paired runs, each a function and a result."""

if __name__ == "experiments":
    raise ImportError(
        "This folder installs as trappen.scenarios.experiments: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
