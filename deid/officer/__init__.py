"""The desk of officers and administrators: what they do with a log, each act under their own key.

Every act takes an open `Desk` and asks it for the permission itself, so nothing is only hidden.
"""

from deid.audit.people import SHORTEST_PIN, KnownPerson, PersonalKey, PublicKeys
from deid.audit.records import Meaning, Role, SampleDesign, SampleMethod
from deid.audit.roles import ALLOWED, Enrolled, Permission, Roles
from deid.officer import (
    archiving,
    attack,
    bound,
    browsing,
    machines,
    outputs,
    plan,
    rare,
    readers,
    sampled_notes,
    samples,
    sampling,
    shredding,
    verdicts,
)
from deid.officer.desk import Desk
from deid.officer.enrolment import change_pin, enrol, make_key, may_enrol, withdraw
from deid.officer.index import query, trends
from deid.officer.signoff import SignOff, sign_off, sign_offs, verify_to_sign

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
    "Role",
    "Roles",
    "SampleDesign",
    "SampleMethod",
    "SignOff",
    "archiving",
    "attack",
    "bound",
    "browsing",
    "change_pin",
    "enrol",
    "machines",
    "make_key",
    "may_enrol",
    "outputs",
    "plan",
    "query",
    "rare",
    "readers",
    "sampled_notes",
    "samples",
    "sampling",
    "shredding",
    "sign_off",
    "sign_offs",
    "trends",
    "verdicts",
    "verify_to_sign",
    "withdraw",
]
