"""What there is to try with the optimizers. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "The **ravine**, $\\eta = 0.05$: press **Play**, with all seven optimizers. Who goes "
        "straight, who zigzags, who leaves the map?",
        "The ravine is 30 times as steep across as along. Adagrad, RMSprop and Adam divide "
        "each coordinate by the size of its own gradients ($\\sqrt v$), so that both "
        "directions look alike: they walk diagonally, as on the bowl. SGD jumps across and "
        "creeps along. Nesterov looks ahead along its momentum, which helps on three of the "
        "five landscapes, but not here: across, it diverges from "
        "$\\eta\\lambda = \\frac{2(1+\\beta)}{1+2\\beta} = 1.36$ on, and $0.05 \\cdot 30$ is "
        "1.5. Set $\\eta = 0.04$ and it is the best of the momentum family.",
        {
            "surface": "ravine",
            "optimizers": ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"],
        },
    ),
    Task(
        "Still the ravine, **SGD** and **Momentum** only. Raise η slowly from 0.05. At which "
        "rate does SGD break, and does momentum break with it?",
        "SGD multiplies $y$ by $1 - 30\\,\\eta$ at every step: beyond $\\eta = 2/30 = 0.067$ "
        "that is below $-1$. At 0.066 it still creeps in, at 0.068 its height is 86,000 after "
        "100 steps. Momentum with $\\beta = 0.9$ stays stable up to "
        "$2(1 + \\beta)/30 = 0.127$: the memory of the last jump brakes the next one.",
        {"surface": "ravine", "optimizers": ["sgd", "momentum"]},
    ),
    Task(
        "The **saddle**: the start is one thousandth beside the line that leads straight to "
        "the saddle point. Who notices, and when? Then set start y to 0.",
        "At the saddle the slope is almost 0, and so is SGD's step: after 100 steps it still "
        "stands at $y = 0.012$ and needs 343 to come below a height of 0.01. Momentum gathers "
        "the tiny slopes and is there after 70 steps. RMSprop divides a tiny slope by its own "
        "tiny size: steps of full length from the start, 32 of them. At $y = 0$ exactly, the "
        "slope by $y$ is 0: nobody ever leaves the line.",
        {"surface": "saddle", "x": -3, "y": 0.001},
    ),
    Task(
        "**Many minima**, 200 steps: which of them finds the deepest one, in the middle, and "
        "what must β be?",
        "With $\\beta = 0.9$ momentum rolls over one ridge and gets stuck behind the second "
        "(height 0.519); with $\\beta = 0.95$ it rolls into the middle. All others stop in "
        "the first hollow, at 1.038. More is not better: a ball this heavy also rolls out of "
        "good places, and from elsewhere (click) it may end worse. The landscapes of large "
        "networks have many minima too, but most of them are about equally deep.",
        {"surface": "many_minima", "x": 3, "y": 2.9, "steps": 200},
    ),
]
