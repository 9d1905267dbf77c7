"""The model card of cats and dogs, written from what its training measured."""

from __future__ import annotations

import argparse
import math

from huggingface_hub import ModelCard

from models.cats_dogs import CatsDogs
from trainers import recipe, report
from trainers.cats_dogs import data

LIMITS = """
For teaching: the plainest example of transfer learning. It knows cats and dogs only, and answers
with one of the two whatever the picture shows, and often without any doubt: Gradio's sample photo
of a lion was a dog to the shipped head with 99 %, one of a tower with 97 %. It must not be used
where an answer matters, such as counting animals, finding lost pets or opening a flap. Its ImageNet
features know dogs far better than most things (120 of the 1,000 classes are breeds, 5 are cats):
**that so few photos suffice is a lucky case**. A task that has nothing to do with ImageNet's photos
needs more of them, or fine-tuning.
"""


def card(
    args: argparse.Namespace, model: CatsDogs, run: dict, few: list[dict], others: list[dict]
) -> ModelCard:
    """Return the card.

    Args:
        args: command line of the trainer.
        model: the one that is shipped.
        run: what its training measured.
        few: rows of `few_photos`.
        others: rows of the comparison of architectures, the first of which is this one.
    """
    test, (trained, validated, tested) = run["test"], run["photos"]
    low, high = wilson(test["accuracy"], tested)
    frozen = args.architecture or "MobileNetV2 (`weights/mobilenet-v2`, not part of these weights)"
    options = ("architecture", "backbone_file", "compare", "most", "draws", "seed")
    command = recipe.command(
        "cats_dogs", **{n: getattr(args, n) for n in (*options, "data", "output")}
    )
    recall = ", ".join(
        f"{label} {share:.1%}"
        for label, share in zip(
            model.labels, report.Evaluation(0, 0, test["confusion"]).recall, strict=True
        )
    )
    text = f"""
# {model.title}

One linear layer, {sum(p.numel() for p in model.head.parameters()):,} numbers, on the frozen
ImageNet features of {frozen}.

```python
from models import hub
from models.cats_dogs import CatsDogs
from models.images import open_image

model = hub.load(CatsDogs)
print(model.predict(open_image("photo.jpg")))  # {{"cat": 0.98, "dog": 0.02}}
```

The whole photo is squeezed to {model.image_size}×{model.image_size}. Logits are already divided by
the temperature ({model.temperature:.3f}), fitted on the validation photos. The weights hold the
logits of a made-up picture, too: with other features than those the head was fitted to, it refuses
to load.

## What it is not for
{LIMITS}
## How it was made

{command}

{trained} photos to train, {validated} to validate, {tested} to test, of cats and dogs alike,
{source(args)}.
No photo is part of the weights or of this folder. Logistic regression with a penalty on the
squared weights ({run["penalty"]:g}, chosen on the validation photos) has one optimum, found by
L-BFGS: no epochs, and no chance but the split (seed {args.seed}). Reading the photos took
{run["reading"]:.0f} s (seconds only if an earlier run has kept their features), the training
itself {run["seconds"]:.1f} s, on {report.machine()};
other programs ran beside it. The test photos chose nothing. {run["copies"]} of them have a
near-duplicate among the training photos (thumbnails that correlate, mirrored or not), which was
left out of the training.

## How well it does

Accuracy on the {tested} test photos: **{test["accuracy"]:.2%}** (95 % interval {low:.1%} to
{high:.1%}, Wilson); of each label: {recall}. Expected calibration error
{test["calibration error"]:.3f} ({report.BINS} bins). Confusion:

{report.confusion_table(test["confusion"], model.labels)}

## How few photos are enough?

Accuracy on the same test photos after so many photos *of each label*: mean ± standard deviation
over {args.draws} draws (`few_photos.csv`). The same layer on raw pixels
({data.PIXELS}×{data.PIXELS}) hardly learns anything: all the knowledge is in the features.

{few_table(few)}

## On the features of other networks

Each with a head of its own, trained alike (`architectures.csv`); seconds are those of the head.

{report.table(list(others[0]), [list(row.values()) for row in others])}

## Licence

The head: Apache-2.0. Where the features come from says their own card. The photos are for
research; whoever trains again downloads them from Kaggle and accepts its terms.
"""
    name = "Cats and dogs" + (" (a part of a Kaggle-style set)" if args.data else "")
    metrics = {
        "accuracy": round(test["accuracy"], 4),
        "ece": round(test["calibration error"], 4),
    }
    return report.card(model, text, (name, data.KAGGLE), metrics)


def source(args: argparse.Namespace) -> str:
    """Return where the photos came from."""
    if args.data:
        return f"from a local folder in the manner of Kaggle's `{data.KAGGLE}`, and not the same"
    return f"from Kaggle's `{data.KAGGLE}`"


def few_table(rows: list[dict]) -> str:
    """Return the accuracies after few photos as a Markdown table, one line per number."""
    ways = list(dict.fromkeys(row["method"] for row in rows))
    lines = []
    for size in dict.fromkeys(row["photos"] for row in rows):
        found = {row["method"]: row for row in rows if row["photos"] == size}
        lines.append(
            [size, *(f"{found[w]['mean']:.1%} ± {found[w]['deviation']:.1%}" for w in ways)]
        )
    return report.table(["photos of each", *ways], lines)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share of so many (Wilson, 1927)."""
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    root = math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return middle - z * root / (1 + z**2 / count), middle + z * root / (1 + z**2 / count)
