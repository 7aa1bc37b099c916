import importlib.util
import sys
from pathlib import Path

# The fixture is a module beside the tests; under importlib's import mode it is loaded by its path.
_path = Path(__file__).with_name("fake_comparison.py")
_spec = importlib.util.spec_from_file_location("fake_comparison", _path)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["fake_comparison"] = _module
_spec.loader.exec_module(_module)
