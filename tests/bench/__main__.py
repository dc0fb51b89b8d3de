"""`make bench`: every figure of one run in one table, or as JSON. Nothing here passes or fails."""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence

from tests.bench import (
    bulk,
    calendar,
    checks,
    failures,
    feed,
    home,
    ingest,
    opening,
    pace,
    sandbox,
    search,
    starts,
    traffic,
    windows,
    wire,
)
from tests.bench.figures import Figure, print_table
from tests.bench.million import BigCache, big_cache

ON_BIG_CACHE: dict[str, Callable[[BigCache], Iterator[Figure]]] = {
    "calendar": calendar.measure,
    "checks": checks.measure,
    "opening": opening.measure,
    "search": search.measure,
    "starts": starts.measure,
    "traffic": traffic.measure,
    "windows": windows.measure,
    "wire": wire.measure,
}
ALONE: dict[str, Callable[[], Iterator[Figure]]] = {
    "feed": feed.measure,
    "failures": failures.measure,
    "home": home.measure,
    "ingest": ingest.measure,
    "pace": pace.measure,
    "sandbox": sandbox.measure,
}
OF_MANY: dict[str, Callable[[int], Iterator[Figure]]] = {"bulk": bulk.measure}
BIG, SYNCED = 1_000_000, 150_000
PARTS = (*ON_BIG_CACHE, *ALONE, *OF_MANY)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all of them by default")
    parser.add_argument("--codes", type=int, help=f"codes of the big campaign ({BIG:,}), and those synced ({SYNCED:,})")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    options = parser.parse_args()
    unknown = sorted(set(options.parts) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    figures = list(_measure(options.parts or PARTS, options.codes))
    if options.json:
        sys.stdout.write(
            json.dumps({"python": platform.python_version(), "figures": [one.as_json() for one in figures]})
        )
        sys.stdout.write("\n")
    else:
        print_table(figures)


def _measure(parts: Sequence[str], codes: int | None) -> Iterator[Figure]:
    for part, measure in ON_BIG_CACHE.items():
        if part in parts:
            _say(f"{part}, with a cache of {codes or BIG:,} codes")
            yield from measure(big_cache(codes or BIG))
    for part, measure_alone in ALONE.items():
        if part in parts:
            _say(part)
            yield from measure_alone()
    for part, measure_many in OF_MANY.items():
        if part in parts:
            _say(f"{part}, {codes or SYNCED:,} codes")
            yield from measure_many(codes or SYNCED)


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
