"""What can be set in this chapter."""

from __future__ import annotations

from demos.frame.knobs import Choice, Knobs, Number, Some, Switch, Topic
from demos.frame.texts import N_

# As models/cars.py has it, which is slow to import.
THIS_YEAR = 2024
ACCIDENTS = ("no", "yes", "not said")
CLEANING = {
    "encoding": N_("read as cp1252"),
    "price": N_("price → number"),
    "miles": N_("milage → number"),
    "gaps": N_("accident: name the gaps"),
    "dearest": N_("without the dearest car"),
    "old": N_("without cars before 1990"),
    "limit": N_("only below $100,000"),
}
ALL = "all"
# Of at least fifty cars each, and Maserati.
BRANDS = [
    *("Acura", "Audi", "BMW", "Cadillac", "Chevrolet", "Dodge", "Ford", "GMC", "Honda", "Hyundai"),
    *(
        "INFINITI",
        "Jeep",
        "Kia",
        "Land",
        "Lexus",
        "Lincoln",
        "Maserati",
        "Mazda",
        "Mercedes-Benz",
        "Nissan",
    ),
    *("Porsche", "RAM", "Subaru", "Tesla", "Toyota", "Volkswagen"),
]
COLUMNS = {"age": N_("age"), "miles": N_("miles"), "accident": N_("accident")}
LOSSES = {"mse": "MSE", "mae": "MAE", "huber": "Huber"}
NO_LIMIT = 3_000_000  # more than the dearest car [$]
_EXPLODE, _ANSWER = {"topic": ["explode"]}, {"topic": ["answer"]}
_CAR = {"topic": ["car", "file"]}
KNOBS = Knobs(
    topic=Topic(
        {
            "table": N_("The table as it comes"),
            "explode": N_("Training explodes"),
            "answer": N_("The answer"),
            "accident": N_("One more column"),
            "car": N_("Your car"),
            "file": N_("Save and load"),
        },
        "table",
        N_("topic"),
    ),
    cleaning=Some(
        CLEANING,
        ["encoding"],
        N_("Steps of cleaning"),
        empty=True,
        when={"topic": ["table"]},
    ),
    scaling=Choice(
        {"raw": N_("nothing"), "price": N_("price"), "all": N_("price, age and miles")},
        "raw",
        N_("normalise (z-score)"),
        when=_EXPLODE,
        about='what is normalised: "raw" nothing, "price" the price, "all" age and miles, too.',
    ),
    learning_rate=Number(
        1e-12,
        1,
        1e-3,
        N_("learning rate η"),
        log=True,
        when=_EXPLODE,
        about="η of gradient descent",
    ),
    steps=Number(
        1, 1000, 100, N_("steps"), log=True, whole=True, when=_EXPLODE, about="number of updates"
    ),
    batch=Number(
        1,
        4009,
        4009,
        N_("cars for each step"),
        log=True,
        whole=True,
        when=_EXPLODE,
        about="size of a mini-batch, drawn without putting back; 4009 are all cars",
    ),
    brand=Choice(
        {ALL: N_("all brands"), **{one: one for one in BRANDS}, "Land": "Land Rover"},
        ALL,
        N_("brand"),
        when=_ANSWER,
        menu=True,
        about="cars of one brand, or all.",
    ),
    limit=Number(
        10_000,
        NO_LIMIT,
        NO_LIMIT,
        N_("only cars below"),
        unit="$",
        log=True,
        whole=True,
        when=_ANSWER,
        about="only cars that cost less",
    ),
    outlier=Switch(
        False,
        N_("without the Maserati at $2,954,083"),
        when=_ANSWER,
        about="leave out one row, the 2005 Maserati at $2,954,083.",
    ),
    columns=Some(
        COLUMNS,
        ["age", "miles"],
        N_("the neuron sees"),
        when=_ANSWER,
        about='columns that the neuron sees: some of "age", "miles" and "accident" (two marks: '
        "yes, and not said).",
    ),
    loss=Choice(LOSSES, "mse", N_("loss"), when=_ANSWER, about='"mse", "mae" or "huber".'),
    delta=Number(
        100,
        100_000,
        5_000,
        N_("Huber's δ"),
        unit="$",
        log=True,
        when={**_ANSWER, "loss": ["huber"]},
        about="δ: from which error on Huber's loss is a straight line",
    ),
    missing=Choice(
        {"own": N_("a mark of its own"), "no": N_("the same as no"), "drop": N_("row left out")},
        "own",
        N_("accident not said"),
        when={"topic": ["accident"]},
    ),
    noise=Number(
        0,
        100,
        0,
        N_("columns of pure chance"),
        whole=True,
        when={"topic": ["accident"]},
    ),
    year=Number(
        1900, 2030, 2013, N_("year"), whole=True, when=_CAR, about="the year that a car was built"
    ),
    miles=Number(
        0,
        1_000_000,
        51_000,
        N_("miles"),
        whole=True,
        step=1000,
        when=_CAR,
        about="how far it was driven",
    ),
    accident=Choice(
        {"no": N_("no"), "yes": N_("yes"), "not said": N_("not said")},
        ACCIDENTS[0],
        N_("accident reported"),
        when=_CAR,
        about='"no", "yes" or "not said".',
    ),
    model=Choice(
        {"shipped": N_("the one of this course"), "mine": N_("mine, of “The answer”")},
        "shipped",
        N_("which model"),
        when={"topic": ["file"]},
    ),
    normalise=Switch(True, N_("normalise what goes in"), when={"topic": ["file"]}),
)
