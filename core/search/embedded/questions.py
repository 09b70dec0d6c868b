"""A plan and a filter as tantivy's queries."""

from __future__ import annotations

import tantivy
from tantivy import Occur, Query

from core.search import narrowing
from core.search.layout import Layout
from core.search.narrowing import Among, Between, Both, Either, Ids, Narrow, There
from core.search.plan import Asked, Match, Option, Plan


class Questions:
    """Makes queries for one index."""

    def __init__(self, layout: Layout, schema: tantivy.Schema) -> None:
        self.layout, self.schema = layout, schema
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
            narrow = self.narrowed(narrowing.narrow(self.layout, plan.filters))
            clauses.append((Occur.Must, Query.const_score_query(narrow, 0.0)))
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

    def narrowed(self, node: Narrow) -> Query:
        """What an index can answer, as a query."""
        if isinstance(node, Ids):
            return Query.term_set_query(self.schema, "id", list(node.ids))
        if isinstance(node, Among):
            return Query.term_set_query(self.schema, node.field, list(node.values))
        if isinstance(node, There):
            return Query.exists_query(node.field)
        if isinstance(node, Between):
            return self._between(node)
        if isinstance(node, Both):
            every = [self.narrowed(part) for part in node.parts] or [self._everything()]
            return Query.boolean_query([(Occur.Must, each) for each in every])
        if isinstance(node, Either):
            some = [(Occur.Should, self.narrowed(part)) for part in node.parts]
            return Query.boolean_query(some) if some else Query.empty_query()
        kept = (Occur.Must, self._everything())
        return Query.boolean_query([kept, (Occur.MustNot, self.narrowed(node.part))])

    def _between(self, node: Between) -> Query:
        return Query.range_query(
            self.schema,
            node.field,
            tantivy.FieldType.Float if node.real else tantivy.FieldType.Integer,
            node.low,
            node.high,
            include_lower=node.low is None or not node.strict,
            include_upper=node.high is None or not node.strict,
        )
