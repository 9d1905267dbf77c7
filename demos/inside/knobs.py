"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Switch, Topic
from demos.frame.texts import N_
from demos.inside.samples import OWN, PHOTOS, PIECES, STRANGERS, THINGS_DRAWN

NETWORKS = {"fashion": "Fashion-MNIST", "cifar": "CIFAR-10"}
LOOKS = ["maps", "counts", "wants"]

KNOBS = Knobs(
    topic=Topic(
        {
            "maps": N_("Layer by layer"),
            "counts": N_("What counts"),
            "wants": N_("What a map looks for"),
            "norms": N_("Dropout, batch norm"),
            "misses": N_("Misses"),
            "ladder": N_("The ladder"),
            "unknown": N_("None of the ten"),
            "device": N_("Which device?"),
        },
        "maps",
        N_("topic"),
    ),
    network=Choice(
        NETWORKS,
        "fashion",
        N_("network"),
        when={"topic": [*LOOKS, "norms", "misses", "unknown", "device"]},
    ),
    picture=Choice(
        {**PIECES, **OWN},
        "ankle-boot",
        N_("picture"),
        menu=True,
        when={"topic": ["maps", "counts", "norms"], "network": ["fashion"]},
        about='one of "t-shirt-top" … "ankle-boot".',
    ),
    photo=Choice(
        {**THINGS_DRAWN, **PHOTOS, **OWN},
        "ship",
        N_("picture"),
        menu=True,
        when={"topic": ["maps", "counts", "norms"], "network": ["cifar"]},
    ),
    stranger=Choice(
        {**STRANGERS, **OWN},
        "digit",
        N_("picture"),
        menu=True,
        when={"topic": ["unknown"]},
    ),
    layer=Number(
        0,
        15,
        1,
        N_("layer"),
        whole=True,
        when={"topic": ["maps", "wants"]},
        about="counted from 1; 0 is the picture",
    ),
    unit=Number(
        0, 159, 0, N_("map"), whole=True, when={"topic": ["maps", "wants"]}, about="of the layer"
    ),
    off=Switch(
        False,
        N_("switch this map off"),
        when={"topic": ["maps"]},
        about="whether the map is set to 0.",
    ),
    method=Choice(
        {"occlusion": N_("hide a square"), "gradient": N_("gradient")},
        "occlusion",
        N_("what counts, by"),
        when={"topic": ["counts"]},
    ),
    square=Number(
        2,
        14,
        8,
        N_("square"),
        whole=True,
        unit="px",
        when={"topic": ["counts"], "method": ["occlusion"]},
    ),
    across=Number(
        -10, 10, 0, N_("shift to the right"), whole=True, unit="px", when={"topic": ["counts"]}
    ),
    down=Number(-10, 10, 0, N_("shift down"), whole=True, unit="px", when={"topic": ["counts"]}),
    turn=Number(-180, 180, 0, N_("turn"), step=5, unit="°", when={"topic": ["counts"]}),
    invert=Switch(
        False,
        N_("dark for bright"),
        when={"topic": ["counts"]},
        about="whether dark becomes bright.",
    ),
    steps=Number(1, 120, 60, N_("steps"), whole=True, when={"topic": ["wants"]}),
    smooth=Number(0, 1, 0.5, N_("blur"), step=0.1, when={"topic": ["wants"]}),
    seed=Number(
        0, 9999, 0, N_("seed"), whole=True, slider=False, when={"topic": ["wants", "norms"]}
    ),
    dropout=Number(0, 0.9, 0.3, N_("dropout"), step=0.1, when={"topic": ["norms"]}),
    conv=Number(
        1,
        10,
        1,
        N_("convolution"),
        whole=True,
        when={"topic": ["norms"]},
        about='counted from 1; there are six, of "cifar" ten',
    ),
    batch=Choice(
        {"running": N_("remembered"), "batch": N_("of this batch")},
        "running",
        N_("mean and variance"),
        when={"topic": ["norms"]},
    ),
    company=Choice(
        {"mixed": N_("of all kinds"), "alike": N_("of one kind")},
        "mixed",
        N_("the rest of the batch"),
        when={"topic": ["norms"]},
    ),
    size=Number(1, 128, 32, N_("pictures in the batch"), whole=True, when={"topic": ["device"]}),
)
