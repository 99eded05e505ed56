"""`deid audit index` and `deid audit trends`: the index of the log, and what it shows by week."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from deid.commands.audit_records import moment
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer.index.index import Index
    from deid.officer.index.query import Query, Trend
    from deid.officer.index.trends import Figures, Weak
    from deid.officer.index.update import Updated

_ABOUT: Final = ("redactions", "stayed", "added", "rejected", "refusals", "notes")
_BY: Final = ("event", "label", "detector", "policy", "outcome", "user", "machine")
_WORST: Final = 10
_HEAD: Final = (
    "week", "redactions", "stayed", "added", "per 1,000", "rejected", "notes saved",
    "notes refused",
)  # fmt: skip
_WHY: Final = {
    "shrank": "The log has lost records since it was indexed: verify it. It was indexed anew.",
    "changed": "The log is not the one that was indexed: verify it. It was indexed anew.",
}


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    index = actions.add_parser(
        "index",
        help="bring the index of the log up to date",
        description="The index lies beside the log and is derived from it. It makes filtering and "
        "counting quick, is made by itself where it is needed, and may be deleted at any time.",
    )
    index.add_argument("--rebuild", action="store_true", help="throw it away and make it anew")
    add_json(index)
    index.set_defaults(run=_index)
    trends = actions.add_parser(
        "trends",
        help="what is redacted, corrected and refused by week",
        description="The weeks are those of ISO 8601, in UTC. Without --by and --about: the sums "
        "of each week, the labels of which reviewers added most marks for each 1,000 that were "
        "found, and the detectors with the largest share of rejected findings. `stayed` is what "
        "was found and stays in the text as the policy says.",
    )
    what = trends.add_mutually_exclusive_group()
    what.add_argument("--about", choices=_ABOUT, help="one of the sums, told apart")
    what.add_argument("--by", choices=_BY, help="all records, told apart by this")
    trends.add_argument("--since", type=moment, metavar="TIME", help="from then on, ISO 8601")
    trends.add_argument("--until", type=moment, metavar="TIME", help="before then, ISO 8601")
    add_json(trends)
    trends.set_defaults(run=_trends)


def _index(options: argparse.Namespace) -> int:
    with _opened(anew=options.rebuild) as (_index, updated):
        if options.json:
            print_json({"records": updated.size, "added": updated.added})
        else:
            print(f"{updated.size:,} records indexed, {updated.added:,} of them now")
    return 0


def _trends(options: argparse.Namespace) -> int:
    from deid.officer.index.query import Dimension, Query
    from deid.officer.index.trends import Topic, topic

    query = Query(since=options.since, until=options.until)
    with _opened() as (index, _updated):
        if options.about is not None:
            _print_trend(topic(index, Topic(options.about), query), json_wanted=options.json)
        elif options.by is not None:
            found = index.trend(query, by=Dimension(options.by))
            _print_trend(found, json_wanted=options.json)
        else:
            _print_overview(index, query, json_wanted=options.json)
    return 0


def _print_trend(trend: Trend, *, json_wanted: bool) -> None:
    if json_wanted:
        print_json(
            {
                "weeks": [str(week) for week in trend.weeks],
                "series": {series.value: series.counts for series in trend.series},
            }
        )
        return
    rows = [
        (str(week), f"{series.counts[place]:,}", printable(series.value))
        for place, week in enumerate(trend.weeks)
        for series in trend.series
        if series.counts[place]
    ]
    if rows:
        print_rows([("week", "records", "of"), *rows])
    else:
        print("no records")


def _print_overview(index: Index, query: Query, *, json_wanted: bool) -> None:
    from deid.officer.index.trends import overview, weak_detectors, weak_labels

    weeks = overview(index, query)
    labels, detectors = weak_labels(index, query), weak_detectors(index, query)
    if json_wanted:
        print_json(
            {
                "weeks": [_figures_node(figures) for figures in weeks],
                "labels": [_weak_node(weak) | {"per_1000": weak.per_thousand} for weak in labels],
                "detectors": [_weak_node(weak) | {"share": weak.share} for weak in detectors],
            }
        )
        return
    if not weeks:
        print("no records")
        return
    print_rows([_HEAD, *map(_figures_row, weeks)])
    if labels:
        print("\nmarks that reviewers added, for each 1,000 found of the label:")
        print_rows([(weak.value, _rate(weak.per_thousand)) for weak in labels[:_WORST]], indent=2)
    if detectors:
        print("\nfindings that reviewers rejected, of all of the detector:")
        worst = [(printable(weak.value), f"{weak.share:.1%}") for weak in detectors[:_WORST]]
        print_rows(worst, indent=2)


def _figures_node(figures: Figures) -> dict[str, object]:
    return {
        "week": str(figures.week),
        "redactions": figures.redactions,
        "stayed": figures.stayed,
        "added": figures.added,
        "rejected": figures.rejected,
        "notes": figures.notes,
        "refused": figures.refused,
    }


def _figures_row(figures: Figures) -> tuple[str, ...]:
    return (
        str(figures.week),
        f"{figures.redactions:,}",
        f"{figures.stayed:,}",
        f"{figures.added:,}",
        _rate(figures.added_per_thousand),
        f"{figures.rejected:,}",
        f"{figures.notes:,}",
        f"{figures.refused:,}",
    )


def _weak_node(weak: Weak) -> dict[str, object]:
    return {"of": weak.value, "found": weak.found, "corrections": weak.corrections}


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:,.1f}"


@contextmanager
def _opened(*, anew: bool = False) -> Iterator[tuple[Index, Updated]]:
    """The index of the log, with a bar while it is made, and told where the log had changed."""
    from deid import resources
    from deid.officer.index.local import local_index

    with ExitStack() as opened:
        with _bar() as progress:
            index, updated = opened.enter_context(
                local_index(resources.home(), anew=anew, progress=progress)
            )
        for _log, why in updated.anew:
            print(_WHY[why.value], file=sys.stderr)
        yield index, updated


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """What shows on a terminal how many records are indexed."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("records indexed"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", visible=False)
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)
