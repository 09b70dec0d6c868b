"""A plan and a filter as tantivy's queries."""

from __future__ import annotations

from typing import Any

import tantivy
from tantivy import Occur, Query

from core.records import operands
from core.records.filters import All, Condition, Filter, Not, operator, parts
from core.search.documents import last_day, number
from core.search.engine import Unindexed
from core.search.layout import LONG, Layout
from core.search.plan import Asked, Match, Option, Plan


class Questions:
    """Makes queries for one index."""

    def __init__(self, layout: Layout, schema: tantivy.Schema) -> None:
        self.layout, self.schema = layout, schema
        self._types = {f.name: f.type for f in layout.dataset.fields}
        self._known = {"id", "names", "prefix"} | {
            f"t_{name}" for name in (*layout.names, *layout.texts)
        }

    # -------------------------------------------------------------- words

    def plan(self, plan: Plan) -> Query:
        """The whole question. Raises Unindexed."""
        wanted = [self._asked(each) for each in plan.asked if not each.excluded]
        if not wanted:
            clauses = [(Occur.Must, self._everything())]
        elif plan.least is None or plan.least >= len(wanted):
            clauses = [(Occur.Must, query) for query in wanted]
        else:
            some = [(Occur.Should, query) for query in wanted]
            clauses = [(Occur.Must, Query.boolean_query(some, max(1, plan.least)))]
        for each in plan.asked:
            if each.excluded:
                clauses.append((Occur.MustNot, self._asked(each)))
        if plan.filters is not None:
            clauses.append((Occur.Must, Query.const_score_query(self.filter(plan.filters), 0.0)))
        return Query.boolean_query(clauses)

    def _everything(self) -> Query:
        """Every record: not the document that says where the index stands."""
        none = Query.term_query(self.schema, "meta", "mark", "basic")
        return Query.boolean_query(
            [(Occur.Must, Query.const_score_query(Query.all_query(), 1.0)), (Occur.MustNot, none)]
        )

    def _asked(self, asked: Asked) -> Query:
        options = [self._option(option) for option in asked.options]
        if not options:
            return Query.empty_query()
        return options[0] if len(options) == 1 else Query.disjunction_max_query(options)

    def _option(self, option: Option) -> Query:
        queries = [self._match(match) for match in option.matches]
        queries += [self._asked(part) for part in option.parts]
        query = (
            queries[0]
            if len(queries) == 1
            else Query.boolean_query([(Occur.Must, each) for each in queries])
        )
        return Query.const_score_query(query, option.weight)

    def _match(self, match: Match) -> Query:
        if match.field not in self._known:
            return Query.empty_query()
        if len(match.words) == 1:
            return Query.term_query(self.schema, match.field, match.words[0], "basic")
        return Query.phrase_query(self.schema, match.field, list(match.words))

    # -------------------------------------------------------------- filters

    def filter(self, node: Filter) -> Query:
        """A filter. Raises Unindexed when a condition is not in the index, BadQuery when it makes no sense."""
        if isinstance(node, Condition):
            return self._condition(node)
        made = [self.filter(part) for part in parts(node)]
        if isinstance(node, Not):
            return self._not(made[0])
        if isinstance(node, All):
            return self._both(made) if made else self._everything()
        return _any(made)

    def _not(self, query: Query) -> Query:
        return Query.boolean_query([(Occur.Must, self._everything()), (Occur.MustNot, query)])

    def _both(self, queries: list[Query]) -> Query:
        return Query.boolean_query([(Occur.Must, each) for each in queries])

    def _condition(self, condition: Condition) -> Query:
        name, op, value = condition.field, operator(self.layout.dataset, condition), condition.value
        kind = self._types.get(name)
        if kind is None:
            if name == "record_id" and op in ("eq", "in"):
                return self._ids(value)
            raise Unindexed(name)
        if op == "empty":
            found = self._there(name)
            empty = operands.fit("empty", "boolean", "eq", value)
            return self._not(found) if empty else found
        if value is None:
            return self._null(name, op)
        value = operands.fit(name, kind, op, value)
        if kind in ("integer", "number", "date") and op in ("lt", "le", "gt", "ge"):
            return self._range(name, kind, op, value)
        if op in ("eq", "has", "ne", "in"):
            return self._equal(name, kind, op, value)
        raise Unindexed(name)

    def _null(self, name: str, op: str) -> Query:
        if op in ("eq", "ne"):
            found = self._there(name)
            return self._not(found) if op == "eq" else found
        return Query.empty_query()

    def _ids(self, value: Any) -> Query:
        wanted = value if isinstance(value, (list, tuple)) else [value]
        return Query.term_set_query(self.schema, "id", [str(each) for each in wanted])

    def _there(self, name: str) -> Query:
        if name in self.layout.values:
            return Query.exists_query(f"v_{name}")
        if name in self.layout.numbers:
            return Query.exists_query(f"n_{name}")
        raise Unindexed(name)

    def _equal(self, name: str, kind: str, op: str, value: Any) -> Query:
        many = value if isinstance(value, (list, tuple)) else [value]
        if op == "in" and isinstance(value, str):
            many = value.split(",")
        if name in self.layout.values:
            if any(len(str(each)) >= LONG for each in many):
                raise Unindexed(name)
            texts = [_text(each) for each in many]
            query = _any([Query.term_query(self.schema, f"v_{name}", t, "basic") for t in texts])
        elif name in self.layout.numbers:
            queries = [
                self._between(f"n_{name}", kind, (v := number(each, kind)), v) for each in many
            ]
            query = _any(queries)
        else:
            raise Unindexed(name)
        return self._not(query) if op == "ne" else query

    def _range(self, name: str, kind: str, op: str, value: Any) -> Query:
        if kind != "date":
            bound = number(value, kind)
            first, last = (bound, None) if op in ("gt", "ge") else (None, bound)
            return self._between(f"n_{name}", kind, first, last, strict=op in ("lt", "gt"))
        day, end = number(value, kind), last_day(value)
        # A partial date fits when one of its days does.
        low, high = f"n_{name}", f"m_{name}"
        return {
            "lt": lambda: self._between(low, kind, None, day, strict=True),
            "le": lambda: self._between(low, kind, None, end),
            "gt": lambda: self._between(high, kind, end, None, strict=True),
            "ge": lambda: self._between(high, kind, day, None),
        }[op]()

    def _between(
        self, field: str, kind: str, first: Any, last: Any, *, strict: bool = False
    ) -> Query:
        of = tantivy.FieldType.Float if kind == "number" else tantivy.FieldType.Integer
        return Query.range_query(
            self.schema,
            field,
            of,
            first,
            last,
            include_lower=first is None or not strict,
            include_upper=last is None or not strict,
        )


def _any(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    if not queries:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, each) for each in queries])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
