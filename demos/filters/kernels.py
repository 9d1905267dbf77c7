"""Filters with a name, row by row; positive where what lies left or above counts for more."""

from __future__ import annotations

from demos.frame.texts import N_

KERNELS: dict[str, tuple[str, list[float]]] = {
    "identity": (N_("Identity"), [0, 0, 0, 0, 1, 0, 0, 0, 0]),
    "blur": (N_("Blur"), [v / 16 for v in (1, 2, 1, 2, 4, 2, 1, 2, 1)]),
    "blur_5": (N_("Blur 5 × 5"), [0.04] * 25),
    "sharpen": (N_("Sharpen"), [0, -1, 0, -1, 5, -1, 0, -1, 0]),
    "prewitt": (N_("Prewitt"), [1, 0, -1] * 3),
    "sobel_x": (N_("Sobel x"), [1, 0, -1, 2, 0, -2, 1, 0, -1]),
    "sobel_y": (N_("Sobel y"), [1, 2, 1, 0, 0, 0, -1, -2, -1]),
    "laplace": (N_("Laplace"), [0, 1, 0, 1, -4, 1, 0, 1, 0]),
    "emboss": (N_("Emboss"), [-2, -1, 0, -1, 1, 1, 0, 1, 2]),
    "count": ("0.1 … 0.9", [v / 10 for v in range(1, 10)]),
}


def kernel(name: str) -> list[float]:
    """Return the numbers of a filter, row by row."""
    return [float(v) for v in KERNELS[name][1]]


# Filters on colours: one matrix for red, one for green, one for blue.
_NONE = [0.0] * 9


def _point(value: float) -> list[float]:
    return [*[0.0] * 4, value, *[0.0] * 4]


def _scaled(name: str, share: float) -> list[float]:
    return [round(share * v, 4) for v in kernel(name)]


BANKS: dict[str, tuple[str, list[list[float]]]] = {
    "edges": (N_("edges of all colours"), [_scaled("sobel_x", 0.25)] * 3),
    "red": (N_("red, and nothing else"), [_point(1), _point(-0.5), _point(-0.5)]),
    "blue": (N_("blue, and nothing else"), [_point(-0.5), _point(-0.5), _point(1)]),
    "red_edges": (
        N_("from red to green"),
        [_scaled("sobel_x", 0.5), _scaled("sobel_x", -0.5), _NONE],
    ),
}
OWN = "own"
