/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a checklist as text that a database keeps, and reads it back. */
#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "base/pack.h"
#include "base/text.h"
#include "sso/checking.h"

#define FORMAT 2            /* of the record; another one is none */
#define PRESENT "="         /* before a text that is there: so "" is told from NULL */

/* A record under construction; failed once a text was too long for it. */
typedef struct writer_t {
    ik_pack_t pack;
    int failed;
} writer_t;

static void put(writer_t *w, const char *text)
{
    if (ik_pack_text(&w->pack, text ? apr_pstrcat(w->pack.p, PRESENT, text, NULL) : "") != APR_SUCCESS)
        w->failed = 1;
}

static void put_texts(writer_t *w, const apr_array_header_t *texts)
{
    ik_pack_int(&w->pack, texts->nelts);
    for (int i = 0; i < texts->nelts; i++)
        put(w, APR_ARRAY_IDX(texts, i, const char *));
}

/* The reason goes by its id: its number changes when the list grows. */
static void put_check(writer_t *w, const ik_checked_t *check)
{
    ik_pack_int(&w->pack, check->state);
    if (check->state == IK_CHECK_FAILED)
        put(w, ik_reason_row(check->reason)->id);
    put(w, check->detail);
}

static void put_claims(writer_t *w, const apr_array_header_t *claims)
{
    ik_pack_int(&w->pack, claims->nelts);
    for (int i = 0; i < claims->nelts; i++) {
        put(w, APR_ARRAY_IDX(claims, i, ik_claim_seen_t).name);
        put_texts(w, APR_ARRAY_IDX(claims, i, ik_claim_seen_t).values);
    }
}

const char *ik_checklist_text(const ik_checklist_t *list, apr_pool_t *p)
{
    writer_t w = { .pack = { .p = p } };

    ik_pack_int(&w.pack, FORMAT);
    ik_pack_int(&w.pack, IK_CHECK_COUNT);
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        put_check(&w, &list->checks[id]);
    put(&w, list->issuer);
    put(&w, list->email);
    put(&w, list->name);
    put(&w, list->role);
    put_claims(&w, list->claims);
    put_texts(&w, list->warnings);
    return w.failed ? NULL : ik_encode_base64url(p, w.pack.bytes, w.pack.len);
}

/* A record that is read; failed once something in it is not as it is written. */
typedef struct reader_t {
    ik_unpack_t unpack;
    apr_pool_t *p;
} reader_t;

static void fail(reader_t *r)
{
    r->unpack.failed = 1;
}

/* A number of at most max; 0 for another. */
static int get_count(reader_t *r, int max)
{
    apr_int64_t count = ik_unpack_int(&r->unpack);

    if (count >= 0 && count <= max)
        return (int)count;
    fail(r);
    return 0;
}

static const char *get(reader_t *r)
{
    const char *text = ik_unpack_text(&r->unpack, r->p);

    if (!*text)
        return NULL;
    if (strncmp(text, PRESENT, sizeof(PRESENT) - 1) != 0 || !ik_text_is_utf8(text, strlen(text)))
        fail(r);
    return text + sizeof(PRESENT) - 1;
}

/* A text that has to be there. */
static const char *get_present(reader_t *r)
{
    const char *text = get(r);

    if (!text)
        fail(r);
    return text;
}

static apr_array_header_t *get_texts(reader_t *r, int max, const char *(*each)(reader_t *r))
{
    int count = get_count(r, max);
    apr_array_header_t *texts = apr_array_make(r->p, count + 1, sizeof(const char *));

    for (int i = 0; i < count && !r->unpack.failed; i++)
        APR_ARRAY_PUSH(texts, const char *) = each(r);
    return texts;
}

static ik_reason_t get_reason(reader_t *r)
{
    const char *id = get_present(r);

    for (int reason = 0; id && reason < IK_REASON_COUNT; reason++)
        if (strcmp(ik_reason_row((ik_reason_t)reason)->id, id) == 0)
            return (ik_reason_t)reason;
    fail(r);
    return IK_REASON_MALFORMED;
}

static void get_check(reader_t *r, ik_checked_t *check)
{
    check->state = (ik_check_state_t)get_count(r, IK_CHECK_FAILED);
    if (check->state == IK_CHECK_FAILED)
        check->reason = get_reason(r);
    check->detail = get(r);
}

static apr_array_header_t *get_claims(reader_t *r)
{
    int count = get_count(r, IK_CHECKLIST_CLAIMS_MAX);
    apr_array_header_t *claims = apr_array_make(r->p, count + 1, sizeof(ik_claim_seen_t));

    for (int i = 0; i < count && !r->unpack.failed; i++) {
        ik_claim_seen_t *claim = apr_array_push(claims);

        claim->name = get_present(r);
        claim->values = get_texts(r, IK_CHECKLIST_VALUES_MAX, get);
    }
    return claims;
}

static void get_list(reader_t *r, ik_checklist_t *list)
{
    if (ik_unpack_int(&r->unpack) != FORMAT || ik_unpack_int(&r->unpack) != IK_CHECK_COUNT)
        fail(r);
    list->passed = 1;
    for (int id = 0; id < IK_CHECK_COUNT; id++) {
        get_check(r, &list->checks[id]);
        if (list->checks[id].state == IK_CHECK_FAILED)
            list->passed = 0;
    }
    list->issuer = get(r);
    list->email = get(r);
    list->name = get(r);
    list->role = get(r);
    list->claims = get_claims(r);
    list->warnings = get_texts(r, IK_CHECKING_WARNINGS_MAX, get_present);
}

ik_checklist_t *ik_checklist_read(const char *text, apr_pool_t *p)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof *list);
    reader_t r = { .p = p };

    if (ik_decode_base64url(&r.unpack.bytes, &r.unpack.len, text, p) != APR_SUCCESS)
        return NULL;
    get_list(&r, list);
    return ik_unpack_done(&r.unpack) ? list : NULL;
}
