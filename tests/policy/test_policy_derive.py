"""A policy made from another: locks hold, the law holds, and the file gives it back."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import PolicyError
from deid.labels import Label
from deid.policy import (
    OPTION_FORMS,
    Basis,
    Difference,
    Lock,
    OperatorName,
    OptionForm,
    Policy,
    ReleaseRule,
    Treatment,
    Unexamined,
    VaultUse,
    derive,
    differences,
    load_policy,
    parse_policy,
    read_policy,
    shipped_policies,
    to_yaml,
)
from deid.policy.written import to_tree
from deid.redact import operators, surrogates

NAMES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
SCORES = st.floats(0, 1)


def options(form: OptionForm) -> st.SearchStrategy[object]:
    if isinstance(form.default, bool):
        return st.booleans()
    if isinstance(form.default, int):
        return st.integers(form.low, form.high)
    if form.choices:
        return st.sampled_from(form.choices)
    return st.characters(codec="utf-8").filter(lambda c: c.isprintable() and not c.isspace())


def treatments(label: Label | None) -> st.SearchStrategy[dict[str, object]]:
    """Treatments in the form of the file."""
    names = [name for name in OperatorName if name is not OperatorName.SHIFT_DATE]
    if label is Label.DATE:
        names.append(OperatorName.SHIFT_DATE)
    return st.one_of(
        st.fixed_dictionaries(
            {"operator": st.just(name.value)},
            optional={key: options(form) for key, form in OPTION_FORMS[name].items()},
        )
        for name in names
    )


def trees() -> st.SearchStrategy[dict[str, object]]:
    """Whole files that are policies, on bases that forbid no treatment."""
    return st.fixed_dictionaries(
        {
            "name": NAMES,
            "version": st.integers(1, 10**6),
            "basis": st.sampled_from([Basis.EXPERT_DETERMINATION, Basis.PSEUDONYMISATION]),
            "description": st.text(max_size=60),
            "default": treatments(None),
            "labels": st.fixed_dictionaries(
                {}, optional={label.value: treatments(label) for label in Label}
            ),
            "thresholds": st.dictionaries(st.sampled_from(["default", *map(str, Label)]), SCORES),
            "locked": st.lists(st.sampled_from([*map(str, Lock), *map(str, Label)]), max_size=4),
        },
        optional={
            "release": st.sampled_from([*map(str, ReleaseRule)]),
            "vault": st.sampled_from([*map(str, VaultUse)]),
            "unexamined": st.sampled_from([*map(str, Unexamined)]),
        },
    )


def policies() -> st.SearchStrategy[Policy]:
    return trees().map(parse_policy)


def treatment(operator: OperatorName, **chosen: str | int | bool) -> Treatment:
    return Treatment(operator, MappingProxyType(chosen))


KEEP, TAG, MASK = (
    treatment(name) for name in (OperatorName.KEEP, OperatorName.TAG, OperatorName.MASK)
)


def locked(*keys: str, basis: str = "safe-harbor") -> Policy:
    return parse_policy(
        {
            "name": "hospital",
            "version": 3,
            "basis": basis,
            "default": {"operator": "tag"},
            "locked": list(keys),
        }
    )


def derived(base: Policy, **changes: object) -> Policy:
    chosen = {"name": "ward", "description": "", "treatments": {}, "thresholds": {}} | changes
    return derive(base, **chosen)


@given(policies())
def test_what_is_written_is_read_as_the_same_policy(
    tmp_path_factory: pytest.TempPathFactory, policy: Policy
) -> None:
    path = tmp_path_factory.mktemp("policy") / "policy.yaml"
    path.write_text(to_yaml(policy), encoding="utf-8")
    assert read_policy(path) == policy


@pytest.mark.parametrize("name", shipped_policies())
def test_a_shipped_policy_is_written_without_what_is_the_same_for_most(
    name: str, tmp_path: Path
) -> None:
    policy = load_policy(name)
    path = tmp_path / "policy.yaml"
    path.write_text(to_yaml(policy), encoding="utf-8")
    assert read_policy(path) == policy
    assert len(to_yaml(policy).splitlines()) < len(Label)


@given(policies(), policies())
def test_what_is_derived_has_the_changes_and_all_locks_and_nothing_locked_is_changed(
    base: Policy, other: Policy
) -> None:
    changed = {
        "treatments": other.treatments,
        "thresholds": other.thresholds,
        "basis": other.basis,
        "release": other.release,
        "vault": other.vault_use,
        "unexamined": other.unexamined,
        "description": "x",
    }
    changes = differences(base, other)
    if any(is_locked(base, difference) for difference in changes):
        with pytest.raises(PolicyError, match="is locked by the policy"):
            derived(base, **changed)
    else:
        made = derived(base, **changed)
        assert differences(base, made) == changes
        assert differences(other, made) == ()
        assert made.locked == base.locked


def is_locked(policy: Policy, difference: Difference) -> bool:
    label = difference.label
    if label is None:
        own = {
            Basis: Lock.BASIS,
            ReleaseRule: Lock.RELEASE,
            VaultUse: Lock.VAULT,
            Unexamined: Lock.UNEXAMINED,
        }
        return not policy.locked.isdisjoint({Lock.ALL, own[type(difference.before)]})
    part = Lock.LABELS if isinstance(difference.before, Treatment) else Lock.THRESHOLDS
    return not policy.locked.isdisjoint({Lock.ALL, part, label})


@given(policies())
def test_nothing_changed_is_always_allowed(base: Policy) -> None:
    made = derived(base, name="derived-one")
    assert differences(base, made) == ()
    assert made.locked == base.locked


@pytest.mark.parametrize(
    ("lock", "change", "named"),
    [
        ("MRN", {"treatments": {Label.MRN: MASK}}, "the treatment of MRN"),
        ("MRN", {"thresholds": {Label.MRN: 0.9}}, "the threshold of MRN"),
        ("labels", {"treatments": {Label.AGE: MASK}}, "the treatment of AGE"),
        ("thresholds", {"thresholds": {Label.AGE: 0.9}}, "the threshold of AGE"),
        ("basis", {"basis": Basis.PSEUDONYMISATION}, "`basis`"),
        ("all", {"basis": Basis.PSEUDONYMISATION}, "`basis`"),
        ("release", {"release": ReleaseRule.FOUR_EYES}, "`release`"),
        ("all", {"release": ReleaseRule.FOUR_EYES}, "`release`"),
        ("vault", {"vault": VaultUse.REQUIRED}, "`vault`"),
        ("vault", {"basis": Basis.PSEUDONYMISATION}, "`vault`"),
        ("all", {"vault": VaultUse.REQUIRED}, "`vault`"),
        ("unexamined", {"unexamined": Unexamined.REMOVE}, "`unexamined`"),
        ("all", {"unexamined": Unexamined.REMOVE}, "`unexamined`"),
        ("all", {"treatments": {Label.AGE: MASK}}, "the treatment of AGE"),
        ("all", {"thresholds": {Label.AGE: 0.9}}, "the threshold of AGE"),
    ],
)
def test_what_is_locked_cannot_change_and_is_named(
    lock: str, change: dict[str, object], named: str
) -> None:
    with pytest.raises(PolicyError, match=f"^{named} is locked by the policy hospital"):
        derived(locked(lock), **change)
    derived(locked(), **change)


@pytest.mark.parametrize(
    ("lock", "change"),
    [
        ("MRN", {"treatments": {Label.AGE: MASK}}),
        ("labels", {"thresholds": {Label.AGE: 0.9}}),
        ("thresholds", {"treatments": {Label.AGE: MASK}}),
        ("basis", {"treatments": {Label.AGE: MASK}}),
        ("all", {"description": "for the ward"}),
    ],
)
def test_what_is_not_locked_may_change(lock: str, change: dict[str, object]) -> None:
    assert derived(locked(lock), **change).locked == {lock}


def test_locks_travel_on() -> None:
    made = derived(locked("MRN"), treatments={Label.AGE: MASK})
    with pytest.raises(PolicyError, match="the treatment of MRN is locked by the policy ward"):
        derived(made, name="desk", treatments={Label.MRN: MASK})


def test_locks_count_in_the_digest() -> None:
    assert len({locked().digest, locked("MRN").digest, locked("MRN", "AGE").digest}) == 3
    assert locked("MRN", "AGE").digest == locked("AGE", "MRN", "AGE").digest


@pytest.mark.parametrize("label", [label for label in Label if label.names.safe_harbor])
def test_safe_harbor_lets_no_label_stay_that_it_names(label: Label) -> None:
    with pytest.raises(PolicyError) as caught:
        derived(load_policy("safe-harbor"), treatments={label: KEEP})
    assert str(caught.value).startswith(f"{label} ")
    assert "expert-determination" in str(caught.value)
    made = derived(
        load_policy("safe-harbor"),
        treatments={label: KEEP},
        basis=Basis.EXPERT_DETERMINATION,
    )
    assert made.treatments[label] == KEEP


def test_version_rises_under_the_same_name_and_begins_anew_under_another() -> None:
    assert derived(locked(), name="hospital").version == 4
    assert derived(locked(), name="ward").version == 1


def test_differences_are_told_by_label() -> None:
    made = derived(
        locked(),
        treatments={Label.AGE: MASK, Label.MRN: TAG},
        thresholds={Label.AGE: 0.75},
        basis=Basis.PSEUDONYMISATION,
    )
    told = [(d.label, d.before, d.after) for d in differences(locked(), made)]
    assert told == [
        (None, Basis.SAFE_HARBOR, Basis.PSEUDONYMISATION),
        (None, VaultUse.NEVER, VaultUse.IF_MADE),
        (Label.AGE, TAG, MASK),
        (Label.AGE, 0.5, 0.75),
    ]


@pytest.mark.parametrize(
    ("node", "named"), [("all", "a list"), (["NAME"], "'NAME'"), ([True], "'True'"), ({}, "a list")]
)
def test_broken_locks_are_refused(node: object, named: str) -> None:
    with pytest.raises(PolicyError, match=named):
        parse_policy(
            {
                "name": "mine",
                "version": 1,
                "basis": "safe-harbor",
                "default": {"operator": "tag"},
                "locked": node,
            }
        )


def test_zero_has_one_digest() -> None:
    one, other = (derived(locked(), thresholds={Label.AGE: zero}) for zero in (0.0, -0.0))
    assert one.digest == other.digest


def test_defaults_are_those_of_the_operators() -> None:
    defaults = {key: form.default for forms in OPTION_FORMS.values() for key, form in forms.items()}
    assert defaults == {
        "numbered": False,
        "width": operators.DEFAULT_MASK_WIDTH,
        "character": operators.DEFAULT_MASK_CHARACTER,
        "kind": "consistent",
        "redraw_percent": surrogates.DEFAULT_REDRAW_PERCENT,
        "max_days": operators.DEFAULT_MAX_DAYS,
        "keep_weekday": False,
        "digits": operators.DEFAULT_HASH_DIGITS,
    }


@pytest.mark.parametrize("name", shipped_policies())
def test_only_pseudonyms_are_kept_unless_a_policy_says_so(name: str) -> None:
    policy = load_policy(name)
    pseudonyms = policy.basis is Basis.PSEUDONYMISATION
    assert policy.vault_use is (VaultUse.IF_MADE if pseudonyms else VaultUse.NEVER)
    assert policy.release is ReleaseRule.DIRECT


def test_what_is_said_of_release_and_vault_has_a_digest_and_what_is_not_said_has_none() -> None:
    plain = locked()
    assert parse_policy(to_tree(plain) | {"release": "direct"}).digest == plain.digest
    assert parse_policy(to_tree(plain) | {"unexamined": "refuse"}).digest == plain.digest
    said = [{"release": "four-eyes"}, {"vault": "never"}, {"vault": "required"}]
    said.append({"unexamined": "remove"})
    digests = {parse_policy(to_tree(plain) | one).digest for one in said}
    assert len(digests | {plain.digest}) == 5


@pytest.mark.parametrize(
    ("key", "word"), [("release", "three-eyes"), ("vault", "on"), ("unexamined", "keep")]
)
def test_an_unknown_word_is_named(key: str, word: str) -> None:
    with pytest.raises(PolicyError, match=f"`{key}` must be one of "):
        parse_policy(to_tree(locked()) | {key: word})
