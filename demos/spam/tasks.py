"""What there is to try. Every number is looked at by a test."""

from demos.frame.chapter import Task

HOLIDAY = (
    "You have won a guaranteed holiday for 2 in Spain! Call our free line 0800 555 01 before "
    "Sunday to claim your reward."
)
RINGTONE = "call me, the ringtone is ready"
# No word that the first two know as spam, and no digit.
PARAPHRASE = (
    "Dear subscriber, you were picked for a complimentary holiday in Florida. Ring our hotline "
    "today"
)
PLAIN = "you have been chosen, ring us for your reward"
PRIZE = "You have won a prize! Call now to claim it."

TASKS = [
    Task(
        "Switch between **counts**, **TF-IDF** and **embedding**. How many of the numbers are not "
        "0 for this message?",
        "Of the 1,000 counts 17, and of TF-IDF the same 17: it only weighs them. Of the 384 "
        "numbers of the embedding nearly all: there a number belongs to no word, and a word to no "
        "number.",
        {"topic": "words"},
    ),
    Task(
        "Type “The bank called you, not me”, then “You called the bank, not me”. Which of the "
        "three kinds of numbers tells them apart?",
        "Counts and TF-IDF are the same to the last digit: they throw the order of the words away "
        "(a “bag of words”). The embedding differs, but little: the cosine between the two is "
        "0.95. Who called whom matters less to it than what the talk is about.",
        {"topic": "words", "message": "The bank called you, not me"},
    ),
    Task(
        "All words stand once in this message. Which gets the largest TF-IDF, and why?",
        "“ringtone”: it stands in 21 of 4,128 training messages, so its IDF is "
        r"$\ln\frac{1 + 4128}{1 + 21} + 1 = 6.23$. “the” stands in 779 and gets 2.67. Rare words "
        "say more about a message. That all 21 were spam is none of IDF's business: the neuron "
        "has to learn it.",
        {"topic": "words", "features": "tfidf", "message": RINGTONE},
    ),
    Task(
        "Strike words until counts no longer call this message spam. How few are enough?",
        "Four: “call”, “free”, “claim” and “won” bring it to 38 %. The bars say which to try: each "
        "takes exactly its own product out of the sum. With TF-IDF it takes five, as the length "
        "shrinks with every word, and those that are left grow.",
        {"topic": "sum", "message": HOLIDAY},
    ),
    Task(
        "Tick **leave the masks in**. Which two words speak most against spam now, and would you "
        "let this filter into the world?",
        "“gt” and “lt”. Whoever gave their messages to the collection had numbers hidden as "
        "“&lt;#&gt;”, and only friends' messages came that way. The neuron reads who made the "
        "data, not what spam is: a leak. Outside, nobody writes it. The topic “Three side by "
        "side” has this neuron, too: at 0.5 its accuracy is 98.5 % with masks and without, but at "
        "0.3 one false alarm becomes three without them.",
        {"topic": "sum", "leak": True, "message": HOLIDAY},
    ),
    Task(
        "Choose **embedding**. Do the bars of the words sum to what a neuron adds up, as they do "
        "with counts? Which piece weighs most?",
        "No: each bar asks what the whole would be without one word, and words lean on each "
        "other; “all the rest” takes up what is left over. “0800” weighs most, a number that the "
        "1,000 words do not even hold.",
        {"topic": "sum", "features": "embedding", "message": HOLIDAY},
    ),
    Task(
        "At threshold 0.5: how many of the 128 spam messages does each of the three miss, and how "
        "many others does it take for spam?",
        "Counts miss 16 and raise no false alarm, TF-IDF misses 11 with one, the embedding 7 with "
        "five. All have an accuracy of 98.4 or 98.8 %: with one spam in eight, accuracy hardly "
        "tells them apart.",
        {"topic": "compare"},
    ),
    Task(
        "Drag the threshold until counts miss no more than 7, as few as the embedding at 0.5. What "
        "does it cost? And no more than 5?",
        "For 7 a threshold of about 0.23 and one false alarm: at 0.5 it was merely too careful. "
        "For 5 it is about 0.11, and 20 false alarms; the embedding needs 11 for that. Where one "
        "draws the line is no property of the numbers, but what one can still reach is.",
        {"topic": "compare"},
    ),
    Task(
        "How good would a filter be that always says “no spam”? Find it in the table, and say what "
        "98.4 % is worth.",
        "87.6 %: so many messages are none. Of the errors that are left, 12.4 %, counts avoid "
        "seven in eight. Always compare with the laziest answer.",
        {"topic": "compare"},
    ),
    Task(
        "This message has no digit and none of the words that counts know as spam. Who falls for "
        "it? Write another one that fools counts and TF-IDF, and not the embedding.",
        "Counts say 6 %, TF-IDF 10 %, the embedding 99 %: of the millions of sentences it has "
        "read, those with “complimentary” were like those with “free”. Another one: “Our records "
        "indicate you may be entitled to 3750 pounds in compensation for the accident you had”.",
        {"topic": "map", "message": PARAPHRASE},
    ),
    Task(
        "And this paraphrase? Add a phone number at its end, such as 09061700700, and watch the "
        "ring.",
        "It fools all three: counts 10 %, TF-IDF 10 %, the embedding less than 0.1 %. In lower "
        "case and without a digit it sounds like a friend. With the number the embedding says more "
        "than 99.9 %, and the ring moves over to the triangles; the other two do not know this "
        "number and stay.",
        {"topic": "map", "message": PLAIN},
    ),
    Task(
        "Compare “Are you coming tonight?” with “Will you be there this evening?”, and with the "
        "German “Kommst du heute Abend?”. What are the cosines? (The code of this topic computes "
        "them.)",
        "0.85 to the English paraphrase, although no word is shared but “you”; 0.41 to the German "
        "one, less than to “Your account has been blocked.” with 0.57. The model has read English "
        "almost only, and hardly knows that the two say the same.",
        {"topic": "map", "message": "Are you coming tonight?"},
    ),
    Task(
        "Into how many pieces is “reward” cut, and into how many “Donaudampfschifffahrt”? What "
        "does that say about German?",
        "“reward” is one piece, the German steamer nine: dona, ##ud, ##amp, ##fs, ##chi, ##ff, "
        "##fa, ##hr, ##t. No word is unknown, but pieces without a meaning have to be put "
        "together by the layers above, which have seldom seen it done.",
        {"topic": "inside", "message": "reward Donaudampfschifffahrt"},
    ),
    Task(
        "Head 3 of layer 1 has found one thing to do. What does it look at?",
        "At the token just before: all but all of its attention lies one cell beside the diagonal. "
        "Nobody told it to. The order of the words, which counts throw away, begins here.",
        {"topic": "inside", "layer": 1, "head": 3, "message": PRIZE},
    ),
    Task(
        "Look through the heads of layer 3. At which token do most of them look, whatever the "
        "sentence says?",
        "At [CLS], the first: in most heads around half of all attention or more. It stands in "
        "every text and says nothing; a head that has nothing to look for rests there.",
        {"topic": "inside", "layer": 3, "head": 8, "message": PRIZE},
    ),
    Task(
        "Which single rule has the best accuracy? Is it worth more than the rule “has a digit”, "
        "which finds 94 % of all spam?",
        "“says call, text or ring” and “has £, $ or €” are right in 91.3 %; “has a digit” only in "
        "85.4 %, less than always saying “no spam” (87.6 %), since others write digits, "
        "too. Yet it finds nearly all spam. Which rule is better depends on what an error costs.",
        {"topic": "attack"},
    ),
    Task(
        "Misspell the message, then add ten harmless words. Who falls for what?",
        "Misspelled, counts drop to 30 % and TF-IDF to 93 %: a word spelled otherwise is unknown. "
        "The embedding stays near 100 %, as it reads pieces. Ten friendly words bring "
        "counts to 91 % and TF-IDF to 79 %, and a longer list would be enough: sums can be "
        "outweighed.",
        {"topic": "attack"},
    ),
    Task(
        "98.4 to 98.8 % of the test messages were judged rightly. Press **Test them all**: how "
        "many of the seven English spam messages of today does each of the three find? And in "
        "German?",
        "Counts none, TF-IDF none, the embedding four; in German none finds any. With half of the "
        "messages spam, 50 % right is what always saying “no spam” gets. The test set was as old "
        "as the training set, so it could not show that spam changes: it drifts.",
        {"topic": "attack"},
    ),
    Task(
        "What does a vocabulary of 10, 100, 1,000 and 7,000 words give on the test messages?",
        "Recalls of 18, 78, 84 and 84 %. The ten most frequent words are to, you, the, and the "
        "like, and know next to nothing of spam. From 1,000 to 7,000 the loss on the training "
        "messages still falls, on the test messages nothing is gained.",
        {"topic": "train", "words": 10},
    ),
    Task(
        "Tick **class weights**. What happens to recall and precision, and why?",
        "Recall rises from 84.4 to 86.2 %, precision falls from 94.4 to 90.8 %: a missed spam "
        "message costs seven times as much now, so the neuron says “spam” sooner. It is as if the "
        "threshold had been dragged.",
        {"topic": "train"},
    ),
    Task(
        "Nearly no weight decay, 100 epochs: when is the loss of the validation messages smallest, "
        "and how does it go on? What does a weight decay of 0.1 do?",
        "It is smallest at epoch 9 with 0.061, and nearly doubles to 0.113, while that of the "
        "training messages goes to 0.002: the neuron learns its messages by heart. With 0.1 the "
        "weights can hardly grow, and 157 of 160 spam messages are missed.",
        {"topic": "train", "l2": 1e-6, "steps": 100},
    ),
]
