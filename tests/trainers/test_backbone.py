"""The features that every model of photos shares are MobileNetV2's own."""

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from models import hub
from models.backbone import Backbone
from models.mobilenet import MobileNetV2
from trainers import backbone


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return MobileNetV2().eval()


@pytest.fixture
def file(network, tmp_path):
    save_file(network.state_dict(), tmp_path / "imagenet.safetensors")
    return str(tmp_path / "imagenet.safetensors")


def test_what_is_saved_answers_as_the_network_before_its_last_layer(file, network, tmp_path):
    backbone.main(["--data", file, "--origin", "Made up.", "--output", str(tmp_path / "taken")])
    saved = Backbone.from_pretrained(tmp_path / "taken").eval()
    x = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network.features((x - saved.mean) / saved.std).mean(dim=(2, 3))
        torch.testing.assert_close(saved(x), expected, rtol=0.02, atol=0.02)  # half precision
        *_, last = saved.stages(x, (6, 18))
        torch.testing.assert_close(last.mean(dim=(2, 3)), saved(x))
    card = (tmp_path / "taken" / "README.md").read_text(encoding="utf-8")
    assert "Made up. Nothing was trained here." in card
    assert f"--data {file}" in card.replace("\\\n       ", "")


def test_weights_of_another_network_are_refused_in_a_sentence(tmp_path):
    save_file({"features.0.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(SystemExit, match="do not fit mobilenet_v2"):
        backbone.main(
            ["--data", str(tmp_path / "other.safetensors"), "--output", str(tmp_path / "x")]
        )


def test_a_dry_run_needs_no_network(tmp_path):
    backbone.main(["--dry-run", "--output", str(tmp_path / "dry")])
    assert "A dry run" in (tmp_path / "dry" / "README.md").read_text(encoding="utf-8")


def test_the_shipped_features_tell_apart_what_differs():
    model = hub.load(Backbone)
    red, blue = (Image.new("RGB", (300, 200), colour) for colour in ("red", "blue"))
    assert model.describe(red).shape == (1280,)
    assert not torch.allclose(model.describe(red), model.describe(blue), atol=0.1)
