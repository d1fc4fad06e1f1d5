# SPDX-License-Identifier: Apache-2.0
"""Answers to requests that this browser never made (R10); tests/httpd/test_request_binding.py: to those that it did."""

from lib.attack import refused
from lib.world import confirmation, good

OURS = "_ik" + 22 * "A"     # the shape of our own IDs

refused("request_unknown", {
    "in_the_response": lambda: good(in_response_to="_request", signed="response"),
    "in_an_unsigned_response": lambda: good(in_response_to="_request"),
    "in_the_confirmation": lambda: good(confirmations=confirmation(in_response_to="_request")),
    "in_both": lambda: good(in_response_to="_request", confirmations=confirmation(in_response_to="_request"), signed="both"),
    "empty": lambda: good(in_response_to="", signed="response"),
    "like_ours": lambda: good(signed="both").answering(OURS),
    "like_ours_in_the_response_only": lambda: good(in_response_to=OURS, signed="both"),
    "like_ours_in_the_confirmation_only": lambda: good(confirmations=confirmation(in_response_to=OURS), signed="both"),
    "different_ones": lambda: good(in_response_to="_other", confirmations=confirmation(in_response_to=OURS), signed="both"),
    "in_the_second_confirmation": lambda: good(confirmations=confirmation(recipient="https://elsewhere.test/")
                                               + confirmation(in_response_to=OURS)),
    "with_a_reference_to_itself": lambda: good(assertion_id="_self").answering("_self"),
    "with_a_long_one": lambda: good().answering("_" + 60000 * "x"),
})
