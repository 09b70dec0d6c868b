"""A header that names another date is no birth date, and one that names something else is nobody's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from core.datasets.model import from_dict
from core.datasets.registry import Registry
from core.ingest.columns.mapping import guess

CELEBRITIES = Registry(Path("nowhere")).get("celebrities")
BIRTHS = ["14/03/1879", "1979-01-18", "31/12/1965", "06/07/1907", "1934-12-09", "12/04/1994"]
PEOPLE = ["Acme Holdings", "Blue River", "Rosa Luxor", "San Marino", "Golden Gate", "Tom Sawyer"]

OTHER_DATES = """
    Connected On|Founded|Deathdate|Death Date|Date of Death|Died|Died On|DOD|Deceased|Passed away|Sterbedatum
    |Todestag|Todesdatum|Gestorben|Gestorben am|Verstorben|Date de décès|Décès|Mort le|Fecha de fallecimiento
    |Fecha de defunción|Muerte|Data de falecimento|Óbito|Data di morte|Morto il|Overlijdensdatum|Overleden
    |Дата смерти|Умер|Смерть|去世日期|逝世日期|死亡日期|卒年|没年月日|사망일|사망|发行日期|發行日期|出版日期|上映日期
    |发布时间|入职日期|离职日期|注册时间|创建时间|更新时间|成立日期|结婚日期|毕业日期|出道日期|签约日期|入学日期|获奖日期
    |入社日|退社日|更新日|登録日|発売日|デビュー日|결혼일|입사일|등록일|데뷔일|발매일|Created|Created At|created_on|Updated
    |last_modified|ModifiedDate|Published|Publication date|Release Date|Released|Premiere|Hired|Hire Date|DateofHire
    |Start Date|End Date|Joined|Date joined|Member since|Registered|Registration date|Enrolled|Graduated|Graduation
    |Married|Wedding date|Divorced|Anniversary|Elected|Appointed|Inaugurated|Retired|Retirement|Signed|Awarded
    |Award date|Debut|Last Seen|Last login|First Seen|Last contact|Visited|Invoice Date|Order date|Ship Date|Due Date
    |Deadline|Expiry|Expires|Valid until|Timestamp|Baptised|Baptism date|Buried|Burial date|Established|Incorporated
    |Opened|Closed|Launched|Discovered|Arrested|Convicted|Executed|Admission Date|Discharge Date|Diagnosis Date
    |Gründungsdatum|Gegründet|Eintrittsdatum|Austrittsdatum|Einstellungsdatum|Veröffentlichungsdatum|Erscheinungsjahr
    |Erstellt am|Geändert am|Hochzeitsdatum|Taufdatum|Beitritt|Rechnungsdatum|Date d'embauche|Date de sortie|Date de mariage
    |Date de création|Date d'inscription|Fecha de alta|Fecha de ingreso|Fecha de publicación|Fecha de contratación
    |Fecha de boda|Data de admissão|Data de lançamento|Data de criação|Data di assunzione|Data di uscita|Data di fondazione
    |Datum indiensttreding|Datum publicatie|Дата публикации|Дата регистрации|Дата приема|Дата выхода|Дата создания
    |Mother's birthday|Spouse birth date|Child's date of birth|Geburtsdatum des Vaters|Birthplace|Place of birth
    |Date|Day|Year|When|Time|日期|Datum|Date 1|Birth rate|Birth and death|Scraped at|Quibbled on|Date of frobnication|Sichtungsdatum|入库日期|Company birthday|Birth of child
    |Team founded|Geburtsdatum Ehepartner|配偶生日|子女出生日期|母亲生日|date_added|date_updated|date_of_hire|LastUpdate
"""
NOT_NAMES = """
    Company|Position|Job Title|City|Manager|Mother|Father|Album|University|Doctor|Place of birth|Employer|School|Team|Club
    |Spouse|Wife|Husband|Film|Movie|Song|Book|Author of report|Street|Department|Organization Name|Company Name|Country name
    |File name|Product|Product name|Brand|Party|Residence|Hometown|Agent|Coach|Director|Producer|Character|Award|Language
    |Religion|Username|Created by|Assigned to|Phonetic First Name|Phonetic Last Name|File As|Maiden name|Mother's maiden name
    |Emergency contact|Next of kin|Predecessor|Successor|Friend|Supervisor|Teacher|Owner|Founder|Label name|Record label|Band
    |Verein|Firma|Arbeitgeber|Geburtsort|Sterbeort|Ehepartner|Mutter|Vorgesetzter|Stadt|Wohnort|Schule|Verlag|Entreprise
    |Ville|Lieu de naissance|Conjoint|Nom de la mère|Nom de l'entreprise|Employeur|Empresa|Ciudad|Lugar de nacimiento|Cónyuge
    |Nombre de la madre|Nombre de la empresa|Cidade|Mãe|Azienda|Città|Coniuge|Nome della madre|Bedrijf|Woonplaats|Moeder
    |Компания|Город|Место рождения|Мать|Имя матери|Супруга|Тренер|Место работы|公司|城市|出生地|母亲|母亲姓名|配偶|配偶姓名|导演
    |经纪公司|毕业院校|专辑|代表作品|公司名称|联系人|会社名|出身地|母親|配偶者|監督|上司名|회사|도시|출생지|어머니|배우자|감독|학교
    |Author|Item|Subject|作者
    |Frobnicator|Quux|Hue|Nave de carga|Dog|Ship name|Horse name|Street name|Planet
"""


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def rows(values: list[str]) -> list[list[str]]:
    return [[v, "Ada", "Lovelace"] for v in values]


@pytest.mark.parametrize("header", listed(OTHER_DATES))
def test_another_date_is_no_birth_date(header: str) -> None:
    (found,) = guess(CELEBRITIES, [header], [[v] for v in BIRTHS])
    assert found.field is None, found.reason


@pytest.mark.parametrize("header", listed(NOT_NAMES))
def test_something_else_is_no_name(header: str) -> None:
    (alone,) = guess(CELEBRITIES, [header], [[v] for v in PEOPLE])
    assert alone.field != "name", alone.reason
    found = guess(CELEBRITIES, [header, "First Name", "Last Name"], rows(PEOPLE))
    assert [m.part for m in found] == [None, "given", "family"] and found[0].field != "name"


# ------------------------------------------------------------------ any two words

EVENTS = ["death", "wedding", "hire", "release", "update", "burial", "graduation", "election"]
WHOM = ["mother", "company", "team", "album", "spouse", "manager", "school", "dog"]
JOINTS = ["{0} {1}", "{1} of {0}", "{0}_{1}", "{0}-{1}", "{0}.{1}", "{0} ({1})"]


@given(st.sampled_from(EVENTS), st.sampled_from(["date", "day", "year"]), st.sampled_from(JOINTS))
@settings(deadline=None)
def test_a_date_of_any_event_but_birth(event: str, head: str, joint: str) -> None:
    (found,) = guess(CELEBRITIES, [joint.format(event, head)], [[v] for v in BIRTHS])
    assert found.field is None, found.reason


@given(
    st.sampled_from(WHOM),
    st.sampled_from(
        ["name", "full name", "birth date", "birthday", "gender", "nationality", "image"]
    ),
    st.sampled_from(["{0} {1}", "{1} of {0}", "{0}_{1}", "{0}.{1}", "{0}'s {1}"]),
)
@settings(deadline=None)
def test_what_belongs_to_somebody_else(whom: str, what: str, joint: str) -> None:
    values = {
        "name": PEOPLE,
        "full name": PEOPLE,
        "gender": ["F", "M"] * 3,
        "nationality": ["FR", "DE"] * 3,
    }
    column = values.get(what, BIRTHS)
    header = joint.format(whom, what)
    found = guess(CELEBRITIES, [header, "Id"], [[v, str(i)] for i, v in enumerate(column)])
    assert found[0].field is None, (header, found[0])


def test_the_fields_of_a_user_are_understood_by_the_same_words() -> None:
    authors = from_dict(
        {
            "name": "authors",
            "key": {"fields": ["name"]},
            "fields": [
                {"name": "name", "synonyms": ["author"]},
                {"name": "birth_date", "type": "date"},
                {"name": "death_date", "type": "date"},
                {"name": "company", "synonyms": ["employer"]},
            ],
        }
    )
    columns = ["Author", "Born", "Sterbedatum", "Employer", "Hired", "Publisher"]
    sample = [
        ["Ann Bell", b, d, "Acme Ltd", "2001-02-03", "Blue Press"]
        for b, d in zip(BIRTHS, BIRTHS[::-1])
    ]
    assert [m.field for m in guess(authors, columns, sample)] == [
        "name", "birth_date", "death_date", "company", None, None
    ]  # fmt: skip
