/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the session start with: a host with a fixed key ring and clock, and somebody signed in there. */
#ifndef IK_TESTS_SSO_SESSION_HOST_H
#define IK_TESTS_SSO_SESSION_HOST_H

#include <apr_strings.h>

#include "sso/session.h"
#include "../pool.h"

#define OLD "0a1b2c3d 1700000000 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define NEW "fedcba98 1700000001 Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA\n"

#define S(seconds) apr_time_from_sec(seconds)
#define START S(1800000000)
#define LIFETIME 43200
#define IDLE 3600
#define SKEW 180
#define INDEX "73f153cac5f1dee21e752db7f84a956e"    /* of NameID and SessionIndex below, as docs/cookie.md makes it */
#define EMAIL_FORMAT "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

/* What a host works with: time and settings may be changed by the test. */
typedef struct host_t {
    ik_ctx_t ctx;
    ik_settings_t settings;
    ik_log_t log;
    int logged;
} host_t;

static const ik_identity_t zoe = {
    .session = "AAAAAAAAAAAAAAAAAAAAAA", .account = "acme", .email = "zoe@acme.example",
    .name = "Zo\xc3\xab \xe6\x9d\x8e", .role = "developer", .idp = "https://idp.example/entity",
    .name_id = "Zoe@ACME.example", .session_index = "_s1",
    .name_id_format = EMAIL_FORMAT, .index = INDEX,
    .context = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    .attributes = "IKSSO_TEAM=a;b\n",
    .authenticated = START - S(300), .issued = START, .seen = START, .expires = START + S(LIFETIME),
    .position = START - 1,
};

static inline void count_message(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    host_t *host = to;

    assert_int_equal(level, IK_LOG_ERROR);
    assert_int_not_equal(rv, APR_SUCCESS);
    assert_int_equal(strlen(id), 6);
    assert_null(strstr(message, zoe.email));    /* R20 */
    host->logged++;
}

static inline ik_keyring_t *ring_of(const char *text, apr_pool_t *p)
{
    ik_keyring_t *ring;
    const char *problem;

    assert_int_equal(ik_keyring_parse(&ring, text, strlen(text), "test", p, &problem), APR_SUCCESS);
    return ring;
}

static inline host_t *make_host(const char *origin, const char *keys, apr_pool_t *p)
{
    host_t *host = apr_pcalloc(p, sizeof *host);

    host->settings.origin.text = origin;
    host->settings.session_lifetime = LIFETIME;
    host->settings.session_idle = IDLE;
    host->settings.clock_skew = SKEW;
    host->log.write = count_message;
    host->log.to = host;
    host->ctx.p = p;
    host->ctx.now = START;
    host->ctx.settings = &host->settings;
    host->ctx.keys = ring_of(keys, p);
    host->ctx.log = &host->log;
    return host;
}

static inline host_t *our_host(apr_pool_t *p)
{
    return make_host("https://imagekit.io", OLD, p);
}

static inline const char *seal(const host_t *host, const ik_identity_t *identity)
{
    const char *value;

    assert_int_equal(ik_session_seal(&value, &host->ctx, identity), APR_SUCCESS);
    return value;
}

/* Opens; whatever the state, an identity is there only if it is OK. */
static inline ik_session_state_t open_value(const ik_identity_t **identity, const char **renewed, const host_t *host,
                                            const char *value)
{
    ik_session_state_t state;

    *identity = &zoe;
    *renewed = "left over";
    state = ik_session_open(identity, renewed, &host->ctx, value);
    if (state != IK_SESSION_OK) {
        assert_null(*identity);
        assert_null(*renewed);
    } else {
        assert_non_null(*identity);
    }
    return state;
}

static inline ik_session_state_t state_of(const host_t *host, const char *value)
{
    const ik_identity_t *identity;
    const char *renewed;

    return open_value(&identity, &renewed, host, value);
}

static inline void assert_same(const ik_identity_t *a, const ik_identity_t *b)
{
    assert_string_equal(a->session, b->session);
    assert_string_equal(a->account, b->account);
    assert_string_equal(a->email, b->email);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->role, b->role);
    assert_string_equal(a->idp, b->idp);
    assert_string_equal(a->name_id, b->name_id);
    assert_string_equal(a->session_index, b->session_index);
    assert_string_equal(a->name_id_format, b->name_id_format);
    assert_string_equal(a->index, b->index);
    assert_string_equal(a->context, b->context);
    assert_string_equal(a->attributes, b->attributes);
    assert_true(a->position == b->position);
    assert_true(a->attributes_version == b->attributes_version);
    assert_true(a->authenticated == b->authenticated);
    assert_true(a->issued == b->issued);
    assert_true(a->expires == b->expires);
    assert_true(a->seen == b->seen);
}

#endif
