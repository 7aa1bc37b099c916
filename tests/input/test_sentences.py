"""Every sentence the source can say exists in both languages and needs no more than it is given."""

import ast
import string
from pathlib import Path

import pytest

from trappen.viz.wording import texts

ROOT = Path(__file__).parents[2]
ROOMS = ("agents", "model", "policies", "scenarios", "viz", "trappen")
GROUPS = ("file", "field", "municipality", "policy_file", "scenario", "table")
MAKERS = {"Problem", "problem", "_wrong"}


def sources():
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if not any(part.is_symlink() for part in (file, *file.parents)):
                yield file


def keys_said():
    """Calls that make a problem with a key written out: (place, key, names of values or None if unknown)."""
    for file in sources():
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            key = call.args[0]
            if name in MAKERS and isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value:
                names = [word.arg for word in call.keywords]
                values = None if None in names else set(names) - {"file", "line", "field"}
                yield pytest.param(key.value, values, id=f"{file.relative_to(ROOT)}:{call.lineno}")


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "values"), list(keys_said()))
def test_a_key_in_the_source_has_its_sentence(key, values):
    assert set(texts()[key]) == {"da", "en"}
    if values is not None:
        assert placeholders(texts()[key]["da"]) <= values


ERRORS = [key for key in sorted(texts()) if key.split(".")[0] in GROUPS]


@pytest.mark.parametrize("key", ERRORS)
def test_a_sentence_is_the_same_in_both_languages(key):
    danish, english = texts()[key]["da"], texts()[key]["en"]
    assert placeholders(danish) == placeholders(english)
    for text in (danish, english):
        assert ";" in text, "what was wrong; what would be right"
        assert text.rstrip().endswith((".", "?"))


def test_every_sentence_is_said_somewhere():
    whole = "\n".join(file.read_text(encoding="utf-8") for file in sources())
    silent = [
        key for key in ERRORS if f'"{key.removesuffix("_near")}"' not in whole and f'"{key}"' not in whole
    ]
    assert not silent
