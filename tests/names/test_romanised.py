"""Readings in Latin letters, each as somebody writes it."""

from __future__ import annotations

import pytest

from core.names import romanised, script, simplified

READINGS = [
    ("Чайковский", "chaykovsky chaikovskii cajkovskij tschaikowski tchaikovski czajkowski"),
    ("Горбачёв", "gorbachev gorbatschew gorbatchev"),
    ("周杰倫", "zhou jielun|chou chiehlun|chow kitlun"),
    ("張", "zhang chang cheung"),
    ("大谷", "otani ohtani ootani"),
    ("さとう", "sato satou"),
    ("김", "kim gim"),
    ("이", "lee yi"),
    ("박", "park pak bak"),
    ("محمد", "mohamed muhammad mhmd"),
    ("בנימין", "benjamin binyamin"),
    ("Παπαδόπουλος", "papadopoulos"),
    ("मोदी", "modi"),
    ("Müller", "muller mueller"),
    ("ბიძინა", "bidzina"),
    ("Łukasz", "lukasz"),
]
SCRIPTS = [
    *(("Tom", "Latn"), ("周", "Hani"), ("さくら", "Hira"), ("ヒカル", "Kana"), ("김", "Hang")),
    *(("Юлия", "Cyrl"), ("Άννα", "Grek"), ("محمد", "Arab"), ("דוד", "Hebr"), ("लता", "Deva")),
    *(("ทักษิณ", "Thai"), ("1984", "Zyyy"), ("ﾊﾅｺ", "Kana"), ("Ａｎｎ", "Latn")),
]


@pytest.mark.parametrize(("token", "readings"), READINGS)
def test_readings(token: str, readings: str) -> None:
    wanted = readings.split("|") if "|" in readings else readings.split()
    assert set(wanted) <= set(romanised(token))
    assert romanised(token)[0] == wanted[0]


@pytest.mark.parametrize(("token", "kind"), SCRIPTS)
def test_scripts(token: str, kind: str) -> None:
    assert script(token) == kind


def test_simplified() -> None:
    assert simplified("周杰倫") == simplified("周杰伦") == "周杰伦"
    assert simplified("黒沢") == simplified("黑澤")


@pytest.mark.parametrize(
    ("token", "abroad"),
    [("クルーズ", "kruz"), ("スウィフト", "swift"), ("ウィルソン", "wilson"), ("트럼프", "trump")],
)
def test_names_from_abroad_are_written_as_there(token: str, abroad: str) -> None:
    assert abroad in romanised(token)
