"""What there is to try with digits. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Draw a 4 whose top is open and whose bar ends at the stem. Then close the top with "
        "one more stroke. What do the networks say now? Do the same with a bar that sticks out "
        "far to the right.",
        "Where the bar ends at the stem, all three change from 4 to 9. Where it sticks out, "
        "the fully connected network still changes to 9, and the linear one nearly always. The "
        "convolutional one mostly does not: among the drawings it learned from were closed "
        "fours as well, and there the bar that crosses the stem tells a 4 from a 9.",
    ),
    Task(
        "Draw a small 7 in a corner of the pad: all three read it. Now untick **preprocess as "
        "MNIST was**. What do the networks see, and what do they read?",
        "They see a few grey pixels in the corner, and read something else, mostly a 1, or "
        "name nothing. All were trained on digits in the middle, about 20 pixels high. The "
        "linear one is the first to fail: it has one weight per pixel, so a digit elsewhere is "
        "another digit. "
        "Preprocessing is part of the model.",
    ),
    Task(
        "Draw a clear 7 and switch from **softmax** to **sigmoid**. To how much do the ten "
        "numbers add up, and why is it not 100 %?",
        "To far more than 100 %: around 190 % for the convolutional network and 600 % for the "
        "linear one. Ten sigmoids answer ten separate questions, and a logit of 0 is a "
        "50 % yes. Softmax shares out exactly 100 %: only differences between logits count. "
        "The networks were trained with softmax, so nothing taught them where zero lies.",
    ),
    Task(
        "Draw a star, or scribble. Which network admits that it does not know?",
        "The convolutional one: about 10 % for each digit, so it names none. Among the "
        "drawings it learned from were scribbles that count as every digit equally. The fully "
        "connected one mostly names none either. The linear one often names a digit with "
        "confidence: softmax must share out 100 %, and “none of "
        "these” is not on the list. A heart still is a 0 to all who look for a closed curve.",
    ),
]
