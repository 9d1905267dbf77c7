"""What there is to try with the graphs. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Press **Play** for $f = (x + y)\\cdot z$, slowly. What does the **+** do with the "
        "gradient that comes back to it, and what does the **·** do? Check it: raise $x$ by "
        "0.1 and see what becomes of $f$.",
        "The plus hands the same gradient, $-4$, to both of its inputs. The product swaps: "
        "$s$ gets the value of $z$ and $z$ gets the value of $s$, which is 3. "
        "$\\frac{\\partial f}{\\partial x} = -4$ promises $0.1 \\cdot (-4) = -0.4$, and "
        "indeed $f$ goes from $-12$ to $-12.4$.",
        {"expression": "sum_times"},
    ),
    Task(
        "In $(x-3)(x-6)(x-4)$, $x$ is used three times, here at $x = 1$. How does one gradient "
        "come of three ways? Play to see. Where is it 0, so that a step moves nothing?",
        "Along each of the three ways something comes back, and they add up: "
        "$10 + 6 + 15 = 31$. Autograd needs no algebra for that; algebra says "
        "$3x^2 - 26x + 54$, which is 0 at $x = 3.45$ and at $x = 5.22$: the top of the hill "
        "and the bottom of the valley between the zeros 3, 4 and 6.",
        {"expression": "cubic"},
    ),
    Task(
        "**Sigmoid neuron**: raise $b$ from $-3$ to 7. What happens to all the gradients, "
        "and at which node?",
        "At σ. Its local derivative is $f\\,(1 - f)$: 0.1966 at $z = 1$, but 0.0000167 at "
        "$z = 11$, and everything behind it is multiplied by that. The neuron is saturated "
        "and learns nothing. The best it can do is 0.25, at $z = 0$ ($b = -4$).",
        {"expression": "sigmoid_neuron"},
    ),
    Task(
        "**Network 2-2-1**: play to the end, where every weight takes its step. Which of them is "
        "corrected most, and what does that do to $L$? Then try $\\eta = 0.15$, 0.3 and 1.",
        "The output's bias $c$: it gets all of "
        "$\\frac{\\partial L}{\\partial \\hat y} = -1.941$, the weights a part of it, and $L$ "
        "falls from 0.9419 to 0.07735. With 0.15 it is 0.00131; with 0.3 the step goes past the "
        "lowest place, to 0.7186, and with 1 to 12.24, far above the start. The gradient tells the "
        "way, not how far to go.",
        {"expression": "network"},
    ),
    Task(
        "**Network 2-2-1**: set $v_1$ to 0. Which weights get no gradient now? Does $v_1$ "
        "itself? Then make the second neuron a twin of the first: the same weights, the same "
        "bias, $v_1 = v_2$.",
        "$w_{11}$, $w_{12}$ and $b_1$ get 0: whatever comes back to $h_1$ is multiplied by "
        "$v_1$. $v_1$ itself gets $\\frac{\\partial L}{\\partial \\hat y} \\cdot h_1$ and "
        "leaves 0 with the first step, for 0.205. The twins get equal gradients and stay "
        "twins for ever: this is why weights start at random and not all at 0.",
        {"expression": "network"},
    ),
]
