"""Near names: what somebody meant who typed a name that there is none of."""

from collections.abc import Iterable

_MOST = 3


def nearest(typed: str, known: Iterable[str]) -> list[str]:
    """The known names most like what was typed, the nearest first; none where nothing is near."""
    # Late: only a mistake needs it.
    from difflib import get_close_matches

    wanted = _plain(typed)
    by_form: dict[str, str] = {}
    for name in known:
        by_form.setdefault(_plain(name), name)
    found = get_close_matches(wanted, by_form, n=_MOST, cutoff=0.6)
    found += [form for form in by_form if wanted and form.startswith(wanted) and form not in found]
    return [by_form[form] for form in found[:_MOST]]


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """A question to add to “there is no …”, led by a space; "" where no known name is near."""
    names = nearest(typed, known)
    return f" Did you mean {' or '.join(f'“{name}”' for name in names)}?" if names else ""


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
