"""Questions on messages as numbers."""

from __future__ import annotations

import random

from demos.frame.quiz import Choose, Compute, Fault, Option
from demos.frame.texts import N_
from demos.spam.tasks import HOLIDAY, PLAIN


def _draw_word(chance: random.Random) -> dict[str, int]:
    messages = chance.choice([9, 19, 49, 99])
    return {"messages": messages, "those": chance.choice([1, 3, 4, 7])}


def _idf(messages: int, those: int) -> float:
    import torch

    from models.spam import inverse_frequency

    counts = torch.zeros(messages, 1, dtype=torch.float64)
    counts[:those] = 1
    return inverse_frequency(counts.to_sparse().coalesce())[0].item()


def _draw_counts(chance: random.Random) -> dict[str, int]:
    counts = {letter: chance.randint(0, 3) for letter in "abcdef"}
    for message in ("abc", "def"):
        counts[chance.choice(message)] += 1  # none without any word
    return counts


def _cosine(**counts: int) -> float:
    import torch

    from demos.spam.lesson import nearest

    one, other = (
        torch.tensor([counts[letter] for letter in message], dtype=torch.float64)
        for message in ("abc", "def")
    )
    return nearest(one, other[None])[0][1]


QUIZ = [
    Compute(
        "idf",
        "Of {messages:d} messages {those:d} have the word “prize”. What is its IDF, "
        "$\\ln\\frac{1 + N}{1 + n} + 1$? Two decimals are enough.",
        draw=_draw_word,
        answer=_idf,
        tolerance=0.01,
        because=N_(
            "$N = {messages:d}$ messages in all, $n = {those:d}$ of them with the word: "
            "$\\ln\\frac{1 + {messages:d}}{1 + {those:d}} + 1$ = {answer:.3f}. A word that is "
            "in every message gets 1, the least there is: it tells none from another."
        ),
        settings={"topic": "words", "features": "tfidf"},
    ),
    Compute(
        "cosine",
        "How often “call”, “free” and “now” stand in two messages: ({a:d}, {b:d}, {c:d}) and "
        "({d:d}, {e:d}, {f:d}). What is the cosine of the angle between them? Two decimals are "
        "enough.",
        draw=_draw_counts,
        answer=_cosine,
        tolerance=0.01,
        because=N_(
            "Their dot product, ${a:d} \\cdot {d:d} + {b:d} \\cdot {e:d} + {c:d} \\cdot {f:d}$, "
            "divided by both lengths, the roots of the sums of the squares: {answer:.4f}. 1 is the "
            "same direction, 0 is no word in common. How long a message is has no part in it."
        ),
        settings={"topic": "map"},
    ),
    Choose(
        "bag",
        "Which pairs are the same to a neuron that reads counts of words? Choose all.",
        options=[
            Option(
                "“The boss paid you” and “You paid the boss”",
                "The same four words, once each. In which order they stand is thrown away.",
                right=True,
            ),
            Option(
                "“WIN NOW!!!” and “win now”",
                "Words are cut out in lower case, and an exclamation mark is no word. What shouts "
                "at us is lost.",
                right=True,
            ),
            Option(
                "“free money” and “fr33 m0ney”",
                "Two words spelled otherwise are two other words, or unknown: then all counts are "
                "0. This is how spam gets around it.",
            ),
            Option(
                "“call me” and “call me, call me”",
                "The one counts 1 and 1, the other 2 and 2. For TF-IDF they would be the same: it "
                "makes every message 1 long.",
            ),
        ],
        settings={"topic": "words", "message": "You called the bank, not me"},
    ),
    Choose(
        "embedding",
        "What can an embedding tell of a message that counts of words cannot? Choose all.",
        options=[
            Option(
                "That “complimentary” means nearly the same as “free”.",
                "Words that stand in like sentences were given like numbers, by millions of "
                "sentences. Counts have a column for each word, and no two columns are related.",
                right=True,
            ),
            Option(
                "Who called whom.",
                "The layers see which word stands where, so the order changes the numbers; if only "
                "a little, as with the cosine of 0.95 between the two sentences on the bank.",
                right=True,
            ),
            Option(
                "Which word made it spam.",
                "It is the other way round: counts have a product for every word, and the sum "
                "shows it. Here all words are in all 384 numbers.",
            ),
            Option(
                "How often a word stands in it.",
                "That is just what counts say.",
            ),
        ],
        settings={"topic": "compare"},
    ),
    Choose(
        "drift",
        "A filter was right on 98.4 % of the test messages, drawn at random from the same "
        "collection as those to train with. What does that say about the messages you get today?",
        options=[
            Option(
                "About 98 % will be judged rightly, for the test messages were not trained on.",
                "That holds for messages like those of the collection. Of the seven messages of "
                "spam of today counts find none: they use other words.",
            ),
            Option(
                "Little: they were written by others, years later.",
                "A test answers for what it was drawn from. What has changed since then, the "
                "drift, it cannot show; only new messages can, judged again and again.",
                right=True,
            ),
            Option(
                "More than 98 %, since the filter has seen more by now.",
                "It has learned nothing since: its weights are as they were saved.",
            ),
            Option(
                "Nothing is known, since 98.4 % may be luck.",
                "Of 1,031 test messages it is hardly luck: 97.5 to 99.0 %, with 95 % confidence. "
                "But luck is not the question here.",
            ),
        ],
        settings={"topic": "attack", "message": PLAIN},
    ),
    Fault(
        "leak",
        "Labels are tossed, the 2,000 columns are noise: nothing can be learned. Yet about 80 % "
        "of the test rows are right. Which line lets the answers leak?",
        code="""import torch
torch.manual_seed(0)
x, y = torch.randn(200, 2000), torch.randint(2, (200,)).float()
train, test = slice(0, 100), slice(100, 200)

said = 2 * y - 1
tells = (said[:, None] * x).mean(0)
best = tells.abs().topk(20).indices
weights = (said[train, None] * x[train]).mean(0)[best]

right = ((x[test][:, best] @ weights > 0) == (y[test] > 0)).float()
print(f"right on {right.mean():.0%} of the test rows")""",
        line=7,
        mended="tells = (said[train, None] * x[train]).mean(0)",
        because=N_(
            "The columns are chosen by what they tell of **all** labels, those of the test too. "
            "Among 2,000 columns of noise some agree by chance with the test rows as well. Chosen "
            "by the rows to train with alone, it is like tossing a coin."
        ),
        settings={"topic": "sum", "leak": True, "message": HOLIDAY},
    ),
]
