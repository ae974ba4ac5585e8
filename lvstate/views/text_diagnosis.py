"""What doctor found, as text for a terminal: one aligned line a check, and a hint below what is not well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvstate.model.diagnosis import Health
from lvstate.views.terminal import Style, Tint, escape

if TYPE_CHECKING:
    from lvstate.model.diagnosis import Diagnosis

_WORDS = {Health.OK: "ok", Health.WARN: "warn", Health.FAIL: "fail", Health.SKIPPED: "-"}
_TINTS = {Health.OK: Tint.GREEN, Health.WARN: Tint.YELLOW, Health.FAIL: Tint.RED, Health.SKIPPED: Tint.DIM}


def diagnosis_text(diagnosis: Diagnosis, style: Style) -> str:
    """Return one line a check."""
    names = max(len(check.name) for check in diagnosis.checks)
    lines = []
    for check in diagnosis.checks:
        word = style.paint(f"{_WORDS[check.health]:<4}", Tint.BOLD, _TINTS[check.health])
        lines.append(f"{word}  {check.name:<{names}}  {escape(check.message)}")
        if check.hint:
            margin = " " * (len("fail") + names + 4)
            lines += style.fold(escape(check.hint), f"{margin}hint: ")
    return "\n".join(lines) + "\n"
