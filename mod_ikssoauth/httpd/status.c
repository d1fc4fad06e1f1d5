/* SPDX-License-Identifier: Apache-2.0 */
/* The counters, and how full the tables of revocations are, on mod_status' page. */
#include "httpd/status.h"

#include <http_protocol.h>
#include <mod_status.h>

#include "httpd/backend.h"
#include "httpd/config.h"

typedef void show_t(void *arg, const char *label, apr_uint64_t value);

static void show_row(void *arg, const char *label, apr_uint64_t value)
{
    ap_rprintf(arg, "<tr><th scope=\"row\">%s</th><td>%" APR_UINT64_T_FMT "</td></tr>\n", label, value);
}

static void show_line(void *arg, const char *label, apr_uint64_t value)
{
    ap_rprintf(arg, "IkSSO_%s: %" APR_UINT64_T_FMT "\n", label, value);
}

/* Sums over the databases of this server, of which there is nearly always one. */
static void show_revocations(show_t *show, request_rec *r, const apr_array_header_t *backends)
{
    apr_uint64_t entries = 0, slots = 0, full = 0, unread = 0;
    int i;

    for (i = 0; i < backends->nelts; i++) {
        const ik_revocations_t *table = APR_ARRAY_IDX(backends, i, const ik_backend_t *)->tables->revocations;
        apr_size_t its_entries, its_slots;
        apr_int64_t floor;

        ik_revocations_count(table, &its_entries, &its_slots, &floor);
        entries += its_entries;
        slots += its_slots;
        full += floor >= 0;
        unread += ik_revocations_position(table) < 0;
    }
    show(r, "revocations", entries);
    show(r, "revocations_slots", slots);
    show(r, "revocations_tables_full", full);
    show(r, "revocations_tables_unread", unread);
}

static void show_all(show_t *show, request_rec *r, const ik_conf_t *conf)
{
    ik_counters_each(conf->counters, show, r, r->pool);
    show_revocations(show, r, conf->backends);
}

int ik_status_show(request_rec *r, int flags)
{
    const ik_conf_t *conf = ik_conf_of(r->server);

    if (!conf->counters)
        return DECLINED;
    if (flags & AP_STATUS_SHORT) {
        show_all(show_line, r, conf);
        return OK;
    }
    ap_rputs("<hr>\n<h2>Single sign-on (mod_ikssoauth)</h2>\n<table>\n", r);
    show_all(show_row, r, conf);
    ap_rputs("</table>\n", r);
    return OK;
}
