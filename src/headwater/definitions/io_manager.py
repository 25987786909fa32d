"""I/O managers: the protocol by which values are stored and loaded, and the definitions which make them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext


class InputManager(ABC):
    """Loads inputs. Subclass it where loading differs from how the value was stored."""

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value for the input that ``context`` describes."""


class OutputManager(ABC):
    """Stores outputs."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj`` as the output that ``context`` describes."""


class IOManager(InputManager, OutputManager):
    """Stores outputs and loads them again as inputs.

    >>> class Memory(IOManager):
    ...     def __init__(self): self.values = {}
    ...     def handle_output(self, context, obj): self.values[context.asset_key] = obj
    ...     def load_input(self, context): return self.values[context.asset_key]
    """

    @abstractmethod
    def load_input(self, context: InputContext) -> Any:
        """The value that :meth:`handle_output` stored for the output which the context describes."""

    @abstractmethod
    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj``, so that ``load_input`` finds it by asset key, or by run, step and output name."""
