"""Text that readers like to change: the cells of the tests on silent corruption."""

from __future__ import annotations

import random
import unicodedata

CELLS = [
    # looks like a number, and is none
    *(
        "007",
        "0",
        "-0",
        "+1",
        "1.0",
        "1.50",
        "1E5",
        "1e-7",
        "0x1F",
        "0b1",
        "1_000",
        "1,5",
        ".5",
        "5.",
    ),
    *(
        "123456789012345678901234567890",
        "0000000000",
        "1/2",
        "½",
        "٣",
        "١٢٣",
        "Ⅷ",
        "1 000",
        "1\u00a0000",
    ),
    *("Infinity", "-inf", "NaN", "nan", "9" * 40, "4e400", "1970", "12%", "$5", "(5)", "--5"),
    # looks like a word that means something
    *(
        "TRUE",
        "False",
        "true",
        "yes",
        "NULL",
        "null",
        "None",
        "N/A",
        "#N/A",
        "#REF!",
        "nil",
        "undefined",
        "-",
    ),
    # looks like a date
    *(
        "01/02/2003",
        "1/2/3",
        "2003-02-01",
        "31.12.1999",
        "1899-12-31",
        "1900-02-29",
        "MARCH1",
        "SEPT2",
    ),
    *("2003-02-30", "12:30", "25:61", "24:00:00", "2020-01-01T00:00:00Z", "00/00/0000", "Jan-79"),
    # acts as something elsewhere
    *(
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-1+1",
        "@SUM(1)",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
    ),
    *(
        "../../etc/passwd",
        "%00",
        "%s%n",
        "${7*7}",
        "{{7*7}}",
        "\\",
        "\\n",
        '\\"',
        "C:\\new\\table",
        "&amp;",
        "&#0;",
    ),
    # quotes, delimiters, blanks
    *(
        '"',
        '""',
        '"""',
        "'",
        "''",
        "`",
        'a "b" c',
        '"a"',
        'a,"b",c',
        "a;b",
        "a|b",
        "a\tb",
        ",",
        ";",
        ",,",
        "#x",
        "//",
    ),
    *(
        " lead",
        "trail ",
        "  both  ",
        "a  b",
        "\u00a0",
        "\u3000x",
        "\u200bzero",
        "a\u00adb",
        "\ufeffmark",
    ),
    *(
        "two\nlines",
        "two\r\nlines",
        "cr\ronly",
        "\n",
        "end\n",
        "a\n\nb",
        "tab\t",
        "\u2028x",
        "\u0085y",
        "a\x0bb",
    ),
    # every script, both directions, and what is more than one character
    *(
        "周杰伦",
        "宮崎 駿",
        "ｱｲｳ",
        "송강호",
        "Пушкин",
        "Ωνάσης",
        "ابن سينا",
        "מאיר",
        "शाहरुख़",
        "ประยุทธ์",
        "ელენე",
        "ሰላም",
    ),
    *("Zoë", "Zoe\u0308", "ﬁ", "ß", "İı", "Ǆ", "Å", "\u212b", "e\u0301\u0323", "Ḍ̇"),
    *(
        "😀",
        "👨‍👩‍👧‍👦",
        "🏳️‍🌈",
        "👍🏽",
        "🇫🇷",
        "\U0001f600" * 20,
        "𝕬𝖓𝖓",
        "\U00020bb7野家",
        "\U0010fffe",
        "\uffff",
    ),
    *("\u202eevil", "\u2066a\u2069", "\u061c", "abc\u200fאבג"),
    *("\x01", "a\x02b", "\x1f", "\x7f", "\x80", "\x9f", "\x1b[31mred", "\x08", "\x0c"),
    *("x" * 5_000, "é" * 1_000, "word " * 500),
]
NUL, SURROGATE = "a\0b", "a\ud800b"


def rows(seed: int = 0) -> list[list[str]]:
    """A table of four columns: a number, a hostile cell, a plain one, another hostile one."""
    dice = random.Random(seed)  # nosec B311
    others = dice.sample(CELLS, len(CELLS))
    return [[f"P{n:04d}", cell, "plain", others[n]] for n, cell in enumerate(CELLS)]


def everything() -> list[str]:
    """One cell for every assigned character of Unicode, in blocks; without surrogates and NUL."""
    usable = [
        chr(code)
        for code in range(1, 0x110000)
        if unicodedata.category(chr(code)) not in ("Cs", "Cn", "Co")
    ]
    return ["".join(usable[i : i + 400]) for i in range(0, len(usable), 400)]


HEADER = ["number", "hostile", "kind", "other"]
