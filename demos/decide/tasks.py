"""What there is to try. Every number is computed anew by tests/demos/test_decide.py."""

from demos.frame.chapter import Task

THREE = ["person_income", "person_home_ownership", "loan_amnt"]
LOANS_WITHOUT_RULE = [
    *("person_age", "person_gender", "person_education", "person_income", "person_emp_exp"),
    *("person_home_ownership", "loan_amnt", "loan_intent", "loan_int_rate"),
    *("loan_percent_income", "cb_person_cred_hist_length", "credit_score"),
]

LINE = [
    Task(
        "Press **Play**, and look at somebody with a high pulse. What does the line say of a pulse "
        "three deviations above the mean, and what the neuron?",
        "The line says −0.044: less than never. The neuron says 0.079. A line goes on for ever; "
        "the sigmoid bends it so that every answer is a probability.",
        {"feature": "MaxHR", "asked": 3},
    ),
    Task(
        "Two losses, one neuron: does the sigmoid decide better than the line? Compare how many "
        "are right at the last step, for the exam score.",
        "No: both are right on 80 % of the students. Both change their answer at one place, and "
        "here at nearly the same. What the sigmoid adds is how sure the answer is.",
        {"feature": "first"},
    ),
    Task(
        "Set the learning rate to 1.2. One of the two explodes. Which, and why not the other?",
        "The line: its squared error curves with 2 in every direction of standardised x, so that "
        "any rate above 1 overshoots further each time. The slope of the cross-entropy is at most "
        "the mean of |x|, however wrong the neuron is: it still converges, to 0.485.",
        {"rate": 1.2},
    ),
]
LOOK = [
    Task(
        "Does cholesterol protect the heart? Look at the correlation, then at the bar “0”, then "
        "drop the patients with 0.",
        "No. 172 patients have a 0 because nobody measured, and 88.4 % of those are ill. With them "
        "the correlation is −0.233, without them +0.104: the sign was that of a missing number.",
        {"topic": "look"},
    ),
    Task(
        "The page of the loans says: 1 means “approved”. Look at the income. Does this bank prefer "
        "the poor?",
        "46 % ones in the poorest fifth, 8 % in the richest; renters 32 %, owners 9 %. No bank "
        "approves like that. The table was made of credit risk data, where 1 means “default”: not "
        "paid back. A label means what it was measured as, not what a page calls it.",
        {"topic": "look", "table": "loans"},
    ),
    Task(
        "Find the column that gives the answer away, and one that is said to be important and says "
        "nothing.",
        "“Earlier default on file” = Yes is never 1 in 4,057 rows: somebody added a rule. The "
        "credit score has an area of 0.483: nearly that of tossing a coin.",
        {
            "topic": "look",
            "table": "loans",
            "loan_column": "previous_loan_defaults_on_file",
        },
    ),
]
TRAIN = [
    Task(
        "Look at the weight of cholesterol. Then let the patients with 0 be dropped, or take the "
        "median in their place.",
        "It is −0.55 with the zeros, +0.18 without those patients and +0.12 with the median. The "
        "neuron is right about as often either way: 84.8, 85.3 and 85.3 % of the rows to test "
        "with. A good accuracy does not tell a true reason from a false one.",
        {"topic": "train"},
    ),
    Task(
        "Press **Another split** until 30 splits are there, or type 29. How sure is “86 %”?",
        "The same neuron gets 81.5 to 90.2 %, by luck of the split alone. 184 rows to test with "
        "are few. Cross-validated it is 86.5 %; a network gets no more (86.2 %).",
        {"topic": "train", "seed": 29},
    ),
    Task(
        "Loans from three columns: income, home, loan. Add the credit score, which everyone "
        "calls decisive. What does it bring?",
        "Nothing: 83.8 % of the rows to test with before, 83.9 % after. Its weight is −0.02. "
        "Always saying 0 is right on 77.8 %.",
        {"topic": "train", "table": "loans", "loan_columns": THREE},
    ),
    Task(
        "Take the rule out of the loans: without “earlier default on file”. Then give it a hidden "
        "layer. Read the weight of loan / income.",
        "Of the rows to test with, one neuron gets 84.1 instead of 90.3 %, a hidden layer 86.8 %. "
        "Loan / income has the weight +1.51: whoever borrows much of a small income gets a one. "
        "Would you call that “approved”?",
        {"topic": "train", "table": "loans", "loan_columns": LOANS_WITHOUT_RULE},
    ),
]
THRESHOLD = [
    Task(
        "By hand: TN 3117, FP 1842, FN 84, TP 1469. What are the true and the false positive rate? "
        "And with a higher threshold: TN 4948, FP 11, FN 1305, TP 248?",
        "1469 / 1553 = 0.946 and 1842 / 4959 = 0.371; then 248 / 1553 = 0.160 and "
        "11 / 4959 = 0.0022. A false positive is an error of type I, a false negative one of "
        "type II. A threshold only exchanges the one for the other.",
        {"topic": "threshold"},
    ),
    Task(
        "Heart: overlooking an ill patient costs 5, an examination for nothing 1. Where is the "
        "cheapest threshold, and what would 0.5 cost?",
        "At 0.103: 36, with 36 false alarms and nobody overlooked. At 0.5 there would be 18 "
        "overlooked and 10 false alarms: 100.",
        {"topic": "threshold", "miss": 5},
    ),
    Task(
        "Loans: how often is “always no” right? Drag the threshold to 1 and see what accuracy does "
        "not say.",
        "On 77.8 %: so many were paid back. It finds none of the defaults: sensitivity 0. At 0.5 "
        "the neuron is right on 90.3 % and still misses 86 of 356.",
        {"topic": "threshold", "table": "loans"},
    ),
]
CALIBRATED = [
    Task(
        "A network with two hidden layers on the loans: it says 70 to 80 % of some. How many of "
        "those are really a default?",
        "39 of 47, that is 83 %: here it is too modest. All in all it is a little too sure: the "
        "temperature that fits the rows to choose with is 1.17. With it 37 of 48 are, 77 %.",
        {"topic": "calibrated", "table": "loans", "hidden": "2"},
    ),
    Task(
        "Drag T to 5. Do accuracy and ROC change? What do the probabilities become?",
        "No: dividing all logits by the same T keeps their order and their sign. The "
        "probabilities all move towards 50 %: the model becomes too modest.",
        {"topic": "calibrated", "table": "loans", "hidden": "2"},
    ),
    Task(
        "Heart, one neuron: 70 to 80 % were told to 17 patients, and 16 of them are ill. Is it "
        "badly calibrated?",
        "17 patients are too few to say: with 75 %, 13 would be expected, and 16 happen by chance "
        "now and then. Judge **all, in five folds**: then each bin has more.",
        {"topic": "calibrated"},
    ),
]
FAIR = [
    Task(
        "One threshold for women and men: who is overlooked more often? All 918 patients are "
        "judged, each by a model that had not seen them.",
        "Of 50 ill women 36 are found (72.0 %), of 458 ill men 418 (91.3 %). Of healthy women "
        "9.8 % are alarmed, of healthy men 21.0 %. 193 of the 918 are women, and 26 % of those "
        "ill, but 63 % of the men: the model has learned that, too.",
        {"topic": "fair", "part": "folds"},
    ),
    Task(
        "Choose **equal sensitivity**. What does it cost, and who pays?",
        "The women's threshold falls, and more of the healthy among them are alarmed. Equal "
        "sensitivity, equal false alarms and equal precision cannot all be had at once, as long as "
        "the groups are not equally often ill and there are false alarms.",
        {"topic": "fair", "part": "folds", "rule": "opportunity"},
    ),
    Task(
        "Loans, by gender and by home: where do the groups differ?",
        "By gender hardly: 22 % ones in both. By home much: renters 32 %, owners 9 %; 83.1 % of "
        "the defaults of renters are found, of those of owners 39.1 %. Is that unfair, or right? "
        "The numbers do not say.",
        {"topic": "fair", "table": "loans", "part": "folds"},
    ),
]
LABELS = [
    Task(
        "A tree and a road are in the picture. Ask “which one is it?” What is wrong with the "
        "question?",
        "One-hot has exactly one 1, and softmax gives out a probability of 1 in all. Two things "
        "cannot both get it: the question has no right answer here.",
        {"topic": "labels", "task": "which"},
    ),
    Task(
        "Ask “which are there?”, and raise the z of the tree to 6. What happens to the other "
        "outputs? Compare with “which one is it?”",
        "Nothing: three sigmoids, each for itself; their sum may be 0.1 or 3. With softmax the "
        "others fall, because the sum stays 1.",
        {"topic": "labels", "task": "several"},
    ),
    Task(
        "One question, “is there a tree?”: the label is one number. At which z is the loss 0.6931, "
        "and why exactly that?",
        "At z = 0: p = 0.5, and −ln 0.5 = 0.6931. Whoever knows nothing pays that, whatever the "
        "answer is.",
        {"topic": "labels", "task": "one", "logits": [0.0, -1.0, 0.5]},
    ),
]
TASKS = [*LINE, *LOOK, *TRAIN, *THRESHOLD, *CALIBRATED, *FAIR, *LABELS]
