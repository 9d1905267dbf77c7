"""What there is to try with one's own classes. Every number was read off a run."""

from demos.frame.chapter import Task

TASKS = [
    Task(
        "Choose **Ready-made**, then **Fish and boats, drawn**, and press **Train**. Then ask "
        "about something that is neither, such as your hand. What does it say, and what would "
        "a network say that knows just two answers?",
        "“None of these.” Softmax shares out 100 % between two answers, whatever it is shown. "
        "So before it answers, the chapter looks how far the photo lies from all training "
        "photos, in the 1,280 numbers that the network makes of a photo: farther than those "
        "lie from each other, and no class is named.",
    ),
    Task(
        "Two classes with things from your desk, five photos each. Is that enough? Now one "
        "class with a single photo and one with twenty: which answers become worse?",
        "For things that differ, five are often enough: a network that has looked at more than "
        "a million photos sees the difference, and only the last layer is new. The class with a "
        "single photo loses. Measured with photos of pets: beside twenty dogs, one cat is too "
        "few: half of new cats are called cats, from 1 to 98 of 100 as the one photo happens to "
        "be; with three cats it is 96.",
    ),
    Task(
        "Choose **Fruit, drawn**, and train. Both losses are small: how many times larger is that "
        "of the held-out photos? Raise the weight decay to 1: what happens to both?",
        "0.0004 for the training photos and 0.003 for those held out, seven times as much: with "
        "1,280 weights for each class a head fits the photos that it is shown as closely as you "
        "like. Weight decay holds the weights small. At 1 the losses are 0.022 and 0.055, and "
        "still all answers are right: it is less sure of itself, and the two lie nearer to each "
        "other, two and a half times instead of seven.",
        {"topic": "training"},
    ),
    Task(
        "How many photos of each class are enough for nine right answers of ten? Does the mean "
        "grow more from 1 to 2 photos, or from 10 to 20?",
        "With drawn fruit a single photo of each is right about four times out of five, and from "
        "five on nearly always. Each doubling helps less than the one before. The bars become "
        "shorter too: which one photo it happened to be decides much, which twenty hardly "
        "anything.",
        {"topic": "few"},
    ),
    Task(
        "How many parameters does a new head train for two classes, and how many does the last "
        "block add? Is it worth it?",
        r"The head: $2 \cdot 1280 + 2 = 2562$. The last block adds 882 560, about 340 times as "
        "many, and seconds become many. With a few dozen photos the intervals overlap: you "
        "cannot tell which is better. More parameters want more photos.",
        {"topic": "tuning"},
    ),
    Task(
        "Press **Set the trap**. Every apple lies on grass, every pear on wood. All held-out "
        "photos are right: is that a good classifier? Press a photo on the exchanged ground: "
        "where did it look?",
        "On exchanged grounds it is never right: every apple on wood is called a pear. It has "
        "learned “grass is apple”, since nothing told it otherwise, and the heat map lies beside "
        "the fruit. Held-out photos from the same table do not show it. Photograph each class on "
        "many grounds.",
        {"topic": "shortcut"},
    ),
    Task(
        "Choose **Fruit, drawn** under **Teach and ask**, and press **Set it with my photos**: "
        "every apple gets a frame of warning tape, in training. How many fruits are right with "
        "the tape, without any, and with the tape around the bananas and grapes? What is it that "
        "makes an apple an apple?",
        "Of 18 new photos 18 are right with the tape, 15 without any, and 3 with the tape around "
        "the others: tape is apple. Half of the bare apples are called grapes, although they look "
        "like every apple that it was taught. The tape is the same in all photos, and so it was "
        "the easiest to learn. With photos of your own it may be the table, the light, or the hand "
        "that holds one class and not the other.",
        {"topic": "shortcut"},
    ),
    Task(
        "Choose **Ready-made**, then **Tires: good or defective**, and ask about a tire before you "
        "give it a photo. Then give it ten of your own. What do they change, and what not?",
        "Without photos it is the model of the chapter on tires. Yours move its head, and only as "
        "far as they must, so that it forgets little. Measured with close-ups of sidewalls, of "
        "which the model calls 85 of 100 good ones defective: of 100, half of them good, it is "
        "right for 55, with ten photos of each class for 78, and a new head on ImageNet’s numbers "
        "for 78, too.",
    ),
    Task(
        "Take everything along. How large is the head, and how large the network below it? Why "
        "does the page never publish it for you?",
        "The head of two classes has some tens of kilobytes, most of it mean, spread and "
        "memory; the network below it 4.7 megabytes, and it is the same for "
        "everybody. To publish takes your account: its key belongs on your own machine, and on "
        "no server of others.",
        {"topic": "export"},
    ),
]
