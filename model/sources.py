"""Where a number comes from, in the reader's language: English, with its Danish in `sources.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def danish() -> Mapping[str, str]:
    """Return the Danish text of every source by the English.

    Raises
    ------
    ValueError
        If a source stands twice.
    """
    text = (files("trappen.model") / "sources.toml").read_text(encoding="utf-8")
    pairs = tomllib.loads(text)["source"]
    found = {pair["en"]: pair["da"] for pair in pairs}
    if len(found) < len(pairs):
        raise ValueError(f"sources.toml: {len(pairs) - len(found)} sources stand twice")
    return found


def source_in(source: str, lang: str) -> str:
    """Return a source in the reader's language, on one line.

    What has no pair stays as it was written, as the sources of a user's own cases do.
    """
    told = " ".join(source.split())
    return danish().get(told, told) if lang == "da" else told
