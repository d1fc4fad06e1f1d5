/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of our pages, and the hashes by which the Content-Security-Policy admits them and no others. */
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

/*
 * Puts a button behind every value that has data-copy, its name: copies the text, and says so to screen readers too. Where
 * the browser does not let it, it selects the text. Without scripts there are no buttons.
 */
#define IK_SCRIPT_COPY \
    "{const said=document.getElementById(\"said\");" \
    "for(const e of document.querySelectorAll(\"[data-copy]\")){" \
        "const b=document.createElement(\"button\");let t;" \
        "const say=function(word,all){b.textContent=word;said.textContent=all;clearTimeout(t);" \
            "t=setTimeout(function(){b.textContent=\"Copy\";said.textContent=\"\"},4000)};" \
        "b.type=\"button\";b.className=\"copy\";b.textContent=\"Copy\";" \
        "b.setAttribute(\"aria-label\",\"Copy \"+e.dataset.copy);" \
        "b.addEventListener(\"click\",async function(){" \
            "try{await navigator.clipboard.writeText(e.textContent);say(\"Copied\",\"Copied \"+e.dataset.copy)}" \
            "catch(x){getSelection().selectAllChildren(e);say(\"Selected\",\"Selected. Press Control and C to copy.\")}});" \
        "e.after(b)}}"

/* base64 of SHA-256; tests/unit/html/test_policy.c computes them anew and prints what differs. */
#define IK_SCRIPT_CARRY_SHA256 "e5T5l600G8Ee+hrv5HdUlCaiKADIg7u+elZTdZNoejU="
#define IK_SCRIPT_POST_SHA256 "3YYPQumwPu4fKQyrwKHohlDje/fdmsldsgeUfobXnls="
#define IK_SCRIPT_COPY_SHA256 "zotr/QfU0t8AikMPLjYH/zs89292y1BaI+K1AYfEYRs="
#define IK_SCRIPT_BOTH_SHA256 "bKmcRc5z22uTedJNXxkCpxK4v1C8LsB2nnaeR4yha+Q="

#endif
