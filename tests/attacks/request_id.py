# SPDX-License-Identifier: Apache-2.0
"""Answers to requests that this browser never made (R10)."""

from lib.attack import refused
from lib.world import confirmation, good

refused("request_unknown", {
    "in_the_response": lambda: good(in_response_to="_request", signed="response"),
    "in_an_unsigned_response": lambda: good(in_response_to="_request"),
    "in_the_confirmation": lambda: good(confirmations=confirmation(in_response_to="_request")),
    "in_both": lambda: good(in_response_to="_request", confirmations=confirmation(in_response_to="_request"), signed="both"),
    "empty": lambda: good(in_response_to="", signed="response"),
})
