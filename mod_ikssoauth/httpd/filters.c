/* SPDX-License-Identifier: Apache-2.0 */
/* What is done while a body passes: late headers of the request, caching of the response. */
#include "httpd/filters.h"

#include <http_protocol.h>
#include <util_filter.h>

#include "httpd/identity.h"
#include "httpd/scrub.h"
#include "httpd/visit.h"

#define TRAILERS "IKSSO_TRAILERS"
#define PRIVATE "IKSSO_PRIVATE"

/* Trailers come after the checks of headers, and MergeTrailers adds them to the headers (R15). */
static apr_status_t scrub_trailers(ap_filter_t *f, apr_bucket_brigade *bb, ap_input_mode_t mode,
                                   apr_read_type_e block, apr_off_t bytes)
{
    apr_status_t rv = ap_get_brigade(f->next, bb, mode, block, bytes);
    request_rec *r = f->r;
    ik_step_t *step = ik_step(r);

    if (rv != APR_SUCCESS || APR_BRIGADE_EMPTY(bb) || !APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(bb)) || !step)
        return rv;
    ik_scrub(r->trailers_in, r->pool);
    ik_scrub(r->headers_in, r->pool);
    step->told = NULL;
    ik_identity_tell(r);
    ap_remove_input_filter(f);
    return rv;
}

/* What a signed-in user sees is theirs, unless whoever made the response said how it may be stored. */
static apr_status_t mark_private(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;

    if (!apr_table_get(r->headers_out, "Cache-Control") && !apr_table_get(r->err_headers_out, "Cache-Control"))
        apr_table_setn(r->headers_out, "Cache-Control", "private");
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

void ik_filter_trailers(request_rec *r)
{
    if (r->main || !ik_host_of(r))
        return;
    if (r->proto_num >= HTTP_VERSION(2, 0) || apr_table_get(r->headers_in, "Transfer-Encoding"))
        ap_add_input_filter(TRAILERS, NULL, r, r->connection);
}

void ik_filter_private(request_rec *r)
{
    ik_step_t *step = r->main ? NULL : ik_step(r);

    if (step && ik_in_force(r) && ik_visit_identity(step->visit))
        ap_add_output_filter(PRIVATE, NULL, r, r->connection);
}

void ik_filter_register(void)
{
    ap_register_input_filter(TRAILERS, scrub_trailers, NULL, AP_FTYPE_CONTENT_SET);
    ap_register_output_filter(PRIVATE, mark_private, NULL, AP_FTYPE_CONTENT_SET);
}
