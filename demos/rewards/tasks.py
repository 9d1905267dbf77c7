"""What there is to try. Every number was read off the page, and a test reads it again."""

from demos.frame.chapter import Task
from demos.rewards.worlds import MAZES

CIRCLE = (
    "0.80 0.00 a, 0.57 0.57 a, 0.00 0.80 a, -0.57 0.57 a, -0.80 0.00 a, -0.57 -0.57 a, "
    "0.00 -0.80 a, 0.57 -0.57 a"
)
TASKS = [
    Task(
        "Press **Play**. All three see the same points. What is each of them told, and when are "
        "all points right?",
        "With labels from round 12 on: each point says which class is the right one. With rewards "
        "from round 39 on: it hears only whether its own guess was right. k-means hears nothing, "
        "and finds the three groups at once, but not what they are called.",
        {"topic": "overview"},
    ),
    Task(
        "Now stretched groups. Who still finds the classes? Why not the others?",
        "Only with labels, 97 %. k-means cuts the long groups across, 60 %: it looks for round "
        "ones. With rewards it stays at 67 %: it has settled for guesses that pay often enough, "
        "and hardly tries others.",
        {"topic": "overview", "shape": "stretched"},
    ),
    Task(
        "No groups at all, but labels: they say on which side of a line a point lies. What can "
        "be learned without them?",
        "Nothing: k-means makes two groups of what has none, 68 % as the labels say, hardly more "
        "than by guessing. Labels and rewards say what is wanted: 97 % and 95 %.",
        {"topic": "overview", "shape": "none"},
    ),
    Task(
        "Go on by half steps. What does each half do? Does the inertia ever rise?",
        "Every point joins the nearest centre, then every centre moves to the mean of its points; "
        "both can only lower the inertia, here from 36.6 to 4.70. After 15 half steps nothing "
        "moves any more.",
        {"topic": "groups"},
    ),
    Task(
        "This is start number 4. What went wrong? Press **Start anew**, drag a start (◇), or "
        "choose k-means++.",
        "Two centres share one group, and one has two: 17.6 in place of 4.70, and no half step "
        "leads out of it. Of 60 random starts 8 end so. k-means++ starts far apart, and comes to "
        "4.70.",
        {"topic": "groups", "begin": 4},
    ),
    Task(
        "How many groups are there? Look at the elbow and the silhouette; then choose "
        "**stretched**.",
        "Three: up to there the inertia falls steeply, from then on slowly, and the silhouette is "
        "highest, 0.695. For stretched groups it is best with eight, 0.461: neither sees "
        "what we see.",
        {"topic": "groups", "k": 2},
    ),
    Task(
        "Two rings, with labels for comparison. What does each of the two make of them?",
        "k-means cuts both rings in halves: the groups hold 52 %. The network learned from the "
        "labels of 30 points, and is right on all 30 others. Where a label is worth its price, "
        "no group can take its place.",
        {"topic": "groups", "shape": "rings", "k": 2, "classify": True},
    ),
    Task(
        "Turn the line by hand until it keeps most. Then **show the optimum**. What does the one "
        "number mean that is left?",
        "At 23° it keeps 99.0 %; PCA says 22.8°. Long petals are wide petals: the number says how "
        "large a petal is, its size.",
        {"topic": "axis"},
    ),
    Task(
        "The same petals, their width in millimetres. Where is the best line now, and why? What "
        "if both are **standardised**?",
        "At 77.4°, along the width: it has ten times as large numbers, so it varies most. PCA "
        "sees numbers, not petals. Standardised, both count alike: 45°.",
        {"topic": "axis", "scale": "mm", "optimum": True},
    ),
    Task(
        "Eight points on a circle: which line is best? Drag them until one line keeps more than "
        "95 %.",
        "None: each keeps 50 %. Where two numbers have nothing to do with each other, none can be "
        "spared. As soon as they lie near a line, one is enough.",
        {"topic": "axis", "sample": "own", "points": CIRCLE, "optimum": True},
    ),
    Task(
        "Nobody says which digit is which. Press **Play**, look for heaps, and only then at the "
        "labels, at the last epoch. Which digits does the autoencoder part that PCA does not?",
        "0 and 4 lie apart in both; the autoencoder also parts 6 and 7. Of the five dots nearest "
        "to each, 69 % are the same digit, with PCA 56 %. It may bend: on new digits its error is "
        "0.037, that of PCA 0.053, with two numbers each.",
        {"topic": "digits"},
    ),
    Task(
        "From which epoch on is the autoencoder better than PCA on new digits? Is it honest to "
        "compare them there?",
        "From epoch 6 on, 0.052 against 0.053. Yes: both have seen the same 1,500 digits, both "
        "are asked about the same 297 others, and both may keep two numbers.",
        {"topic": "digits", "colours": True},
    ),
    Task(
        "Four **hidden units**: is a network always better than a line?",
        "No: its error stays at 0.063, above the 0.053 of PCA. Through four units, and two after "
        "them, hardly anything gets back. With 64 it comes to 0.037.",
        {"topic": "digits", "hidden": 4},
    ),
    Task(
        "Step through the episodes. When does the agent find the goal, and when does the start "
        "know of it? In which direction do the values spread?",
        "It finds the goal in episode 4, by chance. Then only the cell before it has a value. Each "
        "time it passes, the value goes one cell further back: in episode 24 the start has one. At "
        "the end it expects 0.387 = 0.9⁹, and no way is better.",
        {"topic": "agent"},
    ),
    Task(
        "γ = 0. What does the agent learn? Then γ = 1, and **show what is best**: why are "
        "there no arrows?",
        "With γ = 0 only what comes at once counts: no cell but those beside goal and pit gets "
        "a value. With γ = 1 a reward is worth as much later: 1.00 in every cell, every detour is "
        "as good. A cost of each step, such as 0.02, brings the arrows back.",
        {"topic": "agent", "gamma": 0},
    ),
    Task(
        "A coin nearby, the goal far away. What does the agent do, and what would be best? Try "
        "ε = 1, then γ = 0.5.",
        "It takes the coin for ever, 0.270, since it has hardly seen anything else; the goal would "
        "bring 0.656. With ε = 1 it learns by moves at random alone, and finds out. With γ = 0.5 "
        "the coin is best: 0.150 against 0.063.",
        {"topic": "agent", "maze": "two", "world": MAZES["two"], "episodes": 100},
    ),
    Task(
        "Along the cliff, and a fifth of all moves slip aside. What is best now? Compare with "
        "**slips aside** 0.",
        "Without slipping the best way runs along the edge, 0.387. When it slips, the best way "
        "keeps away from it, up and around: 0.105.",
        {
            "topic": "agent",
            "maze": "cliff",
            "world": MAZES["cliff"],
            "slip": 0.2,
            "episodes": 400,
            "best": True,
        },
    ),
    Task(
        "Five ways to learn, 500 pupils. What does it cost to find out which is best: with a test "
        "of 100 pupils, and with a bandit?",
        "The test costs 34.7 passes, the bandit 28.5, means of 400 classes. After 100 pupils the "
        "test decides for ever, and in 38 % of the classes for a wrong one; the bandit goes on "
        "learning.",
        {"topic": "bandit"},
    ),
    Task(
        "Let **ε** be 0, then 1. What is missing in each?",
        "With 0 it never tries again what failed at first: 40.2 passes lost. With 1 it only tries, "
        "and never uses what it knows: 69.9. Between them, near 0.1, it loses 28.0.",
        {"topic": "bandit", "epsilon": 0},
    ),
    Task(
        "How long should the test be? Try 20, 100 and 300 pupils.",
        "20 cost 50.8 passes: it decides by chance. 300 cost 46.0: it is right in 83 % of the "
        "classes, but by then most pupils have had their turn. 100 cost 34.7.",
        {"topic": "bandit", "test": 20},
    ),
]
