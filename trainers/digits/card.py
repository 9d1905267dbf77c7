"""The model card of a digit network, written from what its training measured."""

from __future__ import annotations

import argparse
from statistics import mean

from huggingface_hub import ModelCard

from models.digits import DigitModel
from trainers import recipe, report
from trainers.digits import cost, data

HOW = """
Epoch, temperature and the seed that is shipped were chosen on {validation:,} pictures split from
MNIST's training set and on made-up drawings, never on the test set. That was seen once before,
though: an earlier recipe (convolutional network of 187,242 parameters: 99.57 %, validation 99.58 %)
was evaluated on it before the network was made deeper. Scikit-learn's digits were looked at while
the program that makes up drawings was written: they are a development set, never trained on.
Trained on the other {trained:,}, each shown at random as it is or as the serving preprocessing
would show it if it had been drawn, on {drawings:,} drawings made up by `trainers/digits/pen.py`
with {scribbles:.0%} scribbles among them (target: all ten digits equally likely), all of them
turned, slanted, stretched, bent, thickened, thinned and broken at random. The median seed is the
one with the median validation figure.
"""

BEGIN = "Further checks; share of right answers, per digit and in all:"
END = "## What it is not for"
AGAIN = """
These checks, and the least probability of a digit that is named, were measured again after
training, since preprocessing had changed: it puts the centre of mass where MNIST has it, half a
pixel further right and down than while this network was trained, and leaves MNIST's own pictures as
they are. Measured by
"""
LIMITS = """
For teaching: to see what a small network can and cannot do. It always answers one of ten digits,
also for a letter or a face, and knows one digit at a time. It must not be used to read anything
that matters to somebody: forms, cheques, exam papers, meter readings, addresses. MNIST was written
by employees of the US Census Bureau and by US high-school students; other hands are read worse
than its test set suggests. The drawings that it was checked on below are made up by the same
program as those that it learned from, so that check flatters.
"""


def card(
    args: argparse.Namespace,
    model: DigitModel,
    chosen: dict,
    runs: list[dict],
    sets: dict,
    costs: list[dict],
) -> ModelCard:
    """Return the card.

    Args:
        args: command line of the trainer.
        model: the network that is shipped.
        chosen: what its training measured: seed, epochs, seconds, and an `Evaluation` each for
            test, validation and drawn.
        runs: the same for every seed, the chosen one among them.
        sets: the sets; those beside train, validation, drawn and test are reported as checks.
        costs: what `trainers.digits.cost.measure` measured.
    """
    test = chosen["test"]
    how = HOW.format(
        validation=data.VALIDATION,
        trained=60_000 - data.VALIDATION,
        drawings=data.DRAWINGS,
        scribbles=data.SCRIBBLES,
    )
    text = f"""
# {model.title} for handwritten digits

Reads one handwritten digit, 0 to 9. {model.__doc__.splitlines()[0]} {_size(model)}

```python
from PIL import Image
from models import digits, hub

model = hub.load(digits.{type(model).__name__})
model.predict(Image.open("digit.png"))  # {{"0": 0.001, "1": …}}
```

`predict` crops to the ink, scales it to 20 pixels, centres it and brings the stroke to MNIST's
width. `forward` takes `(N, 1, 28, 28)` in [0, 1] with bright ink; its logits are already divided by
the temperature ({model.temperature:.3f}), fitted on the validation data.

## How it was made

{command(args)}
{how}
Data: MNIST (LeCun, Cortes, Burges), from torchvision. Machine: {report.machine()}; other programs
may have run beside. Making the drawings and preprocessing took {args.preparation:.0f} s, once for
all seeds, on top of the wall times below.

## How well it reads

MNIST test set, 10,000 digits: **{test.accuracy:.2%}** right, expected calibration error
{test.calibration_error:.4f} ({report.BINS} bins); seed {chosen["seed"]} of the runs below, whose
mean is **{mean(run["test"].accuracy for run in runs):.2%}**.

{_runs(runs)}

Confusion on the test set:

{report.confusion_table(test.confusion, model.labels)}

{checked(model, sets, costs)}

{END}
{LIMITS}"""
    return report.card(
        model,
        text,
        ("MNIST", "ylecun/mnist"),
        {"accuracy": round(test.accuracy, 4), "ece": round(test.calibration_error, 4)},
    )


def checked(model: DigitModel, sets: dict, costs: list[dict]) -> str:
    """Return the part of the card that can be measured again without training."""
    return f"""{BEGIN}

{_checks(model, sets)}

{_scribbles(model, sets)}

{cost.section(costs)}"""


def measured_again(old: ModelCard, args: argparse.Namespace, part: str) -> ModelCard:
    """Return a card with the part that `checked` returns in the place of the one it has.

    Raises:
        SystemExit: if it has none.
    """
    before, found, rest = old.text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise SystemExit(f"The card in {args.output} is none that this trainer wrote: train anew.")
    options = {"model": args.model, "measure": True, "data": "DIR", "output": args.output}
    again = recipe.command("digits", **options)
    text = f"{before}{part}\n\n{AGAIN.strip()}\n\n{again}\n\n{END}{after}"
    return ModelCard(f"---\n{old.data.to_yaml()}\n---\n{text}")


def command(args: argparse.Namespace) -> str:
    """Return the command that repeats the training, with the defaults written out."""
    several = len(args.seeds) > 1
    seeds = {"seeds": args.seeds} if several else {"seed": args.seeds[0]}
    options = {"model": args.model, "epochs": args.epochs, **seeds, "data": "DIR"}
    return recipe.command("digits", **options, output=args.output)


def _size(model: DigitModel) -> str:
    return f"{sum(p.numel() for p in model.parameters()):,} parameters."


def _runs(runs: list[dict]) -> str:
    head = ["seed", "test", "validation", "drawn", "calibration error", "epochs", "wall time [s]"]
    rows = [
        [
            run["seed"],
            *(f"{run[name].accuracy:.2%}" for name in ("test", "validation", "drawn")),
            f"{run['test'].calibration_error:.4f}",
            run["epochs"],
            f"{run['seconds']:.0f}",
        ]
        for run in runs
    ]
    return report.table(head, rows)


def _checks(model: DigitModel, sets: dict) -> str:
    rows = []
    for name, check in sets.items():
        if name in ("train", "validation", "drawn", "test", "scribbles"):
            continue
        result = report.evaluate(model, check.pictures, check.labels)
        recall = (f"{share:.1%}" for share in result.recall)
        rows.append([f"{name} ({len(check):,})", f"{result.accuracy:.2%}", *recall])
    return report.table(["check", "all", *model.labels], rows)


def _scribbles(model: DigitModel, sets: dict) -> str:
    outputs = report.logits(model, sets["scribbles"].pictures)
    confidence = outputs.softmax(dim=1).amax(dim=1)
    return (
        f"Of {len(confidence):,} made-up scribbles the mean confidence is {confidence.mean():.1%}; "
        f"{(confidence > 0.9).float().mean():.1%} get more than 90 % and "
        f"{(confidence > 0.99).float().mean():.1%} more than 99 %."
    )
