"""HL7 version 2 messages: what is replaced in them, and how they are written back to the byte.

A message is a note. Its values are parts: those of fields that the standard says identify somebody
(such as PID-5, the patient's name) are replaced whole and looked for in all others, documents in
OBX-5 are read by their own formats, and everything else is text. Delimiters, the order and number
of segments, escape sequences outside replacements, line ends and framing stay to the byte.
"""

from deid.formats.hl7.file import Hl7File, read

__all__ = ["Hl7File", "read"]
