/* SPDX-License-Identifier: Apache-2.0 */
/* The two scripts of our pages, and the hashes by which the Content-Security-Policy admits them and no others. */
#ifndef IK_HTML_SCRIPT_H
#define IK_HTML_SCRIPT_H

/* The part of the address behind '#' never reaches a server: the form takes it along, as it is when the form is sent. */
#define IK_SCRIPT_CARRY \
    "{const f=document.querySelector(\"input[name=fragment]\"),c=function(){f.value=location.hash};" \
    "c();f.form.addEventListener(\"submit\",c)}"

/*
 * Sends the page's form at once; without scripts its button does. While the page loads, so that "back" skips it; by the
 * prototype, since a field that was held may be called "submit".
 */
#define IK_SCRIPT_POST "HTMLFormElement.prototype.submit.call(document.querySelector(\"form\"));"

/* base64 of SHA-256; tests/unit/html/test_policy.c computes them anew and prints what differs. */
#define IK_SCRIPT_CARRY_SHA256 "e5T5l600G8Ee+hrv5HdUlCaiKADIg7u+elZTdZNoejU="
#define IK_SCRIPT_POST_SHA256 "3YYPQumwPu4fKQyrwKHohlDje/fdmsldsgeUfobXnls="
#define IK_SCRIPT_BOTH_SHA256 "bKmcRc5z22uTedJNXxkCpxK4v1C8LsB2nnaeR4yha+Q="

#endif
