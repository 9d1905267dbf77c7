"""How programs call the endpoints of the chapters, in tests."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from demos.frame.chapter import Chapter
from models.images import data_url
from tests.drawings import SEVEN

# Numbers of ten photos of each of two classes, and small pictures of two colours.
FEATURES = [
    base64.b64encode(
        np.random.default_rng(label).normal(label, 1, (10, 1280)).astype("<f2")
    ).decode()
    for label in (0, 1)
]
COLOURS = [[data_url(Image.new("RGB", (32, 32), colour))] * 5 for colour in ("red", "blue")]
CLASSES = {"names": ["a", "b"], "features": FEATURES}

# Endpoint → arguments by name: for those that need some, or would train long. Others are called as
# they come.
CALLS = {
    "/celsius_descend": {"steps": 1, "learning_rate": 0.001},
    "/cars_train": {"scaling": "all", "learning_rate": 0.1},
    "/cars_predict": {"year": 2013, "miles": 51000, "accident": "yes"},
    "/losses_compare": {"losses": ["mse"], "steps": 1},
    "/neuron_predict": {"inputs": [1.0, 2.0], "weights": [0.5, -1.0]},
    "/neuron_train": {"gate": "OR"},
    "/tensor_compute": {"expression": "A @ B"},
    "/optimizers_walk": {"steps": 2, "optimizers": ["adam"]},
    "/overfit_train": {"epochs": 50, "model": "polynomial", "degree": 3},
    "/cluster_points": {"k": 2},
    "/agent_train": {"episodes": 5},
    "/rewards_bandit": {"pupils": 20},
    "/playground_train": {"settings": {"epochs": 2}},
    "/playground_compare": {"settings": {"epochs": 2}, "changes": [{"optimizer": "adam"}]},
    "/playground_points": {"csv": "a,b,label\n0,1,x\n1,0,y\n0,2,x\n2,0,y\n"},
    "/playground_export": {"settings": {}},
    "/decide_train": {"columns": "Age,Sex"},
    "/decide_threshold": {"scores": [0.2, 0.7, 0.9], "labels": [0, 1, 1], "threshold": 0.8},
    "/spam_predict": {"message": "You won a free prize! Call now", "features": "counts"},
    "/spam_compare": {"message": "You won a free prize! Call now"},
    "/spam_inside": {"message": "Call now"},
    "/spam_batch": {"messages": ["Call now", "see you at home"]},
    "/spam_train": {"steps": 3},
    "/digits_predict": {"image": SEVEN},
    "/quiz_questions": {"questions": "neuron.bias", "seed": 2},
    "/quiz_check": {"answers": {"neuron.bias": [1]}, "seed": 2},
    "/tires_predict": {"image": SEVEN},
    "/filter_apply": {
        "image": "count",
        "weight": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]],
    },
    "/filter_channels": {"image": "shapes"},
    "/filter_numbers": {"image": "edge"},
    "/filter_pool": {"image": "pool"},
    "/filter_learn": {"image": "china", "steps": 3},
    "/loop_train": {"epochs": 1},
    "/sequence_train": {"updates": 10, "length": 5},
    "/fashion_predict": {"image": "ankle-boot"},
    "/fashion_inside": {"image": "bag", "form": "base64"},
    "/inside_map": {"image": "bag", "layer": 2},
    "/inside_counts": {"image": "bag"},
    "/inside_wants": {"steps": 2},
    "/inside_gallery": {"layer": 2},
    "/inside_norms": {"image": "bag"},
    "/inside_quiz": {"seed": 1},
    "/inside_device": {"size": 1},
    "/inside_unknown": {"image": "noise"},
    "/teach_features": {"photos": COLOURS[0][:1]},
    "/teach_train": {**CLASSES, "steps": 5},
    "/teach_few": CLASSES,
    "/teach_tune": {"names": ["a", "b"], "photos": COLOURS},
    "/teach_ready_made": {"kind": "fruit", "count": 1},
}
# These need the weights of an earlier answer.
FOLLOWING = {"/playground_set_weight", "/teach_predict", "/teach_explain", "/teach_export"}


def call(endpoint: str) -> Mapping[str, Any]:
    """Return the arguments of a call of an endpoint."""
    return CALLS.get(endpoint, {})


def offered(chapter: Chapter) -> Iterator[tuple[str, Callable]]:
    """Yield the endpoints of a chapter, and the functions behind them."""
    with gr.Blocks() as page:
        chapter.build()
    for one in page.fns.values():
        if one.api_name and one.api_visibility == "public":
            # Below what answers in the visitor's language, and what says errors to programs.
            yield f"/{one.api_name}", one.fn.__wrapped__.__wrapped__
