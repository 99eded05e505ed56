"""Clinical documents: HL7 CDA R2 and what builds on it, such as C-CDA."""

from __future__ import annotations

from deid.formats.cda.file import ROOT, CdaFile, read

__all__ = ["ROOT", "CdaFile", "read"]
