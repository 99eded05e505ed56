"""What a person wants to see of a record in a list."""

from __future__ import annotations

from deid.audit.records import (
    Anchored,
    Archived,
    BudgetSet,
    DocumentCommitted,
    DocumentRefused,
    Event,
    Exported,
    FindingDropped,
    KeyChanged,
    LeakageMeasured,
    MeasuringChanged,
    ModelDecided,
    ModelEvaluated,
    PartRemoved,
    RedactionMade,
    ReleaseDecided,
    ReleaseHeld,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDrawn,
    SessionOpened,
    SignedOff,
    TrainingEnded,
    TrainingStarted,
    ValueRevealed,
    VerdictGiven,
)
from deid.commands.printing import printable
from deid.errors import counted


def gist(event: Event) -> str:
    """What a person wants to see of an event at a glance."""
    match event:
        case RedactionMade():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label} {place} {event.operator}, {printable(event.detector)}"
        case PartRemoved():
            return printable(event.place)
        case FindingDropped():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label} {place} {event.reason}, {printable(event.detector)}"
        case ReviewActed():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label_after or event.label_before} {place} {event.act}"
        case ReviewFinished():
            return f"{event.replaced} replaced, {event.uncertain_left} of them uncertain"
        case ReviewerMeasured():
            return f"{event.caught} caught of {event.withheld} withheld"
        case MeasuringChanged():
            return f"share withheld: {event.share:g}" if event.share else "nothing is withheld"
        case DocumentCommitted():
            return f"{event.redactions} redactions, output {event.output_sha256[:16]}"
        case DocumentRefused():
            return event.error
        case BudgetSet():
            return f"ε at most {event.epsilon} at δ {event.delta} for each {event.unit}"
        case TrainingStarted():
            cost = f"ε {event.epsilon} at δ {event.delta}" if event.epsilon else "no privacy"
            steps = counted(event.steps, "step")
            return f"run {event.run}, {counted(event.patients, event.unit)}, {steps}, {cost}"
        case TrainingEnded():
            return f"run {event.run} {event.outcome} after {counted(event.steps, 'step')}"
        case ModelEvaluated():
            recall = f"recall {event.recall_before:.4f}, then {event.recall_after:.4f}"
            patients = counted(event.patients, "patient")
            return f"run {event.run}, gate {event.gate}, {recall} of {patients}"
        case LeakageMeasured():
            bounds = f"ε at least {event.measured} by attack, at most {event.epsilon} by proof"
            return f"run {event.run}, {bounds}"
        case ModelDecided():
            return f"model {event.model_digest[:16]} {event.decision}, by {event.person}"
        case _:
            return _of_acts(event)


def _of_acts(event: Event) -> str:
    """The same of what people did under keys and roles."""
    match event:
        case SessionOpened():
            return f"{printable(event.user)} at {printable(event.machine)}"
        case RoleGranted():
            return f"{event.role} to {printable(event.name)}, {event.person}"
        case RoleWithdrawn():
            return f"{event.role} of {event.person}"
        case SampleDrawn():
            frame = counted(event.frame, "note")
            return f"sample {event.sample}, {event.drawn} of {frame}, by {event.person}"
        case VerdictGiven():
            left = ", ".join(f"{label} {count}" for label, count in event.counts.items())
            return f"sample {event.sample}, left: {left or 'nothing'}, by {event.person}"
        case SampleClosed():
            return f"sample {event.sample}, {event.leaking} of {event.read} leak, by {event.person}"
        case SignedOff():
            name = printable(event.name)
            return f"{event.meaning} by {name}, for the first {event.size} records"
        case ReleaseHeld():
            return f"output {event.output_sha256[:16]}, redacted by {printable(event.user)}"
        case ReleaseDecided():
            return f"{event.decision}, output {event.output_sha256[:16]}, by {event.person}"
        case Exported():
            return f"{event.what}, for the first {event.size} records"
        case KeyChanged():
            by = f", by {event.person}" if event.person is not None else ""
            return f"{event.what} key {event.key_id} {event.act}{by}"
        case ValueRevealed():
            shown = counted(event.values, "value")
            return f"{shown} from the {event.source} for {event.purpose}, by {event.person}"
        case Archived():
            return f"records {event.first} to {event.stop - 1}"
        case Anchored():
            return f"{event.where}, for the first {event.size} records"
        case _:
            return ""
