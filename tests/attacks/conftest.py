# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the attacks: the same as those of the other tests on a real httpd."""

from lib.plugin import backend, browser, log, postgres, running, server  # noqa: F401
