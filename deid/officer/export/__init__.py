"""Exports of the log: what leaves it for a table, a program, a reader on paper or an audit service.

Every export wants an officer's key, is bound to a checkpoint that it carries, and is recorded
before the file appears. None holds note text, file names or paths: the log has none to give.
"""

from deid.officer.export.act import (
    Given,
    export_certificate,
    export_csv,
    export_fhir,
    export_lines,
)
from deid.officer.export.certificate import Account, Certificate, account, certificate
from deid.officer.export.lines import Checked, check_lines
from deid.officer.export.scope import Scope

__all__ = [
    "Account",
    "Certificate",
    "Checked",
    "Given",
    "Scope",
    "account",
    "certificate",
    "check_lines",
    "export_certificate",
    "export_csv",
    "export_fhir",
    "export_lines",
]
