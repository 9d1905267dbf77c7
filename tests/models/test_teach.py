"""A head on features: it finds the optimum, knows what it does not know, and travels safely."""

import json
import struct

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from models.interval import wilson
from models.teach import DEARER, EVERY, TeachHead, fit, held_out, occlusion, sketch

FEATURES = 1280


def clouds(classes=3, each=12, apart=0.6, seed=0, features=FEATURES):
    """Features of photos: never negative, and each class around a middle of its own."""
    numbers = torch.Generator().manual_seed(seed)
    middles = torch.rand(classes, features, generator=numbers)
    noise = torch.rand(classes, each, features, generator=numbers)
    x = (apart * middles[:, None] + noise).reshape(-1, features)
    return x, torch.arange(classes).repeat_interleave(each)


def trained(x, y, classes=3, hidden=0, **options):
    head = TeachHead([f"class {i}" for i in range(classes)], hidden)
    steps = list(fit(head, x, y, **options))
    return head, steps


def test_one_layer_finds_the_optimum_that_scikit_learn_finds():
    x, y = clouds(apart=0.1, features=40)
    head = TeachHead(["a", "b", "c"], features=40)
    l2 = 0.05
    for _step in fit(head, x, y, steps=60, l2=l2):
        pass
    z = ((x - head.mean) / head.std).numpy()
    # C weighs the sum of the losses against ½‖W‖², ours the mean of the losses.
    oracle = LogisticRegression(C=1 / (l2 * len(x)), tol=1e-10, max_iter=5000).fit(z, y.numpy())
    with torch.no_grad():
        assert head(x).softmax(dim=1).numpy() == pytest.approx(oracle.predict_proba(z), abs=2e-3)
    assert head.layers.weight.detach().numpy() == pytest.approx(oracle.coef_, abs=2e-3)


def test_with_two_classes_both_vectors_share_what_scikit_learn_gives_to_one():
    x, y = clouds(classes=2, apart=0.1, features=30)
    head = TeachHead(["a", "b"], features=30)
    l2 = 0.05
    for _step in fit(head, x, y, steps=60, l2=l2):
        pass
    z = ((x - head.mean) / head.std).numpy()
    # w = W₁ − W₀ with W₁ = −W₀: ½(‖W₀‖² + ‖W₁‖²) = ¼‖w‖².
    oracle = LogisticRegression(C=2 / (l2 * len(x)), tol=1e-10, max_iter=5000).fit(z, y.numpy())
    both = (head.layers.weight[1] - head.layers.weight[0]).detach().numpy()
    assert both == pytest.approx(oracle.coef_[0], abs=2e-3)


@pytest.mark.parametrize("hidden", [0, 8])
def test_a_head_learns_classes_that_lie_apart_and_says_each_step(hidden):
    x, y = clouds()
    head, steps = trained(x, y, hidden=hidden, steps=30)
    assert steps == list(range(31))
    fresh, truth = clouds(seed=0, each=20)
    with torch.no_grad():
        assert (head(fresh).argmax(dim=1) == truth).float().mean() > 0.95


def test_training_goes_on_from_where_the_head_stands_to_the_optimum_that_scipy_finds():
    x, y = clouds(classes=2, apart=0.1, features=6)
    head = TeachHead(["a", "b"], features=6)
    with torch.no_grad():
        head.layers.weight.copy_(torch.randn(2, 6, generator=torch.Generator().manual_seed(0)))
    origin = torch.cat([p.detach().flatten() for p in head.parameters()]).double().numpy()
    l2 = 0.01

    def loss(flat):
        z = x.double().numpy() @ flat[:12].reshape(2, 6).T + flat[12:]
        right = z[np.arange(len(y)), y.numpy()]
        away = np.square(flat - origin).sum()
        return (logsumexp(z, axis=1) - right).mean() + DEARER * l2 / 2 * away

    best = minimize(loss, origin, method="BFGS").x
    for _step in fit(head, x, y, steps=60, l2=l2, onward=True):
        pass
    ours = torch.cat([p.detach().flatten() for p in head.parameters()]).numpy()
    assert ours == pytest.approx(best, abs=1e-3)
    assert np.abs(ours - origin).max() > 0.01
    assert (head.mean == 0).all()
    assert len(head.memory) == 0


def test_the_seed_decides_a_hidden_layer_and_nobody_elses_chance_is_touched():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    one, other, again = (TeachHead(["a", "b"], 4) for _ in range(3))
    for head, seed in ((one, 1), (other, 2), (again, 1)):
        head.start(seed)
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(one.layers[0].weight, again.layers[0].weight)
    assert not torch.equal(one.layers[0].weight, other.layers[0].weight)


def test_of_each_class_every_fifth_photo_is_held_out():
    y = torch.tensor([0] * 12 + [1] * 4 + [2] * 5)
    aside = held_out(y)
    assert aside.nonzero()[:, 0].tolist() == [4, 9, 20]
    mixed = torch.randperm(len(y), generator=torch.Generator().manual_seed(0))
    counts = torch.bincount(y[mixed][held_out(y[mixed])], minlength=3)
    assert counts.tolist() == [12 // EVERY, 0, 1]


def test_what_lies_far_from_all_training_photos_is_none_of_these():
    x, y = clouds(apart=2.0)
    head, _steps = trained(x, y)
    same, _truth = clouds(apart=2.0, each=60)
    others, _truth = clouds(apart=2.0, seed=7)
    assert head.knows(same).float().mean() > 0.85
    assert not head.knows(others).any()


def test_the_distance_that_counts_as_near_leaves_the_photo_itself_out():
    x, y = clouds(classes=2, each=30, apart=1.0)
    head, _steps = trained(x, y, classes=2)
    u = sketch(x)
    apart = torch.cdist(u, u)
    apart[y[:, None] != y[None]] = 9
    apart.fill_diagonal_(9)
    assert float(head.farthest) == pytest.approx(float(apart.amin(dim=1).quantile(0.95)), abs=1e-3)


def test_with_one_photo_of_each_class_nothing_is_refused():
    x, y = clouds(classes=2, each=1)
    head, _steps = trained(x, y, classes=2)
    assert torch.isinf(head.farthest)
    assert head.knows(clouds(seed=9)[0]).all()


def test_few_numbers_keep_the_distances_of_many():
    x, _y = clouds(each=30)
    u = x / x.norm(dim=1, keepdim=True)
    many, few = torch.pdist(u), torch.pdist(sketch(x))
    assert float(((few / many) - 1).abs().mean()) < 0.06


@pytest.mark.parametrize("hidden", [0, 5])
def test_a_head_that_travels_answers_as_before(hidden):
    x, y = clouds()
    head, _steps = trained(x, y, hidden=hidden)
    again = TeachHead.unpacked(head.packed())
    assert again.labels == head.labels
    assert torch.equal(again(x), head(x))
    assert torch.equal(again.distance(x), head.distance(x))


def changed(**tensors):
    from safetensors.torch import load, save

    x, y = clouds(classes=2)
    head, _steps = trained(x, y, classes=2)
    about = {"labels": json.dumps(head.labels), "hidden": "0"}
    return save({**load(head.packed()), **tensors}, about)


@pytest.mark.parametrize(
    "content_of",
    [
        lambda: b"",
        lambda: b"x" * 100,
        lambda: struct.pack("<Q", 2**60) + b"{}",
        lambda: changed()[:-10],
        lambda: changed(mean=torch.full((FEATURES,), torch.nan)),
        lambda: changed(std=torch.zeros(FEATURES)),
        lambda: changed(farthest=torch.tensor(torch.nan)),
        lambda: changed(memory=torch.zeros(500, 256, dtype=torch.float16)),
        lambda: changed(extra=torch.zeros(1)),
        lambda: changed(**{"layers.weight": torch.zeros(3, FEATURES)}),
        lambda: changed(mean=torch.zeros(2, 640)),
    ],
)
def test_a_file_that_is_no_head_is_refused_in_a_sentence(content_of):
    with pytest.raises(ValueError, match="damaged or none of this chapter"):
        TeachHead.unpacked(content_of())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_door(content):
    with pytest.raises(ValueError, match="train it again"):
        TeachHead.unpacked(content)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0, 0.278), (10, 10, 0.722, 1), (1, 1, 0.207, 1)],
)
def test_the_interval_is_wilsons(right, of, low, high):
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize(("right", "of"), [(0, 0), (3, 2), (-1, 5)])
def test_what_was_not_counted_has_no_interval(right, of):
    with pytest.raises(ValueError, match="of"):
        wilson(right, of)


def test_the_interval_holds_the_true_share_95_times_of_100():
    rng = np.random.default_rng(0)
    for share, of in ((0.9, 20), (0.5, 12)):
        ends = [wilson(int(right), of) for right in rng.binomial(of, share, 2000)]
        held = np.mean([low <= share <= high for low, high in ends])
        assert 0.92 < held < 0.99


def test_covering_what_was_looked_at_takes_the_answer_away():
    class Corner(torch.nn.Module):
        """Sees the brightness of the upper left corner only."""

        def forward(self, x):
            return x[:, :1, :32, :32].mean(dim=(2, 3)).expand(-1, 4)

    head = TeachHead(["dark", "bright"], features=4)
    with torch.no_grad():
        head.layers.weight.copy_(torch.tensor([[-2.0] * 4, [2.0] * 4]))
    heat = occlusion(Corner(), head, torch.ones(3, 224, 224), label=1)
    assert heat.shape == (7, 7)
    assert heat.argmax() == 0
    assert heat[0, 0] > 1
    assert heat[2:, 2:].abs().max() == 0


def test_a_head_has_two_to_six_names():
    for labels in (["a"], ["a", "a"], list("abcdefg"), ["a", ""], "ab", [1, 2]):
        with pytest.raises(ValueError, match="labels"):
            TeachHead(labels)
