"""`deid train plan`, `run`, `resume` and `end`: a run from its plan to its end."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import complain, print_json, print_rows
from deid.commands.train_options import add_notes, add_settings, choice_of, settings_of
from deid.commands.train_printing import (
    budget_line,
    finished_lines,
    finished_node,
    plan_node,
    plan_rows,
)
from deid.errors import counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer import Desk
    from deid.training.acts import Stage
    from deid.training.planning import Planned
    from deid.training.tune.progress import Examined, Progress
    from deid.training.tune.run_folder import RunFolder

_MOST_THREADS: Final = 256
_LINES: Final = 10
"""How many lines of progress are printed where there is no terminal."""
EXIT_STOPPED: Final = 130
_RUN_WORDS: Final = """\
Train, measure and keep a model, in one go. Ctrl-C pauses it, and `deid train
resume RUN` goes on, also after a crash: a step is counted on the disk before it
changes the model, so what a run costs is never understated. The model is used
only after `deid train promote RUN`."""


def add(actions: Commands) -> None:
    """Add the actions to the parser of `deid train`."""
    planning = actions.add_parser(
        "plan",
        help="what a run would take, cost and leave of the budget",
        description="What a run would take, cost and leave of the budget. Nothing is begun.",
    )
    running = actions.add_parser(
        "run",
        help="train, measure and keep a model",
        description=_RUN_WORDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    resuming = actions.add_parser(
        "resume", help="go on with a run that was paused or interrupted, or measure it anew"
    )
    ending = actions.add_parser(
        "end", help="end a run that shall not go on; the steps that it took stay counted"
    )
    for action in (resuming, ending):
        action.add_argument("name", metavar="RUN", help="its id, or the beginning or end of it")
    for action in (planning, running):
        add_notes(action)
        add_settings(action)
    for action in (running, resuming):
        action.add_argument(
            "--threads", type=whole_number(1, _MOST_THREADS), metavar="N", help="of torch"
        )
    for action, run in (
        (planning, _plan),
        (running, _run),
        (resuming, _resume),
        (ending, _end),
    ):
        add_person(action)
        add_json(action)
        action.set_defaults(run=run)


def _plan(options: argparse.Namespace) -> int:
    with officer_desk(options) as desk:
        planned = _planned(desk, options)
        if options.json:
            print_json(plan_node(planned))
        else:
            _print_plan(desk, planned)
    return _refused(planned)


def _run(options: argparse.Namespace) -> int:
    from deid.training.acts import begin

    with officer_desk(options) as desk:
        planned = _planned(desk, options)
        if not options.json:
            _print_plan(desk, planned)
        if planned.refusal is not None:
            return _refused(planned)
        run = begin(desk, planned)
        print(f"run {run.name}", file=sys.stderr)
        return _finish(desk, run, options)


def _resume(options: argparse.Namespace) -> int:
    from deid.training.acts import open_run

    with officer_desk(options) as desk:
        return _finish(desk, open_run(desk, options.name), options)


def _end(options: argparse.Namespace) -> int:
    from deid.training.acts import end

    with officer_desk(options) as desk:
        event = end(desk, options.name)
    if options.json:
        print_json(
            {
                "run": event.run,
                "outcome": event.outcome,
                "steps": event.steps,
                "epsilon": event.epsilon,
            }
        )
    else:
        cost = "" if event.epsilon is None else f", ε {event.epsilon}"
        steps = counted(event.steps, "step")
        print(f"run {event.run} ended: {steps} counted{cost}")
    return 0


def _planned(desk: Desk, options: argparse.Namespace) -> Planned:
    from deid.training.planning import plan

    return plan(desk, choice_of(options), settings_of(options))


def _print_plan(desk: Desk, planned: Planned) -> None:
    from deid.training.account import ledger_of

    print_rows(plan_rows(planned))
    for concern in planned.concerns:
        print(f"note: {concern.message}")
    print(budget_line(ledger_of(desk.log).budget))


def _refused(planned: Planned) -> int:
    from deid.errors import ConfigurationError

    if planned.refusal is None:
        return 0
    complain(planned.refusal)
    return ConfigurationError.exit_code


def _finish(desk: Desk, run: RunFolder, options: argparse.Namespace) -> int:
    from deid.errors import ExaminationStopped
    from deid.stopping import stoppable
    from deid.training.acts import go_on

    show = _Shown(quiet=options.json)
    try:
        with _interrupted() as asked, stoppable(asked):
            found = go_on(
                desk,
                run,
                on_progress=show.progress,
                on_stage=show.stage,
                on_examined=show.examined,
                threads=options.threads,
            )
    except ExaminationStopped:
        complain(f"paused: `deid train resume {run.name}` goes on, `deid train end` ends it")
        return EXIT_STOPPED
    if options.json:
        print_json(finished_node(found))
    else:
        print("\n".join(finished_lines(found)))
    return 0


@contextmanager
def _interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed in this block; pressed once more, it interrupts as ever."""
    pressed = False

    def press(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


class _Shown:
    """Tells on the standard error how far a run is: in one line, or in a few without a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._epsilon: float | None = None
        self._recall: float | None = None
        self._due = 0

    def stage(self, stage: Stage) -> None:
        if not self._quiet:
            self._end_line()
            print(f"{stage} ...", file=sys.stderr)

    def progress(self, progress: Progress) -> None:
        self._epsilon = progress.epsilon if progress.epsilon is not None else self._epsilon
        recall = progress.private.recall
        self._recall = recall if recall is not None else self._recall
        each = max(1, progress.steps // _LINES)
        if self._quiet or not (self._live or progress.step % each == 0):
            return
        end = "\r" if self._live else "\n"
        print(f"  {self._line(progress)}", end=end, file=sys.stderr, flush=True)

    def examined(self, examined: Examined) -> None:
        due = examined.notes * _LINES // examined.of
        if self._quiet or not (self._live or due > self._due):
            return
        self._due = due
        words = f"note {examined.notes} of {examined.of}, {examined.seconds_left:.0f} s left"
        end = "\r" if self._live else "\n"
        print(f"  {words} ", end=end, file=sys.stderr, flush=True)

    def _line(self, progress: Progress) -> str:
        from deid.training.private.printed import up

        parts = [f"step {progress.step} of {progress.steps}"]
        if self._epsilon is not None:
            parts.append(f"ε {up(self._epsilon)}")
        if progress.private.loss is not None:
            parts.append(f"loss {progress.private.loss:.3f}")
        if self._recall is not None:
            parts.append(f"recall {self._recall:.2%}")
        parts.append(f"{progress.seconds_left:.0f} s left")
        return ", ".join(parts) + " (loss and recall: of private notes, without noise)"

    def _end_line(self) -> None:
        if self._live:
            print(file=sys.stderr)
