"""Policies: which operator replaces which label, and how sure a finding must be to count.

A policy is a YAML file:

    name: my-site
    version: 1
    basis: safe-harbor            # what the output is meant to serve, see `Basis`
    description: one line for people
    locked: [DATE, thresholds]    # what a policy made from this one may not change, see `Lock`
    release: direct               # or four-eyes: held until a second person releases it
    vault: if-made                # or never, required: whether what was replaced is kept
    unexamined: refuse            # or remove: what becomes of parts that cannot be examined
    default: {operator: tag}      # for every label not named below
    labels:
      DATE: {operator: generalise}
      STATE: {operator: keep}
    thresholds:
      default: 0.5                # a finding counts from this score on
      PROFESSION: 0.6

Operators and their options, each with what holds when it is left out:

    tag          numbered: false            [PATIENT], or [PATIENT-1] for the first one of the note
    mask         width: 5, character: "*"   a run of one character; width 0: the original's length
    generalise                              a year, "90 or older", 021**; the tag for other labels
    surrogate    kind: consistent, redraw_percent: 50   a value of the same form; or kind: markov
    shift-date   max_days: 365, keep_weekday: false     for DATE: the patient's own shift
    hash         digits: 12                 [PATIENT-3f9a12bc04d1], keyed to the patient
    keep                                    the value stays, and is listed in the log

`docs/policies.md` tells more.
"""

from deid.policy.allowed import check_allowed, is_allowed, usual_policy
from deid.policy.derive import Difference, derive, differences
from deid.policy.files import (
    DEFAULT_POLICY,
    UserPolicies,
    check_name,
    load_policy,
    read_policy,
    save_policy,
    shipped_policies,
    user_folder,
    user_policies,
)
from deid.policy.form import parse_policy
from deid.policy.parts import (
    OPTION_FORMS,
    Basis,
    Lock,
    OperatorName,
    Option,
    OptionForm,
    Policy,
    ReleaseRule,
    Treatment,
    Unexamined,
    VaultUse,
)
from deid.policy.written import to_yaml

__all__ = [
    "DEFAULT_POLICY",
    "OPTION_FORMS",
    "Basis",
    "Difference",
    "Lock",
    "OperatorName",
    "Option",
    "OptionForm",
    "Policy",
    "ReleaseRule",
    "Treatment",
    "Unexamined",
    "UserPolicies",
    "VaultUse",
    "check_allowed",
    "check_name",
    "derive",
    "differences",
    "is_allowed",
    "load_policy",
    "parse_policy",
    "read_policy",
    "save_policy",
    "shipped_policies",
    "to_yaml",
    "user_folder",
    "user_policies",
    "usual_policy",
]
