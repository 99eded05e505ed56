"""Rich Text Format: `.rtf` (Rich Text Format Specification, version 1.9.1)."""

from __future__ import annotations

from deid.formats.rtf.file import RtfFile, read

__all__ = ["RtfFile", "read"]
