"""What JAX compiles, kept for later processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import jax

from byhand.train import JAX_IS_THE_HOST_S

_FOLDER = "jax_compilation_cache_dir"


def keep_compiled() -> None:
    """Let JAX keep what it compiles in the user's cache folder, and take it from there in later processes.

    A compiled epoch is kept with the same bits, so numbers do not depend on it. Nothing is changed where a
    host program imported JAX before this package did, or where a folder is already set, as by
    JAX_COMPILATION_CACHE_DIR; nothing is kept where the folder cannot be written or is another user's.
    JAX_ENABLE_COMPILATION_CACHE=false turns it off.
    """
    if JAX_IS_THE_HOST_S or getattr(jax.config, _FOLDER) is not None:
        return
    folder = cache_folder()
    if folder is None or not _is_ready(folder):
        return
    jax.config.update(_FOLDER, str(folder))
    # JAX's own limits leave out what compiles in less than a second: nearly everything here.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def cache_folder() -> Path | None:
    """Where this system keeps what programs can make again; None where nobody knows."""
    try:
        match sys.platform:
            case "win32":
                base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
            case "darwin":
                base = Path.home() / "Library" / "Caches"
            case _:
                base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        return None
    return base / "byhand" / "jax"


def _is_ready(folder: Path) -> bool:
    """Make the folder, if it is ours to write; what is in it is run, so it must be nobody else's."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False
        for entry in folder.glob("*-cache"):
            if not entry.stat().st_size:  # killed before it was written; JAX would never write it again
                entry.unlink()
    except OSError:
        return False
    return os.access(folder, os.W_OK)
