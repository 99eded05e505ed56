"""Notes spoilt in the ways of keyboards, scanners, exports and hurry, their marks moved along."""

from types import MappingProxyType

from deid.evaluate.perturbations import characters, layout, letters, scans, values
from deid.evaluate.perturbations.edits import Edit, apply_edits
from deid.evaluate.perturbations.family import Family, Scope, Severity, perturb

FAMILIES = MappingProxyType(
    {
        family.name: family
        for module in (letters, scans, layout, characters, values)
        for family in module.FAMILIES
    }
)
"""Every family by its name."""

__all__ = ["FAMILIES", "Edit", "Family", "Scope", "Severity", "apply_edits", "perturb"]
