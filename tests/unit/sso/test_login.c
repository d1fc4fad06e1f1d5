/* SPDX-License-Identifier: Apache-2.0 */
/* Where an address leads, how a login starts there, and forms that wait for it: on a real database. */
#include <stdlib.h>

#include <apr_file_io.h>

#include "login_scene.h"
#include "saml/own.h"
#include "sso/held.h"
#include "sso/login.h"
#include "sso/login_request.h"
#include "store/user.h"

#define NO_METADATA NULL

/* A scene with the metadata of an identity provider for accounts that are added to it. */
typedef struct town_t {
    scene_t *scene;
    ik_ctx_t *ctx;
    const database_t *database;
    const char *metadata;
} town_t;

static const char *read_metadata(const char *name, apr_pool_t *p)
{
    const char *source = getenv("IK_SRCDIR"), *path;
    apr_file_t *file;
    apr_finfo_t info;
    char *text;

    path = apr_pstrcat(p, source ? source : ".", "/tests/fixtures/metadata/", name, NULL);
    assert_int_equal(apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, p), APR_SUCCESS);
    assert_int_equal(apr_file_info_get(&info, APR_FINFO_SIZE, file), APR_SUCCESS);
    text = apr_pcalloc(p, (apr_size_t)info.size + 1);
    assert_int_equal(apr_file_read_full(file, text, (apr_size_t)info.size, NULL), APR_SUCCESS);
    return text;
}

static town_t make_town(const database_t *database)
{
    town_t town = { .scene = make_scene(database), .database = database };
    ik_settings_t *settings = &town.scene->machine->settings;

    town.ctx = &town.scene->machine->ctx;
    town.metadata = read_metadata("okta.xml", database->p);
    assert_int_equal(ik_url_origin(&settings->origin, "https://imagekit.io", database->p), APR_SUCCESS);
    settings->consume_path = "/saml/consume";
    settings->default_target = "/dashboard";
    settings->redirect_hosts = apr_array_make(database->p, 1, sizeof(const char *));
    settings->spkeys = ik_spkeys_make(database->p);
    assert_int_equal(ik_trust_cache_create(&town.ctx->trusts, database->p), APR_SUCCESS);
    return town;
}

static void add_account(const town_t *town, const char *id, const char *domain, const char *metadata, int enabled)
{
    ik_account_t account = { .id = id, .name = "", .enabled = enabled, .metadata = metadata };

    account.idp_entity_id = metadata ? "http://www.okta.com/exk" : NULL;
    account.domains = apr_array_make(town->database->p, 1, sizeof(const char *));
    if (domain)
        APR_ARRAY_PUSH(account.domains, const char *) = domain;
    assert_int_equal(ik_store_account_insert(&account, town->database->db, NOW, town->database->p), APR_SUCCESS);
}

static void add_user(const town_t *town, const char *account, const char *email)
{
    ik_user_t user = { .account = account, .email = email, .name = "", .role = "developer", .enabled = 1 };

    assert_int_equal(ik_store_user_save(&user, town->database->db, town->database->p), APR_SUCCESS);
}

/* The account found; "several", "nobody". */
static const char *where(const town_t *town, const char *email, const char *hint)
{
    const ik_account_t *found = NULL;
    ik_where_t kind;

    assert_int_equal(ik_login_find(&kind, &found, town->ctx, email, hint), APR_SUCCESS);
    assert_true((kind == IK_WHERE_ACCOUNT) == (found != NULL));
    return kind == IK_WHERE_ACCOUNT ? found->id : kind == IK_WHERE_SEVERAL ? "several" : "nobody";
}

static town_t full_town(const database_t *database)
{
    town_t town = make_town(database);

    add_account(&town, "one", NULL, town.metadata, 1);
    add_account(&town, "two", "two.test", town.metadata, 1);
    add_account(&town, "three", "shared.test", town.metadata, 1);
    add_account(&town, "four", "shared.test", town.metadata, 1);
    add_account(&town, "off", "off.test", NO_METADATA, 1);
    add_account(&town, "shut", "shut.test", town.metadata, 0);
    add_user(&town, "one", "ann@one.test");
    add_user(&town, "one", "both@x.test");
    add_user(&town, "two", "both@x.test");
    add_user(&town, "off", "ann@off.test");
    add_user(&town, "shut", "ann@shut.test");
    add_user(&town, "one", "ann@two.test");
    return town;
}

static void finds_where_an_address_leads(void **state)
{
    static const struct { const char *email, *hint, *found; } rows[] = {
        { "ann@one.test", NULL, "one" }, { "ANN@One.TEST", NULL, "one" }, { "ann@one.test", "two", "one" },
        { "both@x.test", NULL, "several" }, { "both@x.test", "two", "two" }, { "both@x.test", "one", "one" },
        { "both@x.test", "three", "several" }, { "both@x.test", "", "several" }, { "new@two.test", NULL, "two" },
        { "ann@two.test", NULL, "one" }, { "new@shared.test", NULL, "nobody" }, { "new@shared.test", "three", "nobody" },
        { "new@sub.two.test", NULL, "nobody" }, { "ann@off.test", NULL, "nobody" }, { "ann@shut.test", NULL, "nobody" },
        { "new@nowhere.test", NULL, "nobody" }, { "two.test", NULL, "nobody" }, { "", NULL, "nobody" },
        { "a@b@two.test", NULL, "nobody" },
    };
    town_t town = full_town(*state);

    for (size_t i = 0; i < ROWS(rows); i++)
        if (strcmp(where(&town, rows[i].email, rows[i].hint), rows[i].found) != 0)
            fail_msg("%s: %s, not %s", rows[i].email, where(&town, rows[i].email, rows[i].hint), rows[i].found);
}

static void disabled_user_is_as_unknown_as_a_stranger(void **state)
{
    town_t town = full_town(*state);

    assert_int_equal(ik_store_user_enable(town.database->db, "one", "ann@one.test", 0, town.database->p), APR_SUCCESS);
    assert_string_equal(where(&town, "ann@one.test", NULL), "nobody");
}

static void host_of_one_account_knows_no_other(void **state)
{
    town_t town = full_town(*state);

    town.scene->machine->settings.only_account = "two";
    assert_string_equal(where(&town, "both@x.test", NULL), "two");
    assert_string_equal(where(&town, "ann@one.test", NULL), "nobody");
}

static ik_reason_t refused(const town_t *town, const char *id)
{
    ik_refusal_t why = { .p = town->database->p };
    const ik_account_t *account;

    assert_int_equal(ik_login_account(&account, town->ctx, id, &why), IK_REFUSED);
    return why.reason;
}

static void account_that_nobody_can_sign_in_to_is_refused(void **state)
{
    town_t town = full_town(*state);
    ik_refusal_t why = { .p = town.database->p };
    const ik_account_t *account;

    assert_int_equal(ik_login_account(&account, town.ctx, "one", &why), APR_SUCCESS);
    assert_string_equal(account->id, "one");
    assert_int_equal(refused(&town, "nobody"), IK_REASON_UNKNOWN_ACCOUNT);
    assert_int_equal(refused(&town, "a/b"), IK_REASON_UNKNOWN_ACCOUNT);
    assert_int_equal(refused(&town, "off"), IK_REASON_SSO_DISABLED);
    assert_int_equal(refused(&town, "shut"), IK_REASON_ACCOUNT_DISABLED);
    town.scene->machine->settings.only_account = "two";
    assert_int_equal(refused(&town, "one"), IK_REASON_ACCOUNT_MISMATCH);
}

static void login_starts_with_a_request_and_a_cookie(void **state)
{
    town_t town = full_town(*state);
    ik_refusal_t why = { .p = town.database->p };
    ik_start_t start = { .target = "/dashboard/x#y", .email = "ann@one.test" };
    const ik_pending_t *pending;
    ik_pending_t *opened;
    ik_outgoing_t *out;
    const char *cookie;

    assert_int_equal(ik_login_account(&start.account, town.ctx, "one", &why), APR_SUCCESS);
    assert_int_equal(ik_login_start(&out, &pending, &cookie, town.ctx, &start, &why), APR_SUCCESS);
    assert_non_null(out->redirect);
    assert_non_null(strstr(out->redirect, "SAMLRequest="));
    assert_non_null(strstr(out->redirect, apr_pstrcat(town.database->p, "RelayState=", pending->handle, NULL)));
    assert_non_null(strstr(out->redirect, "login_hint=ann"));
    assert_int_equal(ik_pending_open(&opened, town.ctx, pending->handle, cookie), APR_SUCCESS);
    assert_string_equal(opened->account, "one");
    assert_string_equal(opened->target, "https://imagekit.io/dashboard/x#y");
    assert_false(opened->force_authn);
}

static void login_that_is_to_be_signed_needs_a_key(void **state)
{
    town_t town = full_town(*state);
    ik_refusal_t why = { .p = town.database->p };
    ik_account_t account;
    ik_start_t start = { .account = &account };
    const ik_pending_t *pending;
    const ik_account_t *stored;
    ik_outgoing_t *out;
    const char *cookie;

    assert_int_equal(ik_login_account(&stored, town.ctx, "one", &why), APR_SUCCESS);
    account = *stored;
    account.options.sign_requests = 1;
    assert_int_equal(ik_login_start(&out, &pending, &cookie, town.ctx, &start, &why), IK_REFUSED);
    assert_int_equal(why.reason, IK_REASON_SSO_DISABLED);
    assert_non_null(strstr(why.detail, "IkSSOCertificate"));
}

static void target_elsewhere_is_replaced(void **state)
{
    town_t town = make_town(*state);
    const char *refused_one;

    assert_string_equal(ik_login_target(town.ctx, "/x", &refused_one), "https://imagekit.io/x");
    assert_null(refused_one);
    assert_string_equal(ik_login_target(town.ctx, "https://evil.test/", &refused_one), "https://imagekit.io/dashboard");
    assert_string_equal(refused_one, "https://evil.test/");
    assert_string_equal(ik_login_target(town.ctx, NULL, &refused_one), "https://imagekit.io/dashboard");
    assert_null(refused_one);
}

static void form_is_held_for_one_browser_and_given_back_once(void **state)
{
    town_t town = make_town(*state);
    const char *handle, *cookie, *url, *body;
    apr_size_t len;

    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x?y=1", "a=1&b=%00", 9), APR_SUCCESS);
    assert_int_equal(ik_held_take(&url, &body, &len, town.ctx, "AAAAAAAAAAAAAAAAAAAAAA", cookie), APR_NOTFOUND);
    assert_int_equal(ik_held_take(&url, &body, &len, town.ctx, handle, cookie), APR_SUCCESS);
    assert_string_equal(url, "/x?y=1");
    assert_string_equal(body, "a=1&b=%00");
    assert_int_equal(len, 9);
    assert_int_equal(ik_held_take(&url, &body, &len, town.ctx, handle, cookie), APR_NOTFOUND);
}

static void form_is_not_given_to_others_or_too_late(void **state)
{
    town_t town = make_town(*state);
    const char *handle, *cookie, *url, *body;
    char *large = apr_pcalloc(town.database->p, IK_HELD_MAX + 2);
    apr_size_t len;

    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", "a=1", 3), APR_SUCCESS);
    assert_int_equal(ik_held_take(&url, &body, &len, town.ctx, handle, "BBBBBBBBBBBBBBBBBBBBBB"), APR_NOTFOUND);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", "a=1", 3), APR_SUCCESS);
    town.ctx->now += IK_HELD_LIFETIME;
    assert_int_equal(ik_held_take(&url, &body, &len, town.ctx, handle, cookie), APR_NOTFOUND);
    memset(large, 'a', IK_HELD_MAX + 1);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", large, IK_HELD_MAX), APR_SUCCESS);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", large, IK_HELD_MAX + 1), APR_ERANGE);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", "a\0b", 3), APR_ERANGE);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(finds_where_an_address_leads),
        ON_FRESH(disabled_user_is_as_unknown_as_a_stranger),
        ON_FRESH(host_of_one_account_knows_no_other),
        ON_FRESH(account_that_nobody_can_sign_in_to_is_refused),
        ON_FRESH(login_starts_with_a_request_and_a_cookie),
        ON_FRESH(login_that_is_to_be_signed_needs_a_key),
        ON_FRESH(target_elsewhere_is_replaced),
        ON_FRESH(form_is_held_for_one_browser_and_given_back_once),
        ON_FRESH(form_is_not_given_to_others_or_too_late),
    };

    return ik_saml_start() == APR_SUCCESS ? run_on_databases(tests) : 1;
}
