"""Invented people: given names and family names of many languages, some of them made of syllables, by a seed."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.searching.labels import names

GIVEN = (
    "Adam Agnes Ahmed Aisha Alan Alberto Alejandro Alice Amina Ana Anders Andrea Angela Anna Anton Ashok Astrid"
    " Barbara Beatriz Boris Brian Bruno Camille Carla Carmen Caroline Cecilia Chen Chloe Clara Claire Daisuke Dalia"
    " Dana Daniela Darko David Delia Diana Diego Dmitri Dominik Edith Eduardo Elena Elias Elsa Emil Emma Enrique Erik"
    " Esther Eva Fatima Felipe Fernando Fiona Florian Francesca Gabriela Georg Gloria Grace Greta Gustav Hana Hannah"
    " Hassan Hector Helena Hiroshi Hugo Ibrahim Ines Ingrid Irene Isabel Ivan Jan Jana Javier Jean Jelena Joan Joanna"
    " Jonas Jorge Juan Julia Karen Karim Karl Kateryna Keiko Kenji Klaus Kristin Lars Laura Layla Leila Lena Leon"
    " Lin Linda Lorenzo Lucas Lucia Luis Magda Maja Marco Margot Maria Marina Mario Marta Martin Mateo Maxim Mehmet"
    " Mei Mikael Milan Mira Mohammed Monika Nadia Nadine Naomi Natasha Nina Noah Nora Olga Oliver Omar Oscar Otto"
    " Pablo Paula Pavel Pedro Petra Pierre Rachel Rafael Ravi Renata Rita Roberto Rosa Ruth Said Sakura Samira"
    " Sandra Sara Sergio Simon Sofia Sonia Stefan Susanne Sven Tamara Tanja Tatiana Teresa Thomas Tomas Tove Ulrich"
    " Ursula Valeria Vera Veronica Victor Viktor Walter Wei Werner Xavier Yasmin Yusuf Yuki Yuri Zoe Zofia"
).split()
FAMILY = (
    "Abbas Adams Ahmed Alvarez Andersen Bakker Baker Bauer Becker Bell Bennett Berger Bianchi Blanc Brown Bruno"
    " Campbell Carlsson Carter Castro Chang Chavez Chen Clark Collins Conti Cooper Costa Cruz Davies Delgado Diaz"
    " Dubois Edwards Eriksson Evans Fischer Flores Fontaine Foster Fuchs Fujita Garcia Gomez Gonzalez Gray Green"
    " Gruber Gupta Hall Hansen Harris Hassan Hernandez Hill Hoffmann Horvat Hughes Ibrahim Ivanov Jackson Jansen"
    " Jensen Johansson Jones Kaiser Kang Kaplan Kelly Khan Kim King Klein Kovac Kowalski Kumar Lambert Lang Larsen"
    " Lee Lehmann Leroy Lewis Lin Lopez Mancini Marin Martin Martinez Mason Meyer Miller Moreau Moreno Morgan Morris"
    " Murphy Nakamura Navarro Nelson Nguyen Nielsen Novak Olsen Ortiz Park Parker Patel Pereira Perez Petrov Phillips"
    " Popescu Popov Porter Quinn Ramirez Ramos Reyes Ricci Rivera Roberts Rodriguez Rossi Roth Russo Saito Sanchez"
    " Santos Sato Schmidt Schneider Scott Sharma Silva Simon Singh Smith Sokolov Stewart Suzuki Svensson Tanaka"
    " Taylor Thomas Torres Turner Vargas Vasquez Vogel Volkov Wagner Walker Wang Watson Weber White Wilson Wolf Wood"
    " Wright Wu Yamada Yang Yilmaz Young Zhang Zimmermann"
).split()
_SYLLABLES = (
    "al an ar ba be bo bra ca ce cha co da de di do du el en er fa fe fi fo ga ge gi go gra ha he hi ho in ja je"
    " jo ka ke ki ko kra la le li lo lu ma me mi mo mu na ne ni no nu o or pa pe pi po pra qui ra re ri ro ru sa"
    " sch se shi si so sta ste sto su ta te ti to tra tu u va ve vi vo wa we wi ya yo za ze zi zo"
).split()
_ENDS = "son sen ez ova ov ski man er ini ard elli berg stein ic ko enko ian oglu ton ley ford well n s t".split()
JOBS = "singer actor writer painter politician scientist dancer director athlete chef composer poet".split()
LANDS = "France Japan Brazil Germany India Mexico Nigeria Poland Spain Egypt Canada Italy China Kenya".split()
TYPES = "INTJ INTP ENTJ ENTP INFJ INFP ENFJ ENFP ISTJ ISFJ ESTJ ESFJ ISTP ISFP ESTP ESFP".split()
COLUMNS = ("name", "birth_date", "gender", "nationality", "occupations", "mbti", "description")


def write(path: Path, count: int, seed: int = 7) -> None:
    """A CSV of everybody who is meant, among so many invented people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(COLUMNS)
        out.writerows(_people(count, seed))


def _people(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    draw = random.Random(seed)
    taken = set(names())
    made = [_surname(draw) for _ in range(max(200, count // 12))]
    for name in names():
        yield _person(draw, name)
    for _ in range(count - len(taken)):
        name = _name(draw, made)
        while name in taken:
            name = _name(draw, made)
        taken.add(name)
        yield _person(draw, name)


def _name(draw: random.Random, made: list[str]) -> str:
    given = draw.choice(GIVEN)
    # A few family names are frequent, most are rare.
    family = (
        draw.choice(FAMILY) if draw.random() < 0.4 else made[int(len(made) * draw.random() ** 2)]
    )
    if draw.random() < 0.25:
        return f"{given} {draw.choice(GIVEN)} {family}"
    return f"{given} {family}" if draw.random() < 0.9 else f"{given} {family}-{draw.choice(FAMILY)}"


def _surname(draw: random.Random) -> str:
    middle = "".join(draw.choice(_SYLLABLES) for _ in range(draw.choice((1, 2, 2, 3))))
    return (middle + draw.choice(_ENDS)).capitalize()


def _person(draw: random.Random, name: str) -> tuple[str, ...]:
    jobs = "; ".join(draw.sample(JOBS, draw.choice((1, 1, 2))))
    birth = f"{draw.randint(1900, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
    land = draw.choice(LANDS)
    text = f"{draw.choice(JOBS)} from {land}, known for work as {draw.choice(JOBS)} since {draw.randint(1950, 2020)}"
    return name, birth, draw.choice(("female", "male")), land, jobs, draw.choice(TYPES), text
