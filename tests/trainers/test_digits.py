"""The digits trainer goes the whole way in seconds, and its parts do what they say."""

import numpy as np
import pytest
import torch

from models import digits, hub, publish
from trainers import digit_data, pen, report
from trainers import digits as trainer


@pytest.mark.parametrize("name", digits.MODELS)
def test_a_dry_run_writes_a_folder_that_the_hub_loads(name, tmp_path, monkeypatch):
    folder = tmp_path / f"digits-{name}"
    trainer.main(["--model", name, "--dry-run", "--output", str(folder)])
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    monkeypatch.setenv("WEIGHTS_REPO", str(tmp_path))
    model = hub.load(digits.MODELS[name])
    assert hub.notice(type(model)) is None
    assert model.temperature > 0
    answers = model(torch.rand(4, 1, 28, 28).to(hub.device()))
    assert torch.isfinite(answers).all()
    assert "Dry run" in (folder / "README.md").read_text()


def test_of_three_seeds_the_median_by_validation_is_shipped(tmp_path, monkeypatch, capsys):
    made = {}

    def train(args, seed, data):
        evaluation = report.Evaluation(0.9, 0.01, torch.eye(10, dtype=torch.long))
        run = dict.fromkeys(("test", "validation", "drawn"), evaluation)
        run |= {"seed": seed, "epochs": 1, "seconds": 1.0, "metric": {5: 0.7, 6: 0.9, 7: 0.8}[seed]}
        made[seed] = digits.DigitLinear().eval()
        return made[seed], run

    monkeypatch.setattr(trainer, "train", train)
    folder = tmp_path / "digits-linear"
    arguments = ["--model", "linear", "--dry-run", "--seeds", "5", "6", "7"]
    trainer.main([*arguments, "--output", str(folder)])
    assert "(seed 7)" in capsys.readouterr().out
    saved = hub._read(digits.DigitLinear, folder)
    assert torch.equal(saved.network[1].weight, made[7].network[1].weight)


def test_pushing_uploads_what_was_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(publish, "push_to_hub", lambda folder, repo, private: f"{repo} {folder}")
    folder = str(tmp_path / "digits-linear")
    arguments = ["--model", "linear", "--dry-run", "--output", folder]
    trainer.main([*arguments, "--push-to-hub", "someone/digits"])
    assert f"someone/digits {folder}" in capsys.readouterr().out


def test_the_defaults_are_the_shipped_folder_and_the_recipe():
    args = trainer.arguments(["--model", "mlp"])
    assert args.output == "weights/digits-mlp"
    assert args.epochs == trainer.RECIPES["mlp"].epochs
    with pytest.raises(SystemExit):
        trainer.arguments(["--epochs", "-3"])


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


def test_augmentation_changes_every_picture_within_bounds():
    torch.manual_seed(0)
    x = digit_data.made_up(48).pictures[:, None].float() / 255
    before = x.clone()
    y = digit_data.augment(x)
    assert torch.equal(x, before)
    assert y.shape == x.shape
    assert 0 <= y.min() <= y.max() <= 1
    assert ((y - x).abs().mean(dim=(1, 2, 3)) > 0.005).all()
    assert digit_data.augment(x[:1]).shape == (1, 1, 28, 28)


def test_the_loss_of_a_scribble_is_least_for_ten_equal_answers():
    scribble = torch.tensor([pen.NO_DIGIT])
    equal, sure = torch.zeros(1, 10), torch.eye(10)[:1] * 9
    assert digit_data.loss(equal, scribble).item() == pytest.approx(np.log(10), abs=1e-5)
    assert digit_data.loss(sure, scribble) > digit_data.loss(equal, scribble)
    assert digit_data.loss(sure, torch.tensor([0])) < digit_data.loss(equal, torch.tensor([0]))


def test_without_smoothing_the_loss_is_the_cross_entropy():
    logits, labels = torch.randn(6, 10), torch.arange(6)
    expected = torch.nn.functional.cross_entropy(logits, labels)
    assert torch.allclose(digit_data.loss(logits, labels, smoothing=0), expected)


def test_the_split_is_the_same_every_time_and_shares_nothing():
    data = digit_data.Data(torch.arange(60)[:, None, None].byte(), torch.arange(60))
    train, validation = digit_data.split(data, 12)
    again, _ = digit_data.split(data, 12)
    assert torch.equal(train.labels, again.labels)
    assert sorted([*train.labels.tolist(), *validation.labels.tolist()]) == list(range(60))


def test_the_temperature_undoes_overconfidence():
    torch.manual_seed(0)
    honest = torch.randn(4000, 10) * 2
    labels = torch.distributions.Categorical(logits=honest).sample()
    assert report.temperature(honest * 3, labels) == pytest.approx(3, rel=0.1)


class Echo(torch.nn.Module):
    """Answers with the grey value of the first pixel."""

    def __init__(self):
        super().__init__()
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        answers = (x[:, 0, 0, 0] * 255).round().long()
        return torch.nn.functional.one_hot(answers, 3).float() * 50


def test_evaluation_counts_right_answers_and_confusions():
    pictures = torch.tensor([0, 1, 2, 2], dtype=torch.uint8).view(4, 1, 1)
    result = report.evaluate(Echo(), pictures, torch.tensor([0, 1, 1, 2]))
    assert result.accuracy == 0.75
    assert result.confusion.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]
    assert result.recall == [1, 0.5, 1]
    assert result.calibration_error == pytest.approx(0.25, abs=1e-4)
