# SPDX-License-Identifier: Apache-2.0
"""The harness of the httpd tests: a private server, a browser-like client, a forge of SAML messages."""
