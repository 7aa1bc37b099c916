"""Every text the program shows comes from one catalogue, in Danish and in English."""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NONE = "\N{EN DASH}"
"""Shown where there is no number."""

_LANGUAGES = ("da", "en")


def languages() -> tuple[str, ...]:
    """Return the languages every text exists in; the first is the one used unless another is asked for."""
    return _LANGUAGES


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return the whole catalogue: dotted key to text by language.

    Raises
    ------
    ValueError
        If two files give the same key.
    """
    catalogue: dict[str, dict[str, str]] = {}
    folder = files("trappen.viz") / "texts"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for key, entry in _entries(tomllib.loads(file.read_text(encoding="utf-8")), ""):
                if key in catalogue:
                    raise ValueError(f"{file.name} gives the text {key!r} that another file already gives")
                catalogue[key] = entry
    return catalogue


def _entries(table: Mapping[str, object], prefix: str) -> list[tuple[str, dict[str, str]]]:
    """List the texts of a table; a table that holds plain strings is a text, any other is a branch."""
    own = {name: _kept_together(value) for name, value in table.items() if isinstance(value, str)}
    found = [(prefix.removesuffix("."), own)] if own else []
    for name, value in table.items():
        if isinstance(value, Mapping):
            found += _entries(value, f"{prefix}{name}.")
    return found


def _kept_together(text: str) -> str:
    """Return a text in which a number and its unit are not parted at the end of a line."""
    return text.replace(" %", NO_BREAK + "%").replace("mio. kr.", f"mio.{NO_BREAK}kr.")


def has(key: str) -> bool:
    """Tell whether the catalogue has a text for the key."""
    return key in texts()


def say(key: str, lang: str, **values: object) -> str:
    """Return the text of a key with its placeholders filled.

    Raises
    ------
    KeyError
        If the catalogue lacks the key in that language, or a placeholder is given no value.
    """
    try:
        text = texts()[key][lang]
    except KeyError:
        raise KeyError(f"no text {key!r} in language {lang!r}") from None
    try:
        filled = text.format(**values)
    except KeyError as missing:
        raise KeyError(f"the text {key!r} needs a value for {missing}") from None
    return _in_number(filled, lang) if values else filled


def _in_number(text: str, lang: str) -> str:
    """Return a text in which there is one year, and not one years."""
    pattern, single = _singular(lang)
    return pattern.sub(lambda found: f"1 {single[found[1]]}", text)


@cache
def _singular(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds a plural after the number one, and the singular by plural."""
    keys = [key.removeprefix("plural.") for key in texts() if key.startswith("plural.")]
    single = {say(f"plural.{key}", lang): say(f"singular.{key}", lang) for key in keys}
    # Not 21 years, nor 0.1 years.
    return re.compile(rf"(?<![\d.,])\b1 ({'|'.join(map(re.escape, single))})\b"), single


def say_or(key: str, lang: str, otherwise: str) -> str:
    """Return the text of a key, or the given words for things that users name themselves."""
    return say(key, lang) if has(key) else otherwise


def pick(text: object, lang: str) -> str:
    """Return the words of a title that is either one string or a mapping by language."""
    if isinstance(text, Mapping):
        return str(text.get(lang) or next(iter(text.values()), ""))
    return str(text)


def problem_wording(lang: str) -> Callable[[str, dict[str, object]], str]:
    """Return a function to install as `Problem.wording`; a float stands as the reader writes it."""

    def wording(key: str, values: dict[str, object]) -> str:
        told = {name: plain(x, lang) if isinstance(x, float) else x for name, x in values.items()}
        return say(key, lang, **told)

    return wording


def default_language(environ: Mapping[str, str]) -> str:
    """Return English for an English locale and Danish for every other, as POSIX orders the variables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := environ.get(name):
            return "en" if re.match(r"en([_.@-]|$)", locale, re.IGNORECASE) else "da"
    return "da"


def number(x: float | None, decimals: int, lang: str) -> str:
    """Write a number the way the language does: 1.234,5 in Danish, 1,234.5 in English.

    A minus is the real sign, a number that rounds to zero has none, and what is missing is a dash.
    """
    if x is None or not math.isfinite(x):
        return NONE
    text = f"{abs(x):,.{decimals}f}"
    if lang == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    return MINUS + text if x < 0 and any(digit in text for digit in "123456789") else text


def plain(x: object, lang: str) -> str:
    """Write a value as typed: a number with no more decimals than it needs, a switch as yes or no."""
    if isinstance(x, bool):
        return say("word.yes" if x else "word.no", lang)
    if isinstance(x, int | float):
        return number(x, next((places for places in range(4) if round(x, places) == x), 4), lang)
    return str(x)


def signed(x: float | None, decimals: int, lang: str) -> str:
    """Write a difference, with its sign unless it rounds to zero."""
    text = number(x, decimals, lang)
    return f"+{text}" if text[0] != MINUS and any(digit in text for digit in "123456789") else text


def interval(low: float | None, high: float | None, decimals: int, lang: str) -> str:
    """Write the two ends of an interval of differences with their signs."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return say("word.interval", lang, low=signed(low, decimals, lang), high=signed(high, decimals, lang))


def age(months: int, lang: str) -> str:
    """Write an age in years and months, without the part of which there is none; before birth in words."""
    if months < 0:
        return say("dashboard.life.before_birth", lang)
    parts = zip(divmod(months, 12), ("year", "month"), strict=True)
    told = [say(f"word.{unit}" if n == 1 else f"word.{unit}s", lang, n=n) for n, unit in parts if n]
    return " ".join(told) or say("word.months", lang, n=0)


def money(x_million: float, lang: str, decimals: int | None = None) -> str:
    """Write an amount given in million kroner; from a thousand million on in billions."""
    billion = abs(x_million) >= 1000
    amount = x_million / 1000 if billion else x_million
    places = (2 if abs(amount) < 10 else 1) if decimals is None else decimals
    return say("word.billion" if billion else "word.million", lang, amount=number(amount, places, lang))


def percent(share: float | None, lang: str, decimals: int = 0) -> str:
    """Write a share between 0 and 1 in percent."""
    if share is None or not math.isfinite(share):
        return NONE
    return say("word.percent", lang, amount=number(100 * share, decimals, lang))


def chance(share: float | None, lang: str) -> str:
    """Write a chance in whole percent, never as certainty: replicates cannot show 0 or 100 %."""
    if share is None or not math.isfinite(share):
        return NONE
    if share > 0.99:
        return ">" + percent(0.99, lang)
    if share < 0.01:
        return "<" + percent(0.01, lang)
    return percent(share, lang)


def unit(name: str, lang: str, *, short: bool = False) -> str:
    """Return the words of a unit, abbreviated if asked; a unit without a text is shown as it stands."""
    key = slug(name)
    if short and has(f"unit_short.{key}"):
        return say(f"unit_short.{key}", lang)
    return say_or(f"unit.{key}", lang, name)


def slug(name: str) -> str:
    """Return a name as it can stand in a key: small letters, digits and low lines."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("%", "percent")).strip("_")


def sentence(text: str) -> str:
    """Return a text with a capital first letter, for a title that opens a sentence."""
    return text[:1].upper() + text[1:]
