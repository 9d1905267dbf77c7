"""The model card of the network for small photos, written from what its training measured."""

from __future__ import annotations

import argparse

from huggingface_hub import ModelCard

from models.cifar import CifarNet
from trainers import recipe, report, small, strangers
from trainers.cifar import sprites
from trainers.small import Settings

LIMITS = """
For teaching: to look into a small network. It knows ten things at 32×32 pixels and answers with one
of them; below the least confidence that counts as a shrug. Pictures of something else are told
apart as the table above says: photos of other things often not. It must not be used where an answer
matters, such as in traffic, for counting animals or for sorting people's photos. CIFAR-10's photos
were collected from the web by their words in 2008; nobody on them was asked.
"""

GATHERED = """
What the network remembers of its training pictures, and the tables that depend on it, were made
later (`--gather`)."""


def card(
    args: argparse.Namespace,
    model: CifarNet,
    evaluated: dict,
    tables: dict[str, list[dict]],
    how: Settings,
) -> ModelCard:
    """Return the card.

    Args:
        args: command line of the trainer.
        model: the network that is shipped.
        evaluated: what it does, see `trainers.small.evaluated`.
        tables: rows of `ladder.csv` and `unknown.csv`, by their names.
        how: the shipped network's settings.
    """
    test = evaluated["test"]
    run = next(row for row in tables["ladder"] if row["model"] == model.architecture)
    options = {"epochs": args.epochs, "seed": run["seed"], "data": "DIR", "output": args.output}
    text = f"""
# {model.title} for small photos

Names what a photo shows, one of CIFAR-10's ten things. {small.parameters(model):,} parameters.

```python
from models import hub
from models.cifar import CifarNet
from models.images import open_image

model = hub.load(CifarNet)
model.predict(open_image("ship.jpg"))  # {{"airplane": 0.03, …}}
```

`predict` looks at the middle square, made 32×32. `forward` takes `(N, 3, 32, 32)` in [0, 1]; its
logits are already divided by the temperature ({model.temperature:.3f}), fitted on the validation
pictures. `least_confidence` is {model.least_confidence:.0%}: 95 % of those have a likeliest label
with at least that (or a half, if that is less), and 95 % are no further than `most_distance`
({model.most_distance:.2f}) from the nearest label: a distance of Mahalanobis over what the last
layer reads and the means of the first convolution's maps, in standard deviations per feature, with
means and covariance of {small.REMEMBERED:,} training pictures (`judge`). A picture that fails
either of these gets no label (`doubt`).

## How it was made

{recipe.command("cifar", **options)}

Data: CIFAR-10 (Krizhevsky, 2009) as on the Hub, `uoft-cs/cifar10`, from a local copy that holds
JPEG pictures; on the originals the figures may differ in the last decimal. No picture is part of
the weights or of this folder. 5,000 of the 50,000 training pictures were split off for validation,
and chose epoch and temperature; the test set chose nothing. (It was seen once before: after 14
epochs 84.79 % were right, and training was made longer.) {run["epochs"]} epochs,
AdamW with a one-cycle schedule (peak {how.learning_rate:g}, decay {how.weight_decay:g}), batches of
{how.batch_size}, label smoothing {small.SMOOTHING:g}, moving average of the weights
({how.averaging:g}), pictures mirrored, shifted and cut at random.
Threads: {run["threads"]}; wall times below. Machine:
{run["machine"]}.{GATHERED if args.gather else ""}

## How well it does

CIFAR-10's test set, 10,000 pictures: **{test.accuracy:.2%}** right, expected calibration error
{test.calibration_error:.4f} ({report.BINS} bins).

{report.confusion_table(test.confusion, model.labels)}

`confusion.csv` holds the same, a row per cell. `wants.parquet` shows what each map looks for: for
every layer a WebP with pictures of 32×32 that {sprites.STEPS} steps of gradient ascent made of
noise.

Beside it the course's first network, conv 6, conv 16, 120, 84, 10, with Adam at 0.001; `curves.csv`
holds both, train and validation per epoch, `ladder.csv` a row for each.

{_ladder(tables["ladder"])}

## Pictures of something else
{strangers.EXPLAINED}

{strangers.table(tables["unknown"])}

## What it is not for
{LIMITS}"""
    return report.card(
        model,
        text,
        ("CIFAR-10", "uoft-cs/cifar10"),
        {"accuracy": round(test.accuracy, 4), "ece": round(test.calibration_error, 4)},
    )


def _ladder(rows: list[dict]) -> str:
    lines = [
        [
            row["model"],
            f"{row['parameters']:,}",
            row["epochs"],
            f"{row['validation']:.2%}",
            f"{row['test']:.2%}",
            row["seconds"],
        ]
        for row in rows
    ]
    head = ["network", "parameters", "epochs", "validation", "test", "wall time [s]"]
    return report.table(head, lines)
