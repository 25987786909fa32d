"""How people are told: a class which says what a notifier does, and two ways to do it."""

import json
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from pathlib import Path

import headwater as hw


class Notifier(hw.ConfigurableResource, ABC):
    """Tells people something. Assets ask for this class; which of its subclasses they get is for the definitions."""

    @abstractmethod
    def tell(self, text: str) -> None:
        """Tell it."""


class LogNotifier(Notifier):
    """Says it in the log of the run: nobody is disturbed by what a developer tries."""

    def tell(self, text: str) -> None:
        hw.get_dagster_logger().info(text)


class SpoolNotifier(Notifier):
    """Leaves a message in the folder from which a mail server takes them."""

    folder: str
    to: str

    def tell(self, text: str) -> None:
        now = datetime.now(UTC)
        message = {"to": self.to, "text": text, "at": now.isoformat()}
        folder = Path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{now:%Y%m%dT%H%M%S%f}.json").write_text(json.dumps(message))
