"""Do-not-dial blocks of contacts and phones: four states, six actions, and what each makes of each.

The vendor's table is lost; two independent flags, which contact search returns, give this one (REFERENCE
4.0.3). A daily block does not lapse by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Block(Enum):
    """Who may not be dialled, and for how long; what is returned is always one of these."""

    NONE = "NONE"
    DAILY = "DAILY"
    PERMANENT = "PERMANENT"
    BOTH = "BOTH"

    @property
    def is_daily(self) -> bool:
        """Whether the block of the day is set (`dndDaily` in a search)."""
        return self in (Block.DAILY, Block.BOTH)

    @property
    def is_permanent(self) -> bool:
        """Whether the lasting block is set (`dnd` in a search)."""
        return self in (Block.PERMANENT, Block.BOTH)


class BlockAction(Enum):
    """What a request may say about a block."""

    DAILY = "DAILY"
    PERMANENT = "PERMANENT"
    BOTH = "BOTH"
    NONE = "NONE"
    DAILY_OFF = "DAILY_OFF"
    PERMANENT_OFF = "PERMANENT_OFF"


def _row(none: Block, daily: Block, permanent: Block, both: Block) -> Mapping[Block, Block]:
    return {Block.NONE: none, Block.DAILY: daily, Block.PERMANENT: permanent, Block.BOTH: both}


#                              now:  NONE         DAILY        PERMANENT        BOTH
RESULTS: Mapping[BlockAction, Mapping[Block, Block]] = {
    BlockAction.DAILY: _row(Block.DAILY, Block.DAILY, Block.BOTH, Block.BOTH),
    BlockAction.PERMANENT: _row(Block.PERMANENT, Block.BOTH, Block.PERMANENT, Block.BOTH),
    BlockAction.BOTH: _row(Block.BOTH, Block.BOTH, Block.BOTH, Block.BOTH),
    BlockAction.NONE: _row(Block.NONE, Block.NONE, Block.NONE, Block.NONE),
    BlockAction.DAILY_OFF: _row(Block.NONE, Block.NONE, Block.PERMANENT, Block.PERMANENT),
    BlockAction.PERMANENT_OFF: _row(Block.NONE, Block.DAILY, Block.NONE, Block.DAILY),
}


def after(action: BlockAction | None, now: Block) -> Block:
    """The state that an action leaves; no action leaves what is."""
    return now if action is None else RESULTS[action][now]
