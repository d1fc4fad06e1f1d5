/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps metadata current that an identity provider publishes at a URL (R19). */
#ifndef IK_SSO_REFRESH_H
#define IK_SSO_REFRESH_H

#include "fetch/fetch.h"
#include "model/source.h"
#include "sso/accounts.h"

/* How long a fetch keeps everybody else of the cluster away: longer than it can take, and so long if its process dies. */
#define IK_REFRESH_LEASE apr_time_from_sec(120)

/*
 * Fetches the metadata at url for an account, at once, and from then on again and again: whoever names a URL trusts what
 * is there, as if it was pasted. "": it is fetched no more, and what is there stays. As sso/accounts.h says, with
 * result->report of what was fetched; codes besides: "url_refused" with the sentence, also for what is no metadata;
 * "changed_meanwhile" if people have decided otherwise since seen (of ik_accounts_get; 0: whatever it is), unless it is
 * fetched from that URL already, or from none.
 */
apr_status_t ik_refresh_set(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id, const char *url,
                            apr_int64_t seen);

/*
 * Fetches anew what an account's metadata is fetched from, whether its time has come or not. Refused: "no_url";
 * "fetch_failed": what is there stays in force, and why is kept in the source. result->source is what it is now.
 */
apr_status_t ik_refresh_now(ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id);

/*
 * Fetches one of the sources whose time has come, if there is one that nobody of the cluster is fetching. APR_SUCCESS,
 * whatever came of it, with *id the account, or NULL if there was none, and result->source as it is now; or a failure,
 * with result->problem. wanted has is_over and arg alone, as in fetch/fetch.h.
 */
apr_status_t ik_refresh_due(const char **id, ik_accounts_result_t *result, const ik_ctx_t *ctx, const ik_fetch_t *wanted);

/*
 * What an attempt to fetch source means: rv and fetched are of ik_fetch. Saves new metadata of the same identity provider
 * (no session ends, and what rolling back leads to stays), or keeps the last good one and says why; plans the next time.
 * Does nothing if the source is another by now. For the two above, and for tests.
 */
apr_status_t ik_refresh_settle(ik_accounts_result_t *result, const ik_ctx_t *ctx, const ik_source_t *source,
                               apr_status_t rv, const ik_fetched_t *fetched);

/* All sources, ik_source_t * in ctx->p, in no order that matters. As sso/accounts.h says. */
apr_status_t ik_refresh_list(apr_array_header_t **sources, ik_accounts_result_t *result, const ik_ctx_t *ctx);

#endif
