# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the attacks: the same as those of the other tests on a real httpd."""

from lib.plugin import (  # noqa: F401
    backend, browser, figures, log, made_is_closed, postgres, pytest_collection_modifyitems, pytest_terminal_summary, running,
    server)
