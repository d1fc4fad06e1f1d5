/* SPDX-License-Identifier: Apache-2.0 */
/* The two scripts of our pages, and the hashes by which the Content-Security-Policy admits them and no others. */
#ifndef IK_HTML_SCRIPT_H
#define IK_HTML_SCRIPT_H

/* The part of the address behind '#' never reaches a server: the form takes it along. */
#define IK_SCRIPT_CARRY "document.querySelector(\"input[name=fragment]\").value=location.hash;"

/* Sends the page's form at once; without scripts its button does. While the page loads, so that "back" skips it. */
#define IK_SCRIPT_POST "document.querySelector(\"form\").submit();"

/* base64 of SHA-256; tests/unit/html/test_page.c computes them anew and prints what differs. */
#define IK_SCRIPT_CARRY_SHA256 "Xc2zTwgqG4PP/DYLVwYfSH6gD5UNKQINrHZDKSTjwyg="
#define IK_SCRIPT_POST_SHA256 "hAfT+duKHiL8IlvrmKhfKphsU3PwIgUB2TtBImFWUvw="
#define IK_SCRIPT_BOTH_SHA256 "7B8IizHgs+Ws1Yu1OkAGRmzkiSc4bwf7qZdfugsvmmw="

#endif
