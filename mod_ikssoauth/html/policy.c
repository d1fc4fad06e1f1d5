/* SPDX-License-Identifier: Apache-2.0 */
/* The policies that pages are sent with: they admit our style sheet and our scripts by their hashes, and nothing else. */
#include "html/admin.h"
#include "html/page.h"
#include "html/script.h"
#include "html/style.h"

#define FRAMED_ANYWHERE "default-src 'none'; style-src 'sha256-" IK_STYLE_SHA256 "'; base-uri 'none'; "
#define NOTHING_BUT_STYLE FRAMED_ANYWHERE "frame-ancestors 'none'; "

#define SCRIPTS \
    "script-src 'sha256-" IK_SCRIPT_CARRY_SHA256 "' 'sha256-" IK_SCRIPT_POST_SHA256 "' 'sha256-" IK_SCRIPT_BOTH_SHA256 "'; "

const char *const ik_html_csp = NOTHING_BUT_STYLE "form-action 'self'";

const char *const ik_html_csp_form = NOTHING_BUT_STYLE SCRIPTS "form-action 'self' https: http:";

const char *const ik_html_csp_admin =
    NOTHING_BUT_STYLE "script-src 'sha256-" IK_SCRIPT_COPY_SHA256 "'; form-action 'self' https: http:";

const char *const ik_html_csp_answer = FRAMED_ANYWHERE "frame-ancestors https: http:; " SCRIPTS "form-action https: http:";
