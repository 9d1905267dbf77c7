"""The theme of the suite: one accent colour, light and dark."""

from __future__ import annotations

import gradio as gr

_ACCENT = gr.themes.Color(
    name="accent",
    c50="#eef6fb",
    c100="#d6e9f5",
    c200="#aed4ea",
    c300="#7fbbdd",
    c400="#56b4e9",
    c500="#0f7fc0",
    c600="#0072b2",
    c700="#005a8d",
    c800="#004468",
    c900="#003049",
    c950="#001f30",
)

# System fonts: the page needs no network.
_TEXT = ("Inter", "ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_CODE = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "DejaVu Sans Mono", "monospace")

THEME = gr.themes.Base(
    primary_hue=_ACCENT,
    secondary_hue=_ACCENT,
    neutral_hue=gr.themes.colors.slate,
    radius_size=gr.themes.sizes.radius_lg,
    text_size=gr.themes.sizes.text_md,
    font=_TEXT,
    font_mono=_CODE,
).set(
    body_background_fill="#f7f8fa",
    body_background_fill_dark="#0e1218",
    background_fill_primary="#ffffff",
    background_fill_primary_dark="#171d26",
    block_background_fill="#ffffff",
    block_background_fill_dark="#171d26",
    block_border_width="1px",
    block_border_color="#e3e7ed",
    block_border_color_dark="#2a3340",
    block_shadow="none",
    block_label_background_fill="transparent",
    block_label_background_fill_dark="transparent",
    block_title_text_weight="500",
    block_title_text_color="#1d2733",
    block_title_text_color_dark="#e6ebf2",
    body_text_color="#1d2733",
    body_text_color_dark="#e6ebf2",
    body_text_color_subdued="#566274",
    body_text_color_subdued_dark="#9aa7b8",
    input_background_fill="#f7f8fa",
    input_background_fill_dark="#0e1218",
    input_border_color="#d5dbe4",
    input_border_color_dark="#344052",
    slider_color="#0072b2",
    slider_color_dark="#56b4e9",
    button_primary_background_fill="#0072b2",
    button_primary_background_fill_dark="#56b4e9",
    button_primary_text_color="#ffffff",
    button_primary_text_color_dark="#06202f",
    button_secondary_background_fill="#ffffff",
    button_secondary_background_fill_dark="#171d26",
    button_secondary_border_color="#d5dbe4",
    button_secondary_border_color_dark="#344052",
    checkbox_background_color_selected="#0072b2",
    checkbox_background_color_selected_dark="#2f93cf",
    checkbox_label_background_fill_selected="#d6e9f5",
    checkbox_label_background_fill_selected_dark="#12374d",
    checkbox_label_text_color_selected="#1d2733",
    checkbox_label_text_color_selected_dark="#e6ebf2",
)
