"""Schema 1, as the log was written until late 2026: its kinds and their fields, for ever.

Its records are still read. Nothing here changes any more: what a later schema adds or renames, it
adds or renames in `deid.audit.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "session-opened": (
        "user", "machine", "program_version", "model_digest", "rules_digest", "policy_digest",
        "roster",
    ),
    "policy-changed": ("policy_digest",),
    "model-changed": ("model_digest",),
    "measuring-changed": ("user", "machine", "share"),
    "document-read": (
        "document", "sha256", "size", "length", "format", "encoding", "patient",
    ),
    "redaction-made": (
        "document", "span", "label", "safe_harbor", "detector", "score", "operator",
        "policy_digest", "original", "output_span",
    ),
    "finding-dropped": (
        "document", "span", "label", "detector", "score", "reason", "winner", "winner_span",
    ),
    "review-acted": (
        "document", "act", "reviewer", "span", "label_before", "label_after", "span_after",
        "undone",
    ),
    "review-finished": ("document", "reviewer", "replaced", "uncertain_left", "certain_from"),
    "reviewer-measured": ("document", "reviewer", "withheld", "caught"),
    "document-committed": (
        "document", "input_sha256", "output_sha256", "input_length", "output_length",
        "redactions", "dropped", "policy_digest", "output_name", "counts",
    ),
    "document-refused": ("document", "error", "exit_code"),
    "exported": ("what", "size", "root"),
}  # fmt: skip
"""The fields of each kind, besides those that every record has."""

EXPORTS: Final = frozenset({"checkpoint", "proof"})
"""What could be exported; all that `what` of `exported` may say."""
