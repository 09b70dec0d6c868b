"""A plan and a filter as Elasticsearch's queries. What a word is worth is a constant, so that both engines score alike."""

from __future__ import annotations

from typing import Any

from core.search import narrowing
from core.search.layout import Layout
from core.search.narrowing import Among, Between, Both, Either, Ids, Narrow, There
from core.search.plan import Asked, Match, Option, Plan

Json = dict[str, Any]
NOTHING: Json = {"match_none": {}}
RECORDS: Json = {"exists": {"field": "id"}}  # all documents but the one that says where it stands


class Questions:
    """Makes queries for one index."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._known = {"id", "names", "prefix"} | {
            f"t_{name}" for name in (*layout.names, *layout.texts)
        }

    def plan(self, plan: Plan) -> Json:
        """The whole question. Raises Unindexed."""
        wanted = [self._asked(each) for each in plan.asked if not each.excluded]
        excluded = [self._asked(each) for each in plan.asked if each.excluded]
        made: Json = {"filter": [RECORDS]}
        if not wanted:
            made["must"] = [_constant({"match_all": {}}, 1.0)]
        elif plan.least is None or plan.least >= len(wanted):
            made["must"] = wanted
        else:
            made |= {"should": wanted, "minimum_should_match": max(1, plan.least)}
        if excluded:
            made["must_not"] = excluded
        if plan.filters is not None:
            made["filter"] = [RECORDS, narrowed(narrowing.narrow(self.layout, plan.filters))]
        return {"bool": made}

    # -------------------------------------------------------------- words

    def _asked(self, asked: Asked) -> Json:
        """The best of its options counts. Single words of one field and worth are one query."""
        together: dict[tuple[str, float], list[str]] = {}
        queries = []
        for option in asked.options:
            first = option.matches[0] if len(option.matches) == 1 and not option.parts else None
            if first is None or len(first.words) > 1:
                queries.append(self._option(option))
            elif first.field in self._known:
                together.setdefault((first.field, option.weight), []).append(first.words[0])
        for (field, weight), words in together.items():
            queries.append(_constant({"terms": {field: words}}, weight))
        if not queries:
            return NOTHING
        return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}

    def _option(self, option: Option) -> Json:
        queries = [self._match(match) for match in option.matches]
        queries += [self._asked(part) for part in option.parts]
        return _constant({"bool": {"filter": queries}}, option.weight)

    def _match(self, match: Match) -> Json:
        if match.field not in self._known:
            return NOTHING
        if len(match.words) == 1:
            return {"term": {match.field: match.words[0]}}
        return {"match_phrase": {match.field: " ".join(match.words)}}


def _constant(query: Json, worth: float) -> Json:
    return {"constant_score": {"filter": query, "boost": worth}}


# ------------------------------------------------------------------ filters


def narrowed(node: Narrow) -> Json:
    """What an index can answer, as a query."""
    if isinstance(node, Ids):
        return {"terms": {"id": list(node.ids)}}
    if isinstance(node, Among):
        return {"terms": {node.field: list(node.values)}}
    if isinstance(node, There):
        return {"exists": {"field": node.field}}
    if isinstance(node, Between):
        return _between(node)
    if isinstance(node, Both):
        return {"bool": {"filter": [narrowed(part) for part in node.parts] or [{"match_all": {}}]}}
    if isinstance(node, Either):
        parts = [narrowed(part) for part in node.parts]
        return {"bool": {"should": parts, "minimum_should_match": 1}} if parts else NOTHING
    return {"bool": {"must_not": [narrowed(node.part)]}}


def _between(node: Between) -> Json:
    low, high = ("gt", "lt") if node.strict else ("gte", "lte")
    limits = {low: node.low, high: node.high}
    return {"range": {node.field: {k: v for k, v in limits.items() if v is not None}}}
