/* SPDX-License-Identifier: Apache-2.0 */
/* The counters on mod_status' page. */
#include "httpd/status.h"

#include <http_protocol.h>
#include <mod_status.h>

#include "httpd/config.h"

static void show_row(void *arg, const char *label, apr_uint64_t value)
{
    ap_rprintf(arg, "<tr><th scope=\"row\">%s</th><td>%" APR_UINT64_T_FMT "</td></tr>\n", label, value);
}

static void show_line(void *arg, const char *label, apr_uint64_t value)
{
    ap_rprintf(arg, "IkSSO_%s: %" APR_UINT64_T_FMT "\n", label, value);
}

int ik_status_show(request_rec *r, int flags)
{
    const ik_counters_t *counters = ik_conf_of(r->server)->counters;

    if (!counters)
        return DECLINED;
    if (flags & AP_STATUS_SHORT) {
        ik_counters_each(counters, show_line, r, r->pool);
        return OK;
    }
    ap_rputs("<hr>\n<h2>Single sign-on (mod_ikssoauth)</h2>\n<table>\n", r);
    ik_counters_each(counters, show_row, r, r->pool);
    ap_rputs("</table>\n", r);
    return OK;
}
