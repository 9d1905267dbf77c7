"""What there is to try.

Every number was read off the page, and a test reads it again, as far as it is the same on all
processors: where a training ends depends a little on how sums are rounded.
"""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Press **Play**. From which update on does it know the letter in the end? Which units "
        "hold it? Press **Another sequence** a few times: what do the units do for another letter?",
        "At update 53 about half of its answers are right, from 74 on all. Most units become "
        "fully blue or red within some ten steps, and stay so through all the noise. Which of "
        "them are blue and which red is the letter: for B it is always the same pattern.",
        {"topic": "remember"},
    ),
    Task(
        "The same with a plain **RNN**. How far does it come in 150 updates? Then **T** = 10. And "
        "with T = 30, but asked **after every step**?",
        "With T = 30 it ends at about 47 %, where guessing has 25 %; with T = 10 it has it from "
        "update 34 on. Asked after every step it comes to 71 %: the loss speaks close to the "
        "letter, too, and so the gradient has less far to go.",
        {"topic": "remember", "kind": "rnn"},
    ),
    Task(
        "Counting: look for units whose colour follows the number of open brackets. Then let an "
        "**RNN** count.",
        "The GRU answers all 30 steps right, and several units become stronger with the depth. "
        "The RNN comes to about 70 %: its states move at every symbol.",
        {"topic": "remember", "task": "brackets", "kind": "gru", "asked": "every", "keep": 1.0},
    ),
    Task(
        "A wave is read for 30 steps; then the network reads its own answers. Until where does it "
        "go well? Then let it have 400 **updates**.",
        "One step ahead 93 % of its answers are off by less than 0.1. By itself it is lost after a "
        "few steps: its own small errors become its input, and they grow. After 400 updates it "
        "follows for about ten steps: on average it is then off by 0.22, before by 0.46.",
        {"topic": "remember", "task": "wave", "asked": "every", "keep": 1.0},
    ),
    Task(
        "Four networks, each trained for one distance. Who holds the letter how far? And why does "
        "the convolution fall so steeply?",
        "The RNN up to 20 steps, LSTM and GRU up to 40 at least. The four layers of convolution "
        "see 31 steps: up to there it is the quickest of all, beyond it knows nothing.",
        {"topic": "back"},
    ),
    Task(
        "Let the gates begin half open, **b** = 0. Which networks are left?",
        "None: the LSTM now fails at 10 to 20 steps, earlier than the RNN, and the GRU at 40. "
        "Gates can learn to keep; to learn it, they need a gradient that comes back so far.",
        {"topic": "back", "kinds": ["lstm", "gru"], "bias": 0.0},
    ),
    Task(
        "Only the RNN: press **Draw anew** a few times. Does it always hold 20 steps? And is it "
        "always lost at 40?",
        "No: with some first weights it even learns 40 steps (among chance 4 to 6), with others it "
        "already fails at 10 (chance 2). That a training depends on luck is a sign that the "
        "gradient hardly arrives.",
        {"topic": "back", "kinds": ["rnn"]},
    ),
    Task(
        "**Convolutions** have no memory: 3 layers see the last 15 steps. Up to where does that "
        "go? Give them a fourth layer, then more **updates**.",
        "With 3 layers 10 steps are the last distance that works, with 4, which see 31, it is 20. "
        "Beyond that they guess, no matter how long they train: the letter is out of sight.",
        {"topic": "back", "kinds": ["conv"], "deep": 3},
    ),
    Task(
        "Play step by step. What do forget gate and input gate of unit 9 do, and how does its cell "
        "come from nearly 0 to 1?",
        "Its forget gate stays above 0.99, so hardly anything is lost. Its input gate is open by "
        "less than a tenth, but at each step a little of the same sign comes in: the cell grows.",
        {"topic": "gates"},
    ),
    Task(
        "The same network with **b** = 0, which has not learned it. What do its forget gates do?",
        "On average they let only 0.37 of a cell stay, so after five steps less than a hundredth "
        "is left.",
        {"topic": "gates", "keep": 0.0},
    ),
    Task(
        "A GRU with 8 units that counts brackets. Click the rows: which unit's state rises and "
        "falls with the depth?",
        "Unit 3 does, and unit 5; unit 8 does it the other way round. Their update gates keep "
        "0.8 to 0.9 of what there is at each step.",
        {
            "topic": "gates",
            "task": "brackets",
            "kind": "gru",
            "asked": "every",
            "keep": 1.0,
            "hidden": 8,
            "unit": 3,
        },
    ),
    Task(
        "How much of the gradient is left after 29 steps back, for each network? Where does that "
        "of the convolution end?",
        "Of the RNN 0.0004, of the LSTM 0.36, of the GRU 0.51. Three layers of convolution see 15 "
        "steps: from the 15th on it is exactly 0.",
        {"topic": "gradient"},
    ),
    Task(
        "Without tanh the RNN multiplies by the same number at every step. Here it is 1.1. What "
        "should 29 steps come to? And with 0.9?",
        "$1.1^{29} = 15.86$ and $0.9^{29} = 0.0471$; only 1 would keep it. With enough steps it "
        "explodes or vanishes, however near to 1 it is.",
        {"topic": "gradient", "kinds": ["rnn"], "linear": True, "scale": 1.1},
    ),
    Task(
        "LSTM and GRU with **b** = 0, then 2, 4 and 6. What is b worth after 29 steps?",
        "Of the LSTM's gradient arrive 0.0000056 with b = 0, then 0.048, 0.36 and 0.49. At the "
        "beginning σ(b) of a cell stays at each step: 0.5, 0.88, 0.98, 0.998.",
        {"topic": "gradient", "kinds": ["lstm", "gru"], "bias": 0.0},
    ),
    Task(
        "The same RNN, the same sequences, twice. When does the run without clipping break, and "
        "how often is the gradient of the other one clipped?",
        "At update 20 its gradient has grown to more than 10¹⁷, then there are no numbers any "
        "more. In the other run 7 of 150 gradients are longer than 1: clipping hardly ever does "
        "anything, and then it saves the training.",
        {"topic": "clip"},
    ),
    Task(
        "Let **η** be 0.1. Is clipping needed now?",
        "No: both runs end near 0.05. A smaller rate is the other way; it makes all steps smaller, "
        "clipping only those that are too long.",
        {"topic": "clip", "rate": 0.1},
    ),
    Task(
        "Clip at 0.01: now every gradient is cut. What does the training look like?",
        "Each step has the same length, η · 0.01. It is slow at first, and in the end better than "
        "with 1: over the last 30 updates the loss is 0.039 on average, against 0.064. Here the "
        "direction is enough.",
        {"topic": "clip", "most": 0.01},
    ),
    Task(
        "A 1, then zeros; in the end it should say 1. Play backward: by what is the gradient "
        "multiplied at each step back? How does ∂L/∂u come about?",
        "By u·(1 − h²): it goes from −1.367 at h₄ to −0.3695 at h₁. u is used four times, so its "
        "gradient is the sum of four shares: 0 − 0.3517 − 0.4455 − 0.5038 = −1.301.",
        {"topic": "unroll"},
    ),
    Task(
        "Let **u** be 3. The answer is nearly right. And the gradient at h₁?",
        "Only 0.0000013 is left: all states are close to 1, where tanh is flat, and 1 − h² is "
        "close to 0. Large weights do not help when the units are saturated.",
        {"topic": "unroll", "weights": [1.0, 3.0]},
    ),
    Task(
        "Let **w** be 0.1 and **u** 1.5. Does the gradient shrink or grow on its way back?",
        "It grows, from −1.366 to −3.86: the states are small, so 1 − h² is close to 1, and each "
        "step multiplies by almost 1.5. With more steps the states grow, too, and flatten tanh: of "
        "15 steps the first gets 0.003 of what arrives at the last.",
        {"topic": "unroll", "weights": [0.1, 1.5]},
    ),
    Task(
        "Watch it learn to write. When do the first words come? When is it best on the text that "
        "it does not learn from, and what happens then?",
        "The first short words come at update 19 to 26. At update 53 its loss on the text held out "
        "is 1.87, where counting pairs of characters has 2.18; in the end it is 2.92, and what it "
        "writes are sentences of its text, learned by heart.",
        {"topic": "text"},
    ),
    Task(
        "Move the **temperature** to 0, then to 2. What becomes of the text? And what of the loss?",
        "At 0 it always takes the likeliest character and recites its text; at 2 it invents words "
        "that do not exist. The loss stays as it is: the network is the same, only the dice are "
        "others.",
        {"topic": "text", "temperature": 2.0},
    ),
    Task(
        "A single layer of convolution sees three characters. How far does that go? Then paste a "
        "text of your own.",
        "Further than counting pairs: 1.99 at update 43, against 1.87 of the LSTM. Most of what "
        "can be known about the next letter lies in the last few.",
        {"topic": "text", "kind": "conv", "layers": 1},
    ),
]
