/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a session's cookie: an identity goes through it whole, and nothing else opens. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/pack.h"
#include "seal/seal.h"
#include "session_host.h"
#include "sso/revoke.h"

static void opens_the_identity_it_sealed_in_every_field(void **state)
{
    ik_identity_t rows[] = { zoe, zoe, zoe, zoe, zoe, zoe, zoe };
    const host_t *host = our_host(*state);
    apr_size_t i;

    rows[1].name_id = "someone-else@elsewhere.example";
    rows[2].name_id = zoe.email;
    rows[3].name = rows[3].name_id = rows[3].session_index = "";
    rows[4].authenticated = -1;
    rows[4].expires = S(1800000000) + 123456;
    rows[4].issued = rows[4].seen = START - 1;
    rows[5].attributes = "";
    rows[5].attributes_version = START;
    rows[5].position = 0;
    rows[6].name_id_format = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    rows[6].context = "";
    for (i = 0; i < ROWS(rows); i++) {
        const ik_identity_t *identity;
        const char *renewed;

        assert_int_equal(open_value(&identity, &renewed, host, seal(host, &rows[i])), IK_SESSION_OK);
        assert_null(renewed);
        assert_same(identity, &rows[i]);
    }
}

static void takes_a_missing_text_for_an_empty_one(void **state)
{
    const host_t *host = our_host(*state);
    ik_identity_t sparse = zoe;
    const ik_identity_t *identity;
    const char *renewed;

    sparse.name = sparse.name_id = sparse.session_index = sparse.attributes = sparse.context = NULL;
    sparse.name_id_format = NULL;
    assert_int_equal(open_value(&identity, &renewed, host, seal(host, &sparse)), IK_SESSION_OK);
    assert_string_equal(identity->name, "");
    assert_string_equal(identity->name_id, "");
    assert_string_equal(identity->session_index, "");
    assert_string_equal(identity->attributes, "");
    assert_string_equal(identity->context, "");
    assert_string_equal(identity->name_id_format, EMAIL_FORMAT);
    assert_string_equal(identity->email, zoe.email);
}

static const char *repeated(char c, apr_size_t n, apr_pool_t *p)
{
    char *text = apr_palloc(p, n + 1);

    memset(text, c, n);
    text[n] = '\0';
    return text;
}

/* Every field as long as it may legally be, but attributes: these go along where there is room. */
static ik_identity_t largest(apr_pool_t *p)
{
    ik_identity_t identity = zoe;

    identity.account = repeated('A', 64, p);
    identity.name_id = apr_pstrcat(p, repeated('M', 242, p), "@ACME.EXAMPL", NULL);
    identity.email = apr_pstrcat(p, repeated('m', 242, p), "@acme.exampl", NULL);
    identity.name = repeated('n', 1024, p);
    identity.role = repeated('r', 64, p);
    identity.idp = repeated('i', 1024, p);
    identity.session_index = repeated('s', 256, p);
    identity.context = repeated('c', IK_CONTEXT_MAX, p);
    identity.attributes = "";
    return identity;
}

static void fits_the_largest_legal_identity_into_a_cookie(void **state)
{
    const host_t *host = our_host(*state);
    ik_identity_t identity = largest(*state);
    const ik_identity_t *opened;
    const char *value, *renewed;

    assert_int_equal(strlen(identity.email), 254);
    assert_int_equal(strlen(identity.name_id), 254);
    value = seal(host, &identity);
    assert_int_equal(strlen(value), 3975);  /* as docs/cookie.md says */
    assert_int_equal(open_value(&opened, &renewed, host, value), IK_SESSION_OK);
    assert_same(opened, &identity);
}

static void fits_a_large_identity_whose_name_id_is_another_address_without_its_session_index(void **state)
{
    const host_t *host = our_host(*state);
    ik_identity_t identity = largest(*state);
    const char *value = "";

    identity.name_id = repeated('x', 254, *state);
    assert_int_equal(ik_session_seal(&value, &host->ctx, &identity), APR_ERANGE);
    assert_null(value);
    identity.session_index = "";
    assert_true(strlen(seal(host, &identity)) <= IK_SESSION_COOKIE_MAX);
}

static void refuses_to_seal_more_than_a_cookie_holds(void **state)
{
    const host_t *host = our_host(*state);
    ik_identity_t identity = zoe;
    const char *value = "";
    apr_size_t n, fitted = 0;

    for (n = 2500; n < 3200; n++) {
        identity.name = repeated('n', n, *state);
        if (ik_session_seal(&value, &host->ctx, &identity) != APR_SUCCESS)
            break;
        fitted = strlen(value);
        assert_int_equal(state_of(host, value), IK_SESSION_OK);
    }
    assert_in_range(fitted, IK_SESSION_COOKIE_MAX - 2, IK_SESSION_COOKIE_MAX);
    assert_int_equal(ik_session_seal(&value, &host->ctx, &identity), APR_ERANGE);
    assert_null(value);
    identity.name = repeated('n', 70000, *state);
    assert_int_equal(ik_session_seal(&value, &host->ctx, &identity), APR_ERANGE);
}

static void refuses_to_seal_what_would_not_open(void **state)
{
    ik_identity_t rows[] = { zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe, zoe };
    const host_t *host = our_host(*state);
    apr_size_t i;

    rows[0].session = "";
    rows[1].account = "";
    rows[2].email = "";
    rows[3].role = "";
    rows[4].idp = NULL;
    rows[5].email = NULL;
    rows[6].issued = -1;
    rows[7].seen = APR_INT64_MIN;
    rows[8].expires = APR_INT64_MAX;
    rows[9].issued = APR_INT64_MAX;
    rows[10].position = -1;
    rows[11].attributes_version = -1;
    rows[12].index = "";
    for (i = 0; i < ROWS(rows); i++) {
        const char *value = "";

        assert_int_equal(ik_session_seal(&value, &host->ctx, &rows[i]), APR_EGENERAL);
        assert_null(value);
    }
}

static void finds_no_session_where_no_cookie_is(void **state)
{
    const host_t *host = our_host(*state);

    assert_int_equal(state_of(host, NULL), IK_SESSION_NONE);
    assert_int_equal(state_of(host, ""), IK_SESSION_NONE);
}

static void cannot_read_what_it_did_not_seal_for_this_host(void **state)
{
    const host_t *host = our_host(*state);
    const host_t *port = make_host("https://imagekit.io:8443", OLD, *state);
    const host_t *stranger = make_host("https://imagekit.io", NEW, *state);
    const char *value = seal(host, &zoe);
    const char *const rows[] = {
        "x", "deleted", "../../etc/passwd", seal(port, &zoe), seal(stranger, &zoe), value + 1,
        apr_pstrcat(*state, value, "A", NULL), apr_pstrcat(*state, "\"", value, "\"", NULL),
        apr_pstrmemdup(*state, value, strlen(value) - 1), repeated('A', 4000, *state), repeated('A', 4001, *state),
        repeated('\x01', 100000, *state),
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(state_of(host, rows[i]), IK_SESSION_UNREADABLE);
    assert_int_equal(state_of(host, value), IK_SESSION_OK);
}

/* Bytes as the text of a cookie, sealed for the purpose. */
static const char *seal_bytes(const host_t *host, const char *purpose, const void *bytes, apr_size_t len)
{
    ik_seal_scope_t scope = { .purpose = purpose, .host = host->settings.origin.text };
    const char *text;

    assert_int_equal(ik_seal(&text, host->ctx.keys, host->ctx.now, &scope, bytes, len, host->ctx.p), APR_SUCCESS);
    return text;
}

/* The bytes of zoe's cookie. */
static const unsigned char *plain(apr_size_t *len, const host_t *host)
{
    ik_seal_scope_t scope = { .purpose = "session", .host = host->settings.origin.text };
    const unsigned char *bytes;

    assert_int_equal(ik_unseal(&bytes, len, host->ctx.keys, &scope, seal(host, &zoe), host->ctx.p), APR_SUCCESS);
    return bytes;
}

static void cannot_read_what_was_sealed_for_another_purpose(void **state)
{
    const host_t *host = our_host(*state);
    apr_size_t len;
    const unsigned char *bytes = plain(&len, host);

    assert_int_equal(state_of(host, seal_bytes(host, "session", bytes, len)), IK_SESSION_OK);
    assert_int_equal(state_of(host, seal_bytes(host, "login", bytes, len)), IK_SESSION_UNREADABLE);
}

static void cannot_read_sealed_bytes_that_are_not_a_whole_identity(void **state)
{
    const host_t *host = our_host(*state);
    apr_size_t len, n;
    const unsigned char *bytes = plain(&len, host);
    unsigned char *changed = apr_pcalloc(*state, len + 1);

    memcpy(changed, bytes, len);
    for (n = 0; n < len; n++)
        assert_int_equal(state_of(host, seal_bytes(host, "session", bytes, n)), IK_SESSION_UNREADABLE);
    assert_int_equal(state_of(host, seal_bytes(host, "session", changed, len + 1)), IK_SESSION_UNREADABLE);
    assert_int_equal(changed[7], 3);
    for (n = 1; n < 5; n++) {
        changed[7] = (unsigned char)n;      /* another format */
        assert_int_equal(state_of(host, seal_bytes(host, "session", changed, len)),
                         n == 3 ? IK_SESSION_OK : IK_SESSION_UNREADABLE);
    }
    changed[7] = 3;
    changed[10] = '\0'; /* a NUL in the session id */
    assert_int_equal(state_of(host, seal_bytes(host, "session", changed, len)), IK_SESSION_UNREADABLE);
}

#define TEXTS 12
#define OLD_TEXTS 9     /* of format 2 */
#define NUMBERS 6

static const char *const some_texts[TEXTS] = { "s", "a", "e@x", "n", "r", "i", "e@x", "x", "V=x\n", "f", "c", "0123" };

/* Packs texts and numbers past all checks of ik_session_seal. */
static const char *seal_raw(const host_t *host, int format, const char *const texts[TEXTS],
                            const apr_int64_t numbers[NUMBERS])
{
    ik_pack_t to = { .p = host->ctx.p };
    int i;

    ik_pack_int(&to, format);
    for (i = 0; i < (format == 2 ? OLD_TEXTS : TEXTS); i++)
        assert_int_equal(ik_pack_text(&to, texts[i]), APR_SUCCESS);
    for (i = 0; i < NUMBERS; i++)
        ik_pack_int(&to, numbers[i]);
    return seal_bytes(host, "session", to.bytes, to.len);
}

static void cannot_read_an_identity_without_what_identifies(void **state)
{
    static const int needed[TEXTS] = { 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1 };
    static const apr_int64_t numbers[NUMBERS] = { START, START, START, START + S(60) };
    const host_t *host = our_host(*state);
    int i;

    for (i = 0; i < TEXTS; i++) {
        ik_session_state_t expected = needed[i] ? IK_SESSION_UNREADABLE : IK_SESSION_OK;
        const char *texts[TEXTS];

        memcpy(texts, some_texts, sizeof texts);
        texts[6] = i == 6 ? texts[6] : "";      /* without an e-mail, the NameID would be taken */
        texts[i] = "";
        assert_int_equal(state_of(host, seal_raw(host, 3, texts, numbers)), expected);
        if (i < OLD_TEXTS)
            assert_int_equal(state_of(host, seal_raw(host, 2, texts, numbers)), expected);
    }
}

static void cannot_read_numbers_that_overflow(void **state)
{
    static const apr_time_t extremes[] = { APR_INT64_MIN, -1, APR_INT64_MAX, S(253402300800) };
    const host_t *host = our_host(*state);
    apr_size_t i;
    int j;

    for (i = 0; i < ROWS(extremes); i++) {
        for (j = 1; j < NUMBERS; j++) {
            apr_int64_t numbers[NUMBERS] = { START, START, START, START + S(60), START, START };

            assert_int_equal(state_of(host, seal_raw(host, 3, some_texts, numbers)), IK_SESSION_OK);
            numbers[j] = extremes[i];
            assert_int_equal(state_of(host, seal_raw(host, 3, some_texts, numbers)), IK_SESSION_UNREADABLE);
        }
    }
}

/* What the release before this one sealed: signing in again is not necessary, nor is another index. */
static void opens_the_format_before_this_one_and_seals_it_in_this_one(void **state)
{
    static const apr_int64_t numbers[NUMBERS] = { START, START, START, START + S(600), START, START };
    const host_t *host = our_host(*state);
    const ik_identity_t *old, *now;
    const char *renewed;

    assert_int_equal(open_value(&old, &renewed, host, seal_raw(host, 2, some_texts, numbers)), IK_SESSION_OK);
    assert_string_equal(old->session_index, "x");
    assert_string_equal(old->context, "");
    assert_string_equal(old->name_id_format, EMAIL_FORMAT);
    assert_string_equal(old->index, ik_revoke_index_subject("e@x", "x", *state));
    assert_string_not_equal(old->index, ik_revoke_index_subject("e@x", "", *state));
    assert_string_equal(ik_revoke_index_subject("Zoe@ACME.example", "_s1", *state), INDEX);
    assert_string_equal(ik_revoke_index_subject("zoe@acme.example", "_s1", *state), INDEX);
    assert_int_equal(open_value(&now, &renewed, host, seal(host, old)), IK_SESSION_OK);
    assert_same(now, old);
}

/* The seeds of the fuzz target are made by another implementation, out of what docs/cookie.md says. */
static void opens_the_cookie_that_another_implementation_made(void **state)
{
    const char *top = getenv("IK_SRCDIR");
    const char *path = apr_pstrcat(*state, top ? top : ".", "/tests/fuzz/corpus/session/opens", NULL);
    const host_t *host = our_host(*state);
    const ik_identity_t *identity;
    char value[IK_SESSION_COOKIE_MAX + 1] = "";
    const char *renewed;
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    assert_true(read(fd, value, sizeof value - 1) > 0);
    close(fd);
    assert_int_equal(open_value(&identity, &renewed, host, value), IK_SESSION_OK);
    assert_null(renewed);
    assert_same(identity, &zoe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(opens_the_identity_it_sealed_in_every_field),
        pool_test(takes_a_missing_text_for_an_empty_one),
        pool_test(fits_the_largest_legal_identity_into_a_cookie),
        pool_test(fits_a_large_identity_whose_name_id_is_another_address_without_its_session_index),
        pool_test(refuses_to_seal_more_than_a_cookie_holds),
        pool_test(refuses_to_seal_what_would_not_open),
        pool_test(finds_no_session_where_no_cookie_is),
        pool_test(cannot_read_what_it_did_not_seal_for_this_host),
        pool_test(cannot_read_what_was_sealed_for_another_purpose),
        pool_test(cannot_read_sealed_bytes_that_are_not_a_whole_identity),
        pool_test(cannot_read_an_identity_without_what_identifies),
        pool_test(cannot_read_numbers_that_overflow),
        pool_test(opens_the_format_before_this_one_and_seals_it_in_this_one),
        pool_test(opens_the_cookie_that_another_implementation_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
