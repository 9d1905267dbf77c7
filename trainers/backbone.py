"""Take MobileNetV2's ImageNet features over, for every model that is a head on them.

    python -m trainers.backbone --output weights/mobilenet-v2

Nothing is trained: torchvision's ImageNet weights are downloaded, or read from
`--data F.safetensors` (torchvision's names) where there is no network. The last layer, which names
ImageNet's thousand classes, is left out. `--dry-run` writes random weights to a temporary folder;
`--push-to-hub USER/NAME` uploads the result.
"""

from __future__ import annotations

import argparse

from safetensors.torch import load_file

from models.backbone import Backbone
from models.mobilenet import MobileNetV2
from trainers import recipe, report

CARD = """
# MobileNetV2's ImageNet features

1,280 numbers for a photo: what is left of MobileNetV2 (Sandler et al., 2018) without its last
layer. Frozen; the suite's models of photos (tires, "is it a tire at all?", cats and dogs, a
visitor's own classes) are heads on it.

```python
from models import hub
from models.backbone import Backbone
from models.images import open_image

features = hub.load(Backbone).describe(open_image("photo.jpg"))  # (1280,)
```

The whole photo is squeezed to 224×224 and normalised with ImageNet's mean and deviation. The file
holds the weight matrices in half precision; loading widens them.

## Where it comes from

{command}

{origin} Nothing was trained here.

## What it is not for

It knows what ImageNet's 1.28 million photos showed it, with their faults: mostly from the web of
2010, mostly of the richer part of the world, 120 of 1,000 classes breeds of dogs. A head on it
inherits that.
"""
TORCHVISION = "The weights are torchvision's `MobileNet_V2_Weights.DEFAULT` (BSD-3)."


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the command line."""
    helps = {
        "data": "safetensors with torchvision's names; default: torchvision's, downloaded",
        "output": "default: weights/mobilenet-v2",
        "epochs": "nothing is trained",
    }
    parser = recipe.parser("backbone", __doc__, helps)
    parser.add_argument("--origin", default="", help="what the card says on where --data came from")
    return parser.parse_args(argv)


def features(args: argparse.Namespace) -> dict:
    """Return the weights of all layers but the last, by name.

    Raises:
        SystemExit: if they cannot be had, or belong to another network.
    """
    if args.dry_run:
        weights = MobileNetV2().state_dict()
    elif args.data:
        with recipe.reading(args.data):
            weights = load_file(args.data)
    else:
        from torchvision.models import MobileNet_V2_Weights

        with recipe.reading("torchvision's weights of mobilenet_v2"):
            weights = MobileNet_V2_Weights.DEFAULT.get_state_dict(progress=True)
    return {name: t for name, t in weights.items() if name.startswith("features.")}


def main(argv: list[str] | None = None) -> None:
    """Read, save, push."""
    args = recipe.begin(arguments(argv), "weights/mobilenet-v2")
    recipe.seed(args.seed)
    model = Backbone()
    try:
        model.load_state_dict(features(args))
    except RuntimeError as error:
        raise SystemExit(f"{args.data or 'They'} do not fit mobilenet_v2.") from error
    model.check()
    named = {name: getattr(args, name) or None for name in ("data", "origin", "output")}
    origin = (args.origin or f"The weights were read from `{args.data}`.") if args.data else ""
    text = CARD.format(command=recipe.command("backbone", **named), origin=origin or TORCHVISION)
    recipe.save(args, model, report.card(model, text))
    recipe.finish(args)


if __name__ == "__main__":
    main()
