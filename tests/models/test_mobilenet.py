"""The MobileNetV2 that serves is torchvision's, without what importing torchvision costs."""

import subprocess
import sys

import pytest
import torch

from models.mobilenet import MobileNetV2

SERVING = """
import sys
import torch
from PIL import Image
from models import hub
from models.digits import DigitCNN, saliency
from models.tires import TireClassifier
picture = Image.effect_noise((300, 200), 80).convert("RGB")
examined = hub.load(TireClassifier).examine(picture)
hub.load(TireClassifier).heat_map(picture)
digits = hub.load(DigitCNN)
saliency(digits, digits.preprocess(picture.resize((99, 99))))
heavy = sorted({"torchvision", "torch._dynamo", "sympy"} & set(sys.modules))
print(*heavy)
"""


@pytest.fixture(scope="module")
def both():
    from torchvision.models import mobilenet_v2

    torch.manual_seed(5)
    theirs = mobilenet_v2(weights=None)
    torch.manual_seed(5)
    ours = MobileNetV2()
    return ours, theirs


def test_its_tensors_have_the_names_and_shapes_of_torchvisions_in_the_same_order(both):
    ours, theirs = ({k: v.shape for k, v in net.state_dict().items()} for net in both)
    assert list(ours.items()) == list(theirs.items())


def test_the_same_seed_starts_both_with_the_same_numbers(both):
    ours, theirs = (net.state_dict() for net in both)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("training", [True, False])
def test_it_gives_the_same_answers_and_gradients_to_the_last_bit(both, training):
    ours, theirs = both
    with torch.no_grad():  # statistics that are not 0 and 1
        for name, value in theirs.state_dict().items():
            if "running" in name:
                value.copy_(torch.rand_like(value) + 0.5)
    ours.load_state_dict(theirs.state_dict())
    x = torch.rand(2, 3, 96, 64)
    answers = []
    for net in both:
        torch.manual_seed(1)  # of the dropout
        net.train(training).zero_grad()
        logits = net(x)
        logits.square().sum().backward()
        first = next(net.parameters())
        answers.append((logits, first.grad))
    for mine, other in zip(*answers, strict=True):
        assert torch.equal(mine, other)


def test_an_answer_needs_neither_torchvision_nor_the_compiler():
    run = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []
