"""Every style of date that is read, with an example: docs/datasets.md and the tests are drawn from this table."""

from __future__ import annotations

from dataclasses import dataclass

from core.dates.read import OPEN, Reading

DAY_FIRST, MONTH_FIRST = Reading(order="dmy"), Reading(order="mdy")
LAST_CENTURY = Reading(order="dmy", years=(1927, 2026))


@dataclass(frozen=True)
class Style:
    """`written` is kept as `kept`; `told` says what a file must have shown, or somebody said, for that."""

    written: str
    kept: str
    told: str = ""
    reading: Reading = OPEN


STYLES = (
    Style("1958", "1958"),
    Style("1958-08", "1958-08"),
    Style("1958-08-03", "1958-08-03"),
    Style("1958/8/3", "1958-08-03"),
    Style("1958-08-03T00:00:00+02:00", "1958-08-03"),
    Style("31/12/1990", "1990-12-31"),
    Style("12.31.1990", "1990-12-31"),
    Style("3. 8. 1958", "1958-08-03"),
    Style("03/04/1990", "1990-04-03", "day first", DAY_FIRST),
    Style("03/04/1990", "1990-03-04", "month first", MONTH_FIRST),
    Style("3/5/1949 0:00", "1949-03-05", "month first", MONTH_FIRST),
    Style("1/12/1964 12:00:00 AM", "1964-01-12", "month first", MONTH_FIRST),
    Style("8/1958", "1958-08"),
    Style("1958-08-00", "1958-08"),
    Style("00/00/1958", "1958"),
    Style("+1958-08-00T00:00:00Z", "1958-08"),
    Style("19580803", "1958-08-03"),
    Style("21031963", "1963-03-21"),
    Style("3 Aug 1958", "1958-08-03"),
    Style("August 3rd, 1958", "1958-08-03"),
    Style("Sept 5 1980", "1980-09-05"),
    Style("Sun, 03 Aug 1958 00:00:00 GMT", "1958-08-03"),
    Style("Sun Aug 03 1958 00:00:00 GMT+0100 (CET)", "1958-08-03"),
    Style("5. März 1949", "1949-03-05"),
    Style("1er mai 1949", "1949-05-01"),
    Style("5 de mayo de 1949", "1949-05-05"),
    Style("5 de março de 1949", "1949-03-05"),
    Style("5 maggio 1949", "1949-05-05"),
    Style("5 mei 1949", "1949-05-05"),
    Style("5 мая 1949 г.", "1949-05-05"),
    Style("5 października 1949", "1949-10-05"),
    Style("mai 1912", "1912-05"),
    Style("15.VII.1980", "1980-07-15"),
    Style("ngày 5 tháng 7 năm 1980", "1980-07-05"),
    Style("5 Ağustos 1949", "1949-08-05"),
    Style("1990 m. kovo 11 d.", "1990-03-11"),
    Style("1990. gada 11. marts", "1990-03-11"),
    Style("15 अगस्त 1947", "1947-08-15"),
    Style("11 de març de 1990", "1990-03-11"),
    Style("11. јун 1990", "1990-06-11"),
    Style("3 January 1720 (O.S.)", "1720-01-03", "said: Old Style"),
    Style("1949년 5월 5일", "1949-05-05"),
    Style("1980年7月15日", "1980-07-15"),
    Style("１９８０年７月１５号", "1980-07-15"),
    Style("1980年7月", "1980-07"),
    Style("一九八〇年七月十五日", "1980-07-15"),
    Style("٥ مايو ١٩٤٩", "1949-05-05"),
    Style("12-Mar-68", "1968-03-12", "two-digit years are 1927 to 2026", LAST_CENTURY),
    Style("Mar 5, 91", "1991-03-05", "two-digit years are 1927 to 2026", LAST_CENTURY),
    Style("Jan-79", "1979-01", "two-digit years are 1927 to 2026", LAST_CENTURY),
    Style("07/56", "1956-07", "two-digit years are 1927 to 2026", LAST_CENTURY),
    Style("79/1/18", "1979-01-18", "two-digit years are 1927 to 2026", LAST_CENTURY),
    Style("35376", "1996-11-07", "day numbers of a spreadsheet", Reading(serial="1900")),
    Style("44 BC", "-0044"),
    Style("15. März 44 v. Chr.", "-0044-03-15"),
    Style("44 av. J.-C.", "-0044"),
    Style("公元前44年3月15日", "-0044-03-15"),
    Style("14 AD", "0014"),
    Style("民國79年5月1日", "1990-05-01", "said: converted"),
    Style("79.5.1", "1990-05-01", "years of the Republic", Reading(calendar="roc")),
    Style("昭55.7.15", "1980-07-15", "said: converted"),
    Style("昭和55年7月15日", "1980-07-15", "said: converted"),
    Style("S55.7.15", "1980-07-15", "said: converted"),
    Style("平成元年", "1989", "said: converted"),
    Style("15 กรกฎาคม พ.ศ. 2520", "1977-07-15", "said: converted"),
    Style("2520", "1977", "Buddhist years", Reading(calendar="buddhist")),
    Style("15 رمضان 1400 هـ", "1980-07-28", "said: converted, a day or two may be missing"),
    Style("28 دی 1357", "1979-01-18", "said: converted"),
    Style("August 3, 1958 (age 67)[1]", "1958-08-03"),
    Style("c. 1958", "1958", "said: only known about"),
    Style("1958?", "1958", "said: only known about"),
    Style("1958 [?]", "1958", "said: only known about"),
    Style("um 1958", "1958", "said: only known about"),
    Style("1958年頃", "1958", "said: only known about"),
    Style("1958–2009", "1958", "of a birth date; said", Reading(span="first")),
    Style("1958–2009", "2009", "of a date of death; said", Reading(span="last")),
)

# Texts that look like dates and are refused or asked about: what they mean is not certain.
REFUSED = (
    *(
        "03/04/1990",
        "3/4/79",
        "07/56",
        "05/12",
        "12-Mar-68",
        "Jan-79",
        "May 5",
        "Mar 29",
        "d. 1958",
        "[ca.] 1958",
        "Mar 05",
        "35376",
        "630321",
        "102/5/6",
    ),
    *(
        "1958-59",
        "1958/59",
        "1950s",
        "before 1958",
        "1958–2009",
        "31/02/1985",
        "1985-02-29",
        "0000",
        "0000-00-00",
    ),
    *(
        "AH 1400",
        "昭和70年",
        "明治5年12月1日",
        "5 Smarch 1949",
        "soon",
        "1949-05-03 soon",
        "-0044-02-30",
        "1958-13",
    ),
)


def table() -> str:
    """The styles as the Markdown table of docs/datasets.md."""
    rows = [f"| `{s.written}` | `{s.kept}` | {s.told} |" for s in STYLES]
    return "\n".join(["| written | kept as | when |", "|---|---|---|", *rows])
