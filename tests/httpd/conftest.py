# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests on a real httpd."""

from lib.plugin import backend, browser, log, running, server  # noqa: F401
