"""The model card of the tire network, written from what its training measured."""

from __future__ import annotations

import argparse

import numpy as np
from huggingface_hub import ModelCard

from models.tires import NEIGHBOURS, SIDE, VIEWS, TireClassifier
from trainers import frozen, recipe, report
from trainers.tires import data, heads, study

TABLES = """## Tables beside the weights

Measured on the photos of --data alone. `search.csv`: what Optuna tried for a new head on frozen
features (`--search`). `learning_curves.csv`: balanced accuracy on the test set against the number
of training photos (`--curves`): a new head on frozen features of {side}×{side} pixels (seeds 0 to
{last}), fine-tuning with {steps[0]} batches of at most {batch} pictures of {sides[0]}×{sides[0]},
and training from scratch with {steps[1]} of {sides[1]}×{sides[1]} (one seed).
`--only-tables` measures both again.

"""

LIMITS = """
For teaching: to see what transfer learning can and cannot do. **Whether a tire is safe is decided
by a specialist who looks at it, never by this model.** It knows no tread depth, age or pressure,
and cannot see the inner side. It must not be used to pass or fail a vehicle, to buy or sell tires,
or to decide whether to drive.
"""

PEEKED = """
The test photos (folder `val` of --data) chose nothing in this run. But runs with other recipes came
before it, and whoever wrote them saw their test figures: these are a little kinder than those of
photos nobody has seen. Photos of other sources are what counts: look at "left out".
""".strip()

DATA = """
Trained on photos scraped from the web, and close-ups: {count}. `data` is a small set of 200×200
pixels, smaller than, and not the same as, Kaggle's `{kaggle}` (1,854 photos), which the trainer
downloads by default: its 'good' is mostly product shots on white or black, 'defective' mostly worn,
burst, flat or merely old tires outdoors. About a tenth of its photos labelled 'defective' show
flawless tires. Of the others, `warcoder` are close-ups of that Kaggle set (CC BY 4.0), `rftyre`
close-ups of sound and cracked sidewalls (Roboflow `tyre-defect-detection` v10, CC BY 4.0 claimed),
`web` treads and wheels from Kaggle `numberfive/tire-tread-photos` (licence unknown, some of them
infographics, labels noisy).
"""

KAGGLES = """
Trained on Kaggle's `{kaggle}`: {count}.
"""

TRIED = """
A *patch* is a corner of a photo in the photo's own pixels, 224×224 of them, not squeezed: four of
each photo, which is enlarged where it is narrower and made smaller where it is longer than two of
them. *Five crops* are the corners and the middle, {crop} of {side} px, of the squeezed photo.
*Night, shaking and noise*: each of the three, for a third of the changed photos, darkens them to a
fifth to a half, moves them by 3 to 13 px, adds noise with a deviation of 2 to 20 of 255.
""".strip().format(crop=heads.CROP, side=SIDE)

THREE = """
What three answers become of the linear ones, temperature and thresholds found anew for each: how
many photos are answered / how many of these rightly / the same, balanced / how many of all
defective tires are called good. What is shipped was chosen by these two tables, and by their
columns "left out": so these, too, are a little kinder than those of a further source. Crops and
patches cost as many times the processor's work as there are of them.
""".strip()

ANSWERS = [
    "photos",
    "number",
    "answered",
    "right",
    "balanced",
    "good called defective",
    "defective called good",
    "undecided",
    "tread not seen",
    "product shot",
    "unfamiliar",
]

PRODUCTS = [
    "photos",
    "good product shots",
    "defective product shots",
    "other good tires",
    "other defective tires",
]

GATES = ["gate", "tires as they are", "cropped, turned, blurred, relit", "other pictures"]

OTHERS = """`textures` are walls, floors, roads and the like of the games TORCS and OpenArena
(Debian's `torcs-data`, `openarena-081-textures`), `stamps` are cut-outs of Tux Paint (Debian's
`tuxpaint-stamps-default`; coins, fruit, planets and the like, many of them photos), laid on made-up
backgrounds, `wallpapers` those of `mate-backgrounds`, `scikit-image` that library's sample
pictures. Photos from phones, and more photos of other round things, were not at hand: drawn ones
stand in.

"""


def card(
    args: argparse.Namespace, model: TireClassifier, run: dict, sets: dict, gate: list[list]
) -> ModelCard:
    """Return the card.

    Args:
        args: command line of the trainer.
        model: the network that is shipped.
        run: what its training measured.
        sets: the photos.
        gate: rows of `study.refusals`.
    """
    test, notes = run["test"], study.notes(sets["train"].pictures[::2])
    photos, found = sets["all"], run["found"]
    names, counts = np.unique(photos.sources, return_counts=True)
    count = ", ".join(f"{n} of `{name}`" for name, n in zip(names, counts, strict=True))
    learned = ", ".join(f"`{name}`" for name in np.unique(found["known"].photos.sources))
    judged = heads.judged(found["known"].photos)
    text = f"""
# {model.title}: good, defective, or cannot tell

Linear heads on what a frozen MobileNetV2 learned from ImageNet (`weights/mobilenet-v2`), read after
four of its blocks: good or defective, what is seen (tread, side, ...), and whether it is a tire.

```python
from models import hub, tires
from models.images import open_image

model = hub.load(tires.TireClassifier)
model.examine(open_image("photo.jpg"))  # verdict or reason, probabilities, view, heat_map, ...
```

The whole photo is squeezed to 224×224, and judged once more mirrored: the log-odds are the mean of
both. Logits are already divided by the temperature ({model.temperature:.3f}), fitted on photos of
left-out sources. The file holds the weight matrices in half precision; loading widens them. The
test figures below are of the rounded weights.

## What it is not for
{LIMITS}
## How it was made

{command(args)}

{run["seconds"]:.0f} s on {report.machine()}; other programs ran beside it.
{_kept()}Seed {args.seed}.
{(DATA if args.data else KAGGLES).format(count=count, kaggle=data.KAGGLE)}
Wear is learned from the sources that show treads ({learned}); the others teach what is seen, what a
tire is, and what is known. {int((~found["believed"]).sum())} labels that a judge of other photos
flatly contradicts were not believed. Sources weigh the same, and so do both labels within each.
{PEEKED}

Copies: {sets["twins"]} test photos have a near-duplicate among the others (16×16 grey thumbnails,
correlation above {data.LIKENESS}, mirrored or not); the {sets["left out"]} photos concerned were
left out. {sets["copies in train"]} photos repeat another; copies never cross from fold to fold.

## When it says nothing

It gives no verdict where the probability of "good" is between {model.defective_below:.1%} and
{model.good_above:.1%}: label-conditional split-conformal thresholds on left-out sources. Below them
at most {heads.GOOD_CALLED_DEFECTIVE:.0%} of the good tires lie, above them at most
{heads.DEFECTIVE_CALLED_GOOD:.0%} of the defective ones. No tire is called good whose tread is not
seen, and none before a plain backdrop, as shops photograph it. A photo is unfamiliar if its
{NEIGHBOURS} nearest training photos are farther on average than those of {heads.UNFAMILIAR:.0%} of
the photos whose source was left out: {_farthest(model)}.
*Left out*: all figures of that row come from a judge that saw no photo of that source.

{report.table(ANSWERS, run["answers"])}

{_unfamiliar(run)}

To be right in 90 % of its answers on left-out sources, sources and labels weighing the same, it
would have to answer less: {run["ninety"]} of the photos. It answers more often than that, because
the photos of a new source are not all as hard as those of the one that was left out; so **on photos
of a new kind expect the rows "left out", not the last one**.

Why no product shot is called good: if the model must answer, it calls most of them good, whatever
the tire. So many of each kind it would call good:

{report.table(PRODUCTS, run["products"])}

## How well it does if it must answer

Test photos: {len(sets["test"])}; 95 % intervals by bootstrap.

{_figures(run)}

Expected calibration error {test["calibration error"]:.3f} ({report.BINS} bins). Confusion:

{report.confusion_table(test["confusion"], model.labels)}

## What was tried

Balanced accuracy / ROC-AUC, of a judge that saw no photo of the source, and of the test photos.
{TRIED}

{report.table(["what", *(f"{name}, left out" for name in judged), "test photos"], run["tried"])}

{THREE}

{report.table(["what", *(f"{name}, left out" for name in judged)], run["three"])}

What is seen (tread, side, sidewall, several tires, other) was labelled by eye on
{int((photos.views >= 0).sum())} photos; in five-fold cross-validation {run["views"]:.1%} are right.

## Does it judge the background?

Balanced accuracy on edited test photos. *Exchanged*: plain backdrops replaced by corners of outdoor
photos, the surroundings of all others by white. *Middle*, *border*: the rest is grey. The middle is
an oval of half the area. Chance is 50 %.

{_saliency(run)}

## Refusing what is no tire

A picture is refused if its likeness is below {model.threshold:.2f}. The gate was fitted on
{_fitted(args, sets)}.
The threshold refuses {1 - heads.LET_IN:.0%} of such corners of training photos, each judged by a
gate that saw neither its photo nor a copy of it. What else is refused at that threshold, judged
likewise:

{report.table(GATES, found["gates"])}

What is shipped was chosen by this table.
AUROC is against the test tires as they are.

{report.table(["pictures", "number", "refused", "AUROC"], gate)}

{OTHERS if args.others else ""}Clocks, coins, plates, records, rings and balls were drawn for
fitting too; the drawn things that are listed were not.

{_tables()}## Notes on the photo

{_notes(notes)}
"""
    return report.card(
        model,
        text,
        ("Tire quality (web-scraped stand-in)" if args.data else "Tyre quality", data.KAGGLE),
        {
            "accuracy": round(test["accuracy"][0], 4),
            "balanced_accuracy": round(test["balanced accuracy"][0], 4),
            "roc_auc": round(test["ROC-AUC"][0], 4),
            "ece": round(test["calibration error"], 4),
        },
    )


def command(args: argparse.Namespace) -> str:
    """Return the command that repeats the training, with the defaults that matter written out."""
    names = ["seed", "data", "also", "others", "check_others", "curves", "compare"]
    if args.search or args.curves or args.compare:
        names += ["architecture", "backbone_file", "random_init"]
    if args.compare:
        names += ["epochs", "size", "frozen", "backgrounds", "averaging", "learning_rate"]
    options = {name: getattr(args, name) for name in names}
    return recipe.command("tires", **options, search=args.search or None, output=args.output)


def _kept() -> str:
    return "The features were kept from an earlier run. " if "tires" in frozen.reused else ""


def _farthest(model: TireClassifier) -> str:
    common = max(set(model.farthest), key=model.farthest.count)
    own = [f"{view} {far:.2f}" for view, far in zip(VIEWS, model.farthest, strict=True)]
    if len(set(model.farthest)) == 1:
        return f"{common:.2f}, for all that may be seen"
    few = f"those seen on fewer than {heads.ENOUGH_OF_VIEW} of these photos share that of all"
    return f"{', '.join(own)} ({few})"


def _unfamiliar(run: dict) -> str:
    if not run["unfamiliar"]:
        return ""
    return f"""One distance for all photos, and one for each thing that may be seen, both found on
photos of the other sources alone:

{report.table(ANSWERS, run["unfamiliar"])}"""


def _figures(run: dict) -> str:
    def cell(values: tuple) -> str:
        return "{:.1%} ({:.1%} to {:.1%})".format(*values)

    names = ("accuracy", "balanced accuracy", "ROC-AUC")
    return report.table(list(names), [[cell(run["test"][name]) for name in names]])


def _saliency(run: dict) -> str:
    return report.table(list(run["saliency"]), [[f"{v:.1%}" for v in run["saliency"].values()]])


def _fitted(args: argparse.Namespace, sets: dict) -> str:
    other = f"{len(sets['others'])} pictures from --others" if args.others else "no other photos"
    made = "made-up textures and discs, and corners of photos of whole wheels"
    return f"the training photos, plain and {heads.ODD} times changed,\nagainst {other}, {made}"


def _tables() -> str:
    return TABLES.format(
        side=SIDE, last=study.SEEDS - 1, steps=study.STEPS, batch=study.BATCH, sides=study.SIDES
    )


def _notes(notes: dict) -> str:
    return (
        "Given to half of the training photos as they are, and once spoiled:\n"
        + "; ".join(f'"{n}" {v["as it is"]:.1%} and {v["edited"]:.1%}' for n, v in notes.items())
        + " (darkened to 15 %; blurred with σ = 5 of 224 px)."
    )
