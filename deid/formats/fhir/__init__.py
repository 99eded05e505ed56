"""FHIR R4 and R5 (hl7.org/fhir): resources in JSON, in Bundles, and in NDJSON."""

from __future__ import annotations

from deid.formats.fhir.file import FhirFile, FhirLinesFile, read, read_lines

__all__ = ["FhirFile", "FhirLinesFile", "read", "read_lines"]
