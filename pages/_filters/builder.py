"""The builder: a row for each condition, a frame for each group, and what they say together."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from core.datasets.model import Dataset, Field
from pages._filters.draft import Group, Leaf, Node, fault, leaves
from pages._formats import count, plain

DEEPEST = 4  # groups within one another that can be made by clicks
Joint = Literal["all", "any", "none", "not all"]
JOINTS: dict[Joint, str] = {
    "all": "All of these hold",
    "any": "One of these holds",
    "none": "None of these holds",
    "not all": "Not all of these hold",
}
_GROUPS: dict[Joint, tuple[Literal["all", "any"], bool]] = {
    **{"all": ("all", False), "any": ("any", False)},
    **{"none": ("any", True), "not all": ("all", True)},
}
WORDS = {
    "contains": "contains",
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "starts": "starts with",
    "has": "has",
    "ge": "is at least",
    "le": "is at most",
    "gt": "is more than",
    "lt": "is less than",
    "empty": "is empty",
    "filled": "has a value",
}
_NUMBERS = ("eq", "ne", "ge", "le", "gt", "lt", "empty", "filled")
BY_TYPE = {
    "text": ("contains", "eq", "ne", "in", "starts", "empty", "filled"),
    "list": ("has", "contains", "empty", "filled"),
    "date": ("eq", "ge", "le", "gt", "lt", "starts", "empty", "filled"),
    **{"integer": _NUMBERS, "number": _NUMBERS},
    "boolean": ("eq", "empty", "filled"),
}
STYLE = """<style>
[class*="st-key-where-"] {gap: .4rem}
</style>"""


def draw(dataset: Dataset, group: Group, key: str) -> Group:
    """The builder in a frame that opens; gives the groups as they are after a click."""
    many = sum(1 for _ in leaves(group))
    label = f"Conditions: {many}" if many else "Conditions with and, or, not"
    with st.expander(label, expanded=bool(group.parts), icon=":material/filter_alt:"):
        st.html(STYLE)
        made = _group(dataset, group, key, 1)
        waiting = sum(1 for leaf in leaves(group) if fault(dataset, leaf))
        if waiting:
            st.caption(f"{count(waiting, 'condition')} without a fitting value: not asked yet.")
        if group.parts and st.button(
            "Clear the conditions", icon=":material/close:", type="tertiary", key=f"{key}-clear"
        ):
            return Group()
    return made if isinstance(made, Group) else Group()


def _group(dataset: Dataset, group: Group, key: str, depth: int) -> Node | None:
    """One group; None when it was taken away."""
    with st.container(key=f"where-{key}", border=depth > 1):
        joint, gone = _joint(group, key, depth)
        parts: list[Node] = []
        for place, part in enumerate(group.parts):
            inner = f"{key}-{place}"
            kept: Node | None
            if isinstance(part, Leaf):
                kept = _leaf(dataset, part, inner)
            else:
                kept = _group(dataset, part, inner, depth + 1)
            if kept is not None:
                parts.append(kept)
        parts += _added(dataset, key, depth)
    return None if gone else Group(*_GROUPS[joint], tuple(parts))


def _joint(group: Group, key: str, depth: int) -> tuple[Joint, bool]:
    now = next(j for j, g in _GROUPS.items() if g == (group.joint, group.negated))
    if not group.parts and depth == 1:
        return now, False
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen: Joint = st.selectbox(
            "What must hold",
            list(JOINTS),
            index=list(JOINTS).index(now),
            format_func=JOINTS.__getitem__,
            label_visibility="collapsed",
            key=f"{key}-joint-{now}",
            width=220,
        )
        gone = depth > 1 and st.button(
            "Remove the group", icon=":material/delete:", type="tertiary", key=f"{key}-gone"
        )
    return chosen, gone


def _added(dataset: Dataset, key: str, depth: int) -> list[Node]:
    first = dataset.fields[0]
    leaf = Leaf(first.name, operators(first)[0])
    with st.container(horizontal=True):
        if st.button("Add a condition", icon=":material/add:", key=f"{key}-add"):
            return [leaf]
        if depth < DEEPEST and st.button(
            "Add a group", icon=":material/library_add:", type="tertiary", key=f"{key}-group"
        ):
            return [Group("any", False, (leaf,))]
    return []


# ------------------------------------------------------------------ one condition


def operators(field: Field) -> tuple[str, ...]:
    """The operators that are offered for a field."""
    if field.choices and field.type == "text":
        return ("eq", "ne", "in", "empty", "filled")
    return BY_TYPE[field.type]


def _leaf(dataset: Dataset, leaf: Leaf, key: str) -> Leaf | None:
    """One condition; None when it was taken away. A key holds the value, so that no row keeps another one's."""
    names = list(dataset.field_names)
    known = leaf.field in names
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = st.selectbox(
            "Field",
            names if known else [leaf.field, *names],
            index=names.index(leaf.field) if known else 0,
            format_func=lambda n: dataset.field(n).label if n in names else n,
            label_visibility="collapsed",
            key=f"{key}-field-{leaf.field}",
            width=190,
        )
        if name not in names:
            made = leaf
        elif name != leaf.field:
            made = Leaf(name, operators(dataset.field(name))[0])
        else:
            made = _comparison(dataset.field(name), leaf, key)
        gone = st.button(
            "", icon=":material/close:", type="tertiary", key=f"{key}-gone", help="Remove it"
        )
    wrong = fault(dataset, leaf)
    if wrong and leaf.value not in ("", [], ()):
        st.caption(f":red[{plain(wrong)}]")
    return None if gone else made


def _comparison(field: Field, leaf: Leaf, key: str) -> Leaf:
    """What the field is compared by, and with."""
    offered = operators(field)
    now = "filled" if leaf.op == "empty" and leaf.value in (False, "false") else leaf.op
    offered = offered if now in offered else (now, *offered)
    chosen = st.selectbox(
        "Comparison",
        offered,
        index=offered.index(now),
        format_func=lambda o: WORDS.get(o, o),
        label_visibility="collapsed",
        key=f"{key}-op-{leaf.field}-{now}",
        width=150,
    )
    if chosen in ("empty", "filled"):
        return Leaf(field.name, "empty", chosen == "empty")
    value = "" if leaf.op == "empty" or isinstance(leaf.value, bool) else leaf.value
    if chosen != now:
        several = isinstance(value, (list, tuple))
        if (chosen == "in") != several:
            value = [value] if value and chosen == "in" else "" if several else value
        return Leaf(field.name, chosen, value)
    return Leaf(field.name, chosen, _value(field, chosen, leaf.value, f"{key}-{chosen}"))


def _value(field: Field, op: str, value: Any, key: str) -> Any:
    key = f"{key}-{field.name}-{value}"
    if op == "in":
        return _several(field, value, key)
    if field.type == "boolean" or (field.choices and op in ("eq", "ne", "has")):
        options = ["true", "false"] if field.type == "boolean" else list(field.choices)
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        options = options if shown in ("", *options) else [shown, *options]
        return (
            st.selectbox(
                "Value",
                options,
                index=options.index(shown) if shown in options else None,
                placeholder="Choose",
                label_visibility="collapsed",
                key=key,
                width=220,
            )
            or ""
        )
    typed = st.text_input(
        "Value",
        value=str(value),
        placeholder="1990, 1990-12 or 1990-12-31" if field.type == "date" else "Value",
        label_visibility="collapsed",
        key=key,
        width=220,
    )
    return value if typed == str(value) else (typed or "").strip()


def _several(field: Field, value: Any, key: str) -> list[str]:
    now = [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
    now = [each for each in now if each]
    return list(
        st.multiselect(
            "Values",
            list(dict.fromkeys([*field.choices, *now])),
            default=now,
            placeholder="Choose" if field.choices else "Type a value",
            accept_new_options=not field.choices,
            label_visibility="collapsed",
            key=key,
            width=320,
        )
    )
