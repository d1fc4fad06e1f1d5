# SPDX-License-Identifier: Apache-2.0
"""Issuers that are not the account's identity provider, signed with its key all the same (R9, R12)."""

from lib.attack import refused
from lib.world import good

refused("issuer_mismatch", {
    "of_the_response": lambda: good(issuer="https://idp.other.test/", signed="response"),
    "of_the_assertion": lambda: good(assertion_issuer="https://idp.other.test/"),
    "of_both": lambda: good(issuer="https://idp.other.test/", assertion_issuer="https://idp.other.test/", signed="both"),
    "of_an_unsigned_response": lambda: good(issuer="https://idp.other.test/"),
    "with_a_slash_more": lambda: good(assertion_issuer="https://idp.acme.test/metadata/"),
    "in_another_case": lambda: good(assertion_issuer="https://idp.acme.test/Metadata"),
    "of_another_account": lambda: good(assertion_issuer="https://idp.beta.test/metadata"),
    "empty_in_the_assertion": lambda: good(assertion_issuer=""),
    "absent_in_the_assertion": lambda: good(assertion_issuer=None),
})
