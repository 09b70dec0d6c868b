"""Which delimiter and quote a text uses: every candidate is tried on the first lines.

A candidate scores by how alike its rows are and by how many of its cells look like something
(a number, a date, a word, an address), the idea of van den Burg's CleverCSV (2019).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from core.files.shape.header import kind
from core.files.shape.units import is_unit
from core.files.table import Decision
from core.files.text.quote_signs import encloses, may_be_escaped, may_be_quoted, width_kept
from core.files.text.records import Records
from core.files.text.splitter import Dialect

LINES = 300
CHARS = 100_000
DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", "\x1f", "\x01", " ")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ":": "colon"}
# Signs that also are punctuation inside cells must be much better than the usual ones to win.
_TRUST = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.98, ":": 0.6, " ": 0.55}
_THOUSANDS = re.compile(r"\s*[-+]?\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?\s*")
_SAYS = re.compile(r"[^\s,;|:^~\x1f\x01]")
# A sign, or a few of them: what else may stand between cells. A tab may be spelled out.
_RUN = re.compile(r"\\t|//|\*{2,4}|-\|-|[^\w\s\"'`.\-+/()\[\]{}%*?!]{1,4}|-[->]|[~|]{2,4}|\t{2,4}")
_KNOWN = re.compile(
    r"""\s*(?:
      [-+]?[\d.,\s]*\d\s*%?                            # numbers, however they are grouped
    | [-+]?\d+(?:\.\d+)?[eE][-+]?\d+
    | [$€£¥]\s*-?[\d.,]+
    | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?)?
    | \d{1,2}:\d{2}(?::\d{2})?
    | https?://\S+ | [^\s@,;|]+@[^\s@,;|]+\.\w+
    | [\w'’&().°\-/#%$£€+*!?"\u00b7:]+(?:[ ]+[\w'’&().°\-/#%$£€+*!?"\u00b7:,]+)*   # words
    )?\s*""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Sniffed:
    """The dialect of a text, and what was decided about it."""

    dialect: Dialect
    width: int
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class _Trial:
    dialect: Dialect
    score: float
    width: int
    usual: int
    rows: int

    def in_words(self) -> str:
        name = name_of(self.dialect.delimiter)
        if self.width < 2:
            return f"{name} sets nothing apart"
        return (
            f"{self.usual} of {self.rows} rows have {self.width} cells with {name} as the delimiter"
        )


def name_of(delimiter: str) -> str:
    """The delimiter in words."""
    return NAMES.get(delimiter, repr(delimiter))


def sniff(
    lines: Sequence[str],
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
) -> Sniffed:
    """Decide the dialect of these lines (with their line ends); what is given is taken."""
    text = _some(lines)
    delimiters = (delimiter,) if delimiter is not None else _delimiters(text)
    quotes = (quote,) if quote is not None else _quotes(text, delimiters)
    escaped = {
        mark: _backslash(text, mark) if escape is None else escape == "\\" for mark in quotes
    }
    trials = [
        _try(text, Dialect(delim, mark, escaped[mark])) for mark in quotes for delim in delimiters
    ]
    if delimiter is None:
        trials = _sensible(trials, text)
    trials.sort(key=lambda trial: -trial.score)
    best = trials[0]
    if best.score <= 0 and delimiter is None:  # one column, whatever is called its delimiter
        sign = next(sign for sign in (",", ";", "\t", "|", "\x1f") if not _splits(sign, text))
        best = _try(text, Dialect(sign, best.dialect.quote, best.dialect.backslash))
    kept = width_kept(text, best.dialect) if escape is None else 0
    if kept:
        best = replace(best, dialect=replace(best.dialect, backslash=True), width=kept)
    others = [
        t for t in trials[1:] if t.dialect.delimiter != best.dialect.delimiter and t.width > 1
    ]
    return Sniffed(
        best.dialect, best.width, _decisions(text, best, others, delimiter, quote, escape)
    )


def _words(lines: Sequence[str]) -> int:
    """How many words all lines have, when these may be cells: three at least, and as many in each."""
    counts = {len(line.split()) for line in lines if line.strip()}
    return max(counts) if len(counts) == 1 and len(lines) > 3 and min(counts) > 2 else 0


def _splits(sign: str, lines: list[str]) -> bool:
    return sign != "\x1f" and any(sign in line for line in lines)


def _sensible(trials: list[_Trial], lines: list[str]) -> list[_Trial]:
    """The trials, those at nothing that only cut a column of names, addresses or times in pieces."""
    texts = [line.strip() for line in lines if line.strip()]
    first, rest = texts[0], texts[1:]
    whole = sum(map(_is_value, rest)) >= 0.8 * len(rest)
    unit = is_unit(texts)
    perfect = [
        t for t in trials if t.width > 1 and t.usual == t.rows > 2 and t.dialect.delimiter != " "
    ]
    kept = []
    for trial in trials:
        sign = trial.dialect.delimiter
        lacking = sign not in first
        cut = _is_weak(trial) and (lacking or whole) or lacking and whole and sign not in ",;\t|"
        names = sign == "," and lacking and trial.width == 2 and _surnames(first, rest)
        # Commas in numbers are no delimiters where another sign sets every line apart.
        numbers = lacking and bool(perfect) and trial not in perfect
        stray = (
            lacking and trial.width < 4 and 2 * trial.usual < trial.rows and _strays(sign, texts)
        )
        nothing = unit or cut or names or numbers or stray
        kept.append(replace(trial, score=0.0) if nothing else trial)
    return kept


def _strays(sign: str, texts: list[str]) -> bool:
    """Whether a sign stands in single lines here and there; the rows of a table stand together."""
    blocks = [found for found, _ in groupby(sign in text for text in texts)]
    return blocks.count(True) > 1 or sum(sign in text for text in texts) == 1


def _is_value(text: str) -> bool:
    """Whether a line is one value; numbers separated by blanks are several, but for thousands."""
    found = kind(text)
    return (
        found in ("link", "date")
        or found == "number"
        and (not re.search(r"\d\s+\S", text) or _THOUSANDS.fullmatch(text) is not None)
    )


def _is_weak(trial: _Trial) -> bool:
    """Signs that are punctuation more often than they set cells apart."""
    sign = trial.dialect.delimiter
    return len(sign) == 1 and sign not in ",;\t|\x1f\x01^~"


def _surnames(first: str, rest: list[str]) -> bool:
    """Whether the lines below one word all are like `Smith, Ann`."""
    pairs = sum(line.count(",") == 1 and ", " in line for line in rest)
    return bool(rest) and len(first.split()) == 1 and pairs == len(rest)


def _some(lines: Sequence[str]) -> list[str]:
    """The first lines that say something; those of nothing but delimiters look like any dialect."""
    taken, size, told = [], 0, 0
    for line in lines:
        said = _SAYS.search(line) is not None
        if said or line.isspace():
            taken.append(line)
            size += len(line)
            told += said
        if told >= LINES or size > CHARS:
            break
    return taken or list(lines[:LINES])


def _quotes(lines: list[str], delimiters: Sequence[str]) -> tuple[str, ...]:
    """The double quote, and another one only where cells stand in it and nothing speaks against it."""
    text = "".join(lines)
    others = [mark for mark in ("'", "`") if text.count(mark) >= 2]
    proven = tuple(mark for mark in others if encloses(text, mark, delimiters))
    return (*proven, '"') if text.count('"') >= 2 or not proven else proven


def _delimiters(lines: list[str]) -> tuple[str, ...]:
    """The usual signs, and whatever else stands in nearly every line as a delimiter would."""
    text = "".join(lines)
    usual = [sign for sign in DELIMITERS if sign in text]
    filled = [line for line in lines if line.strip()]
    seen = Counter(run for line in filled for run in set(_RUN.findall(line)) if not _of_words(run))
    often = [run for run, count in seen.items() if count >= 0.8 * len(filled)]
    several = [
        run
        for run in often
        if len(run) > 1 and not _is_repeated(run, filled) and not _is_with_value(run, text)
    ]
    # Where || stands between the cells, | does not.
    alone = [
        sign
        for sign in dict.fromkeys([*usual, *(run for run in often if len(run) == 1)])
        if not any(_only_within(sign, run, text) for run in several)
    ]
    return (*alone, *several) or (",",)


def _of_words(run: str) -> bool:
    """Whether a run holds marks of letters, such as the vowels of Thai, or what stands between the parts of a name."""
    return any(unicodedata.category(c)[0] == "M" or c in "·・‧’ʼ‘‐‑" for c in run)


def _is_repeated(run: str, lines: list[str]) -> bool:
    """Whether a run such as `,,` is nothing but one sign several times, with empty cells between.

    Commas and semicolons are; of other signs (`||`) a line tells that holds another number of them.
    """
    if len(set(run)) > 1:
        return False
    if run[0] in ",;":
        return True
    odd = [
        line
        for line in lines
        if any(len(each) % len(run) for each in re.findall(f"{re.escape(run[0])}+", line))
    ]
    return len(odd) > 0.05 * len(lines)


def _is_with_value(run: str, text: str) -> bool:
    """Whether a run such as `,$` is a delimiter and the first sign of each value: it stands alone, too."""
    inside = [sign for sign in DELIMITERS if sign in run]
    return len(set(run)) > 1 and any(
        text.count(sign) > text.count(run) * run.count(sign) for sign in inside
    )


def _only_within(sign: str, run: str, text: str) -> bool:
    return sign in run and text.count(sign) <= 1.05 * text.count(run) * run.count(sign)


def _backslash(lines: list[str], mark: str) -> bool:
    r"""Whether \" stands for a quote inside cells: it occurs, and not before a cell's end."""
    if not mark:
        return False
    text = "".join(lines)
    inside = len(re.findall(rf"\\{mark}(?![,;\t|\r\n]|\Z|{mark})", text))
    doubled = len(re.findall(rf"[^\\,;\t|\n]{mark}{mark}[^,;\t|\r\n{mark}]", text))
    return inside > 0 and inside > doubled


def _try(lines: list[str], dialect: Dialect) -> _Trial:
    records = Records(lines, dialect)
    rows = [cells for _, cells in records]
    if not rows:
        return _Trial(dialect, 0.0, 1, 0, 0)
    widths = Counter(map(len, rows))
    # Title and total lines are short; the width that covers most cells is the table's.
    width = max(widths, key=lambda w: (widths[w] * (w - 1), w))
    likeness = sum(n * (w - 1) / w * n / len(rows) for w, n in widths.items()) / len(rows)
    cells = [cell for row in rows for cell in row]
    known = sum(len(c) < 500 and _KNOWN.fullmatch(c) is not None for c in cells) / len(cells)
    broken = records.oddities.counts.get("unclosed", 0) / len(rows)
    score = likeness * (0.2 + 0.8 * known) * (1 - 0.5 * broken)
    score *= _TRUST.get(dialect.delimiter, 0.8) * _quoting(lines, dialect)
    if dialect.delimiter == " " and not _tabular(rows, width):
        score = 0.0
    return _Trial(dialect, score, width, widths[width], len(rows))


def _tabular(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether words separated by blanks are a table, and not names or sentences."""
    same = [row for row in rows if len(row) == width]
    values = sum(kind(cell) != "" for row in same for cell in row)
    return len(rows) > 2 and len(same) >= 0.7 * len(rows) and values >= 0.25 * len(same) * width


def _quoting(lines: list[str], dialect: Dialect) -> float:
    """Quotes should stand at cell borders; an apostrophe in a name is no quote."""
    if not dialect.quote:
        return 1.0
    mark, delim = re.escape(dialect.quote), re.escape(dialect.delimiter)
    text = "".join(lines)
    total = text.count(dialect.quote) - 2 * text.count(dialect.quote * 2)
    if total <= 0:
        return 1.0 if dialect.quote == '"' else 0.9
    edge = f"(?:^|{delim}) *{mark}|{mark} *(?={delim}|\r?$)"
    share = min(1.0, len(re.findall(edge, text, re.MULTILINE)) / total)
    return (0.5 + 0.5 * share) * (1.0 if dialect.quote == '"' else 0.95)


def _decisions(
    text: list[str],
    best: _Trial,
    others: list[_Trial],
    delimiter: str | None,
    quote: str | None,
    escape: str | None,
) -> tuple[Decision, ...]:
    dialect, signs = best.dialect, (best.dialect.delimiter,)
    second = others[0] if others else None
    sure = second is None or second.score < 0.8 * best.score
    alone = None
    if dialect.delimiter == " " and best.width < 3 and delimiter is None:
        sure, alone = False, "one column"  # a first and a last name are as often one cell
    words = _words(text) if best.width < 2 else 0
    because = "chosen by the user" if delimiter is not None else best.in_words()
    if second is not None and delimiter is None:
        because += f"; {second.in_words()}"
    runner = name_of(second.dialect.delimiter) if second else alone
    if words and delimiter is None:
        because, sure, runner = f"{because}; all lines have {words} words", False, "space"
    marks = "chosen by the user" if quote is not None else "it stands at the borders of cells"
    other = ""
    if quote is None and dialect.quote == '"' and may_be_quoted("".join(text), "'", signs):
        other = "'"
        marks += f"; some cells stand in {other}, too"
    doubled = "a backslash before a quote keeps it" if dialect.backslash else "doubled inside cells"
    doubled = doubled if escape is None else "chosen by the user"
    marks_ = ("\\", dialect.quote) if dialect.backslash else (dialect.quote, "\\")
    open_ = escape is None and may_be_escaped(text, dialect)
    return (
        Decision("delimiter", dialect.delimiter, because, sure or delimiter is not None, runner),
        Decision("quote", dialect.quote, marks, not other, other or None),
        Decision("escape", marks_[0], doubled, not open_, marks_[1] if open_ else None),
    )
