"""What there is to try. Every number is looked at by a test."""

from demos.frame.chapter import Task

# Fools what counts words, and not the embedding.
PARAPHRASE = "You are today's lucky subscriber! Collect your gift voucher, ring our hotline"
PLAIN = "you have been chosen, ring us for your reward"

TASKS = [
    Task(
        "Switch between the three kinds of numbers. Of how many are not 0 for this message?",
        "x",
    ),
]
