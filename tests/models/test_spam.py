"""The spam neurons: words, counts and weights are scikit-learn's, and so is what is learned."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from models import hub
from models.messages import EXAMPLES
from models.spam import (
    KINDS,
    RULES,
    SpamNeurons,
    clean,
    count,
    fit,
    inverse_frequency,
    principal_axes,
    rules,
    sparse_rows,
    weighed,
    words,
)
from tests.models.conftest import SHIPPED_WEIGHTS

TEXTS = [one.en for one in EXAMPLES] + [one.de for one in EXAMPLES]
SPAM = torch.tensor([one.spam for one in EXAMPLES] * 2)


@pytest.fixture(scope="module")
def shipped():
    return hub.ready_to_answer(hub._read(SpamNeurons, SHIPPED_WEIGHTS / "spam"))


@pytest.fixture(scope="module")
def counted():
    vectorizer = CountVectorizer().fit(TEXTS)
    vocabulary = {word: i for i, word in enumerate(vectorizer.get_feature_names_out())}
    return vectorizer, vocabulary, count([words(text) for text in TEXTS], vocabulary)


def test_words_and_counts_are_those_of_scikit_learn(counted):
    vectorizer, _vocabulary, counts = counted
    assert np.array_equal(counts.to_dense().numpy(), vectorizer.transform(TEXTS).toarray())


def test_tfidf_is_that_of_scikit_learn(counted):
    _vectorizer, _vocabulary, counts = counted
    oracle = TfidfVectorizer().fit(TEXTS)
    idf = inverse_frequency(counts)
    assert idf.numpy() == pytest.approx(oracle.idf_, abs=1e-12)
    expected = oracle.transform(TEXTS).toarray()
    assert weighed(counts, idf).to_dense().numpy() == pytest.approx(expected, abs=1e-12)


def test_a_message_without_a_known_word_is_nothing_and_no_error():
    counts = count([[], ["unknown"], ["a"]], {"a": 0})
    assert weighed(counts, torch.ones(1).double()).to_dense().tolist() == [[0], [0], [1]]


@pytest.mark.parametrize("balanced", [False, True])
def test_what_is_learned_is_what_logistic_regression_learns(counted, balanced):
    x, l2 = counted[2], 0.01
    *_, (weight, bias) = fit(x, SPAM, l2=l2, class_weights=balanced, steps=200)
    weights = "balanced" if balanced else None
    oracle = LogisticRegression(C=1 / (len(TEXTS) * l2), class_weight=weights, tol=1e-10)
    oracle.fit(x.to_dense().numpy(), SPAM.numpy())
    assert weight[:, 0].numpy() == pytest.approx(oracle.coef_[0], abs=1e-4)
    assert bias.item() == pytest.approx(oracle.intercept_[0], abs=1e-4)


def test_sparse_and_dense_features_teach_the_same(counted):
    x = counted[2]
    *_, (sparse, _) = fit(x, SPAM, l2=0.01, steps=20)
    *_, (dense, _) = fit(x.to_dense(), SPAM, l2=0.01, steps=20)
    assert sparse.numpy() == pytest.approx(dense.numpy(), abs=1e-9)


def test_the_mask_that_only_friends_messages_have_is_taken_out():
    assert words(clean("I paid &lt;#&gt; pounds &amp; left &lt;DECIMAL&gt;")) == [
        "paid",
        "pounds",
        "left",
    ]
    assert words("&lt;#&gt;") == ["lt", "gt"]


def test_the_axes_are_the_principal_components_of_scikit_learn():
    x = torch.randn(50, 7, generator=torch.Generator().manual_seed(0)) * torch.arange(1, 8)
    center, axes = principal_axes(x)
    ours, oracle = ((x - center) @ axes).numpy(), PCA(2).fit_transform(x.numpy())
    assert np.abs(ours) == pytest.approx(np.abs(oracle), abs=1e-3)


def test_rules_say_what_they_look_for():
    held = dict(zip(RULES, rules("WIN £5: call 0800, see www.x.com!"), strict=True))
    assert held == {**dict.fromkeys(RULES, True), "long": False}
    assert not any(rules("see you at home"))


def test_stored_counts_come_back_as_they_were():
    counts = count([["a", "b", "b"], [], ["c"]], {"a": 0, "b": 1, "c": 2})
    starts, columns, values = sparse_rows(counts)
    model = SpamNeurons(known=["a", "b", "c"], messages=3, entries=len(values))
    for name, numbers in (("starts", starts), ("columns", columns), ("counts", values)):
        getattr(model, name).copy_(torch.from_numpy(numbers))
    model.check()
    assert torch.equal(model.corpus().to_dense(), counts.to_dense())
    model.columns[0] += 7
    with pytest.raises(ValueError, match="no known word"):
        model.check()


def test_what_is_shipped_is_as_good_as_its_card_says(shipped):
    card = (SHIPPED_WEIGHTS / "spam" / "README.md").read_text(encoding="utf-8")
    spam, said = shipped.spam[shipped.test], shipped.logits[shipped.test] > 0
    # Accuracy, recall, precision of scikit-learn's logistic regression; on all-MiniLM-L6-v2.
    least = {
        "counts": (0.972, 0.84, 0),
        "tfidf": (0.975, 0.82, 0.97),
        "embedding": (0.986, 0.945, 0),
    }
    for i, kind in enumerate(KINDS):
        hits = (said[:, i] & spam).sum().item()
        accuracy = (said[:, i] == spam).double().mean().item()
        found = (accuracy, hits / spam.sum().item(), hits / said[:, i].sum().item())
        assert all(share >= low for share, low in zip(found, least[kind], strict=True)), kind
        assert " | ".join(f"{share:.1%}" for share in found) in card


def test_the_stored_logits_are_those_of_the_stored_counts(shipped):
    """The figures of the corpus are the ones that the neurons were measured on."""
    columns = [shipped.known.index(word) for word in shipped.vocabulary]
    x = shipped.corpus().index_select(1, torch.tensor(columns)).coalesce()
    assert shipped(x, "counts").numpy() == pytest.approx(
        shipped.logits[:, 0].numpy(), rel=1e-4, abs=1e-4
    )
    assert shipped(weighed(x, shipped.idf), "tfidf").numpy() == pytest.approx(
        shipped.logits[:, 1].numpy(), rel=1e-4, abs=1e-3
    )


def test_the_leak_stands_in_hundreds_of_friends_messages_and_in_no_spam(shipped):
    spam, ham = (
        dict(zip(shipped.masked, some, strict=True)) for some in shipped.occurrences.T.tolist()
    )
    for mask in ("gt", "lt"):
        assert spam[mask] == 0
        assert ham[mask] > 150
    assert spam["call"] > ham["call"] > 0
    learned = ~shipped.test
    assert max(spam.values()) <= (shipped.spam & learned).sum()
    # On messages as they came the masks move answers towards ham, and nothing else differs.
    moved = (shipped.leaky[:, 0] - shipped.leaky[:, 1])[~shipped.spam]
    assert (moved < -0.01).sum() > 150
    assert (shipped.leaky[:, 0] == shipped.leaky[:, 1])[shipped.spam].double().mean() > 0.9


def test_no_sentence_of_the_collection_is_shipped():
    """Words stand in order of frequency, each once: no message can be read from them."""
    model = hub._read(SpamNeurons, SHIPPED_WEIGHTS / "spam")
    assert len(set(model.known)) == len(model.known)
    assert not any(" " in word for word in model.known)
    often = torch.sparse.sum(model.corpus(), 0).to_dense()
    assert (often.diff() <= 0).all()


def test_half_of_the_examples_are_spam_and_no_two_are_the_same():
    assert len(set(TEXTS)) == len(TEXTS) >= 40
    for era in ("2011", "today"):
        some = [one.spam for one in EXAMPLES if one.era == era]
        assert sum(some) * 2 == len(some)
