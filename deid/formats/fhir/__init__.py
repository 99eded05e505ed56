"""FHIR R4 and R5 (hl7.org/fhir): resources in JSON and XML, in Bundles, and in NDJSON."""

from __future__ import annotations

from deid.formats.fhir.file import FhirFile, FhirLinesFile, read, read_lines
from deid.formats.fhir.xml_file import FhirXmlFile, read_xml
from deid.formats.fhir.xml_tree import FHIR

__all__ = ["FHIR", "FhirFile", "FhirLinesFile", "FhirXmlFile", "read", "read_lines", "read_xml"]
