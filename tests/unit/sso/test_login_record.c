/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a login: what its session carries, whom it ends, and that nothing is left of one that does not come about. */
#include "login_scene.h"
#include "model/attribute.h"
#include "sso/accounts.h"
#include "sso/attributes.h"
#include "sso/revoke.h"
#include "store/idp_key.h"
#include "store/user.h"

static ik_user_t *user_of(const scene_t *scene)
{
    ik_user_t *user;

    assert_int_equal(ik_store_user_get(&user, scene->database->db, "acme", "zoe@acme.test", scene->database->p),
                     APR_SUCCESS);
    return user;
}

/* Nobody was let in, and the assertion may be used when things are better. */
static void assert_nothing_kept(const scene_t *scene, const ik_login_t *login)
{
    assert_null(login->cookie);
    assert_null(login->identity);
    assert_int_equal(login->user_created, 0);
    assert_int_equal(ask_sql(scene->database, "SELECT count(*) FROM ik_assertion"), 0);
    assert_int_equal(ask_sql(scene->database, "SELECT count(*) FROM ik_user"), 0);
    assert_int_equal(ask_sql(scene->database, "SELECT count(*) FROM ik_revocation"), 0);
    assert_int_equal(ask_sql(scene->database, "SELECT count(*) FROM ik_verified"), 0);
}

static void begins_a_session_and_registers_the_user(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t first = log_in(scene), second;
    ik_user_t *user = user_of(scene);

    assert_int_equal(first.user_created, 1);
    assert_int_equal(state_of(scene, &first), IK_SESSION_OK);
    assert_string_equal(first.identity->email, "zoe@acme.test");
    assert_string_equal(first.identity->session_index, "_s1");
    assert_int_equal(first.identity->expires, NOW + LIFETIME);
    assert_string_equal(user->role, "developer");
    assert_int_equal(user->first_login, NOW);
    scene->machine->ctx.now += 5;
    scene->admission.user.name = "Zoe Z";
    second = log_in(scene);
    user = user_of(scene);
    assert_int_equal(second.user_created, 0);
    assert_string_not_equal(second.identity->session, first.identity->session);
    assert_string_equal(user->name, "Zoe Z");
    assert_int_equal(user->first_login, NOW);
    assert_int_equal(user->last_login, NOW + 5);
    assert_int_equal(state_of(scene, &first), IK_SESSION_OK);
}

/* Written when it is another, or an hour old, or of a time to come: an ordinary login writes nothing. */
static void remembers_the_key_that_verified(void **state)
{
    static const struct { apr_int64_t at; const char *key; apr_int64_t written; } rows[] = {
        { 0, "aa", 0 }, { 3599, "aa", 0 }, { 3600, "aa", 3600 }, { 3601, "bb", 3601 }, { 3602, "aa", 3602 }, { 3603, "aa", 3602 },
        { 60, "aa", 60 }, { 61, NULL, 60 },
    };
    scene_t *scene = make_scene(*state);

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_certificate_t certificate = { .fingerprint = rows[i].key };
        const char *fingerprint;
        apr_time_t at;

        scene->machine->ctx.now = NOW + apr_time_from_sec(rows[i].at);
        scene->admission.key = rows[i].key ? &certificate : NULL;
        log_in(scene);
        assert_int_equal(ik_store_verified_get(&fingerprint, &at, scene->database->db, "acme", scene->database->p), APR_SUCCESS);
        assert_string_equal(fingerprint, rows[i].key ? rows[i].key : "aa");
        assert_int_equal(at, NOW + apr_time_from_sec(rows[i].written));
    }
}

static void ends_no_later_than_the_identity_provider_says(void **state)
{
    scene_t *scene = make_scene(*state);

    scene->assertion.session_ends = NOW + 60;
    assert_int_equal(log_in(scene).identity->expires, NOW + 60);
    scene->assertion.session_ends = NOW + 2 * LIFETIME;
    assert_int_equal(log_in(scene).identity->expires, NOW + LIFETIME);
}

static void a_new_role_ends_the_older_sessions_and_not_the_new_one(void **state)
{
    scene_t *scene = make_scene(*state);
    machine_t *other = make_machine(*state, SLOTS);
    ik_login_t one = log_in(scene), two = log_in(scene), three;

    scene->admission.user.role = "finance";
    three = log_in(scene);
    assert_int_equal(state_of(scene, &one), IK_SESSION_REVOKED);
    assert_int_equal(state_of(scene, &two), IK_SESSION_REVOKED);
    assert_int_equal(state_of(scene, &three), IK_SESSION_OK);
    assert_string_equal(user_of(scene)->role, "finance");
    sync_machine(other);
    assert_int_equal(ask(other, two.identity), IK_REVOKED_YES);
    assert_int_equal(ask(other, three.identity), IK_REVOKED_NO);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation WHERE kind = 2 AND account = 'acme'"), 1);
}

static void the_same_role_ends_nothing(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t one = log_in(scene), two = log_in(scene);

    assert_int_equal(state_of(scene, &one), IK_SESSION_OK);
    assert_int_equal(state_of(scene, &two), IK_SESSION_OK);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 0);
}

static void is_refused_to_whoever_is_disabled(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_accounts_result_t result;
    ik_login_t before = log_in(scene), after;

    assert_int_equal(ik_accounts_user_enable(&result, &scene->machine->ctx, "acme", "zoe@acme.test", 0), APR_SUCCESS);
    assert_int_equal(state_of(scene, &before), IK_SESSION_REVOKED);
    assert_int_equal(try_login(&after, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_USER_DISABLED);
    assert_null(after.cookie);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 1);
    assert_int_equal(ik_accounts_user_enable(&result, &scene->machine->ctx, "acme", "zoe@acme.test", 1), APR_SUCCESS);
    after = log_in(scene);
    assert_int_equal(state_of(scene, &before), IK_SESSION_REVOKED);
    assert_int_equal(state_of(scene, &after), IK_SESSION_OK);
}

static void registers_whoever_was_deleted_anew(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_accounts_result_t result;
    ik_login_t before = log_in(scene), after;

    assert_int_equal(ik_accounts_user_delete(&result, &scene->machine->ctx, "acme", "zoe@acme.test"), APR_SUCCESS);
    scene->admission.user.role = "finance";
    after = log_in(scene);
    assert_int_equal(after.user_created, 1);
    assert_int_equal(state_of(scene, &before), IK_SESSION_REVOKED);
    assert_int_equal(state_of(scene, &after), IK_SESSION_OK);
}

static void is_overtaken_by_whatever_changes_the_account(void **state)
{
    static const char *const changes[] = {
        "UPDATE ik_account SET version = version + 1",
        "UPDATE ik_account SET enabled = 0",
        "DELETE FROM ik_account",
    };

    for (size_t i = 0; i < ROWS(changes); i++) {
        scene_t *scene;
        ik_login_t login;

        if (i > 0)
            drop_database(state), fresh_database(state);
        scene = make_scene(*state);
        run_sql(*state, changes[i]);
        assert_int_equal(try_login(&login, scene), IK_LOGIN_OVERTAKEN);
        assert_nothing_kept(scene, &login);
    }
}

/* What somebody does to the user between the look that chooses the level and the transaction. */
static void disturb(const scene_t *scene, const char *sql)
{
    apr_pool_t *p = scene->database->p;

    if (scene->database->path)
        sql = apr_psprintf(p, "CREATE TRIGGER disturb AFTER INSERT ON ik_assertion BEGIN %s; END", sql);
    else
        sql = apr_psprintf(p, "CREATE FUNCTION disturb() RETURNS trigger AS $$ BEGIN %s; RETURN NEW; END $$ "
                           "LANGUAGE plpgsql; CREATE TRIGGER disturb AFTER INSERT ON ik_assertion "
                           "FOR EACH ROW EXECUTE FUNCTION disturb()", sql);
    run_sql(scene->database, sql);
}

static void is_decided_again_when_the_role_changes_meanwhile(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t before = log_in(scene), login;

    disturb(scene, "UPDATE ik_user SET role = 'finance'");
    assert_int_equal(try_login(&login, scene), IK_LOGIN_OVERTAKEN);
    assert_null(login.cookie);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), 1);
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_revocation"), 0);
    assert_int_equal(state_of(scene, &before), IK_SESSION_OK);
}

static void refuses_whoever_is_disabled_meanwhile(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login = log_in(scene);

    disturb(scene, "UPDATE ik_user SET enabled = 0");
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_USER_DISABLED);
    assert_null(login.cookie);
}

static void registers_whoever_is_deleted_meanwhile(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login = log_in(scene);

    disturb(scene, "DELETE FROM ik_user");
    login = log_in(scene);
    assert_int_equal(login.user_created, 1);
    assert_int_equal(state_of(scene, &login), IK_SESSION_OK);
}

static void accepts_each_assertion_once(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login = log_in(scene);

    scene->logins--;
    assert_int_equal(try_login(&login, scene), IK_REFUSED);
    assert_int_equal(scene->why.reason, IK_REASON_REPLAYED);
    assert_null(login.cookie);
}

static const char *repeated(char c, apr_size_t n, apr_pool_t *p)
{
    char *text = apr_pcalloc(p, n + 1);

    memset(text, c, n);
    return text;
}

static void keeps_nothing_when_the_cookie_cannot_be_sealed(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login;

    scene->admission.user.name = repeated('n', 4000, scene->database->p);
    assert_int_equal(try_login(&login, scene), APR_ERANGE);
    assert_nothing_kept(scene, &login);
    scene->admission.user.name = "Zoe";
    scene->logins--;
    assert_int_equal(try_login(&login, scene), APR_SUCCESS);    /* with the same assertion */
}

static void fails_where_the_database_does_not_know_positions(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_login_t login;

    run_sql(*state, "DELETE FROM ik_meta WHERE name = 'revocation_position'");
    assert_int_not_equal(try_login(&login, scene), APR_SUCCESS);
    assert_nothing_kept(scene, &login);
}

/* What the assertion says of the groups. */
static void set_groups(scene_t *scene, const char *value)
{
    apr_pool_t *p = scene->database->p;
    ik_attribute_t *groups = apr_pcalloc(p, sizeof *groups);
    apr_array_header_t *rules = apr_array_make(p, 1, sizeof(ik_attribute_rule_t));

    APR_ARRAY_PUSH(rules, ik_attribute_rule_t) = (ik_attribute_rule_t){ .name = "groups", .variable = "GROUPS" };
    scene->machine->settings.attributes = rules;
    groups->name = "groups";
    groups->values = apr_array_make(p, 1, sizeof(const char *));
    APR_ARRAY_PUSH(groups->values, const char *) = value;
    apr_array_clear(scene->assertion.attributes);
    APR_ARRAY_PUSH(scene->assertion.attributes, ik_attribute_t *) = groups;
}

/* "GROUPS=" and the line feed are eight of the bytes. */
static void takes_small_attributes_along_and_leaves_large_ones_in_the_row(void **state)
{
    static const struct { apr_size_t len, name; int in_cookie; } rows[] = {
        { 1, 3, 1 }, { IK_ATTRIBUTES_IN_COOKIE - 8, 3, 1 }, { IK_ATTRIBUTES_IN_COOKIE - 7, 3, 0 }, { 60000, 3, 0 },
        { IK_ATTRIBUTES_IN_COOKIE - 8, 2000, 0 },       /* small, but the cookie has no room */
        { 1, 2000, 1 },
    };
    scene_t *scene = make_scene(*state);
    apr_pool_t *p = scene->database->p;

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *value = repeated((char)('a' + i), rows[i].len, p);
        const char *text = apr_pstrcat(p, "GROUPS=", value, "\n", NULL);
        ik_login_t login;
        ik_user_t *user;

        set_groups(scene, value);
        scene->admission.user.name = repeated('n', rows[i].name, p);
        login = log_in(scene);
        user = user_of(scene);
        assert_string_equal(user->attributes, text);
        assert_true(user->attributes_version > 0);
        assert_string_equal(login.identity->attributes, rows[i].in_cookie ? text : "");
        assert_true(login.identity->attributes_version == (rows[i].in_cookie ? 0 : user->attributes_version));
        assert_int_equal(state_of(scene, &login), IK_SESSION_OK);
    }
}

static void a_version_grows_with_every_change_whatever_the_clock_does(void **state)
{
    scene_t *scene = make_scene(*state);
    apr_int64_t version;

    log_in(scene);
    assert_int_equal(user_of(scene)->attributes_version, 0);
    set_groups(scene, "a");
    log_in(scene);
    version = user_of(scene)->attributes_version;
    assert_int_equal(version, NOW);
    log_in(scene);
    assert_int_equal(user_of(scene)->attributes_version, version);
    scene->machine->ctx.now -= 100;
    set_groups(scene, "b");
    log_in(scene);
    assert_int_equal(user_of(scene)->attributes_version, version + 1);
    apr_array_clear(scene->assertion.attributes);
    scene->machine->settings.attributes = NULL;
    log_in(scene);
    assert_int_equal(user_of(scene)->attributes_version, version + 2);
    assert_string_equal(user_of(scene)->attributes, "");
}

static void carries_what_logout_and_demands_for_assurance_need(void **state)
{
    scene_t *scene = make_scene(*state);
    apr_pool_t *p = scene->database->p;
    const ik_identity_t *identity = log_in(scene).identity;

    assert_string_equal(identity->name_id, "zoe@acme.test");
    assert_string_equal(identity->name_id_format, scene->assertion.name_id_format);
    assert_string_equal(identity->context, "urn:test:password");
    assert_string_equal(identity->index, ik_revoke_index_subject("zoe@acme.test", "_s1", p));
    scene->assertion.context = repeated('c', IK_CONTEXT_MAX, p);
    scene->assertion.session_index = repeated('s', 256, p);
    identity = log_in(scene).identity;
    assert_string_equal(identity->context, scene->assertion.context);
    assert_string_equal(identity->session_index, scene->assertion.session_index);
    scene->assertion.context = repeated('c', IK_CONTEXT_MAX + 1, p);
    scene->assertion.session_index = repeated('s', 257, p);
    identity = log_in(scene).identity;
    assert_string_equal(identity->context, "");
    assert_string_equal(identity->session_index, "");
    assert_string_equal(identity->index, ik_revoke_index_subject("zoe@acme.test", "", p));
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(begins_a_session_and_registers_the_user),
        ON_FRESH(remembers_the_key_that_verified),
        ON_FRESH(ends_no_later_than_the_identity_provider_says),
        ON_FRESH(a_new_role_ends_the_older_sessions_and_not_the_new_one),
        ON_FRESH(the_same_role_ends_nothing),
        ON_FRESH(is_refused_to_whoever_is_disabled),
        ON_FRESH(registers_whoever_was_deleted_anew),
        ON_FRESH(is_overtaken_by_whatever_changes_the_account),
        ON_FRESH(is_decided_again_when_the_role_changes_meanwhile),
        ON_FRESH(refuses_whoever_is_disabled_meanwhile),
        ON_FRESH(registers_whoever_is_deleted_meanwhile),
        ON_FRESH(accepts_each_assertion_once),
        ON_FRESH(keeps_nothing_when_the_cookie_cannot_be_sealed),
        ON_FRESH(fails_where_the_database_does_not_know_positions),
        ON_FRESH(takes_small_attributes_along_and_leaves_large_ones_in_the_row),
        ON_FRESH(a_version_grows_with_every_change_whatever_the_clock_does),
        ON_FRESH(carries_what_logout_and_demands_for_assurance_need),
    };

    return run_on_databases(tests);
}
