"""The program that makes up drawings."""

import numpy as np
import pytest
import torch

from trainers.digits import pen


def test_the_same_seed_makes_the_same_drawings():
    first, labels = pen.drawings(30, seed=4, scribbles=0.2, workers=1)
    again, _ = pen.drawings(30, seed=4, scribbles=0.2, workers=1)
    other, _ = pen.drawings(30, seed=5, scribbles=0.2, workers=1)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.shape == (30, 28, 28)
    assert first.dtype == torch.uint8
    assert set(labels.tolist()) <= set(range(11))


@pytest.mark.parametrize("label", range(11))
def test_every_kind_of_drawing_has_ink_and_finite_strokes(label):
    rng = np.random.default_rng(label)
    for _ in range(25):
        strokes = pen.write(label, rng, pen.Hand())
        assert all(np.isfinite(points).all() and points.shape[1] == 2 for points in strokes)
        assert pen.picture(label, rng, pen.Hand()).max() > 200


def test_a_smooth_curve_passes_through_its_points():
    points = np.array([[0, 0], [1, 2], [3, 1], [4, 4]], float)
    curve = pen.smooth(points, per_span=5)
    assert np.allclose(curve[::5], points)


def test_resampling_spaces_points_equally_and_keeps_the_ends():
    line = pen.resample(np.array([[0, 0], [3, 0], [3, 1]], float), 5)
    assert np.allclose(np.hypot(*np.diff(line, axis=0).T), 1)
    assert np.allclose(line[[0, -1]], [[0, 0], [3, 1]])
