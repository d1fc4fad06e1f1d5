/* SPDX-License-Identifier: Apache-2.0 */
/* Ends sessions before their time: writes the rows that all machines read, keeps this machine's table up to date. */
#include "sso/revoke.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "model/clock.h"
#include "store/bell.h"
#include "store/invite.h"
#include "store/replay.h"
#include "store/revocation.h"

#define INDEX_SUBJECT_LEN 32    /* hexadecimal digits */

/* One sync on its way through the rows. */
typedef struct sync_t {
    const ik_ctx_t *ctx;
    int full;
} sync_t;

static apr_status_t add(apr_int64_t *position, ik_revocation_t *revocation, const ik_ctx_t *ctx, ik_db_t *db)
{
    apr_status_t rv = ik_store_revocation_add(revocation, db, ctx->now, ctx->p);

    if (rv == APR_SUCCESS && position)
        *position = revocation->position;
    return rv;
}

apr_status_t ik_revoke_session(const ik_ctx_t *ctx, ik_db_t *db, const ik_identity_t *identity)
{
    ik_revocation_t revocation = { .kind = IK_REVOKE_SESSION, .account = identity->account };

    revocation.subject = identity->session;
    revocation.expires = identity->expires + IK_CLOCK_SKEW_MAX;
    return add(NULL, &revocation, ctx, db);
}

apr_status_t ik_revoke_user(apr_int64_t *position, const ik_ctx_t *ctx, ik_db_t *db, const char *account,
                            const char *email)
{
    ik_revocation_t revocation = { .kind = IK_REVOKE_USER, .account = account, .subject = email };
    apr_status_t rv = add(position, &revocation, ctx, db);

    /* Else whoever is shut out could still come in by a door of their own. */
    return rv == APR_SUCCESS ? ik_store_invite_revoke_author(db, account, email, ctx->now, ctx->p) : rv;
}

apr_status_t ik_revoke_account(const ik_ctx_t *ctx, ik_db_t *db, const char *account)
{
    ik_revocation_t revocation = { .kind = IK_REVOKE_ACCOUNT, .account = account, .subject = "" };

    return add(NULL, &revocation, ctx, db);
}

/*
 * The prefix keeps it from being the digest of an assertion. In lower case, as users are told apart. 128 bits of it will
 * do: every cookie carries them.
 */
const char *ik_revoke_index_subject(const char *name_id, const char *session_index, apr_pool_t *p)
{
    const char *digest = ik_store_digest(apr_pstrcat(p, "index:", ik_text_lower(p, name_id), NULL), session_index, p);

    return digest ? apr_pstrmemdup(p, digest, INDEX_SUBJECT_LEN) : NULL;
}

apr_status_t ik_revoke_index(const ik_ctx_t *ctx, ik_db_t *db, const char *account, const char *name_id,
                             const char *session_index)
{
    ik_revocation_t revocation = { .kind = IK_REVOKE_INDEX, .account = account };

    revocation.subject = ik_revoke_index_subject(name_id, session_index, ctx->p);
    return revocation.subject ? add(NULL, &revocation, ctx, db) : APR_EGENERAL;
}

/* A full table refuses more than it has to, and never less: one entry that found no slot is no reason to stop. */
static apr_status_t enter(void *arg, const ik_revocation_t *revocation)
{
    sync_t *sync = arg;
    apr_status_t rv = ik_revocations_enter(sync->ctx->revocations, revocation, sync->ctx->now);

    sync->full = sync->full || rv == APR_ENOSPC;
    return rv == APR_ENOSPC ? APR_SUCCESS : rv;
}

/* A position is the time at which it was taken, or a little more (model/revocation.h). */
static void log_full(const ik_ctx_t *ctx)
{
    apr_size_t entries, slots;
    apr_int64_t floor;
    char when[APR_RFC822_DATE_LEN] = "";

    ik_revocations_count(ctx->revocations, &entries, &slots, &floor);
    apr_rfc822_date(when, floor);
    ik_log(ctx->log, IK_LOG_ERROR, "IK0310", APR_ENOSPC,
           "the table of revocations is full (%" APR_SIZE_T_FMT " entries in %" APR_SIZE_T_FMT " slots): sessions that "
           "began before %s are refused, and these people have to sign in again. Find out who ends so many sessions; "
           "once old revocations have expired (\"ikssoctl status\" counts them), stop httpd and start it to lift it: a "
           "reload or restart keeps the table",
           entries, slots, when);
}

/* Enters everything after a position. */
static apr_status_t catch_up(const ik_ctx_t *ctx, ik_db_t *db, apr_int64_t after, apr_int64_t position, apr_pool_t *p)
{
    sync_t sync = { .ctx = ctx };
    apr_status_t rv = ik_store_revocation_each(db, after, ctx->now, enter, &sync, p);

    if (sync.full)
        log_full(ctx);
    if (rv == APR_SUCCESS)
        ik_revocations_advance(ctx->revocations, position);
    return rv;
}

/* What the database has to get past after a restore. */
typedef struct leap_t {
    const ik_ctx_t *ctx;
    apr_int64_t known;
    apr_int64_t position;
} leap_t;

static apr_status_t leap(ik_db_t *db, void *arg, apr_pool_t *p)
{
    leap_t *over = arg;
    ik_revocation_t nobody = { .kind = IK_REVOKE_SESSION, .account = "", .subject = "", .expires = over->ctx->now };
    apr_time_t now = over->known > over->ctx->now ? over->known : over->ctx->now;
    apr_status_t rv = ik_store_revocation_add(&nobody, db, now, p);

    over->position = nobody.position;
    return rv;
}

/*
 * An older copy of the database was restored under a running server. Sessions that begin now would take a position
 * from before what the table remembers, and be refused: so the database takes a new one, later than all of that, by a
 * revocation of nobody. Then everything is entered again.
 */
static apr_status_t start_over(apr_int64_t *position, const ik_ctx_t *ctx, ik_db_t *db, apr_int64_t known,
                               apr_pool_t *p)
{
    leap_t over = { .ctx = ctx, .known = known };
    apr_status_t rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, leap, &over, p);

    if (rv != APR_SUCCESS)
        return rv;
    ik_log(ctx->log, IK_LOG_WARNING, "IK0311", 0,
           "the database is older than what was read from it before (was a backup restored?): all revocations are read "
           "again. Sessions that were ended after that backup stay so here until the server is started anew: end "
           "them again (\"ikssoctl session revoke\")");
    ik_revocations_rewind(ctx->revocations, 0);
    *position = over.position;
    return APR_SUCCESS;
}

/*
 * The table's position is read before the database's, which another process may raise meanwhile: so a smaller one in
 * the database always means that the database went back. And that one is read before the rows, for the same reason.
 */
static apr_status_t sync_table(const ik_ctx_t *ctx, ik_db_t *db, apr_pool_t *p)
{
    apr_int64_t known = ik_revocations_position(ctx->revocations), position;
    apr_status_t rv = ik_store_revocation_position(&position, db, p);

    if (rv != APR_SUCCESS || position == known)
        return rv;
    if (position < known) {
        rv = start_over(&position, ctx, db, known, p);
        known = 0;
    }
    return rv == APR_SUCCESS ? catch_up(ctx, db, known > 0 ? known : 0, position, p) : rv;
}

apr_status_t ik_revoke_sync(const ik_ctx_t *ctx, ik_db_t *db)
{
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = sync_table(ctx, db, p);
    apr_pool_destroy(p);
    return rv;
}

/*
 * For the other servers on the same file; this one has just read what is new. If every ring before this one has been
 * answered, this one is too, and no request here goes to the database for it. A ring that came between that reading and
 * this ring is the one that this ring replaced, so it has not been answered, or somebody has read since.
 */
static void ring_for_others(const ik_ctx_t *ctx, int has_read)
{
    apr_int64_t before = 0, stamp = ik_store_bell_ring(&before, ctx->store, ctx->p);

    if (has_read && stamp && before == ik_revocations_bell(ctx->revocations))
        ik_revocations_answer(ctx->revocations, stamp);
}

void ik_revoke_publish(const ik_ctx_t *ctx, ik_db_t *db)
{
    apr_status_t rv = ctx->revocations ? ik_revoke_sync(ctx, db) : APR_SUCCESS;

    if (rv != APR_SUCCESS)
        ik_log(ctx->log, IK_LOG_WARNING, "IK0312", rv,
               "a revocation is saved, but cannot be read back at once: it acts as soon as the database answers%s%s",
               *ik_db_problem(db) ? ": " : "", ik_db_problem(db));
    ring_for_others(ctx, ctx->revocations && rv == APR_SUCCESS);
}

/* On a connection of its own that is given back at once: the request may last long. */
static apr_status_t sync_now(const ik_ctx_t *ctx)
{
    apr_pool_t *p;
    ik_db_t *db;
    apr_status_t rv = apr_pool_create(&p, ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, p);
    if (rv == APR_SUCCESS)
        rv = ik_revoke_sync(ctx, db);
    apr_pool_destroy(p);
    return rv;
}

void ik_revoke_listen(const ik_ctx_t *ctx)
{
    apr_int64_t stamp;
    apr_status_t rv;

    if (!ctx->revocations || !ctx->store)
        return;
    stamp = ik_store_bell_stamp(ctx->store, ctx->p);
    if (!stamp || stamp == ik_revocations_bell(ctx->revocations))
        return;     /* a bell that is gone, perhaps with its database, tells nothing new */
    rv = sync_now(ctx);
    if (rv == APR_SUCCESS)
        ik_revocations_answer(ctx->revocations, stamp);
    else    /* every request comes here until it can; whoever polls the database says once that it fails */
        ik_log(ctx->log, IK_LOG_DEBUG, "IK0313", rv, "the database has news about revocations and cannot be read");
}
