"""What there is to try. Every number was read off the page, and a test reads it again."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Tick the steps from top to bottom. What does Python say as long as a step is missing, "
        "and which car comes last when prices are sorted as text?",
        "`could not convert string to float`, first of a price with its dollar sign and comma, "
        "then of a milage with *mi.*: to pandas both are text. As text 99,999 comes last, "
        "since 9 is the greatest first digit; the car at 2,954,083 hides among those at 29 "
        "thousand.",
        {},
    ),
    Task(
        "All steps but **accident: name the gaps**. What does the training say, and how many "
        "cars are to blame? Is a gap the same as *no*?",
        "nan, from the first step on: of 3,774 cars 101 say nothing, and one nan in a sum "
        "makes the sum nan. It is not the same: those 101 cost 37,804 dollars on average, cars "
        "without an accident 36,634, with one 25,101.",
        {"cleaning": ["encoding", "price", "miles", "dearest", "old", "limit"]},
    ),
    Task(
        "The last step is left out here. Tick it, then leave out **without the dearest car**, "
        "too. How does the typical error change, and what does one row do to the price of a "
        "year?",
        "15,700 dollars with all steps; 59,209 with the 233 dear cars back, and 74,912 with "
        "the Maserati: one row of 4,009. The price of a year falls from 1,123 to 658 and 245.",
        {"cleaning": ["encoding", "price", "miles", "gaps", "dearest", "old"]},
    ),
    Task(
        "Raw miles and dollars at $\\eta = 10^{-9}$: at which step does it end, and at which "
        "at $10^{-3}$? Find the largest rate at which it does not, and say what it learns "
        "there.",
        "At step 12, and at step 2: the loss is infinite. It converges below "
        "$2/\\lambda_{\\max} = 1.4445 \\cdot 10^{-10}$, and then learns next to nothing: 24 "
        "billion steps would be needed, since the valley is curved $2.2 \\cdot 10^{10}$ times "
        "as much across as along.",
        {"topic": "explode", "learning_rate": 1e-09},
    ),
    Task(
        "Normalise the **price** alone, then age and miles, too, at $\\eta = 0.1$. What "
        "changes in the picture, and what in the largest rate?",
        "The price alone makes the loss 1 in place of 8 billion, and nothing else: the largest "
        "rate stays $1.4445 \\cdot 10^{-10}$. With age and miles the gorge becomes a bowl: "
        "every rate up to 0.618 converges, and 18 steps do at 0.1. After 100 of them: −225.07 "
        "dollars a year and −4,435.87 for 10,000 miles.",
        {"topic": "explode", "scaling": "price", "learning_rate": 0.1},
    ),
    Task(
        "One car for each step, then 64, then all 4,009. Which curve is smooth, and what is "
        "the price of smoothness?",
        "That of all: every step goes straight down. With one car a step is 4,009 times as "
        "cheap and goes somewhere else each time; 64 are nearly smooth, until the Maserati is "
        "among them: then the loss of the batch leaps to 22, and the weights with it. 1,000 "
        "steps of 64 look at each car sixteen times.",
        {"topic": "explode", "scaling": "all", "learning_rate": 0.01, "batch": 64, "steps": 1000},
    ),
    Task(
        "What costs more: one more year, or 10,000 more miles? Ask all cars, then take one row "
        "out: **without the Maserati**.",
        "All 4,009: 224 dollars a year, 4,437 for 10,000 miles. Without that one row 629 and "
        "4,058; only cars below 100,000 dollars: 1,122 and 1,831. The Maserati is 37 "
        "deviations off, and the error is squared: it weighs as much as a thousand others.",
        {"topic": "answer"},
    ),
    Task(
        "Only cars below 100,000 dollars: find a brand of which a year costs more than 10,000 "
        "miles, and one with which it is the other way round by far.",
        "Toyota: 1,474 dollars a year, 645 for 10,000 miles. Porsche: 471 and 4,105. The "
        "answer depends on who is asked.",
        {"topic": "answer", "limit": 100000},
    ),
    Task(
        "Let the neuron see **age** alone, then **miles** alone. Why do both cost more than "
        "when it sees both?",
        "A year alone costs 2,083 dollars, 10,000 miles alone 2,637. An older car was driven "
        "farther, too (the correlation is 0.614) and brings 5,247 miles for each year along: "
        "$1122 + 0.5247 \\cdot 1831 = 2083$. “One more year, the miles staying the same” is "
        "not what a car does.",
        {"topic": "answer", "limit": 100000, "columns": ["age"]},
    ),
    Task(
        "Ask all 4,009 cars with **MAE**, then with **Huber**. What happened to the Maserati?",
        "MAE says 1,121 dollars a year and 1,787 for 10,000 miles, nearly what MSE says of the "
        "cars below 100,000 dollars: every car pulls alike, however far off it is. Huber with "
        "δ = 5,000 dollars says 1,150 and 1,781.",
        {"topic": "answer", "loss": "mae"},
    ),
    Task(
        "How much less does a car with an accident cost: by itself, and beside age and miles? "
        "Does the column help?",
        "By itself 11,533 dollars less, beside age and miles 2,868, rows that say nothing left "
        "out: cars with an accident are older and were driven farther. It helps a little: R² "
        "on cars left out rises from 0.469 to 0.472, in 8 of 10 parts.",
        {"topic": "accident", "missing": "drop"},
    ),
    Task(
        "Here are 100 **columns of pure chance**. What does R² say on the cars learned from, "
        "and on those left out? Where would you decide whether a column helps?",
        "On the cars learned from it rises, from 0.468 to 0.487: any column fits something. On "
        "those left out it falls from 0.467 to 0.454. So a column is judged on cars that were "
        "left out.",
        {"topic": "accident", "noise": 100},
    ),
    Task(
        "Is *not said* the same as *no*? Compare the three ways.",
        "No: beside age and miles such cars cost 1,571 dollars more than *no*, and a mark of "
        "its own can say so, though 101 cars prove little. R² on cars left out hardly tells "
        "the ways apart: 0.4694 with the mark, 0.4696 as *no*.",
        {"topic": "accident"},
    ),
    Task(
        "What does the model say of a car of 1950? And of one with 900,000 miles?",
        "−35,935 dollars for the first: its line goes down for ever, where in truth such a car "
        "may be dear again. It has seen cars from 1992 on and up to 405,000 miles: beyond, its "
        "number is no knowledge.",
        {"topic": "car", "year": 1950},
    ),
    Task(
        "Compute the price with a calculator, both ways: by z-scores, and in dollars. Which is "
        "easier to read, and which to train?",
        "Both say 31,960 dollars, up to the rounding of what is written. In dollars a weight "
        "can be read: 1,123 for a year. Normalised it can be trained: see **Training "
        "explodes**.",
        {"topic": "car", "accident": "yes"},
    ),
    Task(
        "How wide is the range around the price, and what would make it narrower? Where do the "
        "most similar cars lie?",
        "16,483 dollars down and 22,965 up: eight of ten errors of cars that were left out. "
        "Brand and model decide the most, and it knows neither.",
        {"topic": "car", "year": 2020, "miles": 20000},
    ),
    Task(
        "The normalisation is forgotten here. Why is the price so absurd? Tick it again.",
        "51,000 miles are multiplied by a weight that was learned for z-scores of about −0.3: "
        "−468 million dollars. Weights without their μ and σ are worthless, so all lie in one "
        "file.",
        {"topic": "file", "normalise": False},
    ),
    Task(
        "Save the model, open the file again, and compare the prices. Then open any other file.",
        "The same price, to the dollar: 636 bytes hold everything. Any other file is refused "
        "in one sentence, a pickled one of `torch.save` above all: whoever opens such a file "
        "with `weights_only=False` runs what its author put into it.",
        {"topic": "file"},
    ),
    Task(
        "This model was trained on the Porsches of “The answer”. What does it say of the same "
        "car, and how does the file tell on what it was trained?",
        "52,078 dollars in place of 34,795. Its μ and σ tell: the mean price is 50,612 "
        "dollars, the mean age 10.8 years.",
        {"topic": "file", "model": "mine", "brand": "Porsche", "limit": 100000},
    ),
]
