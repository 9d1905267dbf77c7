"""Visitors who come at once, before PyTorch is there."""

import json

from tests import processes

AT_ONCE = """
import asyncio, json, threading
import gradio as gr
import app

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


def test_handlers_that_need_it_at_once_all_get_the_whole_of_it():
    done = processes.run(["-c", AT_ONCE], processes.NEW)
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == [["Linear"], ["parameters_to_vector"], ["parameters_to_vector"], ["Linear"]]
