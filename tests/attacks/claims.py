# SPDX-License-Identifier: Apache-2.0
"""Signed claims that name nobody, somebody twice, or something that is not allowed."""

from lxml import etree

from lib.attack import refused
from lib.forge import SAML, TRANSIENT, serialise
from lib.world import good


def element_in_name():
    response = good(signed="none")
    root = response.tree()
    value = root.findall(f".//{{{SAML}}}AttributeValue")[1]
    etree.SubElement(value, "{urn:x}b").text = "Bob"
    response.sign_assertion(root)
    return serialise(root)

refused("claim_missing", {
    "no_account": lambda: good(account="acme").but(account=None),
    "empty_account": lambda: good().but(account=""),
    "blank_account": lambda: good().but(account="  "),
    "no_name": lambda: good(name=None),
    "empty_name": lambda: good(name=""),
    "no_role": lambda: good(role=None),
    "empty_role": lambda: good(role=" "),
    "no_attributes": lambda: good().but(account=None, name=None, role=None),
    "in_another_case": lambda: good(role=None, attributes=[("ImageKit_Role", ["developer"])]),
})
refused("claim_ambiguous", {
    "two_accounts": lambda: good(attributes=[("imagekit_id", ["beta"])]),
    "two_accounts_as_values": lambda: good(account=None, attributes=[("imagekit_id", ["acme", "beta"])]).but(account=None),
    "two_roles": lambda: good(attributes=[("imagekit_role", ["account_administrator"])]),
    "two_roles_as_values": lambda: good(role=None, attributes=[("imagekit_role", ["developer", "finance"])]),
    "two_names": lambda: good(attributes=[("full_name", ["Bob"])]),
    "semicolon": lambda: good(role="developer;finance"),
})
refused("claim_invalid", {
    "tab_in_name": lambda: good(name="Ann\tExample"),
    "line_feed_in_name": lambda: good(name="Ann\nX-IK-Role: account_administrator"),
    "carriage_return_in_name": lambda: good(name="Ann\rExample"),
    "delete_in_name": lambda: good(name="Ann\x7fExample"),
    "c1_in_name": lambda: good(name="Ann\x85Example"),
    "line_separator_in_name": lambda: good(name="Ann\u2028Example"),
    "paragraph_separator_in_name": lambda: good(name="Ann\u2029Example"),
    "name_of_1025_bytes": lambda: good(name="x" * 1025),
    "newline_in_name_id": lambda: good(email="ann@acme\n.test"),
    "line_separator_in_name_id": lambda: good(email="ann@acme\u2028.test"),
    "name_id_of_255_bytes": lambda: good(email="a" * 245 + "@acme.test"),
    "control_character_in_the_account": lambda: good().but(account="ac\nme"),
    "element_in_a_claim": element_in_name,
    "name_of_1025_bytes_in_fewer_characters": lambda: good(name="\u674e" * 342),
})
refused("role_forbidden", {
    "label": lambda: good(role="Account Administrator"),
    "typo": lambda: good(role="account_adminstrator"),
    "in_another_case": lambda: good(role="Developer"),
    "two_in_one": lambda: good(role="developer finance"),
    "unknown": lambda: good(role="root"),
    "prefix": lambda: good(role="account_administrator_x"),
})
refused("name_id_invalid", {
    "absent": lambda: good(email=None).but(email=None),
    "empty": lambda: good(email=""),
    "transient": lambda: good(email="_7f3a9c0d1e", name_id_format=TRANSIENT),
    "user_name": lambda: good(email="ann"),
    "two_at": lambda: good(email="ann@acme.test@evil.test"),
    "nothing_before_at": lambda: good(email="@acme.test"),
    "nothing_behind_at": lambda: good(email="ann@"),
    "space": lambda: good(email="ann smith@acme.test"),
    "angle_brackets": lambda: good(email="Ann <ann@acme.test>"),
    "two_addresses": lambda: good(email="ann@acme.test,root@acme.test"),
    "format_unspecified": lambda: good(name_id_format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
    "no_format": lambda: good(name_id_format=None),
    "x500_name": lambda: good(email="CN=ann,O=acme"),
})
refused("domain_forbidden", {
    "another_domain": lambda: good("narrow", email="ann@acme.test"),
    "subdomain": lambda: good("narrow", email="ann@x.narrow.test"),
    "domain_with_a_prefix": lambda: good("narrow", email="ann@notnarrow.test"),
    "domain_with_a_tail": lambda: good("narrow", email="ann@narrow.test.evil.test"),
})
