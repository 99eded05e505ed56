"""The desk of officers and administrators: what they do with a log, each act under their own key.

Every act takes an open `Desk` and asks it for the permission itself, so nothing is only hidden.
"""

from deid.audit.people import (
    SHORTEST_PIN,
    KnownPerson,
    PersonalKey,
    PublicKeys,
    PublicPerson,
    person_in,
)
from deid.audit.person import spoken
from deid.audit.records import Meaning, Purpose, Role, SampleDesign, SampleMethod
from deid.audit.roles import ALLOWED, Enrolled, Permission, Roles
from deid.officer import (
    anchoring,
    archive_folders,
    archiving,
    attack,
    bound,
    browsing,
    export,
    held,
    machines,
    outputs,
    plan,
    rare,
    readers,
    sampled_notes,
    samples,
    sampling,
    shredding,
    typed,
    vault,
    verdicts,
    witness,
)
from deid.officer.desk import Desk
from deid.officer.enrolment import (
    change_pin,
    enrol,
    enrol_person,
    make_key,
    may_enrol,
    withdraw,
)
from deid.officer.index import query, trends
from deid.officer.public_keys import read_public_keys, write_public_keys
from deid.officer.signoff import SignOff, sign_off, sign_offs, verify_to_sign
from deid.officer.wrong_pins import WrongPins

__all__ = [
    "ALLOWED",
    "SHORTEST_PIN",
    "Desk",
    "Enrolled",
    "KnownPerson",
    "Meaning",
    "Permission",
    "PersonalKey",
    "PublicKeys",
    "PublicPerson",
    "Purpose",
    "Role",
    "Roles",
    "SampleDesign",
    "SampleMethod",
    "SignOff",
    "WrongPins",
    "anchoring",
    "archive_folders",
    "archiving",
    "attack",
    "bound",
    "browsing",
    "change_pin",
    "enrol",
    "enrol_person",
    "export",
    "held",
    "machines",
    "make_key",
    "may_enrol",
    "outputs",
    "person_in",
    "plan",
    "query",
    "rare",
    "read_public_keys",
    "readers",
    "sampled_notes",
    "samples",
    "sampling",
    "shredding",
    "sign_off",
    "sign_offs",
    "spoken",
    "trends",
    "typed",
    "vault",
    "verdicts",
    "verify_to_sign",
    "withdraw",
    "witness",
    "write_public_keys",
]
