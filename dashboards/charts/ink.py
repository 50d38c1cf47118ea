"""The house's colours, so that one thing has one colour on every page."""

from __future__ import annotations

INK = "#1c2733"
MUTED = "#a9b6c2"
PAPER = "#f3f6f9"

SERIES = ("#1f5f8b", "#e08a2c", "#4b9b7a", "#8a6bb1", "#c0504d")
"""Told apart also by people who see red and green alike."""

BUCKETS = {
    "pending": "#9db7cc",
    "held": "#c9b458",
    "preordered": "#b79fd0",
    "backordered": "#e08a2c",
    "allocated": "#6fa8d2",
    "released": "#3f83b5",
    "in_fulfilment": "#1f5f8b",
    "shipped": "#78bd9a",
    "delivered": "#3c8c66",
    "lost": "#c0504d",
    "cancelled": "#b8bfc6",
    "substituted_out": "#8a94a0",
}
"""Quantity bucket → colour: blue moves, green has left, orange waits."""
