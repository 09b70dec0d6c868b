"""A small language over the cells of a row: `if [Age] >= 18 then "adult" else "minor"`.

    expression  if C then A else B  |  or
    or          and ("or" and)*             and   not ("and" not)*         not  "not" not | comparison
    comparison  sum (= <> < <= > >= sum)?   sum   product ((+ - &) product)*
    product     sign ((* / %) sign)*        sign  "-" sign | atom
    atom        12.5  "text"  [Column]  true  false  function(...)  (expression)

It is parsed here and compiled to SQL: nothing of what somebody types is SQL, but for the numbers and the quoted
texts. There is nothing else than what `functions.py` lists. An empty cell is an empty text; a text that is no number
counts as empty where a number is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from core.cleaning import patterns
from core.cleaning.shaping.functions import FUNCTIONS, Function, Type
from core.cleaning.shaping.kind import place
from core.errors import BadRecipe
from core.storage.sql import literal

LONGEST, DEEPEST = 4_000, 40
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|\[(?P<column>[^\]]+)\]"""
    r"""|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|<>|!=|==|[-+*/%&=<>(),]))"""
)
_COMPARE = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_KEYWORDS = frozenset("if then else and or not true false".split())


@dataclass(frozen=True)
class Part:
    """A part of an expression as SQL, with its type; `rows` when it looks at other rows."""

    sql: str
    type: Type
    rows: bool = False
    column: bool = False  # a cell as it stands
    words: str | None = None  # a text that is written out


@dataclass(frozen=True)
class Expression:
    """What an expression compiles to, over columns c0, c1, ... and `_n`."""

    text: str  # SQL for the text of a new cell
    condition: str  # SQL for whether it is true
    rows: bool
    columns: frozenset[str]


def compile_expression(source: str, names: Sequence[str]) -> Expression:
    """Compile over these columns. Raises BadRecipe with the place and what is possible there."""
    parser = _Parser(source, names)
    part = parser.whole()
    return Expression(
        _as(part, "text").sql, _as(part, "bool").sql, part.rows, frozenset(parser.used)
    )


def _as(part: Part, wanted: Type) -> Part:
    """The same as another type; NULL where it is none."""
    x, rows = part.sql, part.rows
    if part.type == wanted:
        return part
    if wanted == "text":
        if part.type == "number":
            whole = f"abs({x}) < 1e15 AND {x} = floor({x})"
            x = f"CASE WHEN isfinite({x}) THEN CASE WHEN {whole} THEN ({x})::BIGINT::VARCHAR ELSE ({x})::VARCHAR END END"
        else:
            x = f"({x})::VARCHAR"
    elif wanted == "number":
        x = (
            f"({x})::INTEGER"
            if part.type == "bool"
            else f"TRY_CAST(trim(({x})::VARCHAR) AS DOUBLE)"
        )
    elif wanted == "date":
        day = f"regexp_extract(({x})::VARCHAR, '^[0-9]{{1,4}}-[0-9]{{1,2}}-[0-9]{{1,2}}$')"
        x = f"TRY_CAST({day} AS DATE)"
    else:
        x = (
            f"coalesce(({x}) <> 0, false)"
            if part.type == "number"
            else f"coalesce(({x})::VARCHAR <> '', false)"
        )
    return Part(x, wanted, rows)


class _Parser:
    def __init__(self, source: str, names: Sequence[str]) -> None:
        if len(source) > LONGEST:
            raise BadRecipe(
                f"the expression has {len(source):,} characters, and {LONGEST:,} are allowed"
            )
        self.source, self.names, self.used = source, names, set[str]()
        self.tokens, self.at, self.depth = self._cut(source), 0, 0

    def _cut(self, source: str) -> list[tuple[str, str, int]]:
        found, at = [], 0
        while source[at:].strip():
            match = _TOKEN.match(source, at)
            if match is None:
                bad = source[at:].lstrip()
                self._fail(f"“{bad[0]}” means nothing here", len(source) - len(bad))
            kind = match.lastgroup or ""
            found.append((kind, match.group(kind), match.start(kind)))
            at = match.end()
        return found

    def _fail(self, said: str, at: int, hint: str = "") -> NoReturn:
        raise BadRecipe(f"the expression, at character {at + 1}: {said}", hint=hint)

    def _look(self) -> tuple[str, str, int]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", len(self.source))

    def _is(self, *texts: str) -> str | None:
        """The next token when it is one of these words or signs; it is taken then."""
        kind, text, _ = self._look()
        if kind in ("word", "sign") and text.lower() in texts:
            self.at += 1
            return text.lower()
        return None

    def _want(self, text: str) -> None:
        if not self._is(text):
            kind, found, at = self._look()
            self._fail(f"“{text}” is expected{f', not “{found}”' if found else ''}", at)

    def whole(self) -> Part:
        if not self.tokens:
            raise BadRecipe(
                "the expression is empty", hint='For example: [First name] & " " & [Last name]'
            )
        part = self.expression()
        kind, text, at = self._look()
        if kind != "end":
            self._fail(f"“{text}” is too much", at)
        return part

    def expression(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            self._fail(f"it is nested more than {DEEPEST} deep", self._look()[2])
        found = self._choice() if self._is("if") else self._or()
        self.depth -= 1
        return found

    def _choice(self) -> Part:
        """if C then A else B, and if(C, A, B) as spreadsheets write it."""
        if self._look()[1] == "(" and self._call_of_if():
            self._want("(")
            condition = self.expression()
            self._want(",")
            yes = self.expression()
            no = self.expression() if self._is(",") else Part("NULL", yes.type)
            self._want(")")
        else:
            condition = self.expression()
            self._want("then")
            yes = self.expression()
            no = self.expression() if self._is("else") else Part("NULL", yes.type)
        if yes.type != no.type:
            yes, no = _as(yes, "text"), _as(no, "text")
        test = _as(condition, "bool")
        rows = condition.rows or yes.rows or no.rows
        return Part(f"CASE WHEN {test.sql} THEN {yes.sql} ELSE {no.sql} END", yes.type, rows)

    def _call_of_if(self) -> bool:
        """Whether a comma stands in the parenthesis that begins here, outside of others."""
        depth = 0
        for kind, text, _ in self.tokens[self.at :]:
            if kind != "sign":
                continue
            depth += (text == "(") - (text == ")")
            if depth == 0:
                return False
            if depth == 1 and text == ",":
                return True
        return False

    def _or(self) -> Part:
        return self._logic("or", lambda: self._logic("and", self._not))

    def _logic(self, word: str, below: object) -> Part:
        assert callable(below)  # nosec B101
        left: Part = below()
        while self._is(word):
            right: Part = below()
            a, b = _as(left, "bool").sql, _as(right, "bool").sql
            left = Part(f"({a} {word.upper()} {b})", "bool", left.rows or right.rows)
        return left

    def _not(self) -> Part:
        if self._is("not"):
            self.depth += 1
            if self.depth > DEEPEST:
                self._fail(f"it is nested more than {DEEPEST} deep", self._look()[2])
            part = self._not()
            self.depth -= 1
            return Part(f"(NOT {_as(part, 'bool').sql})", "bool", part.rows)
        return self._comparison()

    def _comparison(self) -> Part:
        left = self._sum()
        sign = self._is(*_COMPARE)
        if not sign:
            return left
        right = self._sum()
        kind = _compared(left, right)
        a, b = _as(left, kind).sql, _as(right, kind).sql
        if kind == "text":
            a, b = f"coalesce({a}, '')", f"coalesce({b}, '')"
        return Part(f"coalesce({a} {_COMPARE[sign]} {b}, false)", "bool", left.rows or right.rows)

    def _sum(self) -> Part:
        left = self._product()
        while sign := self._is("+", "-", "&"):
            right = self._product()
            rows = left.rows or right.rows
            if sign == "&":
                left = Part(
                    f"concat({_as(left, 'text').sql}, {_as(right, 'text').sql})", "text", rows
                )
            else:
                left = Part(
                    f"({_as(left, 'number').sql} {sign} {_as(right, 'number').sql})", "number", rows
                )
        return left

    def _product(self) -> Part:
        left = self._sign()
        while sign := self._is("*", "/", "%"):
            right = self._sign()
            a, b = _as(left, "number").sql, _as(right, "number").sql
            b = b if sign == "*" else f"nullif({b}, 0)"
            left = Part(f"({a} {sign} {b})", "number", left.rows or right.rows)
        return left

    def _sign(self) -> Part:
        if self._is("-"):
            self.depth += 1
            if self.depth > DEEPEST:
                self._fail(f"it is nested more than {DEEPEST} deep", self._look()[2])
            part = self._sign()
            self.depth -= 1
            return Part(f"(-{_as(part, 'number').sql})", "number", part.rows)
        return self._atom()

    def _atom(self) -> Part:
        kind, text, at = self._look()
        if self._is("("):
            part = self.expression()
            self._want(")")
            return part
        if kind == "end":
            self._fail("something is missing at the end", at)
        if kind == "sign" or (
            kind == "word" and text.lower() in _KEYWORDS - {"true", "false", "if"}
        ):
            self._fail(f"a value is expected, not “{text}”", at)
        self.at += 1
        if kind == "number":
            return Part(f"{text}::DOUBLE", "number")
        if kind == "text":
            words = text[1:-1].replace(text[0] * 2, text[0])
            return Part(literal(words), "text", words=words)
        if kind == "column":
            return self._column(text)
        return self._word(text, at)

    def _column(self, name: str) -> Part:
        index = place(self.names, name)
        self.used.add(self.names[index])
        return Part(f"coalesce(c{index}, '')", "text", column=True)

    def _word(self, word: str, at: int) -> Part:
        if word.lower() in ("true", "false"):
            return Part(word.lower(), "bool")
        if word.lower() == "if":
            return self._choice()
        if self._look()[1] == "(":
            return self._call(word, at)
        if word.casefold() in {n.strip().casefold() for n in self.names}:
            return self._column(word)
        self._fail(
            f"there is no column “{word}”",
            at,
            hint=f"A column stands in brackets: {', '.join(f'[{n}]' for n in self.names[:8])}. A text stands in quotes.",
        )

    def _call(self, word: str, at: int) -> Part:
        function = FUNCTIONS.get(word.lower())
        if function is None:
            self._fail(
                f"“{word}” cannot be called", at, hint=f"There is: {', '.join(sorted(FUNCTIONS))}."
            )
        given = self._arguments()
        least = function.least if function.least is not None else len(function.takes)
        if len(given) < least or (len(given) > len(function.takes) and not function.more):
            takes = f"{least} or more" if function.more else str(len(function.takes))
            self._fail(f"{word} takes {takes} values, and {len(given)} were given", at)
        self._check_pattern(word, function, given, at)
        wanted = [*function.takes, *function.takes[-1:] * len(given)]
        arguments = [_as(part, type_).sql for part, type_ in zip(given, wanted)]
        if function.rows and any(p.rows for p in given):
            self._fail(
                f"{word} cannot look at what looks at all rows itself",
                at,
                hint="Make a column of it first.",
            )
        rows = function.rows or any(p.rows for p in given)
        made = function.sql(*arguments)
        # Whole numbers of the engine overflow with an error, others do not.
        made = f"({made})::DOUBLE" if function.gives == "number" else made
        return Part(made, function.gives, rows)

    def _check_pattern(self, word: str, function: Function, given: list[Part], at: int) -> None:
        if function.pattern is None:
            return
        pattern = given[function.pattern].words
        if pattern is None:
            self._fail(f"the pattern of {word} must be written out, in quotes", at)
        if broken := patterns.fault(pattern):
            self._fail(f"the pattern {pattern} does not compile: {broken}", at)

    def _arguments(self) -> list[Part]:
        self._want("(")
        found: list[Part] = []
        if self._is(")"):
            return found
        while True:
            found.append(self.expression())
            if self._is(")"):
                return found
            self._want(",")


_BY: tuple[Type, ...] = ("date", "number", "bool")


def _compared(left: Part, right: Part) -> Type:
    """As numbers where one side is a number, as dates where one is; else as texts."""
    for type_ in _BY:
        if type_ in (left.type, right.type):
            return type_
    return "text"
