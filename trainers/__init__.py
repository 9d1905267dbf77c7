"""Thin scripts that produce the weights: `python -m trainers.digits --help`. No Gradio here."""
