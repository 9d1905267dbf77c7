"""Questions on saying yes or no."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from demos.frame.quiz import Choose, Compute, Option, Order
from demos.frame.texts import N_, _

if TYPE_CHECKING:
    import altair as alt

SEEN = {"A": ("Oldpeak", "ST_Slope"), "B": ("MaxHR", "ST_Slope"), "C": ("Age", "Sex")}
PEOPLE = 10_000


def curves() -> dict[str, list[dict[str, float]]]:
    """Return the ROC curve of a neuron on two columns of the heart table each, by letter."""
    import numpy as np

    from demos.decide.answers import run_shipped
    from demos.decide.lesson import TEST, split
    from demos.decide.tables import shipped
    from demos.pictures.threshold import threshold_data

    found = {}
    for letter, columns in SEEN.items():
        labels = shipped("heart", columns, "keep", True).labels
        test = split(labels, 0) == TEST
        logits = np.array(run_shipped("heart", columns, "keep", True, "0", 0)[-1]["logits"])
        found[letter] = threshold_data(logits[test], labels[test], 0.0)["roc"]
    return found


def _roc() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    lines = {name: [(at["x"], at["y"]) for at in corners] for name, corners in curves().items()}
    described = _("ROC curves of three models, named A, B and C")
    across, up = _("false alarms, of all noes"), _("found, of all yeses")
    return lettered_curves(lines, across, up, described, domain=(0, 1))


def said_and_was() -> dict[str, list[tuple[float, float]]]:
    """Return what was said of 20,000 made-up patients, and how many of those were ill, by letter.

    B says what is; the logits of A are divided by 0.4, those of C by 2.5.
    """
    import torch

    chance = torch.Generator().manual_seed(0)
    z = 2 * torch.randn(20_000, generator=chance)
    ill = (torch.rand(20_000, generator=chance) < z.sigmoid()).float()
    found = {}
    for letter, temperature in {"A": 0.4, "B": 1.0, "C": 2.5}.items():
        p = (z / temperature).sigmoid()
        bins = [(p >= low / 10) & (p < low / 10 + 0.1) for low in range(10)]
        found[letter] = [(p[one].mean().item(), ill[one].mean().item()) for one in bins]
    return found


def _calibration() -> alt.Chart:
    from demos.pictures.lettered import lettered_curves

    described = _("Three curves, named A, B and C: what was said, and how often it was so")
    said, was = _("probability that was said"), _("share that was ill")
    return lettered_curves(said_and_was(), said, was, described, domain=(0, 1))


def _draw_test(chance: random.Random) -> dict[str, int]:
    return {
        "ill": chance.choice([1, 2, 5, 10]),
        "found": chance.choice([80, 90, 95]),
        "alarms": chance.choice([5, 10, 20]),
    }


def _precision(ill: int, found: int, alarms: int) -> float:
    import torch

    person = torch.arange(PEOPLE)
    sick = person < PEOPLE * ill // 100
    of_sick, of_healthy = person, person - sick.sum()
    hits = sick & (of_sick < sick.sum() * found // 100)
    false = ~sick & (of_healthy < (~sick).sum() * alarms // 100)
    return 100 * (hits.sum() / (hits | false).sum()).item()


def _draw_costs(chance: random.Random) -> dict[str, int]:
    return {"miss": chance.choice([3, 4, 9, 19]), "alarm": chance.choice([1, 2])}


def _cheapest(miss: int, alarm: int) -> float:
    import torch

    p = torch.linspace(0, 1, 10_001, dtype=torch.float64)
    return p[alarm * (1 - p) <= miss * p].min().item()


QUIZ = [
    Choose(
        "roc",
        "Three models, asked about the same patients. At most one in ten of the healthy may be "
        "alarmed. Which model finds the most ill ones?",
        picture=_roc,
        options=[
            Option(
                "A",
                "It has the largest area, 0.88, but the area counts all thresholds alike. At 10 % "
                "false alarms A finds 54 %.",
            ),
            Option(
                "B",
                "Go up from 10 % false alarms: B finds 73 %, A 54 % and C 18 %. That A has the "
                "larger area, 0.88 against 0.86, comes from thresholds that nobody may take.",
                right=True,
            ),
            Option(
                "C",
                "It is the lowest there, 18 %, and its area the smallest, 0.72. On the diagonal "
                "from corner to corner would be tossing a coin.",
            ),
        ],
        settings={"topic": "threshold"},
    ),
    Choose(
        "raised",
        "The threshold is raised from 0.5 to 0.8. Of which errors may there be more?",
        options=[
            Option(
                "False alarms: errors of type I.",
                "Whoever has 0.8 also had 0.5. So nobody new is called ill: here 10 healthy people "
                "are alarmed at 0.5, and 2 at 0.8.",
            ),
            Option(
                "Ill people who are overlooked: errors of type II.",
                "A yes becomes rarer, and with it the rightful ones: of 102 ill people 18 are "
                "overlooked at 0.5, and 43 at 0.8.",
                right=True,
            ),
            Option(
                "Both, since the accuracy falls.",
                "The accuracy falls from 85 to 76 %, but a threshold exchanges one kind of error "
                "for the other: 25 more are overlooked, 8 fewer alarmed.",
            ),
            Option(
                "None: the model stays the same.",
                "Its probabilities stay the same. What is made of them does not, and errors are "
                "counted on that.",
            ),
        ],
        settings={"topic": "threshold", "threshold": 0.8},
    ),
    Choose(
        "always_no",
        "In a town 2 % are ill. A model says no to everyone, and 98 % of its answers are right. "
        "Which numbers give it away? Choose all.",
        options=[
            Option(
                "Its sensitivity.",
                "Of all who are ill it finds none: 0 %.",
                right=True,
            ),
            Option(
                "Its specificity.",
                "Of all who are healthy it leaves everyone alone: 100 %, as the best model would.",
            ),
            Option(
                "The area under its ROC curve.",
                "It gives everyone the same score. So it cannot put the ill above the healthy: "
                "0.5, like tossing a coin.",
                right=True,
            ),
            Option(
                "Its accuracy.",
                "98 % looks fine. Accuracy is mostly about the many, and those are healthy.",
            ),
        ],
        settings={"topic": "threshold", "table": "loans", "threshold": 1},
    ),
    Compute(
        "alarmed",
        "{ill:d} % of all people are ill. A test finds {found:d} % of the ill, and alarms "
        "{alarms:d} % of the healthy. Somebody is alarmed: how likely is that person ill? The "
        "nearest per cent is enough.",
        draw=_draw_test,
        answer=_precision,
        tolerance=1,
        unit="%",
        because=N_(
            "Of 10,000 people ${ill:d} \\cdot {found:d}$ are ill and found, "
            "$(100 - {ill:d}) \\cdot {alarms:d}$ are healthy and alarmed. The first by the sum of "
            "both is the precision: {answer:.1f} %. The rarer an illness, the more of the alarms "
            "are false, however good the test is."
        ),
        settings={"topic": "threshold"},
    ),
    Compute(
        "costs",
        "Overlooking an ill patient costs {miss:d}, a false alarm costs {alarm:d}. The "
        "probabilities of a model can be believed. From which probability on is an alarm the "
        "cheaper choice? Two decimals are enough.",
        draw=_draw_costs,
        answer=_cheapest,
        tolerance=0.01,
        because=N_(
            "With probability $p$, an alarm costs ${alarm:d} \\cdot (1 - p)$ on average, none "
            "costs ${miss:d} \\cdot p$. Both are the same at $p = {alarm:d} / ({alarm:d} + "
            "{miss:d})$ = {answer:.2f}. The dearer an overlooked patient, the lower the threshold."
        ),
        settings={"topic": "threshold", "miss": 5},
    ),
    Choose(
        "calibrated",
        "Three models say how likely patients are ill; the picture shows how many of them were. "
        "Which one is too sure of itself?",
        picture=_calibration,
        options=[
            Option(
                "A",
                "Of those to whom it said about 85 %, only 68 % were ill, and of those with 15 % "
                "as many as 32 %: it exaggerates to both sides. A temperature above 1 mends it.",
                right=True,
            ),
            Option(
                "B",
                "What it said was so: it lies on the diagonal. It is calibrated.",
            ),
            Option(
                "C",
                "It is too modest: of those to whom it said about 75 %, 93 % were ill. A "
                "temperature below 1 mends it.",
            ),
        ],
        settings={"topic": "calibrated"},
    ),
    Order(
        "honest",
        "A model is to be built, and judged honestly. In which order?",
        steps=[
            N_("Part the rows: to train, to choose and to test with."),
            N_("Find mean and deviation of each column on the rows to train with."),
            N_("Train several models on the standardised rows to train with."),
            N_("Choose model and threshold on the rows to choose with."),
            N_("Judge the chosen one on the rows to test with, once."),
        ],
        because=N_(
            "Whatever is computed or chosen must not have seen the rows to test with, not even "
            "their mean. Who looks at them twice, and changes something in between, has chosen "
            "with them."
        ),
        settings={"topic": "train"},
    ),
]
