"""NoteVeil: takes the identity out of clinical notes on the computer where they lie.

These names are what the window uses and what a script may rely on; the rest may change.
"""

from deid import certainty, explain, managed, officer, policy, review, search
from deid.audit.keys import Keys, read_public_key
from deid.audit.records import PolicyChanged, Record
from deid.audit.store import AuditLog, Filter, log_path
from deid.audit.verify import Verified, verify
from deid.datatypes import (
    Document,
    Dropped,
    DropReason,
    Finding,
    Part,
    Redacted,
    Redaction,
    Resolution,
    Span,
)
from deid.detect.roster import Roster, read_roster
from deid.errors import (
    BinaryInput,
    DefectError,
    DeidError,
    EncodingError,
    ExaminationStopped,
    NotPermitted,
    OutputExists,
    PinRefused,
    SealBroken,
    SettingLocked,
    UnsupportedFormat,
    VerificationFailed,
    WorklistUnusable,
)
from deid.failures import describe
from deid.formats import NoteFile, ReadOptions, Unreadable, Writer, reader_for
from deid.formats.atomic import StagedFile
from deid.formats.inputs import Inputs, find_inputs, read_input
from deid.formats.tails import tail_of
from deid.labels import Label
from deid.naming import identifies, output_id, output_path, output_patient
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import (
    DEFAULT_POLICY,
    OperatorName,
    Policy,
    load_policy,
    shipped_policies,
    user_policies,
)
from deid.resources import home
from deid.resume import Earlier, earlier_output, is_held
from deid.review import (
    Act,
    ActKind,
    Edge,
    Group,
    Mark,
    MarkState,
    Review,
    Standard,
    Step,
    Tally,
    Unit,
    log_events,
)
from deid.sealed.program import check_program
from deid.sealed.refusal import refuse
from deid.silence import keep_silent
from deid.site import Release, Site, Source
from deid.site_settings import SiteSettings, read_settings
from deid.stopping import stoppable
from deid.worklist.history import Entry, History
from deid.worklist.items import Batch, FolderChoice, Item, ItemState, Origin
from deid.worklist.review_rows import KeptReview
from deid.worklist.store import Worklist
from deid.worklist.watch import Stamp, folder_changes, look_at

__all__ = [
    "DEFAULT_POLICY",
    "Act",
    "ActKind",
    "AuditLog",
    "Batch",
    "BinaryInput",
    "DefectError",
    "DeidError",
    "Deidentifier",
    "DetectorChoice",
    "Document",
    "DropReason",
    "Dropped",
    "Earlier",
    "Edge",
    "EncodingError",
    "Entry",
    "ExaminationStopped",
    "Filter",
    "Finding",
    "FolderChoice",
    "Group",
    "History",
    "Inputs",
    "Item",
    "ItemState",
    "KeptReview",
    "Keys",
    "Label",
    "Mark",
    "MarkState",
    "NotPermitted",
    "NoteFile",
    "OperatorName",
    "Origin",
    "OutputExists",
    "Part",
    "PinRefused",
    "Policy",
    "PolicyChanged",
    "ReadOptions",
    "Record",
    "Redacted",
    "Redaction",
    "Release",
    "Resolution",
    "Review",
    "Roster",
    "SealBroken",
    "SettingLocked",
    "Site",
    "SiteSettings",
    "Source",
    "Span",
    "StagedFile",
    "Stamp",
    "Standard",
    "Step",
    "Tally",
    "Unit",
    "Unreadable",
    "UnsupportedFormat",
    "VerificationFailed",
    "Verified",
    "Worklist",
    "WorklistUnusable",
    "Writer",
    "certainty",
    "check_program",
    "describe",
    "earlier_output",
    "explain",
    "find_inputs",
    "folder_changes",
    "home",
    "identifies",
    "is_held",
    "keep_silent",
    "load_policy",
    "log_events",
    "log_path",
    "look_at",
    "managed",
    "officer",
    "output_id",
    "output_path",
    "output_patient",
    "policy",
    "read_input",
    "read_public_key",
    "read_roster",
    "read_settings",
    "reader_for",
    "refuse",
    "review",
    "search",
    "shipped_policies",
    "stoppable",
    "tail_of",
    "user_policies",
    "verify",
]
