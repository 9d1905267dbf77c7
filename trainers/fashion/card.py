"""The model card of the clothes network, written from what its training measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import mean, stdev

import torch
from huggingface_hub import ModelCard

from models.fashion import FashionCNN
from trainers import recipe, report, small, strangers
from trainers.fashion import sprites

LIMITS = """
For teaching: to look into a small network. `predict` always answers with ten labels, also for a
face or a car; `doubt` refuses many such pictures, not all. It must not be used where an answer
matters, such as sorting, pricing or judging people by what they wear. Fashion-MNIST holds a shop's
product shots, on a plain background and from one side, made small and negated; on other people's
photos and on worn or creased clothes the network was not measured, and is worse. Shirt,
T-shirt/top, Pullover and Coat are often not to be told apart at this size, by people neither.
"""

GATHERED = (
    """ The trainings ran one by one, beside other programs, and were gathered (`--gather`)."""
)


def card(
    args: argparse.Namespace, model: FashionCNN, chosen: dict, rows: list[dict], settings: dict
) -> ModelCard:
    """Return the card.

    Args:
        args: command line of the trainer.
        model: the network that is shipped.
        chosen: what its training measured, see `trainers.small.train`.
        rows: of `ladder.csv`.
        settings: how each model is trained, by its name.
    """
    test = chosen["test"]
    names = [*dict.fromkeys(row["model"] for row in rows)] if args.gather else args.model
    seeds = sorted({row["seed"] for row in rows}) if args.gather else args.seeds
    options = {"model": names, "epochs": args.epochs, "seeds": seeds, "data": "DIR"}
    options["strangers"] = [f"DIR/{Path(folder).name}" for folder in args.strangers or []]
    how = settings[chosen["model"]]
    alike = [row["test"] for row in rows if row["model"] == chosen["model"]]
    mean_of = f"; mean of {len(alike)} seeds: {mean(alike):.2%}" if len(alike) > 1 else ""
    text = f"""
# {model.title} for clothes

Names one piece of clothing, one of ten of Fashion-MNIST. {small.parameters(model):,} parameters,
architecture `{model.architecture}`.

```python
from models import hub
from models.fashion import FashionCNN
from models.images import open_image

model = hub.load(FashionCNN)
model.predict(open_image("shirt.jpg"))  # {{"T-shirt/top": 0.21, …}}
```

`predict` separates the piece from its background, negates it, makes its longest side 28 pixels and
lays it on black; a picture of 28×28 pixels on black is taken as it is. `forward` takes
`(N, 1, 28, 28)` in [0, 1]; its logits are already divided by the temperature
({model.temperature:.3f}), fitted on the validation pictures. 95 % of those have a likeliest label
with at least {model.least_confidence:.0%}, or a half: below that, `least_confidence`, an answer is
a shrug. So it is for a picture that is further than `most_distance` ({model.most_distance:.2f})
from the nearest label: 95 % of them are not. The distance is that of Mahalanobis, over what the
last layer reads and the means of the first convolution's maps, in standard deviations per feature
(`judge`); means and covariance are those of {small.REMEMBERED:,} training pictures.

## How it was made

{recipe.command("fashion", **options, output=args.output)}

Data: Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, MIT licence), from torchvision; 5,000 of its 60,000
training pictures were split off for validation, and chose model, epoch, temperature and seed; the
test set chose nothing. It was seen before, though: earlier recipes were evaluated on it (92.38 %,
and 93.32 % after 12 epochs), and changed for what they did on training and validation pictures, the
last time for more epochs, since validation was still rising.

This network: {args.epochs or how.epochs} epochs, AdamW with a one-cycle
schedule (peak {how.learning_rate:g}, decay {how.weight_decay:g}), batches of {how.batch_size},
label smoothing {small.SMOOTHING:g}, moving average of the weights
({how.averaging:g}){", pictures mirrored and shifted at random" if how.augmented else ""}.
Threads: {torch.get_num_threads()}; wall times below. Machine:
{report.machine()}.{GATHERED if args.gather else ""}

## How well it does

Fashion-MNIST's test set, 10,000 pictures: **{test.accuracy:.2%}** right
(seed {chosen["seed"]}{mean_of}), expected calibration error {test.calibration_error:.4f}
({report.BINS} bins).

{report.confusion_table(test.confusion, model.labels)}

## The ladder

Each model of the course, from baseline to final: mean ± standard deviation over the seeds, on the
test set (`ladder.csv`, a row per training; `curves.csv`, train and validation per epoch). They
learned for few epochs: more would bring some of them a little further. Only the last one learned
from augmented pictures.{_rest(len(names) * len(seeds), len(rows))}

{_ladder(rows)}

The data's authors state about 84 % for linear models, 87–90 % for classic methods, and list 91–94 %
for small convolutional networks.

`misread.parquet` holds the test pictures that this network misreads, and some that it reads
rightly, in 64 greys, with its probabilities for the very pictures (of 10,000). They are pictures of
Fashion-MNIST, MIT licence, copyright 2017 Zalando SE. So are those of `exciting.parquet`, in 32
greys: for each map of a convolution the {sprites.EXCITING} training pictures whose largest number
before the ReLU is largest, and where; for each label those with the largest sum.

## Photos

There are no photos of clothes with labels here, by other people or on other backgrounds: on those
the network was **not measured**. Measured is what the preprocessing costs (`photos.csv`): pictures
of the test set, enlarged, negated and tinted, laid on backgrounds that they never had, and read
through `predict`.

{_photos(chosen["photos"])}

So a plain background is needed, and one that differs from the piece. On a busy one the piece is not
found (`look`), and no label is named: the answer is worth nothing. None is named either where the
answer is a shrug, see above; "right of these" are the labels that are named.

## Pictures of something else
{strangers.EXPLAINED}

{strangers.table(chosen["unknown"])}

## What it is not for
{LIMITS}"""
    return report.card(
        model,
        text,
        ("Fashion-MNIST", "zalando-datasets/fashion_mnist"),
        {"accuracy": round(test.accuracy, 4), "ece": round(test.calibration_error, 4)},
    )


def _rest(wanted: int, done: int) -> str:
    return f" This is after {done} of {wanted} trainings." if done < wanted else ""


def _photos(rows: list[dict]) -> str:
    lines = [
        [
            row["background"],
            row["pictures"],
            *(
                "–" if row[name] is None else f"{row[name]:.1%}"
                for name in ("accuracy", "found", "answered", "right")
            ),
        ]
        for row in rows
    ]
    head = ["background", "pictures", "right", "piece found", "label named", "right of these"]
    return report.table(head, lines)


def _ladder(rows: list[dict]) -> str:
    lines = []
    for name in dict.fromkeys(row["model"] for row in rows):
        alike = [row for row in rows if row["model"] == name]
        tests = [row["test"] for row in alike]
        spread = f" ± {stdev(tests):.2%}" if len(tests) > 1 else ""
        lines.append(
            [
                name,
                f"{alike[0]['parameters']:,}",
                len(alike),
                alike[0]["epochs"],
                f"{mean(row['train'] for row in alike):.2%}",
                f"{mean(row['validation'] for row in alike):.2%}",
                f"{mean(tests):.2%}{spread}",
                f"{mean(row['seconds'] for row in alike):.0f}",
            ]
        )
    head = [
        "model",
        "parameters",
        "seeds",
        "epochs",
        "train",
        "validation",
        "test",
        "wall time [s]",
    ]
    return report.table(head, lines)
