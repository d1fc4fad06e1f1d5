/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the body of a request, within bounds. */
#include "httpd/body.h"

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "base/form.h"
#include "httpd/client.h"
#include "httpd/reply.h"

#define CHUNK 65536

typedef struct reading_t {
    char *bytes;
    apr_size_t len, size, max;
    apr_pool_t *p;
    int ended;
} reading_t;

static apr_status_t add(reading_t *to, const char *bytes, apr_size_t len)
{
    if (len > to->max - to->len)
        return APR_ENOSPC;
    if (len > to->size - to->len) {
        apr_size_t size = to->size * 2 > to->len + len ? to->size * 2 : to->len + len;
        char *grown = apr_palloc(to->p, size);

        memcpy(grown, to->bytes, to->len);
        to->bytes = grown;
        to->size = size;
    }
    memcpy(to->bytes + to->len, bytes, len);
    to->len += len;
    return APR_SUCCESS;
}

static apr_status_t take(reading_t *to, apr_bucket_brigade *bb)
{
    apr_status_t rv = APR_SUCCESS;
    apr_bucket *b;

    for (b = APR_BRIGADE_FIRST(bb); rv == APR_SUCCESS && b != APR_BRIGADE_SENTINEL(bb); b = APR_BUCKET_NEXT(b)) {
        const char *bytes;
        apr_size_t len;

        if (APR_BUCKET_IS_EOS(b)) {
            to->ended = 1;
            break;
        }
        if (APR_BUCKET_IS_METADATA(b))
            continue;
        rv = apr_bucket_read(b, &bytes, &len, APR_BLOCK_READ);
        if (rv == APR_SUCCESS)
            rv = add(to, bytes, len);
    }
    return rv;
}

static apr_status_t read_all(reading_t *to, request_rec *r)
{
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_status_t rv;

    do {
        rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES, APR_BLOCK_READ, CHUNK);
        if (rv == APR_SUCCESS)
            rv = APR_BRIGADE_EMPTY(bb) ? APR_EGENERAL : take(to, bb);
        apr_brigade_cleanup(bb);
    } while (rv == APR_SUCCESS && !to->ended);
    return rv;
}

/* What the client announced: -1 for nothing. */
static apr_off_t announced(const request_rec *r)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");
    apr_off_t value;

    return length && ap_parse_strict_length(&value, length) ? value : -1;
}

static int read_bounded(request_rec *r, const char **body, apr_size_t *len, apr_size_t max)
{
    reading_t reading = { .p = r->pool, .max = max };
    apr_off_t length = announced(r);
    apr_status_t rv;

    if (length > (apr_off_t)max)
        return HTTP_REQUEST_ENTITY_TOO_LARGE;
    reading.size = length > 0 ? (apr_size_t)length : CHUNK;
    reading.bytes = apr_palloc(r->pool, reading.size);
    rv = read_all(&reading, r);
    if (rv == APR_ENOSPC)
        return HTTP_REQUEST_ENTITY_TOO_LARGE;
    if (rv != APR_SUCCESS)
        return ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
    *body = reading.bytes;
    *len = reading.len;
    return OK;
}

int ik_body_read(request_rec *r, const char **body, apr_size_t *len)
{
    return read_bounded(r, body, len, IK_BODY_MAX);
}

static int read_form(request_rec *r, const char **body, apr_size_t *len, apr_size_t max)
{
    return ik_client_has_form(r) ? read_bounded(r, body, len, max) : HTTP_UNSUPPORTED_MEDIA_TYPE;
}

int ik_body_read_form(request_rec *r, const char **body, apr_size_t *len)
{
    return read_form(r, body, len, IK_BODY_MAX);
}

int ik_body_form_within(request_rec *r, apr_table_t **fields, apr_size_t max, int count)
{
    const char *body;
    apr_size_t len;
    int status = read_form(r, &body, &len, max);

    *fields = NULL;
    if (status == HTTP_UNSUPPORTED_MEDIA_TYPE)
        return ik_reply_wrong_request(r, status, "body is not application/x-www-form-urlencoded");
    if (status != OK)
        return status;
    if (ik_form_parse_of(fields, body, len, count, r->pool) == APR_SUCCESS)
        return OK;
    *fields = NULL;
    return ik_reply_wrong_request(r, HTTP_BAD_REQUEST, "body is not a form, or names a field twice");
}

int ik_body_refuse_longer(request_rec *r, apr_size_t max)
{
    return ik_reply_wrong_request(r, HTTP_REQUEST_ENTITY_TOO_LARGE,
                                  apr_psprintf(r->pool, "body is longer than %" APR_SIZE_T_FMT " bytes", max));
}

int ik_body_form_of(request_rec *r, apr_table_t **fields, apr_size_t max, int count)
{
    int status = ik_body_form_within(r, fields, max, count);

    return status == HTTP_REQUEST_ENTITY_TOO_LARGE ? ik_body_refuse_longer(r, max) : status;
}

int ik_body_form(request_rec *r, apr_table_t **fields)
{
    return ik_body_form_of(r, fields, IK_BODY_MAX, IK_FORM_MAX_FIELDS);
}
