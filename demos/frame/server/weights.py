"""Models: at hand from the start, in memory once somebody opens a chapter that needs them."""

from __future__ import annotations

import logging
import queue
from collections.abc import Iterable

from demos.frame.server import memory
from models import SHIPPED

FOUND = "found"
LOADED = "loaded"

logger = logging.getLogger(__name__)


class Models:
    """What is known of each model, by the name of its weights: a word, or what is wrong with it.

    One thread, in `stand_by`, looks for the weights and loads what is wanted. Whoever needs a model
    before it is loaded loads it with `models.hub.load`, which does so once.
    """

    def __init__(self) -> None:
        self.states = dict.fromkeys(SHIPPED, "looking for it")
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()

    @property
    def ready(self) -> bool:
        """Whether the weights of all models are at hand."""
        return all(state in (FOUND, LOADED) for state in self.states.values())

    def want(self, names: Iterable[str]) -> None:
        """Have models loaded soon: somebody reads the chapter that will ask them."""
        for name in names:
            if self.states[name] != LOADED:
                self._wanted.put(name)

    def find(self) -> bool:
        """Look for the weights that are not at hand yet; return whether all are."""
        from models import hub

        for name, state in self.states.items():
            if state in (FOUND, LOADED):
                continue
            try:
                hub.have(name)
                self.states[name] = FOUND
            except Exception as error:
                self._failed(name, error)
        return self.ready

    def stand_by(self, pause: float = 30) -> None:
        """Find all, and load what is wanted, for ever; what failed is tried again after `pause`."""
        while True:
            self.find()
            memory.settle()
            self.load_wanted(None if self.ready else pause)

    def load_wanted(self, patience: float | None = None) -> None:
        """Wait until a model is wanted, for `patience` at most [s], and load it."""
        from models import hub

        try:
            name = self._wanted.get(timeout=patience)
        except queue.Empty:
            return
        if self.states[name] == LOADED:
            return
        try:
            hub.load(hub.class_of(name))
            self.states[name] = LOADED
        except Exception as error:
            self._failed(name, error)

    def _failed(self, name: str, error: Exception) -> None:
        from models import hub

        self.states[name] = str(error) if isinstance(error, hub.WeightsMissing) else "failed"
        logger.warning("%s: %s", name, error)
