"""The app starts without PyTorch, which visitors who come at once then need at once."""

import json

import pytest

from tests import processes

AT_ONCE = """
import asyncio, json, sys
import app
import gradio as gr

HEAVY = {"torch", "torchvision", "sklearn", "scipy", "transformers", "matplotlib.pyplot"}
print(json.dumps(sorted(HEAVY & {*sys.modules})))

def part() -> str:
    from torch.nn.utils import parameters_to_vector
    return parameters_to_vector.__name__

def whole() -> str:
    import torch
    return torch.nn.Linear.__name__

with app.demo:
    gr.api(part, api_name="part")
    gr.api(whole, api_name="whole")

async def ask(name, after):
    await asyncio.sleep(after)
    handler = next(fn for fn in app.demo.fns.values() if fn.api_name == name)
    try:
        return (await app.demo.process_api(handler, []))["data"]
    except gr.Error as error:
        return error.message

async def visit():
    asked = [("whole", 0), ("part", 0.2), ("part", 0.4), ("whole", 0.4)]
    return await asyncio.gather(*[ask(*one) for one in asked])

print(json.dumps(asyncio.run(visit())))
"""


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """What it prints, in a process that has imported nothing before."""
    return processes.run(["-c", AT_ONCE], processes.NEW).stdout.splitlines()


def test_the_page_starts_without_the_heavy_libraries(printed):
    assert json.loads(printed[0]) == []


def test_handlers_that_need_it_at_once_all_get_the_whole_of_it(printed):
    said = json.loads(printed[-1])
    assert said == [["Linear"], ["parameters_to_vector"], ["parameters_to_vector"], ["Linear"]]
