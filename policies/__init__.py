"""What a municipality can change: levers and policies, as data with evidence."""

if __name__ == "policies":
    raise ImportError(
        "This folder installs as trappen.policies: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
