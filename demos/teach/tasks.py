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
        "class with three photos and one with twenty: which answers become worse?",
        "For things that differ, five are often enough: a network that has looked at more than "
        "a million photos sees the difference, and only the last layer is new. The class with "
        "few photos loses: it is seldom named, and often taken for the other. The card says so.",
    ),
    Task(
        "Why is the loss of the held-out photos higher than that of the training photos, and "
        "what happens to both when you raise the weight decay to 1?",
        "The head was fitted to the training photos: with 1,280 weights for each class it can "
        "make their loss as small as it likes. Weight decay holds the weights small: the "
        "training loss stays higher, and the distance between the two curves becomes smaller.",
        {"topic": "training"},
    ),
    Task(
        "How many photos of each class are enough for nine right answers of ten? Does the mean "
        "grow more from 1 to 2 photos, or from 10 to 20?",
        "With drawn fruit a single photo of each is right about four times of five, and from "
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
        "Take everything along. How large is the head, and how large the network below it? Why "
        "does the page never publish it for you?",
        "The head of two classes has some tens of kilobytes, most of it mean, spread and "
        "memory; the network below it 4.7 megabytes, and it is the same for "
        "everybody. To publish takes your account: its key belongs on your own machine, and on "
        "no server of others.",
        {"topic": "export"},
    ),
]
