"""The classes of warnings, so that a project can filter them."""

from __future__ import annotations

import warnings


class PreviewWarning(Warning):
    """Something is used which may still change with every release."""


class BetaWarning(Warning):
    """Something is used which may still change with a minor release."""


class ExperimentalWarning(Warning):
    """Something is used which may still change (the word of older releases)."""


class SupersessionWarning(FutureWarning):
    """Something is used for which there is a better way by now."""


class ConfigArgumentWarning(SyntaxWarning):
    """A function takes a parameter ``config`` that no annotation makes a config."""


def deprecation_warning(
    subject: str, breaking_version: str, additional_warn_text: str | None = None, stacklevel: int = 3
) -> None:
    """Warn (``DeprecationWarning``) that ``subject`` goes away in ``breaking_version``.

    >>> deprecation_warning("The argument `path`", "2.0", "Use `root`.")
    """
    warnings.warn(
        f"{subject} is deprecated and goes away in {breaking_version}. {additional_warn_text or ''}".rstrip(),
        category=DeprecationWarning,
        stacklevel=stacklevel,
    )
