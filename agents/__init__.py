"""What a child, a family, a professional and a place are: states, fields and views."""

if __name__ == "agents":
    raise ImportError(
        "This folder installs as trappen.agents: import it by that name "
        "(`uv run` or `pip install -e .` sets it up)."
    )
