"""Asking the engine in steps: the next way of reading the words is tried when the one before found too little."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.search.engine import Engine
from core.search.expand import ALIKE, PLAIN, STEPS, TYPOS, Expander, Step
from core.search.plan import Matches, Plan
from core.search.query import Query

ENOUGH = 10  # hits; with fewer, words are widened
# After each step so many are enough, of several words: what has all of them, with typos, is hardly somebody else.
AFTER = {PLAIN: ENOUGH, TYPOS: 3, ALIKE: 1}
# While somebody types, what is there as it was typed is enough: a name is typed to its end, not looked for among others.
FEW = 3  # of one word; of several, one
LOOSE = 300  # candidates that are ranked by the sound of the word that they lack


@dataclass(frozen=True)
class Answer:
    """What the engine said to a plan: the first candidates, as many as are ranked, and what is to be said."""

    plan: Plan
    step: Step
    first: Matches
    window: int
    notes: tuple[str, ...] = ()


def widened(
    engine: Engine,
    expander: Expander | None,
    query: Query,
    plan: Plan,
    window: int,
    *,
    typing: bool = False,
) -> Answer:
    """The answer of the first step with enough hits, or of the best one; `plan` has filters and order."""
    best: Answer | None = None
    answer = Answer(plan, PLAIN, Matches(0, ()), window)
    for step in STEPS if query.words else (PLAIN,):
        asked = expander.asked(query.clauses, step) if expander else ()
        answer = _answer(engine, replace(plan, asked=asked), step, window)
        if best is None or answer.first.total > best.first.total:
            best = answer
        enough = ENOUGH if len(asked) == 1 else AFTER[step]
        if typing:
            enough = 1 if len(asked) > 1 else FEW
        if answer.first.total >= enough:
            break
    words = sum(not each.excluded for each in answer.plan.asked)
    if best and best.first.total == 0 and words > 1:
        return _fewer(engine, answer, words, window)
    foreign = words > 1 and answer.step == ALIKE and not query.text.isascii()
    if foreign and answer.first.total < ENOUGH:
        return _loosely(engine, answer, words)
    return best or answer


def _answer(engine: Engine, plan: Plan, step: Step, window: int) -> Answer:
    return Answer(plan, step, engine.search(plan, limit=window), window)


def _loosely(engine: Engine, answer: Answer, words: int) -> Answer:
    """Across scripts a word may be too different: records that have all but one follow, ranked by its sound."""
    plan = replace(answer.plan, least=words - 1)
    found = _answer(engine, plan, answer.step, LOOSE)
    note = "Records that have all the words but one follow."
    more = found.first.total > answer.first.total
    return replace(found, notes=(note,) if answer.first.total and more else ())


def _fewer(engine: Engine, answer: Answer, words: int, window: int) -> Answer:
    """Records that have most of the words."""
    for least in range(words - 1, max(0, words // 2 - 1), -1):
        found = _answer(engine, replace(answer.plan, least=least), answer.step, window)
        if found.first.total:
            note = f"No record has all the words; these have {least} of {words}."
            return replace(found, notes=(note,))
    return answer
