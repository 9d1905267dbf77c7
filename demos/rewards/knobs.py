"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Bank, Choice, Knobs, Number, Switch, Text, Topic
from demos.frame.texts import N_
from demos.rewards.worlds import MAZES, WORLD_CELLS

TOPICS = {
    "overview": N_("What is given?"),
    "groups": N_("k-means"),
    "axis": N_("PCA"),
    "digits": N_("Digits in two dimensions"),
    "agent": N_("Grid world"),
    "bandit": N_("Bandit or A/B test"),
}
SHAPES = {
    "groups": N_("three groups"),
    "stretched": N_("stretched"),
    "uneven": N_("uneven"),
    "rings": N_("rings"),
    "moons": N_("moons"),
    "none": N_("no groups"),
    "own": N_("my own"),
}
METHODS = [
    N_("flash cards"),
    N_("reading again"),
    N_("explaining it"),
    N_("summaries"),
    N_("old tests"),
]
LABELS = "abcdef"
MOST_POINTS, MOST_K = 80, 6
SHOWN_DIGITS = 500  # of 1,797


def _of(*topics: str, **others: tuple) -> dict[str, tuple]:
    return {"topic": topics, **others}


_AGENT, _BANDIT, _DIGITS = _of("agent"), _of("bandit"), _of("digits")
_GROUPS = _of("groups")
KNOBS = Knobs(
    topic=Topic(TOPICS, "overview", N_("topic")),
    shape=Choice(
        SHAPES,
        "groups",
        N_("points"),
        compact=True,
        when=_of("overview", "groups"),
        about=f"how the points lie: one of {', '.join(SHAPES)}; own: those of `points`.",
    ),
    sample=Choice(
        {"petals": N_("petals"), "sepals": N_("sepals"), "own": N_("my own")},
        "petals",
        N_("length and width of"),
        when=_of("axis"),
        about='"petals" or "sepals" of 150 irises, or "own": the points of `points`.',
    ),
    points=Text(
        "",
        N_("my points: x y label, …"),
        most=1300,
        when=_of("overview", "groups", shape=("own",)),
        about='own points, "x y label, …": x from -1.4 to 1.4, y from -1 to 1, label a-f.',
    ),
    paint=Choice(
        {"near": N_("of the nearest"), "a": "a", "b": "b", "c": "c"},
        "near",
        N_("label of a new point"),
        compact=True,
        when=_of("overview", "groups", shape=("own",)),
        about="label of a point that is added.",
    ),
    n=Number(
        10,
        MOST_POINTS,
        60,
        N_("how many"),
        whole=True,
        when=_of(
            "overview", "groups", shape=("groups", "stretched", "uneven", "rings", "moons", "none")
        ),
        about="number of points that are drawn",
    ),
    k=Number(1, MOST_K, 3, N_("groups k"), whole=True, when=_GROUPS, about="number of groups"),
    start=Choice(
        {"random": N_("random points"), "plus": "k-means++", "own": N_("by hand")},
        "random",
        N_("start"),
        compact=True,
        when=_GROUPS,
        about='where the centres start: "random" points, "plus" (k-means++), "own": `centres`.',
    ),
    centres=Text(
        "",
        N_("my start: x y, …"),
        most=90,
        when=_of("groups", start=("own",)),
        about='k centres to start from, "x y, …"; where there are fewer, the others are random.',
    ),
    begin=Number(
        1,
        999,
        1,
        N_("start number"),
        whole=True,
        slider=False,
        again=N_("Start anew"),
        when=_of("groups", start=("random", "plus")),
        about="which start is drawn",
    ),
    classify=Switch(
        False,
        N_("with labels, for comparison"),
        when=_GROUPS,
        about="whether a network learns the labels of the same points.",
    ),
    scale=Choice(
        {"cm": N_("both in cm"), "mm": N_("width in mm"), "standard": N_("standardised")},
        "cm",
        N_("units"),
        when=_of("axis", sample=("petals", "sepals")),
        about='"cm" (both), "mm" (the width in mm) or "standard" (each with deviation 1).',
    ),
    optimum=Switch(
        False, N_("show the optimum"), when=_of("axis"), about="whether the best axis is drawn."
    ),
    hidden=Number(
        4,
        128,
        64,
        N_("hidden units"),
        whole=True,
        when=_DIGITS,
        about="units after the 64 pixels; then half as many, two, and all the way back",
    ),
    epochs=Number(
        1,
        60,
        30,
        N_("epochs"),
        whole=True,
        when=_DIGITS,
        about="rounds through the 1,500 training digits",
    ),
    colours=Switch(
        False,
        N_("colours from the beginning"),
        when=_DIGITS,
        about="whether labels are shown before the end.",
    ),
    which=Number(
        0,
        SHOWN_DIGITS - 1,
        0,
        N_("digit number"),
        whole=True,
        slider=False,
        again=N_("another"),
        when=_DIGITS,
        about="the digit that is rebuilt",
    ),
    maze=Choice(
        {
            "room": N_("room"),
            "wall": N_("detour"),
            "cliff": N_("cliff"),
            "two": N_("near or far"),
            "own": N_("my own"),
        },
        "room",
        N_("world"),
        compact=True,
        sets={name: {"world": world} for name, world in MAZES.items()},
        linked=True,
        when=_AGENT,
        about="a name for `world`, which alone counts.",
    ),
    world=Text(
        MAZES["room"],
        N_("the cells"),
        most=WORLD_CELLS,
        when=_of(""),  # never shown: the board is where it is changed
        about="6 rows of 9 cells: . free, w wall, s start, g goal (+1), c coin (+0.3), p pit (-1)",
    ),
    gamma=Number(
        0, 1, 0.9, N_("discount γ"), step=0.05, when=_AGENT, about="what a reward one step later is"
    ),
    epsilon=Number(
        0,
        1,
        0.2,
        N_("tries at random ε"),
        step=0.05,
        when=_of("agent", "bandit"),
        about="share of moves, or of pupils, that are tried at random",
    ),
    rate=Number(
        0.05, 1, 0.5, N_("learning rate α"), step=0.05, when=_AGENT, about="α of Q-learning"
    ),
    cost=Number(
        0, 0.2, 0, N_("cost of a step"), step=0.01, when=_AGENT, about="taken off at each step"
    ),
    slip=Number(
        0, 0.5, 0, N_("slips aside"), step=0.05, when=_AGENT, about="share that slips aside"
    ),
    episodes=Number(
        5, 400, 60, N_("episodes"), log=True, whole=True, when=_AGENT, about="how many"
    ),
    see=Choice(
        {"value": N_("the best of four"), "four": N_("all four directions")},
        "value",
        N_("show of Q"),
        local=True,
        when=_AGENT,
        about="what the page shows of Q.",
    ),
    best=Switch(
        False, N_("show what is best"), local=True, when=_AGENT, about="whether that is shown."
    ),
    chances=Bank(
        [
            Number(0, 100, chance, label, unit="%", whole=True)
            for chance, label in zip((40, 45, 50, 55, 65), METHODS, strict=True)
        ],
        N_("Who passes with this method"),
        when=_BANDIT,
        about="share of pupils that pass with each of five methods [%].",
    ),
    test=Number(
        5,
        1000,
        100,
        N_("pupils in the A/B test"),
        log=True,
        whole=True,
        when=_BANDIT,
        about="pupils among whom the test splits the methods equally, before it decides",
    ),
    pupils=Number(
        20,
        2000,
        500,
        N_("pupils in all"),
        log=True,
        whole=True,
        when=_BANDIT,
        about="pupils, one after the other",
    ),
    seed=Number(
        1,
        999,
        1,
        N_("chance"),
        whole=True,
        slider=False,
        again=N_("Draw anew"),
        when=_of("overview", "groups", "digits", "agent", "bandit"),
        about="seed of what is drawn",
    ),
)
