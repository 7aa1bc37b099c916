"""Let tests import `whole_life`, the second model that stands beside them, and what compares it."""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).parent


def _load(name, path, **options):
    spec = importlib.util.spec_from_file_location(name, path, **options)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


_folder = HERE / "whole_life"
_load("whole_life", _folder / "__init__.py", submodule_search_locations=[str(_folder)])
for _name in ("recorded", "beside"):
    _load(_name, HERE / f"{_name}.py")
