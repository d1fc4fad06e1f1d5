# SPDX-License-Identifier: Apache-2.0
"""Responses whose status is not success, or is not there (R9)."""

from lib.attack import refused
from lib.world import good

STATUS = "urn:oasis:names:tc:SAML:2.0:status:"

refused("status_not_success", {
    "responder": lambda: good(status=[STATUS + "Responder"]),
    "requester_denied": lambda: good(status=[STATUS + "Requester", STATUS + "RequestDenied"]),
    "responder_over_success": lambda: good(status=[STATUS + "Responder", STATUS + "Success"], signed="response"),
    "empty_value": lambda: good(status=[""]),
    "almost_success": lambda: good(status=[STATUS + "success"]),
    "success_with_a_tail": lambda: good(status=[STATUS + "Successx"]),
    "absent": lambda: good(status=None, signed="response"),
    "no_code": lambda: good(status=[], signed="response"),
})
