"""Sessions that keep nothing.

Gradio gives every visitor a copy of the whole page: at a session's first event it describes every
block again, and it keeps what went in and out of each, for a link to that state. This suite has no
such state: every handler is a pure function of what it is sent. So all visitors share one session,
which forgets what it is told; a new visitor, or a program's call, costs nothing.
"""

from __future__ import annotations

from typing import Any

import gradio.blocks
import gradio.route_utils
import gradio.routes
from gradio.state_holder import SessionState, StateHolder


class Nothing(SessionState):
    """The session that all visitors share: the blocks as they were built, and no values."""

    def __init__(self, blocks: gradio.blocks.Blocks):
        self.blocks_config = blocks.default_config
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False

    @property
    def config_values(self) -> dict[int, Any]:
        """Nothing is kept for links to a state."""
        return {}

    def __setitem__(self, key: int, value: Any) -> None:
        """Keep nothing."""

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass


class Nowhere(StateHolder):
    """The holder of sessions that has one for all, and none by name."""

    def set_blocks(self, blocks: gradio.blocks.Blocks) -> None:
        """Begin with these blocks."""
        super().set_blocks(blocks)
        self._shared = Nothing(blocks)

    def __getitem__(self, session_id: str) -> SessionState:
        return self._shared

    def __contains__(self, session_id: str) -> bool:
        return False


def keep_nothing() -> None:
    """Let Gradio make such sessions. It has no setting for it; call this before `gr.Blocks`."""
    gradio.routes.StateHolder = Nowhere  # type: ignore[misc]
    # Where a call comes without the name of a session.
    gradio.route_utils.SessionState = shared  # type: ignore[assignment,misc]
    gradio.blocks.SessionState = shared  # type: ignore[assignment,misc]


def shared(blocks: gradio.blocks.Blocks) -> SessionState:
    """Return the session that all visitors of these blocks share."""
    holder = getattr(blocks, "state_holder", None)
    return holder[""] if isinstance(holder, Nowhere) else Nothing(blocks)
