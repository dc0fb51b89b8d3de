"""Every list that the campaigns' room declares, found where it stands."""

import importlib
import pkgutil

from tui.campaigns import lists
from tui.kit.lists.spec import ListSpec

_MODULES = [importlib.import_module(f"{lists.__name__}.{found.name}") for found in pkgutil.iter_modules(lists.__path__)]
_VALUES = [value for module in _MODULES for value in vars(module).values()]
LISTS = tuple({spec.id: spec for spec in _VALUES if isinstance(spec, ListSpec)}.values())
