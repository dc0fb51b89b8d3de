"""Clashes of campaigns: which two of them get into each other's way, when, and over what.

Two campaigns clash where all of this holds:

- they have the same type, or a category in common;
- times at which they are in force really meet, after weekdays, hours and intervals;
- where both have rules and all these are known, the rules name a product, a collection or a segment in common.

Who asks leaves out campaigns that cannot come into force as they stand.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.domain.targets import Target, Targets
from store.domain.windows import Window, Windows, common_windows, joined_windows

TYPE, CATEGORY = "type", "category"


@dataclass(frozen=True, slots=True)
class Claim:
    """A campaign as far as clashes look at it.

    Attributes:
        id: the campaign's.
        campaign_type: "" for none.
        categories: their names.
        windows: when it is in force, in order.
        targets: what its rules name; None where it has no rules, or not all of them are known.
    """

    id: str
    campaign_type: str
    categories: frozenset[str]
    windows: Windows
    targets: Targets | None

    @property
    def groups(self) -> frozenset[Target]:
        """Its type and categories."""
        found = {Target(CATEGORY, name, name) for name in self.categories if name}
        return frozenset(
            found | ({Target(TYPE, self.campaign_type, self.campaign_type)} if self.campaign_type else set())
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """Two campaigns that clash.

    Attributes:
        first: the id of the one that is in force earlier.
        second: the other's.
        shared: what they have in common: kinds "type", "category", "product", "collection" and "segment".
        rules_known: whether both have rules and all these are known; then they share something of the last three.
        in_force: when the first is in force, and when the second is.
    """

    first: str
    second: str
    shared: tuple[Target, ...]
    rules_known: bool
    in_force: tuple[Windows, Windows]

    @property
    def windows(self) -> Windows:
        """When both are in force, in order; worked out when it is asked for."""
        one, other = self.in_force
        some, others = _near(one.found, other.found), _near(other.found, one.found)
        met = common_windows(some, others)
        return Windows(met.found, met.complete and one.complete and other.complete)


def find_clashes(claims: Iterable[Claim]) -> list[Clash]:
    """Every clash, in order of the second campaign's start. Only campaigns that run at that time are looked at."""
    waiting = [claim for claim in claims if claim.windows.found]
    waiting.sort(key=lambda claim: (claim.windows.found[0][0], claim.id))
    running: defaultdict[Target, list[Claim]] = defaultdict(list)
    found = []
    for second in waiting:
        begin = second.windows.found[0][0]
        met: dict[str, tuple[Claim, list[Target]]] = {}
        for group in sorted(second.groups):
            running[group] = [claim for claim in running[group] if claim.windows.found[-1][1] > begin]
            for first in running[group]:
                met.setdefault(first.id, (first, []))[1].append(group)
            running[group].append(second)
        for first, groups in met.values():
            clash = _clash(first, second, groups)
            if clash is not None:
                found.append(clash)
    return found


def _clash(first: Claim, second: Claim, groups: Sequence[Target]) -> Clash | None:
    shared: tuple[Target, ...] = ()
    rules_known = first.targets is not None and second.targets is not None
    if first.targets is not None and second.targets is not None:
        shared = first.targets.common(second.targets)
        if not shared:
            return None
    some = _near(first.windows.found, second.windows.found)
    if not common_windows(some, second.windows.found, most=1).found:
        return None
    return Clash(first.id, second.id, (*groups, *shared), rules_known, (first.windows, second.windows))


def clashing_windows(clashes: Iterable[Clash]) -> Mapping[str, tuple[Window, ...]]:
    """For each campaign that clashes with others, when it does so with any of them."""
    found: defaultdict[str, list[Window]] = defaultdict(list)
    for clash in clashes:
        windows = clash.windows.found
        found[clash.first] += windows
        found[clash.second] += windows
    return {identity: tuple(joined_windows(sorted(windows))) for identity, windows in found.items()}


def _near(some: Sequence[Window], others: Sequence[Window]) -> Sequence[Window]:
    """Those of some windows that can meet others: from where these begin until they end."""
    begin = bisect_right(some, others[0][0], key=lambda window: window[1])
    return some[begin : bisect_left(some, others[-1][1], key=lambda window: window[0])]
