"""Sketches that tasks begin with, as the pad writes them."""

from __future__ import annotations

SEVEN = "eCWBk_g_g_g_g_g_g4gA_A_A_A_e_g_g_g_g_g_g0"
