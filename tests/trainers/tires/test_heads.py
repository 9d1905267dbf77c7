"""The heads on frozen features, against scikit-learn, SciPy and hand calculations."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

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
        return lambda x: np.full(x.shape[:-1], len(seen))

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


def test_each_view_with_enough_photos_has_its_own_distance():
    far = np.concatenate([RNG.normal(5, 1, 200), RNG.normal(9, 1, 100), RNG.normal(20, 1, 10)])
    views = np.repeat([0, 1, 2], [200, 100, 10])
    far[:3] = np.nan  # of sources too small to be left out
    common = np.quantile(far[3:], 0.95)
    assert heads.limits(far, views, per_view=False) == pytest.approx([common] * len(VIEWS))
    own = heads.limits(far, views, per_view=True)
    assert own[0] == pytest.approx(np.quantile(far[3:200], 0.95))
    assert own[1] == pytest.approx(np.quantile(far[200:300], 0.95))
    assert own[2:] == pytest.approx([common] * (len(VIEWS) - 2))


def test_photos_that_are_asked_of_several_pictures_get_the_mean_of_their_log_odds():
    known = made_up({"a": (30, 30), "b": (30, 30)})
    believed = np.ones(len(known.photos), bool)
    seen = np.repeat(known.x[:, :1], 3, axis=1) + RNG.normal(size=(len(known.x), 3, 1))
    expected = heads.left_out(known, believed)
    for k in range(3):
        assert not np.allclose(heads.left_out(known, believed, seen=seen[:, k : k + 1]), expected)
    each = [heads.left_out(known, believed, seen=seen[:, k : k + 1]) for k in range(3)]
    assert np.allclose(heads.left_out(known, believed, seen=seen), np.mean(each, axis=0))


def made_gate(tires=200, others=60, corners=40):
    """Features of which the first tells tires from others, the second tires from corners."""
    x = RNG.normal(size=(3 * tires, 6))
    x[:, :2] += 3
    beside = RNG.normal(size=(3 * corners, 6))
    beside[:, 0] += 3
    return heads.Gate(
        x,
        np.arange(3 * tires) < tires,
        np.tile(np.arange(tires), 3),
        RNG.normal(size=(2 * others + 10, 6)),
        np.concatenate([np.tile(tires + np.arange(others), 2), np.full(10, -1)]),
        beside,
        np.tile(np.arange(corners), 3),
    )


def test_the_gate_is_a_logistic_regression_in_which_both_answers_weigh_the_same():
    gate = made_gate()
    x = np.concatenate([gate.tires, gate.others, gate.corners])
    truth = np.arange(len(x)) < len(gate.tires)
    expected = LogisticRegression(C=heads.GATE, class_weight="balanced", max_iter=500).fit(x, truth)
    assert np.allclose(gate.fit(weight=1.0).coef_, expected.coef_, atol=1e-4)
    assert not np.allclose(gate.fit().coef_, expected.coef_, atol=1e-2)  # corners weigh more


def test_the_gate_that_judges_a_photo_did_not_see_it(monkeypatch):
    gate, seen = made_gate(), []
    fit = heads.Gate.fit
    monkeypatch.setattr(heads.Gate, "fit", lambda self, out: seen.append(out) or fit(self, out))
    tires, others, corners = gate.held_out(0)
    assert set(seen[0]) & set(seen[1]) == set()
    assert set(seen[0]) | set(seen[1]) == set(range(260))
    half = fit(gate, seen[0])
    mine = np.isin(gate.beside, seen[0])
    assert np.allclose(corners[mine], half.decision_function(gate.corners[mine]))
    assert np.isfinite(tires).all()
    assert np.isnan(others).sum() == 10  # what is made up is never held out


def test_the_threshold_refuses_nine_of_ten_corners_and_few_tires():
    gate = made_gate()
    least, (plain, badly, others) = gate.refused(0)
    corners = gate.held_out(0)[2][:40]
    assert (corners < least).mean() == pytest.approx(1 - heads.LET_IN, abs=0.03)
    assert max(plain, badly) < 0.2
    assert others > 0.8
    few = made_gate(corners=5)
    least, _shares = few.refused(0)
    assert (few.held_out(0)[0] < least).mean() == pytest.approx(heads.REFUSED, abs=0.01)


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
