"""The model: what is compared, on which levels, and what each level is worth in bits."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from core.matching.roles import Kind, Roles

FILE = Path(__file__).with_name("weights.toml")
LEAST_SHARE = 1e-9  # a level that was never seen is rare, and not impossible
LINK = 0.9  # the probability from which a pair is a link, where nothing else is said
UNIT = 100  # weights are whole hundredths of a bit: sums are the same in any order, on any number of threads


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison. `rare`: a rare value speaks more."""

    name: str
    m: float
    u: float
    rare: bool = False

    @property
    def bits(self) -> float:
        """The weight: log2 of how much likelier it is for one person than for two."""
        return math.log2(max(self.m, LEAST_SHARE) / max(self.u, LEAST_SHARE))


@dataclass(frozen=True)
class Comparison:
    """How one field is compared. The levels are tried in order, the last one takes all."""

    field: str
    kind: Kind
    levels: tuple[Level, ...]

    def with_shares(
        self, *, m: list[float] | None = None, u: list[float] | None = None
    ) -> Comparison:
        """With other shares of the levels."""
        levels = [
            replace(level, m=m[i] if m else level.m, u=u[i] if u else level.u)
            for i, level in enumerate(self.levels)
        ]
        return replace(self, levels=tuple(levels))


@dataclass(frozen=True)
class Whole:
    """What two whole names say together of which the name engine's score is so high, or higher than that of the next."""

    least: float
    bits: float


@dataclass(frozen=True)
class Words:
    """What words of names say. `loss`: bits less than the same word; `against` and `missing` in bits."""

    same: float
    loss: dict[str, float]
    against: float
    missing: float
    unknown: float


@dataclass(frozen=True)
class Model:
    """A whole model. `prior` is the weight of a pair of which nothing is known."""

    comparisons: tuple[Comparison, ...]
    words: Words
    whole: tuple[Whole, ...]
    most: float
    begin: int
    describing: float  # bits
    prior: float = -14.0
    trained: bool = False
    calibrated: float = 0.0  # bits by which decisions moved the prior

    def as_dict(self) -> dict[str, Any]:
        """For people and files: every level with its m, u and weight in bits."""
        return {
            "prior": round(self.prior, 2),
            "trained": self.trained,
            "calibrated": self.calibrated,
            "comparisons": [
                {
                    "field": c.field,
                    "kind": c.kind,
                    "levels": [
                        {"name": v.name, "m": round(v.m, 15), "u": round(v.u, 15)}
                        | {"weight": round(v.bits, 2), "rare": v.rare}
                        for v in c.levels
                    ],
                }
                for c in self.comparisons
            ],
        }


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def levels(kind: Kind) -> tuple[Level, ...]:
    """The levels of a kind of comparison, as the file of weights has them."""
    return tuple(Level(name, **said) for name, said in _file()[kind].items())


def default(roles: Roles) -> Model:
    """The model without any labels."""
    data = _file()
    words = data["words"]
    return Model(
        tuple(Comparison(c.field, c.kind, levels(c.kind)) for c in roles.compared),
        Words(
            same=words["same"]["m"],
            loss={
                how: said["loss"]
                for how, said in words.items()
                if isinstance(said, dict) and "loss" in said
            },
            against=math.log2(words["contradicts"]["m"] / words["contradicts"]["u"]),
            missing=math.log2(words["missing"]["m"] / words["missing"]["u"]),
            unknown=words["unknown"],
        ),
        tuple(Whole(x["least"], math.log2(x["m"] / x["u"])) for x in data["whole"].values()),
        most=data["most"],
        begin=data["begin"],
        describing=data["describing"],
    )


def from_dict(data: dict[str, Any]) -> Model:
    """A model as `as_dict` gave it."""
    comparisons = tuple(
        Comparison(
            c["field"],
            c["kind"],
            tuple(Level(v["name"], v["m"], v["u"], v["rare"]) for v in c["levels"]),
        )
        for c in data["comparisons"]
    )
    plain = default(Roles((), (), (), {}))
    return replace(
        plain,
        comparisons=comparisons,
        prior=data["prior"],
        trained=data["trained"],
        calibrated=data.get("calibrated", 0.0),
    )


def least_records() -> int:
    """A list is taken for a part of at least so many people."""
    return int(_file()["prior_records"])


def probability(weight: float) -> float:
    """The probability of a weight in bits."""
    return 1.0 / (1.0 + math.exp2(-max(min(weight, 1000.0), -1000.0)))


def weight_of(share: float) -> float:
    """The weight in bits of a probability."""
    share = min(max(share, 1e-9), 1 - 1e-9)
    return math.log2(share / (1 - share))
