"""The languages whose words are known, from the samples in `languages/`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("languages")

_CEDILLA = str.maketrans("șțȘȚ", "şţŞŢ")


@dataclass(frozen=True)
class Language:
    """A language: its code, its name in English, and the script it is written in."""

    code: str
    name: str
    script: str

    def sample(self) -> str:
        """The text written in it."""
        text = (FOLDER / f"{self.code}.txt").read_text(encoding="utf-8")
        # Romanian has a comma below, for which older encodings have a cedilla: both are written.
        return text + text.translate(_CEDILLA) if self.code == "ro" else text


_LATIN = {
    **{"en": "English", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese"},
    **{"it": "Italian", "nl": "Dutch", "sv": "Swedish", "da": "Danish", "no": "Norwegian"},
    **{"fi": "Finnish", "is": "Icelandic", "ca": "Catalan", "pl": "Polish", "cs": "Czech"},
    **{"sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "hr": "Croatian"},
    **{"sl": "Slovene", "sq": "Albanian", "et": "Estonian", "lv": "Latvian", "lt": "Lithuanian"},
    **{"tr": "Turkish", "vi": "Vietnamese"},
}
_CYRILLIC = {
    **{"ru": "Russian", "uk": "Ukrainian", "bg": "Bulgarian", "sr": "Serbian"},
    **{"be": "Belarusian", "mk": "Macedonian"},
}
_OTHERS = {
    "el": ("Greek", "greek"),
    "he": ("Hebrew", "hebrew"),
    "ar": ("Arabic", "arabic"),
    "fa": ("Persian", "arabic"),
    "th": ("Thai", "thai"),
    "zh-hans": ("Chinese", "ideographs"),
    "zh-hant": ("Chinese (traditional)", "ideographs"),
    "ja": ("Japanese", "ideographs"),
    "ko": ("Korean", "ideographs"),
}


@cache
def languages() -> tuple[Language, ...]:
    """All of them."""
    latin = [Language(code, name, "latin") for code, name in _LATIN.items()]
    cyrillic = [Language(code, name, "cyrillic") for code, name in _CYRILLIC.items()]
    others = [Language(code, name, script) for code, (name, script) in _OTHERS.items()]
    return (*latin, *cyrillic, *others)
