"""The text page."""

from __future__ import annotations

from .ui import Page


class ChatPage(Page):
    """Chat without pictures: what every page can do, and nothing else."""
