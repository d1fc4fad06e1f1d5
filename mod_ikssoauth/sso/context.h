/* SPDX-License-Identifier: Apache-2.0 */
/* What a use case works with: built once per request or command, passed first to every function of this room. */
#ifndef IK_SSO_CONTEXT_H
#define IK_SSO_CONTEXT_H

#include <apr_tables.h>
#include <apr_time.h>

#include "base/log.h"
#include "base/url.h"
#include "model/account.h"
#include "saml/spkeys.h"
#include "seal/keyring.h"
#include "shm/counters.h"
#include "shm/revocations.h"
#include "sso/attribute_cache.h"
#include "sso/trust_cache.h"
#include "store/db.h"

/* What an administrator configured for a virtual host; read-only once the server runs. */
typedef struct ik_settings_t {
    ik_origin_t origin;                     /* IkSSOPublicURL: never taken from the request */
    const char *consume_path, *login_path, *logout_path, *metadata_path;
    const char *default_target;
    apr_array_header_t *redirect_hosts;     /* const char * */
    apr_array_header_t *roles;              /* const char * */
    apr_array_header_t *claim_account, *claim_name, *claim_role;    /* const char *: names of attributes */
    apr_int64_t session_lifetime, session_idle, clock_skew;         /* seconds */
    const char *only_account;               /* IkSSOAccount, or NULL */
    const apr_array_header_t *attributes;   /* ik_attribute_rule_t, or NULL */
    const ik_spkeys_t *spkeys;              /* never NULL; may be empty */
    int sign_metadata;                      /* IkSSOSignMetadata */
} ik_settings_t;

typedef struct ik_ctx_t {
    apr_pool_t *p;              /* of the request or command */
    apr_time_t now;
    const ik_settings_t *settings;
    ik_store_t *store;          /* connections are acquired when first needed */
    const ik_keyring_t *keys;
    ik_trust_cache_t *trusts;
    ik_counters_t *counters;    /* may be NULL */
    ik_revocations_t *revocations;      /* of this machine; NULL in a program that serves no requests */
    ik_attribute_cache_t *attributes;   /* of this process; NULL likewise */
    const ik_log_t *log;
    const struct ik_by_t *by;           /* who brings about what is done (model/event.h); NULL: the server itself */
    const struct ik_audit_t *audit;     /* where events go (sso/audit.h); NULL: nowhere */
    struct ik_traces_t *traces;         /* where refusals are noted (shm/traces.h); NULL: nowhere */
} ik_ctx_t;

/* The consume URL of this host, "https://HOST/saml/consume": the default entity ID, Audience and ACS (design 1.1). */
const char *ik_ctx_consume_url(const ik_ctx_t *ctx);

/* Our entity ID for an account: its own, or the consume URL (design 1.1, 1.2). In ctx->p, or the account's. */
const char *ik_ctx_entity_id(const ik_ctx_t *ctx, const ik_account_t *account);

/*
 * Where an account's messages go, as its Recipient and Destination spell it: its own entity ID when that is the
 * consume URL with a fragment ("https://HOST/saml/consume#ACCOUNT", design 1.2), else the consume URL.
 */
const char *ik_ctx_acs(const ik_ctx_t *ctx, const ik_account_t *account);

#endif
