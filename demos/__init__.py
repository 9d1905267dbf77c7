"""The chapters in course order."""

from demos import celsius, digits, losses, neuron

CHAPTERS = [celsius.CHAPTER, losses.CHAPTER, neuron.CHAPTER, digits.CHAPTER]
