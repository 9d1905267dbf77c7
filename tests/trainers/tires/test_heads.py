"""The heads on frozen features, against scikit-learn, SciPy and hand calculations."""

import numpy as np
import pytest
import torch

from models.tires import VIEWS, TireClassifier
from trainers.tires import data, heads

RNG = np.random.default_rng(0)


def made_up(counts, shift=0.0, seed=0):
    """Features in which number 0 tells the label; number 1 tells the source, and so the label.

    Args:
        counts: {source: (defective, good)}.
        shift: how far apart sources lie along number 1.
        seed: of the noise.
    """
    rng, rows, labels, sources = np.random.default_rng(seed), [], [], []
    for place, (source, pair) in enumerate(counts.items()):
        for label, count in enumerate(pair):
            x = rng.normal(0, 1, (count, 3, 6))
            x[:, :, 0] += 2.0 * (2 * label - 1)
            x[:, :, 1] += shift * place
            rows.append(x)
            labels += [label] * count
            sources += [source] * count
    pictures = torch.randint(0, 256, (len(labels), 3, 8, 8), dtype=torch.uint8)
    photos = data.Photos(pictures, torch.tensor(labels), np.array(sources, dtype=object))
    return heads.Features(np.concatenate(rows).astype(np.float32), photos)


def test_sources_and_labels_weigh_the_same_and_lopsided_sources_less():
    known = made_up({"a": (30, 60), "b": (200, 40), "c": (100, 2)})
    weights = heads.balance(known.photos.sources, known.good.astype(int))
    assert weights.mean() == pytest.approx(1)

    def total(source, label):
        return weights[(known.photos.sources == source) & (known.good == label)].sum()

    assert total("a", 0) == pytest.approx(total("a", 1)) == pytest.approx(total("b", 1))
    assert total("c", 0) == pytest.approx(total("c", 1)) == pytest.approx(total("a", 0) / 10)


def test_the_judge_is_scikit_learns_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    known = made_up({"a": (40, 40)})
    wear = heads.fit_wear(known, shared=0, changed=0)
    x = known.x[:, 0]
    standard = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-3)
    expected = LogisticRegression(C=heads.WEAR, max_iter=500).fit(standard, known.good)
    assert np.allclose(wear(x), expected.decision_function(standard), atol=1e-4)


def test_a_judge_may_use_some_features_only():
    wear = heads.fit_wear(made_up({"a": (40, 40)}), columns=slice(2, None))
    assert not wear.weight[:2].any()
    assert wear.weight[2:].any()


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_the_source_is_not_taken_for_wear(shared):
    """Source b has nearly all good photos: number 1 seems to tell the label."""
    from sklearn.linear_model import LogisticRegression

    known = made_up({"a": (150, 25), "b": (25, 150)}, shift=4.0)
    x = known.x[:, 0]
    naive = LogisticRegression(C=heads.WEAR).fit((x - x.mean(0)) / x.std(0), known.good)
    weight = heads.fit_wear(known, shared=shared).weight
    assert abs(naive.coef_[0][1]) > 0.5 * naive.coef_[0][0]
    assert abs(weight[1]) < 0.15 * weight[0]


def test_a_source_is_judged_by_a_judge_that_never_saw_it():
    known, seen = made_up({"a": (30, 30), "b": (25, 40), "c": (60, 3)}), []

    def fit(features):
        seen.append(set(features.photos.sources))
        return lambda x: np.full(len(x), len(seen))

    scores = heads.left_out(known, np.ones(len(known.photos), bool), fit)
    assert seen == [{"b", "c"}, {"a", "c"}]
    sources = known.photos.sources
    assert (scores[sources == "a"] == 1).all()
    assert (scores[sources == "b"] == 2).all()
    assert np.isnan(scores[sources == "c"]).all()  # too few good ones to be judged


def test_labels_that_other_photos_flatly_contradict_are_not_believed(monkeypatch):
    monkeypatch.setattr(heads, "WEAR", 1.0)
    known = made_up({"a": (60, 60)})
    known.x[:, :, 0] *= 3
    known.photos.labels[5] = 1  # looks as defective as can be
    believed = heads.believable(known, seed=0)
    assert not believed[5]
    assert believed.mean() > 0.9


def test_the_quantile_leaves_at_most_that_share_of_the_weight_below():
    for share in (0.0, 0.05, 0.1, 0.5):
        values, weights = RNG.normal(size=500), RNG.uniform(0.1, 3, 500)
        found = heads.quantile(values, weights, share)
        assert weights[values < found].sum() <= share * weights.sum()
        more = values[values > found].min()
        assert weights[values < more].sum() > share * weights.sum()


def test_new_photos_of_the_same_world_are_seldom_called_the_other_thing():
    """Conformal: of exchangeable photos the promised share, whatever the judge is worth."""
    low, high = [], []
    for _ in range(60):
        good = RNG.random(2000) < 0.4
        chances = RNG.beta(2, 2, 2000) + 0.2 * good
        first, second = slice(0, 1000), slice(1000, None)
        below, above = heads.thresholds(chances[first], good[first], np.ones(1000))
        low.append((chances[second][good[second]] < below).mean())
        high.append((chances[second][~good[second]] > above).mean())
    assert np.mean(low) == pytest.approx(heads.GOOD_CALLED_DEFECTIVE, abs=0.01)
    assert np.mean(high) == pytest.approx(heads.DEFECTIVE_CALLED_GOOD, abs=0.01)


def test_compressed_features_have_deviation_1_and_are_those_of_the_principal_components():
    x = RNG.normal(size=(300, 12)) @ RNG.normal(size=(12, 12))
    axes, few = heads.memory(x)
    assert np.allclose(few[:, :12].std(axis=0), 1, atol=0.01)
    assert np.allclose(x @ axes.T, few)
    centred = few[:, :12] - few[:, :12].mean(axis=0)
    assert np.allclose(np.cov(centred.T), np.eye(12), atol=0.02)


def test_distances_are_means_to_the_nearest():
    from scipy.spatial.distance import cdist

    known, photos = RNG.normal(size=(40, 5)), RNG.normal(size=(7, 5))
    expected = np.sort(cdist(photos, known), axis=1)[:, :5].mean(axis=1)
    assert np.allclose(heads.distances(known, photos), expected)


def test_sources_that_show_no_tread_teach_no_wear():
    known = made_up({"close": (20, 20), "whole": (20, 20)})
    views = np.array([VIEWS.index("sidewall")] * 40 + [VIEWS.index("tread")] * 40)
    assert heads.on_treads(known, views).tolist() == [False] * 40 + [True] * 40


def test_the_model_that_is_built_answers_as_its_parts_do():
    photos = data.made_up(24, 0)
    sets = {
        "all": photos,
        "validation": data.made_up(4, 2),
        "others": torch.full((12, 3, 224, 224), 255, dtype=torch.uint8),
    }
    model, found = heads.build(sets, seed=0)
    assert isinstance(model, TireClassifier)
    x = torch.from_numpy(heads.describe(photos.pictures))
    with torch.no_grad():
        features = (x - model.centre) / model.scale
        views = model.view(features).argmax(dim=1)
        gate = model.gate(features)[:, 0]
    assert (views.numpy() == found["views"]).mean() > 0.9  # but for the rounding
    white = torch.from_numpy(heads.describe(sets["others"][:1]))
    assert gate.mean() > model.gate((white - model.centre) / model.scale).item()
    few = (features @ model.axes.T).numpy()
    assert np.abs(few - model.known.numpy()).max() < 0.1 * np.abs(few).max()
    assert model._hub_mixin_config["photos"] == 24
