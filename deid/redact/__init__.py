"""Replacing identifiers under a policy."""

from deid.redact.apply import apply
from deid.redact.placeholders import placeholders
from deid.redact.seeds import CodeTable, keyed_seed, seed_for

__all__ = ["CodeTable", "apply", "keyed_seed", "placeholders", "seed_for"]
