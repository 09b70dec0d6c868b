"""Why a text is no JSON, in words that name the repair."""

from __future__ import annotations

import re

_WORD = re.compile(r"[-+]?[A-Za-z_$][A-Za-z0-9_$]*")
_NOT_A_NUMBER = {"nan", "infinity", "inf"}
_LITERALS = {"true": "true", "false": "false", "none": "null", "null": "null", "undefined": "null"}
_NUMBER = re.compile(r"[-+.]?[0-9.][0-9a-zA-Z.+_-]*|[-+]+")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_MESSAGES = {
    "Expecting property name": 'a key in double quotes (") should stand here',
    "Expecting ':'": "a colon is missing between a key and its value",
    "Expecting ','": "a comma or a closing bracket is missing here",
    "Expecting value": "a value should stand here",
    "Invalid control character": "a control character (such as a line end or a tab) stands in a "
    "text; write it as an escape, such as \\n",
    "Invalid \\escape": "a backslash in a text begins no escape that JSON knows; double it (\\\\)",
    "Invalid \\uXXXX": "behind \\u four digits of 0-9 and a-f should stand",
}


def reason_for(text: str, place: int, message: str = "") -> str:
    """The reason at this place; '' when nothing in particular can be said.

    `message` is what the scanner of the standard library said.
    """
    if message.startswith("Invalid"):
        return _from_message(message)
    said = _number(text, place) or _at(text, place)
    if said:
        return said
    before = text[max(0, place - 200) : place].rstrip(" \t\r\n")
    if before.endswith(",") and (text[place : place + 1] in ("]", "}") or not text[place:].strip()):
        return "a comma stands before the closing bracket; remove it"
    if text[place : place + 1] == "," and before.endswith((",", "[", "{")):
        return "a value is missing before this comma"
    return _from_message(message)


def _from_message(message: str) -> str:
    return next((words for begin, words in _MESSAGES.items() if message.startswith(begin)), "")


def _at(text: str, place: int) -> str:
    rest = text[place : place + 40]
    if rest.startswith(("//", "/*", "#", "--", "<!--")):
        return "comments are no JSON; remove them"
    if rest[:1] in ("'", "`", "‘", "’", "“", "”"):
        return f'texts and keys stand in double quotes ("), not in {rest[0]}'
    if rest[:1] == "\ufeff":
        return "a byte order mark stands in the middle; two files were joined here"
    word = _WORD.match(rest)
    return _for_word(word.group()) if word else ""


def _for_word(word: str) -> str:
    bare = word.lstrip("+-").lower()
    if bare in _NOT_A_NUMBER:
        return f"{word} is no JSON; write null, or a text in quotes"
    if bare in _LITERALS and word not in ("true", "false", "null"):
        right = _LITERALS[bare]
        return f"{word} is no JSON; write {right}" + (
            " in small letters" if bare == right.lower() else ""
        )
    if word in ("true", "false", "null"):
        return ""
    return f'{word[:20]} stands here without double quotes (")'


def _number(text: str, place: int) -> str:
    """A number that JSON writes differently; the scanner stops inside of it, or before it."""
    begin = place
    while begin > max(0, place - 40) and text[begin - 1] in "+-.0123456789":
        begin -= 1
    found = _NUMBER.match(text, begin)
    if not found or found.end() <= place or _JSON_NUMBER.fullmatch(found.group()):
        return ""
    number = found.group()[:40]
    if number.lstrip("+-") == "":
        return "" if _WORD.match(text, place) else f"{number} is no number"
    return f"{number} is no number of JSON; {_right(number)}"


def _right(number: str) -> str:
    bare = number.lstrip("+-")
    if number.startswith("+"):
        return "leave out the plus"
    if bare[:1] == "0" and bare[1:2].isdigit():
        return "one that begins with 0 is written as a text in quotes"
    if bare.startswith(".") and bare[1:2].isdigit():
        return f"write 0{bare}"
    return "write it in digits, or as a text in quotes"
