"""The encodings that a text that is not UTF-8 may be in, how common each is, and for what."""

from __future__ import annotations

from dataclasses import dataclass

_WEST = "en fr de es pt it nl sv da no fi is ca sq"
_CENTRAL = "pl cs sk hu ro hr sl sq de"
_BALTIC = "et lv lt"


@dataclass(frozen=True)
class CodePage:
    """An encoding: its codec, how common (a natural logarithm), the script and languages it is for."""

    codec: str
    common: float
    script: str
    languages: tuple[str, ...]


def _page(codec: str, common: float, script: str, languages: str) -> CodePage:
    return CodePage(codec, common, script, tuple(languages.split()))


# Of those that read a text the same way, the most common one is named.
PAGES = (
    _page("cp1252", 0.0, "latin", _WEST),
    _page("cp1250", -0.7, "latin", _CENTRAL),
    _page("cp1254", -1.2, "latin", "tr"),
    _page("cp1257", -1.2, "latin", _BALTIC),
    _page("cp1258", -2.0, "latin", "vi"),
    _page("iso8859-15", -2.5, "latin", _WEST + " et"),
    _page("iso8859-2", -2.0, "latin", _CENTRAL),
    _page("iso8859-9", -3.0, "latin", "tr"),
    _page("iso8859-16", -4.0, "latin", "ro pl hr sl hu"),
    _page("iso8859-13", -3.5, "latin", _BALTIC),
    _page("iso8859-4", -4.5, "latin", _BALTIC),
    _page("iso8859-10", -5.5, "latin", "is sv no da fi et lt"),
    _page("iso8859-3", -6.0, "latin", "tr"),
    _page("mac-roman", -2.0, "latin", _WEST),
    _page("mac-latin2", -4.0, "latin", _CENTRAL),
    _page("mac-turkish", -4.5, "latin", "tr"),
    _page("mac-iceland", -5.0, "latin", "is"),
    _page("cp850", -2.5, "latin", _WEST),
    _page("cp858", -3.5, "latin", _WEST),
    _page("cp437", -3.0, "latin", "en fr de es it nl sv fi"),
    _page("cp852", -2.7, "latin", _CENTRAL),
    _page("cp857", -3.5, "latin", "tr"),
    _page("cp775", -4.0, "latin", _BALTIC),
    _page("cp865", -4.5, "latin", "da no"),
    _page("cp860", -5.0, "latin", "pt"),
    _page("cp861", -5.0, "latin", "is"),
    _page("cp863", -5.5, "latin", "fr"),
    _page("cp1251", -0.7, "cyrillic", "ru uk bg sr be mk"),
    _page("koi8-r", -2.0, "cyrillic", "ru bg"),
    _page("koi8-u", -2.5, "cyrillic", "uk ru"),
    _page("cp866", -2.0, "cyrillic", "ru bg be"),
    _page("iso8859-5", -3.0, "cyrillic", "ru uk bg sr be mk"),
    _page("mac-cyrillic", -3.5, "cyrillic", "ru uk bg sr be mk"),
    _page("cp855", -4.0, "cyrillic", "sr mk bg ru"),
    _page("cp1125", -4.5, "cyrillic", "uk"),
    _page("cp1253", -1.0, "greek", "el"),
    _page("iso8859-7", -2.0, "greek", "el"),
    _page("cp737", -3.0, "greek", "el"),
    _page("cp869", -4.5, "greek", "el"),
    _page("mac-greek", -4.0, "greek", "el"),
    _page("cp1255", -1.0, "hebrew", "he"),
    _page("iso8859-8", -2.5, "hebrew", "he"),
    _page("cp862", -3.0, "hebrew", "he"),
    _page("cp1256", -1.0, "arabic", "ar fa"),
    _page("iso8859-6", -2.5, "arabic", "ar"),
    _page("cp720", -4.0, "arabic", "ar"),
    _page("cp864", -6.0, "arabic", "ar"),
    _page("cp874", -1.0, "thai", "th"),
    _page("gb18030", -0.5, "ideographs", "zh-hans"),
    _page("big5hkscs", -1.5, "ideographs", "zh-hant"),
    _page("cp950", -0.8, "ideographs", "zh-hant"),
    _page("cp932", -0.5, "ideographs", "ja"),
    _page("euc_jp", -1.5, "ideographs", "ja"),
    _page("euc_jis_2004", -4.0, "ideographs", "ja"),
    _page("cp949", -0.8, "ideographs", "ko"),
)
