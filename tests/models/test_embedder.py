"""The small language model answers as the original does.

`minilm.json` holds what transformers makes of some texts with the first three layers of
sentence-transformers/all-MiniLM-L6-v2: tokens, and the mean over them, base64 of float16.
"""

import base64
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from models import hub
from models.embedder import PAD, SPECIAL, TABLE, Embedder, Layer, _widen, bytes_of, halves, sound
from tests.models.conftest import SHIPPED_WEIGHTS

FROZEN = json.loads((Path(__file__).parent / "minilm.json").read_text(encoding="utf-8"))
LETTERS = [f"{start}{chr(code)}" for code in range(97, 123) for start in ("", "##")]


@pytest.fixture(scope="module")
def shipped():
    return hub.ready_to_answer(hub._read(Embedder, SHIPPED_WEIGHTS / "embedder"))


@pytest.fixture
def small():
    torch.manual_seed(0)
    model = Embedder([*SPECIAL, *LETTERS, "?"], layers=2, width=16, heads=4, inner=32, positions=16)
    return model.eval().requires_grad_(False)


def original(one):
    return torch.from_numpy(np.frombuffer(base64.b64decode(one["layer_3"]), "<f2").astype("f4"))


def test_it_answers_as_the_third_layer_of_the_original(shipped):
    cosines = []
    for one in FROZEN:
        tokens = [shipped.vocabulary[number] for number in shipped.ids([one["text"]])[0]]
        found = shipped.embed([one["text"]])[0]
        cosines.append(torch.cosine_similarity(found, original(one), dim=0).item())
        if tokens == one["tokens"]:  # no word piece of it was left out
            assert cosines[-1] > 0.995, one["text"]
    assert np.mean(cosines) >= 0.98
    assert sum(cosine > 0.995 for cosine in cosines) >= len(FROZEN) - 1


def test_what_is_shipped_is_smaller_than_ten_megabytes():
    files = (SHIPPED_WEIGHTS / "embedder").iterdir()
    assert sum(file.stat().st_size for file in files) < 10_000_000


def test_a_layer_is_that_of_pytorch():
    ours = Layer(16, 4, 32).eval()
    oracle = nn.TransformerEncoderLayer(16, 4, 32, 0, "gelu", 1e-12, batch_first=True).eval()
    with torch.no_grad():
        oracle.self_attn.in_proj_weight.copy_(
            torch.cat([one.weight for one in (ours.query, ours.key, ours.value)])
        )
        oracle.self_attn.in_proj_bias.copy_(
            torch.cat([one.bias for one in (ours.query, ours.key, ours.value)])
        )
        pairs = [(oracle.self_attn.out_proj, ours.mix), (oracle.linear1, ours.widen)]
        for to, of in [*pairs, (oracle.linear2, ours.narrow)]:
            to.load_state_dict(of.state_dict())
        x = torch.randn(3, 7, 16, generator=torch.Generator().manual_seed(1))
        mask = torch.arange(7) < torch.tensor([7, 4, 1])[:, None]
        found, attention = ours(x, mask)
        expected = oracle(x, src_key_padding_mask=~mask)
        _y, shares = oracle.self_attn(x, x, x, key_padding_mask=~mask, average_attn_weights=False)
    torch.testing.assert_close(found[mask], expected[mask], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(attention, shares, rtol=1e-4, atol=1e-5)
    assert attention.sum(dim=-1).numpy() == pytest.approx(1, abs=1e-5)


def test_a_text_is_answered_alike_alone_and_among_longer_ones(small):
    texts = ["a", "hello there", "", "what is that then?", "b"]
    together = small.embed(texts)
    for text, expected in zip(texts, together, strict=True):
        torch.testing.assert_close(small.embed([text])[0], expected, rtol=1e-4, atol=1e-5)


def test_what_is_too_long_is_cut_off_and_still_ends_properly(small):
    ids = small.ids(["a" * 5 + " b" * 50])[0]
    assert len(ids) == small.positions
    assert small.vocabulary[ids[-1]] == "[SEP]"


def test_a_byte_a_weight_is_enough_and_survives_saving(small, tmp_path):
    hub.save(small, tmp_path / "x", "card")
    again = hub._read(Embedder, tmp_path / "x")
    for name, tensor in small.state_dict().items():
        step = tensor.abs().amax() / 127
        if name != TABLE:
            assert (again.state_dict()[name] - tensor).abs().amax() <= step * 0.51, name
    assert {str(t.dtype) for t in bytes_of(small).values()} >= {"torch.int8", "torch.uint8"}
    # Once rounded, it is stored as it is: what was measured is what others load.
    once = again.embed(["hello"])
    hub.save(again, tmp_path / "y", "card")
    torch.testing.assert_close(hub._read(Embedder, tmp_path / "y").embed(["hello"]), once)


def test_half_a_byte_holds_a_number_of_the_table(small):
    table = torch.randn(50, 192, generator=torch.Generator().manual_seed(0))
    table[3] = 0
    numbers, scale = halves(table)
    assert (numbers.dtype, numbers.shape, scale.shape) == (torch.uint8, (50, 96), (50, 3))
    tensors = {"x": numbers, "x_scale": scale}
    _widen(small, tensors, "")
    error = (tensors["x"] - table).unflatten(1, (3, 64)).abs()
    largest = table.unflatten(1, (3, 64)).abs().amax(-1, keepdim=True)
    assert (error <= 0.505 * largest / 7).all()  # half a step, and half precision of the scale
    assert not tensors["x"][3].any()
    torch.testing.assert_close(halves(tensors["x"]), (numbers, scale))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "a",
        "😀",
        "שלום עולם",
        "a\u200bb\u200f",
        "\ud800",
        "A" * 2000,
        "\u202ex\u202c",
    ],
)
def test_every_text_gets_numbers(shipped, text):
    found = shipped.embed([text])
    assert found.shape == (1, 384)
    assert found.isfinite().all()


def test_halves_of_characters_become_the_sign_for_what_cannot_be_read():
    assert sound("a\ud83db") == "a\ufffdb"
    assert sound("a😀b") == "a😀b"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"vocabulary": ["a", "b", "c", "d"]}, "begin with"),
        ({"vocabulary": [*SPECIAL, PAD]}, "different names"),
        ({"width": 10, "heads": 3}, "multiple of heads"),
        ({"width": 9, "heads": 3}, "even"),
        ({"positions": 10_000}, "positions"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Embedder(**{"vocabulary": list(SPECIAL), **settings})
