"""``headwater schedule``."""

from __future__ import annotations

from headwater.cli.automation import build_group
from headwater.model.tick import AutomationKind

command = build_group(AutomationKind.SCHEDULE)
