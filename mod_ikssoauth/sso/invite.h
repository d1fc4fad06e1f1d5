/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations: a link that opens the settings page of one account once, for somebody who cannot sign in yet. */
#ifndef IK_SSO_INVITE_H
#define IK_SSO_INVITE_H

#include "model/invite.h"
#include "sso/accounts.h"
#include "store/host.h"

#define IK_INVITE_PARAMETER "invite"                                        /* of the settings page's URL */
#define IK_INVITE_DEFAULT (7 * 24 * 3600)                                   /* seconds that a link is good for */
#define IK_INVITE_MIN 60
#define IK_INVITE_MAX (30 * 24 * 3600)
#define IK_GUEST_LIFETIME apr_time_from_sec(4 * 3600)                       /* of what a redeemed one opens */

/*
 * Makes an invitation, good for that many seconds: *token (22 characters) in ctx->p, never to be seen again. author: the
 * e-mail address of the administrator, or "". Returns as sso/accounts.h says; refused besides: "lifetime_invalid",
 * "too_many_invites".
 */
apr_status_t ik_invite_make(const char **token, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                            apr_int64_t lifetime, const char *author);

/*
 * What the token is worth now; *invite in ctx->p (NULL for IK_INVITE_UNKNOWN). One that would be open is IK_INVITE_DISABLED if
 * its account is, and IK_INVITE_REVOKED if that is not served by this host. Any other status than APR_SUCCESS is a failure.
 */
apr_status_t ik_invite_look(ik_invite_state_t *state, const ik_invite_t **invite, const ik_ctx_t *ctx,
                            const char *token);

/*
 * Uses it up: *state is IK_INVITE_OPEN and *cookie the value of the guest's cookie for the one who does; else as
 * ik_invite_look says. Any other status than APR_SUCCESS is a failure.
 */
apr_status_t ik_invite_redeem(const char **cookie, ik_invite_state_t *state, const ik_ctx_t *ctx, const char *token);

/* Somebody who may change the settings of one account, and nothing else, for a while. */
typedef struct ik_guest_t {
    const char *account;
    const char *invite;         /* id of the invitation that let them in */
    const char *session;        /* 22 characters: names it in logs and form tokens */
    apr_time_t expires;
} ik_guest_t;

/*
 * Opens a guest's cookie. APR_SUCCESS with *guest in ctx->p and *state IK_INVITE_OPEN; APR_EINVAL with the reason: _EXPIRED
 * (not sealed here, or its time is over), _REVOKED (or the account is gone), _DISABLED (the account is: the cookie opens
 * it again once that is enabled, if its time is not over); any other status is a failure.
 */
apr_status_t ik_guest_open(const ik_guest_t **guest, ik_invite_state_t *state, const ik_ctx_t *ctx, const char *cookie);

/*
 * Ends what the invitation behind a guest's cookie opened, for every copy of it. APR_SUCCESS, also for a cookie that opens
 * nothing; or a failure.
 */
apr_status_t ik_guest_leave(const ik_ctx_t *ctx, const char *cookie);

/*
 * For an administrator whose own session ends with what they have just done (Delete, another identity provider): a
 * guest's cookie for this browser, as if an invitation had been made and used at once. Returns as ik_invite_make.
 */
apr_status_t ik_guest_admit(const char **cookie, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                            const char *author);

/* Those that can still do something: ik_invite_t *, in ctx->p. Returns as sso/accounts.h says. */
apr_status_t ik_invite_list(apr_array_header_t **invites, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                            const char *id);

/*
 * Revokes one, or all (invite NULL), and ends what they opened; *count is how many could still do something. Refused:
 * "invite_not_found".
 */
apr_status_t ik_invite_revoke(int *count, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *id,
                              const char *invite);

/* The link with that token on the host, in p. */
const char *ik_invite_link(const ik_known_host_t *host, const char *token, apr_pool_t *p);

/* The hosts of the database, the one that started last first: ik_known_host_t *, in ctx->p. A failure, or APR_SUCCESS. */
apr_status_t ik_invite_hosts(apr_array_header_t **hosts, const ik_ctx_t *ctx);

#endif
