"""The campaign types, discovered from this folder: each module but `generic` declares one `SPEC`.

Nothing else in the app knows a type by name. A type the API invents tomorrow opens in the generic screen.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from msgspec.structs import replace

from tui.campaign_kit.type_look import TypeLooks
from tui.campaigns.type_spec import TypeSpec
from tui.campaigns.types.generic import SPEC as GENERIC


@cache
def type_specs() -> tuple[TypeSpec, ...]:
    """Every declared type, by its title in a list; the generic one is not among them."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        spec = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SPEC", None)
        if isinstance(spec, TypeSpec) and spec.type:
            found.append(spec)
    return tuple(sorted(found, key=lambda spec: spec.short))


@cache
def spec_for(campaign_type: str) -> TypeSpec:
    """The declaration of a type; for an unknown one the generic, named after what the API said."""
    for spec in type_specs():
        if spec.type == campaign_type:
            return spec
    words = campaign_type.replace("_", " ").strip().capitalize()
    return replace(GENERIC, type=campaign_type, title=words or GENERIC.title, short=words or GENERIC.short)


def type_titles(campaign_types: Mapping[str, object] | None = None) -> dict[str, str]:
    """API type to its words in a list, for filters and sorting.

    Args:
        campaign_types: further types seen in the cache, as keys.
    """
    titles = {spec.type: spec.short for spec in type_specs()}
    for name in campaign_types or {}:
        titles.setdefault(name, spec_for(name).short)
    return titles


LOOKS = TypeLooks(spec_for, type_titles)
"""For other rooms."""
