"""The public face: what `import trappen` offers, all of it there and told."""

import ast
import inspect

import pytest

import trappen


@pytest.mark.parametrize("name", trappen.__all__)
def test_every_public_name_is_there_and_told(name):
    public = getattr(trappen, name)
    if not isinstance(public, str):
        told = inspect.getdoc(public)
        assert told
        assert told.split("\n")[0].endswith((".", ":"))


def test_the_list_is_sorted_and_whole(trees):
    named = [name for name in trappen.__all__ if not name.startswith("_")]
    assert named == sorted(named)
    assert dir(trappen) == sorted(trappen.__all__)
    told_to_type_checkers = {
        alias.name
        for node in ast.walk(trees["trappen/__init__.py"])
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trappen.")
        for alias in node.names
    }
    assert told_to_type_checkers == set(named)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = trappen.nothing


@pytest.mark.parametrize("name", ["compare", "run", "rerun", "targets", "municipalities"])
def test_public_functions_are_annotated(name):
    signature = inspect.signature(getattr(trappen, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
