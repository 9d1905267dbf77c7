"""What there is to try with the tire photos. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Choose **A lion**. Why is there no verdict, when the network knows just two answers, and "
        "softmax always shares out 100 % between them?",
        "A second network stands at the door. It is frozen as ImageNet taught it, where it saw a "
        "thousand kinds of things, and one neuron on its features says how much a picture looks "
        "like a tire. Without it the lion would be called good or defective, and perhaps with "
        "confidence: “neither” is not on the list of the network that judges tires.",
    ),
    Task(
        "Choose **New tire**, then **The same in a shop**. It is the same tire, and both times the "
        "bars say good. Why is only one of them an answer?",
        "Before a plain backdrop the network has seen shops’ pictures, and those show good tires. "
        "Tried on sources that it had not seen, it called four of five worn tires good there: its "
        "“good” tells of the backdrop, so it is not given. Look at the nearest training photos, "
        "too: product shots. Nobody taught it that shortcut; the photos did.",
    ),
    Task(
        "How far can you trust a network that was right 9 times out of 10? And 54 times out of 60? "
        "How many photos would a workshop need to know it within ±5 points?",
        "9 of 10 means 60 to 98 %, 54 of 60 means 80 to 95 %: the interval shrinks with the square "
        "root of the number of photos. ±5 points need about 140 of them with an answer, and as "
        "many again for every kind of tire, light and camera that behaves differently. Good tires "
        "called defective and defective ones called good do not cost the same: look at both rows.",
        {"topic": "exam"},
    ),
    Task(
        "How many parameters does a new head train, and where does that "
        "number come from? Switch to **fine-tuning**: how many are they now?",
        r"$2 \cdot 1280 + 2 = 2562$ of 2 226 434, one in 869: the features end in 1280 numbers, "
        "and each of the two answers is one neuron with 1280 weights and a bias. Fine-tuning moves "
        "all 2 226 434. From scratch they are as many, but they start at random, and a few hundred "
        "photos must teach them edges and textures first.",
        {"topic": "transfer"},
    ),
    Task(
        "Set everything to 0. What do the nine variants show? Then raise one "
        "slider at a time. Which change should never matter for a tire, and does it?",
        "With everything at 0 all nine are the photo itself, with the same answer. A tire that is "
        "mirrored, turned or moved is the same tire, so its verdict should stay. Mirroring cannot "
        "change it: a photo and its mirror image are judged together. Where a verdict flips, the "
        "network goes by something it should have ignored. Training on such variants "
        "tells it what does not matter; it is the cheapest way to get more photos. Too much of it "
        "cuts away what does matter: a variant of a corner of the picture may show no tire at all.",
        {"topic": "augmentation", "changes": [0, 0, 0, 0, 0, 0, 0]},
    ),
    Task(
        "How much of the last layer's gradient reaches the first of 20 "
        "layers with ReLU, plain and residual? Now 64 layers: what happens to the residual stack? "
        "Compare with **tanh**.",
        r"Plain: $1.1 \cdot 10^{-7}$, so the first layers learn nothing. Residual: 0.017, because "
        r"$\partial (h + f(h)) / \partial h = 1 + f'(h)$: the 1 carries the gradient past "
        r"every layer. At 64 layers the residual one explodes instead, to "
        r"$2.5 \cdot 10^{10}$ in the first layer: ReLU adds something positive at each of them, "
        r"so $h$ grows without end. That is why real ResNets normalise within every block. "
        r"tanh adds both signs, at most 1: 40 in the first layer, 20 in the last.",
        {"topic": "residual"},
    ),
    Task(
        "Is the trial with the most right answers also the one with the least "
        "validation loss? Which of the two would you take?",
        "No: trials 0 and 13 share the first place with 89.1 %, and trial 19 has the least loss, "
        "0.352, with 87.3 %. The loss also counts how sure each answer was, so it tells trials "
        "apart that are right equally often; a percent is only a photo or two here, and chance "
        "decides about those. The trainer takes the least loss. What most of the good trials have "
        "in common: few epochs, at a rate of about 0.005.",
        {"topic": "search"},
    ),
]
