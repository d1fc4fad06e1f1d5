# SPDX-License-Identifier: Apache-2.0
"""Assertions that do not say that their bearer may present them (R9), or that nobody has authenticated."""

from lib.attack import refused
from lib.forge import BEARER
from lib.world import confirmation, good

METHOD = "urn:oasis:names:tc:SAML:2.0:cm:"

refused("subject_confirmation_invalid", {
    "none": lambda: good(confirmations=[]),
    "holder_of_key": lambda: good(confirmations=confirmation(method=METHOD + "holder-of-key")),
    "sender_vouches": lambda: good(confirmations=confirmation(method=METHOD + "sender-vouches")),
    "no_method": lambda: good(confirmations=confirmation(method=None)),
    "almost_bearer": lambda: good(confirmations=confirmation(method=BEARER + "x")),
    "no_data": lambda: good(confirmations=confirmation(data=False)),
    "no_end": lambda: good(confirmations=confirmation(not_on_or_after=None)),
    "with_a_begin": lambda: good(confirmations=confirmation(not_before=-60)),
})
refused("structure_forbidden", {
    "no_authn_statement": lambda: good(authn=False),
})
