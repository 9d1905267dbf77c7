"""The spam chapter: what its endpoints answer, what they refuse, and what its tasks say."""

import contextlib
import itertools
import json
import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from demos.frame import runs, texts
from demos.frame.texts import speaking
from demos.spam import answers, charts, lesson, rows
from demos.spam.answers import (
    spam_batch,
    spam_compare,
    spam_corpus,
    spam_inside,
    spam_predict,
)
from demos.spam.board import DEFAULTS, RULES, Board
from demos.spam.knobs import HEADS, KINDS, KNOBS, LAYERS, LONGEST
from demos.spam.lesson import spam_train
from demos.spam.quiz import QUIZ
from demos.spam.tasks import HOLIDAY, PARAPHRASE, PLAIN, PRIZE, RINGTONE, TASKS
from models import hub, spam
from models.interval import wilson
from models.messages import EXAMPLES
from tests.strangers import ANYTHING

WINNER = EXAMPLES[0].en
ODD = ["", " \t ", "x", "\0", "😀😀", "שלום", "a\u200bb", "\u202e123", "\ud800", "<b>&amp;</b>"]


def shares(message):
    return {kind: one["spam"] for kind, one in spam_compare(message)["models"].items()}


# ---------------------------------------------------------------- one message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", [WINNER, EXAMPLES[8].en, EXAMPLES[15].de, *ODD])
def test_the_parts_sum_to_the_logit_and_the_answer_is_its_sigmoid(kind, message):
    answer = spam_predict(message, kind)
    total = answer["bias"] + math.fsum(part["product"] for part in answer["parts"])
    assert total == pytest.approx(answer["logit"], abs=1e-9)
    assert answer["spam"] == pytest.approx(torch.tensor(answer["logit"]).sigmoid().item(), abs=1e-6)
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize("kind", ["counts", "tfidf"])
def test_a_part_is_value_times_weight_and_the_sum_is_the_networks(kind):
    model = answers.neurons()
    message = "Call call CALL me, won’t you? £500 &lt;#&gt; xyzzy"
    answer = spam_predict(message, kind)
    with torch.no_grad():
        x = model.features([message], kind)
        assert answer["logit"] == pytest.approx(model(x, kind).item(), abs=1e-5)
    values = {model.vocabulary[i]: v for i, v in zip(x.indices()[1], x.values(), strict=True)}
    assert {part["word"]: part["value"] for part in answer["parts"]} == pytest.approx(
        {word: value.item() for word, value in values.items()}
    )
    for part in answer["parts"]:
        assert part["product"] == part["value"] * part["weight"]
        n, learned = part["in_spam"] + part["in_ham"], answer["learned"]
        assert part["idf"] == pytest.approx(math.log((1 + learned) / (1 + n)) + 1)
    assert answer["unknown"] == ["xyzzy"]
    assert next(one["count"] for one in answer["parts"] if one["word"] == "call") == 3


def test_what_counts_add_up_is_exact_to_the_third_decimal():
    """So the numbers that the page writes out, with three decimals, are all there is."""
    model = answers.neurons()
    for number in [
        *model.neurons["counts"].weight[0].tolist(),
        model.neurons["counts"].bias.item(),
    ]:
        assert number == pytest.approx(round(number, 3), abs=1e-6)


def test_a_struck_word_takes_its_product_out_of_the_sum_of_counts():
    whole, less = spam_predict(WINNER, "counts"), spam_predict(WINNER, "counts", struck=["prize"])
    (prize,) = (part for part in whole["parts"] if part["word"] == "prize")
    assert whole["logit"] - less["logit"] == pytest.approx(prize["product"])
    assert "prize" not in [part["word"] for part in less["parts"]]


def test_the_bar_of_a_word_is_what_the_embeddings_answer_loses_without_it():
    whole = spam_predict(WINNER, "embedding")
    for word in ("WINNER!", "09061", "was"):
        (part,) = (one for one in whole["parts"] if one["word"] == word)
        less = spam_predict(WINNER, "embedding", struck=[word], explain=False)
        assert whole["logit"] - less["logit"] == pytest.approx(part["product"], abs=1e-3)
        assert less["parts"] == []


def test_in_a_long_message_several_words_are_left_out_together():
    answer = spam_predict("call me now please " * 100, "embedding")
    assert 1 < len(answer["parts"]) < 100
    assert (
        " ".join(part["word"] for part in answer["parts"]).split()
        == ["call", "me", "now", "please"] * 100
    )
    assert answer["cut"]


def test_a_message_has_its_place_on_the_map_and_is_nearest_to_itself():
    number = 2 * 3 + 1  # the fourth example, in German
    row = spam_corpus()["examples"][number]
    answer = spam_compare(row["text"])
    assert answer["nearest"][0]["number"] == number
    assert answer["nearest"][0]["cosine"] == pytest.approx(1, abs=1e-5)
    assert answer["place"] == pytest.approx(row["place"], abs=1e-3)
    assert [one["cosine"] for one in answer["nearest"]] == sorted(
        (one["cosine"] for one in answer["nearest"]), reverse=True
    )


def test_the_threshold_decides_here_and_on_the_test_messages():
    low, high = (spam_compare(PARAPHRASE, one)["models"]["embedding"] for one in (0.2, 0.995))
    assert low["verdict"]
    assert not high["verdict"]
    assert low["test"]["sensitivity"] > high["test"]["sensitivity"]
    assert spam_compare("x", 0)["models"]["counts"]["test"]["sensitivity"] == 1
    assert spam_compare("x", 1)["models"]["counts"]["test"]["precision"] is None


@pytest.mark.parametrize("head", [1, HEADS])
def test_attention_is_shared_out_among_all_tokens(head):
    answer = spam_inside(PRIZE, LAYERS, head)
    tokens = [one["text"] for one in answer["tokens"]]
    assert tokens[:4] == ["[CLS]", "you", "have", "won"]
    assert all(sum(row) == pytest.approx(1, abs=0.01) for row in answer["attention"])
    assert answer["vector"] == spam_predict(PRIZE, "embedding", explain=False)["vector"]
    assert answer["pieces"] == len(answers.embedder().vocabulary)


def test_of_a_long_message_the_attention_of_the_first_tokens_is_shown():
    answer = spam_inside("call me now " * 20, 1, 1)
    assert answer["count"] == 62
    assert len(answer["tokens"]) == len(answer["attention"]) == 40
    assert all(len(row) == 40 and sum(row) < 0.999 for row in answer["attention"])


def test_many_messages_are_answered_as_each_alone():
    messages = [WINNER, "", "see you", EXAMPLES[16].de, WINNER]
    found = spam_batch(messages)["rows"]
    for message, row in zip(messages, found, strict=True):
        assert row == pytest.approx(shares(message), abs=1e-5)


# ---------------------------------------------------------------- strangers


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: spam_predict("x" * 2001, "counts"), "has 2,001 characters: at most 2,000"),
        (lambda: spam_predict(None, "counts"), "must be text"),
        (lambda: spam_predict("x", "words"), "features must be one of"),
        (lambda: spam_predict("x", "counts", struck="call"), "list of words"),
        (lambda: spam_predict("x", "counts", struck=[1]), "list of words"),
        (lambda: spam_compare("x", 1.5), "threshold must be"),
        (lambda: spam_compare("x" * 2001), "at most 2,000"),
        (lambda: spam_inside("x", 4, 1), "layer must be"),
        (lambda: spam_inside("x", 1, 0), "head must be"),
        (lambda: spam_batch([]), "1 to 500"),
        (lambda: spam_batch(["x"] * 501), "1 to 500"),
        (lambda: spam_batch("x"), "1 to 500"),
        (lambda: spam_batch(["x", None]), "must be text"),
        (lambda: spam_batch(["x" * 2000] * 31), "more than 60,000 characters"),
        (lambda: spam_train(share=0.8, validation=0.15), "at most 0.9"),
        (lambda: spam_train(words=5), "words must be"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()


@settings(max_examples=25)
@given(ANYTHING, ANYTHING, st.sampled_from([*KINDS, None, 7]))
def test_no_request_breaks_an_answer(message, struck, kind):
    for ask in (
        lambda: spam_predict(message, kind, struck),
        lambda: spam_compare(message, 0.5, struck),
        lambda: spam_inside(message, 1, 1),
        lambda: spam_batch(message),
    ):
        with contextlib.suppress(ValueError):  # any other error fails
            json.dumps(ask(), allow_nan=False)


@settings(max_examples=20)
@given(st.text(max_size=300), st.sampled_from([*KINDS]))
def test_any_text_gets_a_probability(message, kind):
    answer = spam_predict(message, kind)
    assert 0 <= answer["spam"] <= 1
    struck = [part["word"] for part in answer["parts"]]
    assert spam_predict(message, kind, struck)["parts"] == []


# ---------------------------------------------------------------- the corpus


def test_the_figures_of_the_corpus_belong_to_its_messages():
    corpus, model = spam_corpus(), answers.neurons()
    count = len(corpus["spam"])
    assert len(corpus["places"]) == 2 * count
    assert corpus["test"].count("1") == len(corpus["scores"]["counts"]) == 1031
    assert set(corpus["rules"]) == set(RULES) == set(spam.RULES)
    digit = [a == b == "1" for a, b in zip(corpus["rules"]["digit"], corpus["spam"], strict=True)]
    assert sum(digit) / corpus["spam"].count("1") == pytest.approx(0.939, abs=0.001)
    totals = corpus["totals"]
    assert totals["spam"] + totals["ham"] == count - 1031
    first = corpus["words"]["counts"]["for"][0]
    assert first["weight"] == pytest.approx(model.neurons["counts"].weight.max().item(), abs=1e-3)
    assert (first["word"], first["in_spam"], first["in_ham"]) == ("txt", 102, 10)
    assert len(corpus["examples"]) == 2 * len(EXAMPLES)


def test_the_board_of_the_threshold_gets_the_scores_of_the_kind_that_is_chosen():
    with speaking("de"):
        judged = answers.judged("tfidf")
    assert judged["yes"] == "Spam"
    assert len(judged["scores"]) == 1031
    assert judged["scores"] == answers.test_scores()["tfidf"]
    assert all(len(column) == 1031 for column in judged["rows"].values())
    assert min(judged["rows"]["Wörter"]) >= 0


def test_a_link_holds_a_message_and_no_longer_one():
    board = Board()
    text = "Ünï & 50 % 😀\n2"
    assert board.check("message", board.text("message", text)) == text
    assert board.preprocess({"message": "x"}) == {"message": "x"}
    for sent in (None, {}, {"message": 7}, {"message": "x" * (LONGEST + 1)}):
        assert board.preprocess(sent) == DEFAULTS
    with pytest.raises(ValueError, match="2,000"):
        board.check("message", "x" * (LONGEST + 1))


# ---------------------------------------------------------------- training


def test_nobody_looks_at_the_test_messages_before_the_end():
    found = spam_train(steps=5)
    assert [row["step"] for row in found if row["series"] == "test"] == [5]
    first, *_more, last = [row for row in found if row["series"] == "train"]
    assert first["loss"] == pytest.approx(math.log(2))
    assert last["loss"] < first["loss"]
    sizes = {row["series"]: row["messages"] for row in found}
    assert sum(sizes.values()) == 5159
    assert sizes["train"] == pytest.approx(0.6 * 5159, abs=2)


def test_the_same_seed_draws_the_same_parts_and_another_one_others():
    one, again, other = (spam_train(steps=3, seed=seed)[-1] for seed in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize("numbers", ["counts", "tfidf"])
def test_the_extremes_stay_finite(numbers):
    for extreme in ({"l2": 1e-6, "words": 7000}, {"l2": 0.1, "words": 10, "share": 0.05}):
        found = spam_train(numbers, steps=60, **extreme)
        assert found[-1]["series"] == "test"
        assert all(math.isfinite(row["loss"]) for row in found)


def test_a_training_is_drawn_with_its_confusion_and_other_topics_draw_nothing():
    given_settings = {**KNOBS.defaults(), "topic": "train"}
    run = rows.picture(**given_settings)
    test = spam_train()[-1]
    cells = {(row["truth"], row["answer"]): row["count"] for row in run.data["confusion"]}
    assert sum(cells.values()) == test["messages"]
    assert cells[1, 1] == test["hits"]
    assert cells[0, 1] == test["alarms"]
    assert {row["words"] for row in run.data["sizes"]} >= {10, 100, 1000, 7000}
    assert f"{test['recall']:.1%}" in run.conclusion
    assert "Epoch {train.step:d}" in run.caption
    assert rows.picture(**KNOBS.defaults()).data == {}


@pytest.mark.parametrize("kept", [7, 8, 9])  # three epochs, or the third is not complete
def test_a_training_that_is_cut_is_drawn_without_a_test_and_says_so(monkeypatch, kept):
    whole = spam_train(steps=4)
    cut = [dict(row) for row in whole[:kept]]
    cut[-1]["note"] = runs.TIME
    monkeypatch.setattr(rows, "spam_train", lambda *_settings: texts.not_kept() or cut)
    # Of a seed that no other test draws.
    given_settings = {**KNOBS.defaults(), "topic": "train", "steps": 4, "seed": 90 + kept}
    run = rows.picture(**given_settings)
    last = kept // 2 - 1
    assert [row["step"] for row in run.data["run"][-2:]] == [last, last]
    assert run.data["confusion"] == run.data["here"] == []
    assert f"cut after epoch {last}:" in run.conclusion
    # It is not kept: who asks again gets the whole of it.
    monkeypatch.setattr(rows, "spam_train", lambda *_settings: whole)
    complete = rows.picture(**given_settings)
    assert "accuracy" in complete.conclusion
    # That is kept, and not drawn anew.
    monkeypatch.setattr(rows, "spam_train", None)
    assert rows.picture(**given_settings) is complete


def test_the_axis_of_a_training_counts_what_the_player_counts():
    for panel, name in zip(charts.panels(), ("loss", "recall"), strict=False):
        titles = re.findall(r"'title': '(\w+)'", str(panel.to_prop()["spec"]))
        assert set(titles) == {"epoch", name}


# ---------------------------------------------------------------- what the tasks say


def answer_of(beginning):
    (task,) = (task for task in TASKS if task.prompt.startswith(beginning))
    return task.answer, task.settings


def numbers_in(text):
    return [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*", text)]


def test_of_the_numbers_as_many_are_not_0_as_the_task_says():
    text, _ = answer_of("Switch between")
    lit = [len(spam_predict(WINNER, kind)["parts"]) for kind in ("counts", "tfidf")]
    assert lit == [17, 17]
    assert "1,000 counts 17" in text
    assert sum(map(bool, spam_predict(WINNER, "embedding")["vector"])) > 375


def test_counts_do_not_know_who_called_whom():
    text, setup = answer_of("Type “The bank called you")
    texts = [setup["message"], "You called the bank, not me"]
    for kind in ("counts", "tfidf"):
        one, other = (spam_predict(message, kind) for message in texts)
        values = [{part["word"]: part["value"] for part in a["parts"]} for a in (one, other)]
        assert values[0] == pytest.approx(values[1], abs=1e-15)
    cosine = torch.cosine_similarity(*answers.embedder().embed(texts), dim=0).item()
    assert f"{cosine:.2f}" in text


def test_the_rarest_word_gets_the_largest_tfidf():
    text, setup = answer_of("All words stand once")
    parts = spam_predict(setup["message"], "tfidf")["parts"]
    assert setup["message"] == RINGTONE
    assert {part["count"] for part in parts} == {1}
    best = max(parts, key=lambda part: part["value"])
    assert (best["word"], best["in_spam"], best["in_ham"]) == ("ringtone", 21, 0)
    assert f"{best['idf']:.2f}" in text
    the = next(part for part in parts if part["word"] == "the")
    assert f"{the['in_spam'] + the['in_ham']} and gets {the['idf']:.2f}" in text


def fewest(kind):
    parts = spam_predict(HOLIDAY, kind)["parts"]
    found = sorted(parts, key=lambda part: -part["product"])[:9]
    for count in range(7):
        for some in itertools.combinations(found, count):
            struck = [part["word"] for part in some]
            if (share := spam_predict(HOLIDAY, kind, struck)["spam"]) < 0.5:
                return struck, share
    raise AssertionError


def test_so_few_words_make_the_difference():
    text, _ = answer_of("Strike words until")
    struck, share = fewest("counts")
    assert set(struck) == {"call", "free", "claim", "won"}
    assert f"{share:.0%}".replace("%", " %") in text
    assert len(fewest("tfidf")[0]) == 5


def test_the_leak_is_what_the_task_says():
    text, _ = answer_of("Tick **leave the masks in**")
    corpus = spam_corpus()
    against = corpus["words"]["leak"]["against"]
    assert {row["word"] for row in against[:2]} == {"gt", "lt"}
    # What gives it away: in so many friends' messages, and in no spam.
    assert [(row["in_spam"], row["in_ham"]) for row in against[:2]] in (
        [(0, 177), (0, 178)],
        [(0, 178), (0, 177)],
    )
    # Other words stand in as many as they do without masks.
    often = {row["word"]: row for row in corpus["words"]["counts"]["for"]}
    same = [row for row in corpus["words"]["leak"]["for"] if row["word"] in often]
    assert len(same) > 10
    for row in same:
        other = often[row["word"]]
        assert (row["in_spam"], row["in_ham"]) == (other["in_spam"], other["in_ham"])
    assert "gt" not in answers.neurons().vocabulary[:200]
    found = {
        threshold: [errors(corpus["leak"][name], threshold) for name in ("masks", "cleaned")]
        for threshold in (0.5, 0.3)
    }
    assert {f"{1 - sum(both) / 1031:.1%}" for both in found[0.5]} == {"98.5%"}
    assert [alarms for _missed, alarms in found[0.3]] == [1, 3]
    assert "98.5 % with masks and without" in text


def test_what_weighs_most_is_a_piece_that_no_count_knows():
    answer_of("Choose **embedding**")
    parts = spam_predict(HOLIDAY, "embedding")["parts"]
    assert max(parts, key=lambda part: part["product"])["word"] == "0800"
    assert "0800" not in answers.neurons().columns_of


def errors(scores, threshold):
    truth = [bit == "1" for bit in spam_bits()]
    said = [score >= threshold for score in scores]
    pairs = list(zip(said, truth, strict=True))
    return pairs.count((False, True)), pairs.count((True, False))


def spam_bits():
    corpus = spam_corpus()
    return [s for s, t in zip(corpus["spam"], corpus["test"], strict=True) if t == "1"]


def test_so_many_are_missed_at_which_threshold():
    answer_of("At threshold 0.5")
    scores = answers.test_scores()
    found = [errors(scores[kind], 0.5) for kind in KINDS]
    assert found == [(16, 0), (11, 1), (7, 5)]
    assert {f"{1 - sum(both) / 1031:.1%}" for both in found} == {"98.4%", "98.8%"}
    assert errors(scores["counts"], 0.23) == (7, 1)
    assert errors(scores["counts"], 0.11) == (5, 20)
    fifth = sorted(s for s, t in zip(scores["embedding"], spam_bits(), strict=True) if t == "1")[5]
    assert errors(scores["embedding"], fifth) == (5, 11)
    assert spam_bits().count("0") / 1031 == pytest.approx(0.876, abs=0.0005)


def test_the_paraphrase_fools_who_counts_and_not_the_embedding():
    text, setup = answer_of("This message has no digit")
    assert setup["message"] == PARAPHRASE
    assert not re.search(r"\d", PARAPHRASE)
    said = shares(PARAPHRASE)
    assert [round(100 * share) for share in said.values()] == [6, 10, 99]
    assert numbers_in(text)[:3] == [6, 10, 99]
    (other,) = re.findall(r"“([^”]{30,})”", text)
    said = shares(other)
    assert max(said["counts"], said["tfidf"]) < 0.5 < said["embedding"]


def test_a_number_makes_the_difference_to_the_embedding_alone():
    answer_of("And this paraphrase?")
    before, after = shares(PLAIN), shares(f"{PLAIN} 09061700700")
    assert [round(100 * share) for share in list(before.values())[:2]] == [10, 10]
    assert before["embedding"] < 0.001
    assert after["embedding"] > 0.999
    assert (after["counts"], after["tfidf"]) == (before["counts"], before["tfidf"])


def test_the_cosines_are_those_of_the_task():
    text, _ = answer_of("Compare “Are you coming")
    texts = ["Will you be there this evening?", "Kommst du heute Abend?"]
    x = answers.embedder().embed(
        ["Are you coming tonight?", *texts, "Your account has been blocked."]
    )
    found = [torch.cosine_similarity(x[0], other, dim=0).item() for other in x[1:]]
    assert numbers_in(text)[:3] == pytest.approx(found, abs=0.006)


def test_pieces_and_heads_are_as_the_tasks_say():
    text, setup = answer_of("Into how many pieces")
    tokens = [one["text"] for one in spam_inside(setup["message"])["tokens"]][1:-1]
    assert tokens[0] == "reward"
    assert ", ".join(tokens[1:]) in text
    assert len(tokens) == 10
    before = spam_inside(PRIZE, 1, 3)["attention"]
    assert min(before[i][i - 1] for i in range(1, len(before))) > 0.9
    first = [
        sum(row[0] for row in spam_inside(PRIZE, 3, head)["attention"]) for head in range(1, 13)
    ]
    assert sum(one / len(before) > 0.45 for one in first) >= 7


def test_single_rules_are_as_good_as_the_task_says():
    answer_of("Which single rule")
    corpus = spam_corpus()
    accuracy = {
        name: sum(a == b for a, b in zip(bits, corpus["spam"], strict=True)) / len(bits)
        for name, bits in corpus["rules"].items()
    }
    best = sorted(accuracy, key=accuracy.get)[-2:]
    assert set(best) == {"call", "money"}
    assert [round(accuracy[name], 3) for name in best] == [0.913, 0.913]
    assert accuracy["digit"] == pytest.approx(0.854, abs=0.001)


def test_attacks_work_as_the_task_says():
    answer_of("Misspell the message")
    leet = str.maketrans("aeiosAEIOS", "4310543105")
    misspelled = re.sub(
        r"\S+",
        lambda one: (
            one[0].translate(leet) if re.fullmatch(r"[^\W\d_]{3,}[!.,?:]*", one[0]) else one[0]
        ),
        WINNER,
    )
    said = spam_batch([misspelled, f"{WINNER} ok my friends hope he can still come later great"])
    first, second = said["rows"]
    assert [round(100 * first[kind]) for kind in KINDS] == [30, 93, 100]
    assert [round(100 * second[kind]) for kind in ("counts", "tfidf")] == [91, 79]


def test_what_was_learned_in_2011_does_not_carry_over():
    text, _ = answer_of("98.4 to 98.8 %")
    examples = spam_corpus()["examples"]
    for language, expected in (("en", [0, 0, 4]), ("de", [0, 0, 0])):
        some = [
            one
            for one in examples
            if one["era"] == "today" and one["language"] == language and one["spam"]
        ]
        assert len(some) == 7
        assert [sum(one[kind] >= 0.5 for one in some) for kind in KINDS] == expected
    assert "the embedding four" in text


def test_trainings_end_as_the_tasks_say():
    text, _ = answer_of("What does a vocabulary")
    recalls = [100 * spam_train(words=size)[-1]["recall"] for size in (10, 100, 1000, 7000)]
    assert numbers_in(text)[:4] == [round(recall) for recall in recalls]
    text, _ = answer_of("Tick **class weights**")
    one, other = spam_train()[-1], spam_train(class_weights=True)[-1]
    said = [round(100 * end[name], 1) for name in ("recall", "precision") for end in (one, other)]
    assert numbers_in(text)[:4] == said
    text, setup = answer_of("Nearly no weight decay")
    found = spam_train(l2=setup["l2"], steps=setup["steps"])
    losses = [row["loss"] for row in found if row["series"] == "validation"]
    assert losses.index(min(losses)) == 9
    train = [row["loss"] for row in found if row["series"] == "train"]
    assert numbers_in(text)[:4] == [
        9,
        round(min(losses), 3),
        round(losses[-1], 3),
        round(train[-1], 3),
    ]
    test = spam_train(l2=0.1)[-1]
    assert f"{test['spam'] - test['hits']} of {test['spam']}" in text


def test_near_is_what_points_the_same_way():
    x = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 0.1]])
    found = lesson.nearest(torch.tensor([2.0, 0.0]), x, 2)
    assert [number for number, _cosine in found] == [0, 2]
    assert found[0][1] == pytest.approx(1)


def test_what_the_questions_explain_is_so():
    model = hub.load(spam.SpamNeurons)
    low, high = wilson(round(0.984 * int(model.test.sum())), int(model.test.sum()))
    assert int(model.test.sum()) == 1031
    assert [round(100 * end, 1) for end in (low, high)] == [97.5, 99.0]
    (bag,) = (one for one in QUIZ if one.name == "bag")
    for option in bag.options:
        first, second = (sorted(spam.words(text)) for text in re.findall("“(.+?)”", option.says))
        assert (first == second) == option.right
