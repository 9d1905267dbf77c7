"""What to try in the playground; the tests train what the answers claim."""

from demos.frame.chapter import Task
from demos.playground.presets import NOISY

TASKS = [
    Task(
        "The circle, η = 0.1 and a single hidden layer: how few neurons can fence in the blue "
        "points? Look at what each of them draws.",
        "Three. Every neuron of the first layer draws one straight border, and three borders "
        "make a triangle: 99 % of the training points are right. With two it is a strip "
        "(86 %), with one a half-plane (72 %).",
        {"hidden": [1], "learning_rate": 0.1},
    ),
    Task(
        "Now remove all hidden layers. Which inputs must you switch on so that a single neuron "
        "solves the circle? And which single input solves XOR?",
        "$x^2$ and $y^2$: the circle is a straight line in them, $x^2 + y^2 = r^2$. XOR needs only "
        "$xy$: positive in two quadrants, negative in the other two. With the right inputs, one "
        "neuron reaches 100 %. Hidden layers find such inputs by themselves.",
        {"hidden": []},
    ),
    Task(
        "**More**: let all first weights be zero (initialisation). Play the run. Why does nothing "
        "happen? Click a line and give one weight of each layer a value, then press **Train on**.",
        "With zero weights all hidden outputs are 0, so no gradient reaches any weight: the loss "
        "stays at $\\ln 2 = 0.693$. And neurons of a layer that start equal stay equal: they get "
        "the same gradient. That is why first weights are drawn at random.",
        {"initialisation": "zeros"},
    ),
    Task(
        "The example **Overfitting 20 noisy points**: at which epoch would you have stopped, had "
        "you watched the test loss? What does the border look like there, and at the end?",
        "At about epoch 28: test loss 0.50, 77 % right. At epoch 1000 the training loss is 0.0001, "
        "but the test loss 2.8 and 69 % right: the border winds around single points. Stopping "
        "early is the cheapest remedy; dropout and weight decay are in the next example.",
        NOISY,
    ),
]
