/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps when certificates end, and tells people before they do. */
#include "sso/certificates.h"

#include <string.h>

#include <apr_strings.h>

#include "model/event.h"
#include "saml/metadata.h"
#include "saml/time.h"
#include "sso/audit.h"
#include "sso/connect.h"
#include "store/account.h"
#include "store/certificate.h"
#include "store/idp_key.h"

#define DAY apr_time_from_sec(86400)
#define ENOUGH apr_time_from_sec(1)     /* after that the rest is left to the next turn */
#define BATCH 100                       /* certificates per transaction */
#define TOLD_MAX 1000                   /* a turn: the outbox must have been emptied before it is full */
#define FEW 20                          /* accounts that are listed at a time */
#define DATE_LEN 10                     /* of "2026-11-24T03:00:00Z" */

/* The smallest comes first; each begins where the one before ends. */
static const int thresholds[] = { 1, 7, 30 };

/* NULL: there is no metadata, or none that can be read. */
static const ik_idp_t *idp_of(const ik_account_t *account, apr_time_t now, apr_pool_t *p)
{
    return account->metadata ? ik_metadata_read(account->metadata, strlen(account->metadata), now, p)->idp : NULL;
}

apr_status_t ik_certificates_keep(const ik_ctx_t *ctx, ik_db_t *db, const ik_account_t *account)
{
    const ik_idp_t *idp = idp_of(account, ctx->now, ctx->p);

    return ik_store_certificates_put(db, account->id, idp ? idp->signing : NULL, ctx->p);
}

/* One pass, and the batch it is at. */
typedef struct pass_t {
    ik_ctx_t ctx;                       /* its pool is cleared after each batch */
    apr_time_t start;                   /* by the real clock, for ctx.now stands still */
    apr_time_t looked;                  /* when somebody did the last time; 0: never */
    char id[256];                       /* of the account whose metadata was read last */
    apr_int64_t version;                /* of that account */
    const ik_idp_t *idp;                /* as that metadata says; NULL: it cannot be read any more */
    int number;                         /* of the threshold */
    apr_array_header_t *list;           /* of the batch */
    int full;                           /* there may be more */
    int told;
} pass_t;

static int has_time_left(const pass_t *pass)
{
    apr_time_t spent = apr_time_now() - pass->start;

    return spent >= 0 && spent < ENOUGH && pass->told < TOLD_MAX;
}

/* ---- metadata that nobody has looked at yet */

static apr_status_t list_unknown(ik_db_t *db, void *arg, apr_pool_t *p)
{
    pass_t *pass = arg;

    (void)p;
    return ik_store_certificates_unknown(&pass->list, db, pass->id, FEW, pass->ctx.p);
}

/* Whoever has saved something meanwhile has kept its certificates. */
static apr_status_t keep_learned(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const pass_t *pass = arg;
    ik_account_t *account;
    apr_int64_t version;
    apr_status_t rv = ik_store_account_hold(&version, db, pass->id, p);

    if (rv == APR_SUCCESS)
        rv = ik_store_account_get(&account, db, pass->id, p);
    if (rv != APR_SUCCESS || account->version != pass->version)
        return rv;
    if (!pass->idp)
        return ik_store_certificates_put_none(db, pass->id, p);
    return ik_store_certificates_put(db, pass->id, pass->idp->signing, p);
}

/* Metadata takes some ms to read: nobody waits for that behind a transaction. */
static apr_status_t learn(ik_db_t *db, void *arg, apr_pool_t *p)
{
    pass_t *pass = arg;
    ik_account_t *account;
    apr_status_t rv = ik_store_account_get(&account, db, pass->id, p);

    if (rv == APR_SUCCESS) {
        pass->version = account->version;
        pass->idp = idp_of(account, pass->ctx.now, p);
    }
    if (rv == APR_SUCCESS)
        rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, keep_learned, pass, p);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t learn_batch(pass_t *pass, const char **said)
{
    apr_status_t rv = ik_connect_run(said, &pass->ctx, list_unknown, pass);
    int i;

    for (i = 0; rv == APR_SUCCESS && i < pass->list->nelts && has_time_left(pass); i++) {
        apr_cpystrn(pass->id, APR_ARRAY_IDX(pass->list, i, const char *), sizeof pass->id);
        rv = ik_connect_run(said, &pass->ctx, learn, pass);
    }
    pass->full = rv == APR_SUCCESS && (pass->list->nelts == FEW || i < pass->list->nelts);
    return rv;
}

/* ---- who is told */

/* Days that are left, a begun one counted. */
static int days_left(const ik_ending_t *ending, apr_time_t now)
{
    return (int)((ending->ends - now + DAY - 1) / DAY);
}

static const char *date(apr_time_t time, apr_pool_t *p)
{
    return apr_pstrndup(p, ik_saml_time_text(p, time), DATE_LEN);
}

static const char *outlook(const ik_ending_t *ending, apr_pool_t *p)
{
    if (ending->last > ending->ends)
        return apr_psprintf(p, "expires on %s; another one that is listed is good until %s", date(ending->ends, p),
                            date(ending->last, p));
    return apr_psprintf(p, "expires on %s; none that is listed is good for longer", date(ending->ends, p));
}

static ik_event_t event_of(const ik_ending_t *ending, const ik_ctx_t *ctx)
{
    ik_event_t event = ik_event_of(IK_EVENT_CERTIFICATE_EXPIRES, ending->account);

    event.idp = ending->idp;
    event.subject = ending->fingerprint;
    event.days = days_left(ending, ctx->now);
    event.detail = outlook(ending, ctx->p);
    return event;
}

/* Of those that end within the days of the threshold, the ones that somebody else has not told of meanwhile. */
static apr_status_t mark(ik_db_t *db, void *arg, apr_pool_t *p)
{
    pass_t *pass = arg;
    const ik_ctx_t *ctx = &pass->ctx;
    int days = thresholds[pass->number], after = pass->number ? thresholds[pass->number - 1] : 0;
    apr_array_header_t *endings;
    apr_status_t rv = ik_store_certificates_ending(&endings, db, ctx->now + after * DAY, ctx->now + days * DAY, days, BATCH, ctx->p);

    pass->list = apr_array_make(ctx->p, BATCH, sizeof(ik_event_t));
    pass->full = rv == APR_SUCCESS && endings->nelts == BATCH;
    for (int i = 0; rv == APR_SUCCESS && i < endings->nelts; i++) {
        const ik_ending_t *ending = &APR_ARRAY_IDX(endings, i, ik_ending_t);

        rv = ik_store_warned_put(db, ending->account, ending->fingerprint, days, ctx->now, p);
        if (rv == APR_SUCCESS)
            APR_ARRAY_PUSH(pass->list, ik_event_t) = event_of(ending, ctx);
        rv = rv == APR_EEXIST ? APR_SUCCESS : rv;
    }
    return rv == APR_SUCCESS ? ik_audit_commit(ctx, db, pass->list) : rv;
}

static apr_status_t mark_batch(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_db_transaction(db, IK_COMMIT_POWER_SAFE, mark, arg, p);
}

static apr_status_t tell_batch(pass_t *pass, const char **said)
{
    apr_status_t rv = ik_connect_run(said, &pass->ctx, mark_batch, pass);

    for (int i = 0; rv == APR_SUCCESS && i < pass->list->nelts; i++) {
        const ik_event_t *event = &APR_ARRAY_IDX(pass->list, i, ik_event_t);

        ik_log(pass->ctx.log, IK_LOG_WARNING, "IK0410", 0, "a certificate of an identity provider %s: account=\"%s\" idp=\"%s\" "
               "sha256=\"%s\"", event->detail, event->account, event->idp, event->subject);
        pass->told++;
    }
    return rv;
}

/* ---- the pass */

/* Batches until one is not full, each with memory of its own. *whole stays 1 if they came to an end in time. */
static apr_status_t run_batches(int *whole, pass_t *pass, apr_status_t (*batch)(pass_t *, const char **), const char **said)
{
    apr_status_t rv = APR_SUCCESS;

    for (pass->full = 1; rv == APR_SUCCESS && pass->full && has_time_left(pass); apr_pool_clear(pass->ctx.p)) {
        const char *problem = "";

        rv = batch(pass, &problem);
        if (rv != APR_SUCCESS)
            *said = apr_pstrdup(apr_pool_parent_get(pass->ctx.p), problem);
    }
    *whole = *whole && !pass->full;
    return rv;
}

static apr_status_t read_looked(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_certificates_looked(&((pass_t *)arg)->looked, db, p);
}

static apr_status_t write_looked(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_store_certificates_look(db, ((const pass_t *)arg)->ctx.now, p);
}

/* A time ahead of ours was written before a clock was set back: it must not stop everybody. */
static int is_due(const pass_t *pass)
{
    return pass->looked > pass->ctx.now || pass->ctx.now - pass->looked >= IK_CERTIFICATES_EVERY;
}

static apr_status_t tell(int *whole, pass_t *pass, const char **said)
{
    apr_status_t rv = APR_SUCCESS;

    for (pass->number = 0; rv == APR_SUCCESS && pass->number < (int)(sizeof thresholds / sizeof *thresholds); pass->number++)
        rv = run_batches(whole, pass, tell_batch, said);
    return rv;
}

/* What is known is told first: to learn the rest may take many turns, each of which has one account less to read. */
static apr_status_t look(pass_t *pass, const char **said)
{
    int whole = 1;
    apr_status_t rv = tell(&whole, pass, said);

    if (rv == APR_SUCCESS && !pass->looked)
        rv = run_batches(&whole, pass, learn_batch, said);
    if (rv == APR_SUCCESS && !pass->looked)
        rv = tell(&whole, pass, said);
    return rv == APR_SUCCESS && whole ? ik_connect_run(said, &pass->ctx, write_looked, pass) : rv;
}

/* A line that is part of the transaction which marks it is told once, whoever dies: so it goes by way of the outbox. */
apr_status_t ik_certificates_look(int *told, const ik_ctx_t *ctx, const char **said)
{
    static const struct ik_audit_t outbox = { NULL, NULL };
    pass_t pass = { .ctx = *ctx, .start = apr_time_now() };
    apr_status_t rv = apr_pool_create(&pass.ctx.p, ctx->p);

    *told = 0;
    if (rv != APR_SUCCESS)
        return rv;
    pass.ctx.audit = ctx->audit ? &outbox : NULL;
    rv = ik_connect_run(said, ctx, read_looked, &pass);
    if (rv == APR_SUCCESS && is_due(&pass))
        rv = look(&pass, said);
    *told = pass.told;
    apr_pool_destroy(pass.ctx.p);
    return rv;
}
