"""The colours of the charts can be told apart by people who see fewer of them."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from colorspacious import cspace_convert, deltaE

import demos.frame

STYLE = Path(demos.frame.__file__).with_name("page.css").read_text(encoding="utf-8")
LEAST = 8  # of CAM02-UCS, in which about 1 is just noticed side by side


def seen(colour: str, cones: str) -> list[float]:
    """Return how "#rrggbb" looks to people without one kind of cones, in sRGB from 0 to 1."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    if not cones:
        return values
    space = {"name": "sRGB1+CVD", "cvd_type": cones, "severity": 100}
    return cspace_convert(values, space, "sRGB1")


@pytest.mark.parametrize("cones", ["", "protanomaly", "deuteranomaly", "tritanomaly"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_series_differ_whichever_cones_one_has(theme, cones):
    found = re.findall(r"--chart-(blue|vermillion|green|orange|purple|sky): (#\w{6})", STYLE)
    colours = dict(found[:6] if theme == "light" else found[6:])
    assert len(colours) == 6
    near = {
        f"{one} and {other}": float(distance)
        for (one, first), (other, second) in itertools.combinations(colours.items(), 2)
        if (distance := deltaE(seen(first, cones), seen(second, cones))) < LEAST
    }
    assert not near
