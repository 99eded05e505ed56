"""E-mails: `.eml` (RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 2183, RFC 6532)."""

from __future__ import annotations

from deid.formats.eml.file import EmlFile, read

__all__ = ["EmlFile", "read"]
