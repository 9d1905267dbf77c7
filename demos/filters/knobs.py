"""What can be set in this chapter."""

from __future__ import annotations

from demos.filters.kernels import BANKS, KERNELS, OWN, kernel
from demos.filters.samples import PICTURES
from demos.frame.knobs import Bank, Choice, Grid, Knobs, Number, Some, Switch, Text, Topic
from demos.frame.texts import N_

CELL = Number(-1000, 1000, 0, "w", step=1, slider=False)
SIDES = [1, 3, 5]
PADDINGS = {"none": N_("none"), "zeros": N_("zeros"), "reflect": N_("reflect")}
# The code of each is what `read` in lesson.py runs.
OPERATIONS = {
    "tensor": "x",
    "batch": "x[None]",
    "pair": "stack([x, x.flip(-1)])",
    "float": "x / 255",
    "normalise": "(x / 255 − mean) / std",
    "mirror": "x.flip(-1)",
    "upside_down": "x.flip(-2)",
    "colours": "x.flip(-3)",
    "channels_last": "x.permute(1, 2, 0)",
    "turned": "x.permute(0, 2, 1)",
    "wrong": "x.reshape(H, W, 3)",
}
TARGETS = {
    **{name: KERNELS[name][0] for name in ("sobel_x", "sobel_y", "laplace", "blur", "emboss")},
    "strength": N_("strength of edges, |Sobel x|"),
    OWN: N_("my own filter"),
}
MATRICES = ["1 2 1; 0 1 0; 2 3 4", "2 -2; 5 3", "1 0 2", "1; 2; 3"]
OTHERS = ["2 5; 6 7; 1 8", "-1 4; 7 -6", "3; 1; 2", "1 2; 3 4"]

KNOBS = Knobs(
    topic=Topic(
        {
            "numbers": N_("Pixels are numbers"),
            "product": N_("Matrix product"),
            "convolve": N_("Convolution"),
            "channels": N_("Several filters"),
            "pooling": N_("Pooling"),
            "learn": N_("A filter learns"),
            "dense": N_("Dense or convolution?"),
        },
        "numbers",
        N_("topic"),
    ),
    pooled=Choice(
        {"example": N_("4 × 6 numbers"), "picture": N_("the picture below")},
        "example",
        N_("what is pooled"),
        when={"topic": ["pooling"]},
    ),
    picture=Choice(
        PICTURES,
        "china",
        N_("picture"),
        compact=True,
        sets={name: {"pooled": "picture"} for name in PICTURES},
        when={"topic": ["numbers", "convolve", "channels", "pooling", "learn"]},
    ),
    operation=Choice(
        OPERATIONS,
        "tensor",
        N_("read it as"),
        compact=True,
        when={"topic": ["numbers"]},
        about='what is made of the picture x: "batch", "pair", "float", "normalise", "mirror", '
        '"upside_down", "colours", "channels_last", "turned" or "wrong".',
    ),
    left=Text(
        MATRICES[0],
        N_("A, its rows parted by ;"),
        examples=MATRICES,
        when={"topic": ["product"]},
        about="a matrix of 1 to 6 rows and columns, such as 1 2 1; 0 1 0.",
    ),
    right=Text(
        OTHERS[0],
        N_("B"),
        examples=OTHERS,
        when={"topic": ["product"]},
        about="another.",
    ),
    target=Choice(
        TARGETS, "sobel_x", N_("what it is to find"), compact=True, when={"topic": ["learn"]}
    ),
    filters=Some(
        {**{name: one[0] for name, one in BANKS.items()}, OWN: N_("my own")},
        ["edges", "red", "blue"],
        N_("filters"),
        when={"topic": ["channels"]},
    ),
    kernel=Grid(
        CELL,
        SIDES,
        kernel("prewitt"),
        N_("filter"),
        examples={label: [float(v) for v in numbers] for label, numbers in KERNELS.values()},
        when={"topic": ["convolve", "dense"]},
    ),
    own=Grid(
        CELL,
        [3],
        kernel("sobel_x"),
        N_("my filter"),
        examples={KERNELS[n][0]: kernel(n) for n in ("identity", "sobel_x", "sobel_y", "laplace")},
        when={"topic": ["channels"], "filters": [OWN]},
    ),
    mix=Bank(
        [Number(-1, 1, share, name, step=0.1) for share, name in ((1, "R"), (0, "G"), (0, "B"))],
        N_("my filter times"),
        when={"topic": ["channels"], "filters": [OWN]},
    ),
    padding=Choice(
        PADDINGS,
        "none",
        N_("padding"),
        compact=True,
        when={"topic": ["convolve", "channels", "dense"]},
    ),
    stride=Number(
        1, 4, 1, N_("stride"), whole=True, when={"topic": ["convolve", "channels", "dense"]}
    ),
    dilation=Number(1, 4, 1, N_("dilation"), whole=True, when={"topic": ["convolve", "channels"]}),
    side=Number(
        3,
        8,
        6,
        N_("rows and columns"),
        whole=True,
        about="rows and columns of the picture",
        when={"topic": ["dense"]},
    ),
    pool=Choice(
        {"max": N_("max"), "mean": N_("mean")},
        "max",
        N_("of each window"),
        when={"topic": ["pooling"]},
    ),
    window=Number(2, 8, 2, N_("window"), whole=True, when={"topic": ["pooling"]}),
    pool_stride=Number(1, 8, 2, N_("stride"), whole=True, when={"topic": ["pooling"]}),
    shift=Number(
        0, 4, 0, N_("shift to the right"), whole=True, unit="px", when={"topic": ["pooling"]}
    ),
    taught=Grid(
        CELL, [3], kernel("emboss"), N_("my filter"), when={"topic": ["learn"], "target": [OWN]}
    ),
    several=Switch(False, N_("three filters, each with a ReLU"), when={"topic": ["learn"]}),
    noise=Number(0, 1, 0, N_("noise on the target"), step=0.05, when={"topic": ["learn"]}),
    optimizer=Choice(
        {"adam": "Adam", "sgd": N_("gradient descent")},
        "adam",
        N_("optimizer"),
        when={"topic": ["learn"]},
    ),
    learning_rate=Number(
        0.001, 10, 0.1, N_("learning rate η"), log=True, when={"topic": ["learn"]}
    ),
    steps=Number(1, 400, 150, N_("steps"), whole=True, when={"topic": ["learn"]}),
    seed=Number(0, 9999, 0, N_("seed"), whole=True, slider=False, when={"topic": ["learn"]}),
)
