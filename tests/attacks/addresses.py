# SPDX-License-Identifier: Apache-2.0
"""Recipient and Destination that are not ours (R9)."""

from lib.attack import refused
from lib.forge import CONSUME
from lib.world import confirmation, good, suffixed

refused("recipient_mismatch", {
    "another_service": lambda: good(recipient="https://other.test/saml"),
    "empty": lambda: good(recipient=""),
    "absent": lambda: good(confirmations=confirmation(recipient=None)),
    "plain_http": lambda: good(recipient=CONSUME.replace("https", "http")),
    "another_path": lambda: good(recipient="https://imagekit.test/saml/consume2"),
    "without_the_suffix_of_the_account": lambda: good("gamma", recipient=CONSUME),
})
refused("destination_mismatch", {
    "another_service": lambda: good(destination="https://other.test/saml", signed="response"),
    "another_service_unsigned": lambda: good(destination="https://other.test/saml"),
    "empty": lambda: good(destination="", signed="response"),
    "absent_though_signed": lambda: good(destination=None, signed="response"),
    "plain_http": lambda: good(destination=CONSUME.replace("https", "http"), signed="response"),
    "without_the_suffix_of_the_account": lambda: good("gamma", destination=CONSUME, signed="response"),
})
refused("account_mismatch", {
    "recipient_of_another_account": lambda: good("gamma", recipient=suffixed("delta")),
    "recipient_of_the_twin": lambda: good("twin", recipient=suffixed("twin2")),
    "destination_of_another_account": lambda: good("gamma", destination=suffixed("delta"), signed="response"),
})
