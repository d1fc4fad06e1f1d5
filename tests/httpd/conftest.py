# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests on a real httpd."""

from lib.plugin import backend, browser, log, postgres, running, server  # noqa: F401
