# SPDX-License-Identifier: Apache-2.0
"""Programs of tools/ as modules: what they know is known once."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from types import ModuleType

from .server import TOP


def load(name: str) -> ModuleType:
    """tools/NAME, a Python program."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(TOP / "tools" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    made = importlib.util.module_from_spec(spec)
    loader.exec_module(made)
    return made
