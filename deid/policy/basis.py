"""What a policy may not do under the name of its basis in the law."""

from __future__ import annotations

from collections.abc import Mapping

from deid.errors import PolicyError
from deid.labels import ID_LABELS, NAME_LABELS, Label
from deid.policy.parts import Basis, OperatorName, Treatment


def require_basis(basis: Basis, treatments: Mapping[Label, Treatment]) -> None:
    """Refuse treatments that the basis does not allow.

    Raises:
        PolicyError: one does not; the message names the label, and what to do.
    """
    if basis is Basis.SAFE_HARBOR:
        _require_safe_harbor(treatments)
    if basis is Basis.LIMITED_DATA_SET:
        _require_limited_data_set(treatments)


def _require_safe_harbor(treatments: Mapping[Label, Treatment]) -> None:
    """Refuse what 45 CFR 164.514(b)(2) and (c) do not allow under the name of Safe Harbor."""
    forbidden = {OperatorName.KEEP, OperatorName.SHIFT_DATE, OperatorName.HASH}
    for label, treatment in treatments.items():
        if label.names.safe_harbor and treatment.operator in forbidden:
            raise PolicyError(
                f"{label} may not be treated by `{treatment.operator}` on the basis safe-harbor: "
                "use another operator, or the basis expert-determination"
            )
    if treatments[Label.DATE].operator is OperatorName.SURROGATE:
        raise PolicyError("DATE may not get a surrogate on the basis safe-harbor: use generalise")


_CONTACT_LABELS = frozenset({Label.PHONE, Label.FAX, Label.EMAIL, Label.URL, Label.IP})
_DIRECT_IDENTIFIERS = NAME_LABELS | _CONTACT_LABELS | {Label.STREET} | ID_LABELS
_DIRECT_IDENTIFIERS -= {Label.USERNAME, Label.IDNUM}


def _require_limited_data_set(treatments: Mapping[Label, Treatment]) -> None:
    """Refuse to keep a direct identifier of 45 CFR 164.514(e)(2)."""
    for label in sorted(_DIRECT_IDENTIFIERS):
        if treatments[label].operator is OperatorName.KEEP:
            raise PolicyError(f"{label} may not stay on the basis limited-data-set: tag it")
