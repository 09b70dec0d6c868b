"""Which imports and rollbacks are in effect, against the definition itself: what no rollback in effect takes back."""

from __future__ import annotations

from hypothesis import given, strategies as st

from core.ingest.back.standing import NEW, Acts

IMPORTS = ("a", "b", "c")


@st.composite
def chains(draw: st.DrawFn) -> Acts:
    """Rollbacks of imports and of one another, the oldest first."""
    targets: dict[str, str] = {}
    for number in range(draw(st.integers(0, 8))):
        targets[f"r{number}"] = draw(st.sampled_from([*IMPORTS, *targets]))
    return Acts(targets)


def stands(acts: Acts, upload: str) -> bool:
    """The definition, word by word."""
    return not any(stands(acts, r) for r, target in acts.targets.items() if target == upload)


@given(chains())
def test_what_stands_is_what_no_rollback_that_stands_takes_back(acts: Acts) -> None:
    touched = {*acts.targets, *acts.targets.values()}
    assert acts.standing() == {one: stands(acts, one) for one in touched}
    assert acts.fallen() == sorted(i for i in IMPORTS if not stands(acts, i))


@given(chains())
def test_every_rollback_belongs_to_the_chains_of_one_import(acts: Acts) -> None:
    assert acts.roots() == {i for i in IMPORTS if acts.of(i)}
    assert sorted(r for i in IMPORTS for r in acts.of(i)) == sorted(acts.targets)
    for one in acts.targets:
        assert acts.root(one) in IMPORTS and acts.root(one) == acts.root(acts.targets[one])


@given(chains(), st.sampled_from(IMPORTS))
def test_one_more_rollback_turns_its_target_alone(acts: Acts, target: str) -> None:
    after = acts.with_one_more(target)
    assert after.standing()[NEW] and not after.standing()[target]
    others = [i for i in IMPORTS if i != target]
    assert [stands(after, i) for i in others] == [stands(acts, i) for i in others]
    for number, one in enumerate(acts.targets, start=1):
        assert list(acts.after(one).targets) == list(acts.targets)[:number]
