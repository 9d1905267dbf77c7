"""Thin scripts that produce the weights: `python -m trainers.digits --help`. No Gradio here.

`recipe` is what all of them repeat, `loop` the training loop, `report` what their cards state.
"""
