/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/attributes.c: what is chosen of an assertion, and what a request gets of it later. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "sso/attributes.h"
#include "store/account.h"
#include "store/user.h"
#include "../store/database.h"

/* What was logged last, by its id; and how often anything was. */
typedef struct logged_t {
    const char *id;
    int times;
} logged_t;

static void write_log(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    logged_t *logged = to;

    (void)level;
    (void)rv;
    (void)message;
    logged->id = id;
    logged->times++;
}

static void add_rule(apr_array_header_t *rules, const char *name, const char *variable, const char *pattern)
{
    APR_ARRAY_PUSH(rules, ik_attribute_rule_t) = (ik_attribute_rule_t){ name, variable, pattern };
}

static ik_attribute_t *add_attribute(ik_assertion_t *assertion, const char *name, apr_pool_t *p)
{
    ik_attribute_t *attribute = apr_pcalloc(p, sizeof(*attribute));

    if (!assertion->attributes)
        assertion->attributes = apr_array_make(p, 4, sizeof(ik_attribute_t *));
    attribute->name = name;
    attribute->values = apr_array_make(p, 4, sizeof(const char *));
    APR_ARRAY_PUSH(assertion->attributes, ik_attribute_t *) = attribute;
    return attribute;
}

static void add_value(ik_attribute_t *attribute, const char *value)
{
    APR_ARRAY_PUSH(attribute->values, const char *) = value;
}

/* "name" or "name=value|value", one attribute each. "(xml)" stands for a value that is no plain text. */
static ik_assertion_t *assertion_of(const char *const *attributes, apr_pool_t *p)
{
    ik_assertion_t *assertion = apr_pcalloc(p, sizeof(*assertion));
    ik_attribute_t *attribute;
    char *name, *value, *next;

    assertion->id = "_1";
    assertion->attributes = apr_array_make(p, 4, sizeof(ik_attribute_t *));
    for (; *attributes; attributes++) {
        name = apr_pstrdup(p, *attributes);
        value = strchr(name, '=');
        if (value)
            *value++ = '\0';
        for (attribute = add_attribute(assertion, name, p); value; value = next) {
            next = strchr(value, '|');
            if (next)
                *next++ = '\0';
            add_value(attribute, strcmp(value, "(xml)") ? value : NULL);
        }
    }
    return assertion;
}

/* Rules as "NAME VARIABLE [PATTERN]", cut at blanks. */
static apr_array_header_t *rules_of(const char *const *lines, apr_pool_t *p)
{
    apr_array_header_t *rules = apr_array_make(p, 4, sizeof(ik_attribute_rule_t));
    char **words;

    for (; *lines; lines++) {
        apr_tokenize_to_argv(*lines, &words, p);
        add_rule(rules, words[0], words[1], words[2]);
    }
    return rules;
}

static void chooses_by_name_and_pattern(void **state)
{
    static const struct {
        const char *rules[5], *attributes[5], *expected;
        const char *log;
    } rows[] = {
        { { NULL }, { "groups=a" }, "", NULL },
        { { "groups G" }, { NULL }, "", NULL },
        { { "groups G" }, { "groups" }, "", NULL },
        { { "groups G" }, { "groups=" }, "", NULL },
        { { "groups G" }, { "groups=a|b|c" }, "G=a;b;c\n", NULL },
        { { "groups G" }, { "groups=b|a", "other=x", "groups=c|a|b" }, "G=b;a;c\n", NULL },
        { { "groups G" }, { "Groups=x", "group=x", "groups=a", "groups2=x" }, "G=a\n", NULL },
        { { "groups G", "memberOf G" }, { "memberOf=m|a", "groups=a|g" }, "G=m;a;g\n", NULL },
        { { "groups G", "office O" }, { "office=K\xc3\xb6ln", "groups=a" }, "G=a\nO=K\xc3\xb6ln\n", NULL },
        { { "groups G", "groups H" }, { "groups=a|b" }, "G=a;b\nH=a;b\n", NULL },
        { { "groups G a*" }, { "groups=a|b|ab|A|ba" }, "G=a;ab\n", NULL },
        { { "groups G a*", "groups G *b", "groups H b" }, { "groups=a|b|ab|c" }, "G=a;b;ab\nH=b\n", NULL },
        { { "groups G a*", "memberOf G" }, { "groups=a|x", "memberOf=y" }, "G=a;y\n", NULL },
        { { "groups G CN=*,OU=*" }, { "groups=CN=x/y,OU=z|OU=z" }, "G=CN=x/y,OU=z\n", NULL },
        { { "groups G a*" }, { "groups=b" }, "", NULL },
        { { "groups G" }, { "groups=a;b|c\\d|;|\\" }, "G=a\\;b;c\\\\d;\\;;\\\\\n", NULL },
        { { "groups G" }, { "groups=x=y&<z>" }, "G=x=y&<z>\n", NULL },
        { { "groups G" }, { "groups=a|b\nG=admin|c\xc2\x9b|d\xe2\x80\xa8|e\x7f|f\t|z" }, "G=a;z\n", "IK0330" },
        { { "groups G" }, { "groups=(xml)|a" }, "G=a\n", "IK0330" },
        { { "groups G" }, { "groups=a\nb" }, "", "IK0330" },
        /* what a pattern leaves out anyway is not worth a line in the log */
        { { "groups G a*" }, { "groups=b\n|a" }, "G=a\n", NULL },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        logged_t logged = { 0 };
        ik_log_t log = { write_log, &logged };
        ik_settings_t settings = { .attributes = rules_of(rows[i].rules, *state) };
        ik_ctx_t ctx = { .p = *state, .settings = &settings, .log = &log };

        assert_string_equal(ik_attributes_choose(&ctx, assertion_of(rows[i].attributes, *state)), rows[i].expected);
        assert_int_equal(logged.times, rows[i].log != NULL);
        if (rows[i].log)
            assert_string_equal(logged.id, rows[i].log);
    }
}

static void chooses_nothing_where_nothing_is_configured(void **state)
{
    static const char *const attributes[] = { "groups=a", NULL };
    ik_settings_t settings = { 0 };
    ik_ctx_t ctx = { .p = *state, .settings = &settings };

    assert_string_equal(ik_attributes_choose(&ctx, assertion_of(attributes, *state)), "");
}

/* 3,000 values of 40 bytes: the first 1,598 fit into 64 KiB with their separators, and a short one behind them. */
static void leaves_out_whole_values_that_do_not_fit(void **state)
{
    logged_t logged = { 0 };
    ik_log_t log = { write_log, &logged };
    apr_array_header_t *rules = apr_array_make(*state, 1, sizeof(ik_attribute_rule_t));
    ik_settings_t settings = { .attributes = rules };
    ik_ctx_t ctx = { .p = *state, .settings = &settings, .log = &log };
    ik_assertion_t assertion = { .id = "_1" };
    ik_attribute_t *groups = add_attribute(&assertion, "groups", *state);
    const char *text;
    apr_array_header_t *read;
    int i;

    add_rule(rules, "groups", "IKSSO_GROUPS", NULL);
    for (i = 0; i < 3000; i++)
        add_value(groups, apr_psprintf(*state, "group-%034d", i));
    add_value(groups, "last");
    text = ik_attributes_choose(&ctx, &assertion);
    assert_true(strlen(text) <= IK_ATTRIBUTES_MAX && strlen(text) > IK_ATTRIBUTES_MAX - 41);
    assert_string_equal(logged.id, "IK0331");
    read = ik_attributes_read(text, *state);
    assert_int_equal(read->nelts, 1);
    text = APR_ARRAY_IDX(read, 0, ik_passed_t).value;
    assert_memory_equal(text, "group-0000000000000000000000000000000000;group-", 47);
    assert_string_equal(text + strlen(text) - 5, ";last");
}

static void fills_the_bound_to_the_byte(void **state)
{
    apr_array_header_t *rules = apr_array_make(*state, 1, sizeof(ik_attribute_rule_t));
    ik_settings_t settings = { .attributes = rules };
    ik_ctx_t ctx = { .p = *state, .settings = &settings };
    ik_assertion_t assertion = { .id = "_1" };
    ik_attribute_t *groups = add_attribute(&assertion, "groups", *state);
    char *value = apr_pcalloc(*state, IK_ATTRIBUTES_MAX);
    int too_long;

    add_rule(rules, "groups", "G", NULL);
    for (too_long = 1; too_long >= 0; too_long--) {
        memset(value, 'x', IK_ATTRIBUTES_MAX - 1);
        value[IK_ATTRIBUTES_MAX - 3 + too_long] = '\0';
        apr_array_clear(groups->values);
        add_value(groups, value);
        assert_int_equal(strlen(ik_attributes_choose(&ctx, &assertion)), too_long ? 0 : IK_ATTRIBUTES_MAX);
    }
}

/* Somebody signed in, whose attributes are in the row. */
typedef struct scene_t {
    ik_db_t *db;
    ik_settings_t settings;
    ik_ctx_t ctx;
    ik_identity_t identity;
    logged_t logged;
    ik_log_t log;
} scene_t;

static scene_t *make_scene(const database_t *database)
{
    static const char *const rules[] = { "groups IKSSO_GROUPS", NULL };
    apr_pool_t *p = database->p;
    scene_t *scene = apr_pcalloc(p, sizeof(*scene));
    ik_account_t account = { .id = "acme", .name = "Acme", .enabled = 1,
                             .domains = apr_array_make(p, 1, sizeof(const char *)) };

    scene->db = database->db;
    scene->settings.attributes = rules_of(rules, p);
    scene->log = (ik_log_t){ write_log, &scene->logged };
    scene->ctx = (ik_ctx_t){ .p = p, .now = apr_time_from_sec(1800000000), .settings = &scene->settings,
                             .store = database->store, .log = &scene->log };
    scene->identity = (ik_identity_t){ .account = "acme", .email = "ann@acme.test", .attributes = "",
                                       .attributes_version = 10 };
    assert_int_equal(ik_store_account_insert(&account, scene->db, scene->ctx.now, p), APR_SUCCESS);
    assert_int_equal(ik_attribute_cache_create(&scene->ctx.attributes, IK_ATTRIBUTE_CACHE_MAX, p), APR_SUCCESS);
    return scene;
}

static void save(scene_t *scene, const char *attributes, apr_int64_t version)
{
    ik_user_t user = { .account = "acme", .email = "ann@acme.test", .name = "Ann", .role = "developer", .enabled = 1,
                       .attributes = attributes, .attributes_version = version };

    assert_int_equal(ik_store_user_save(&user, scene->db, scene->ctx.p), APR_SUCCESS);
}

static void delete_user(scene_t *scene)
{
    assert_int_equal(ik_store_user_delete(scene->db, "acme", "ann@acme.test", scene->ctx.p), APR_SUCCESS);
}

/* From now on the database does not answer. */
static void lose_database(scene_t *scene)
{
    const char *problem;

    assert_int_equal(ik_store_open(&scene->ctx.store, "sqlite3:/nowhere/to/be/found", 1, scene->ctx.p, &problem),
                     APR_SUCCESS);
}

/* The groups, "(none)", or "(failure)" and the like. */
static const char *groups(scene_t *scene)
{
    apr_array_header_t *got;
    apr_status_t rv = ik_attributes_get(&got, &scene->ctx, &scene->identity);

    if (rv != APR_SUCCESS) {
        assert_null(got);
        return rv == APR_NOTFOUND ? "(over)" : "(failure)";
    }
    if (got->nelts == 0)
        return "(none)";
    assert_int_equal(got->nelts, 1);
    assert_string_equal(APR_ARRAY_IDX(got, 0, ik_passed_t).variable, "IKSSO_GROUPS");
    return APR_ARRAY_IDX(got, 0, ik_passed_t).value;
}

static void asks_nobody_for_what_the_cookie_holds(void **state)
{
    scene_t *scene = make_scene(*state);

    scene->identity.attributes_version = 0;
    lose_database(scene);
    assert_string_equal(groups(scene), "(none)");
    scene->identity.attributes = "IKSSO_GROUPS=a;b\n";
    assert_string_equal(groups(scene), "a;b");
    assert_int_equal(scene->logged.times, 0);
}

static void asks_nobody_once_nothing_is_configured(void **state)
{
    scene_t *scene = make_scene(*state);

    scene->settings.attributes = NULL;
    lose_database(scene);
    assert_string_equal(groups(scene), "(none)");
    scene->identity.attributes_version = 0;
    scene->identity.attributes = "IKSSO_GROUPS=a;b\n";
    assert_string_equal(groups(scene), "(none)");
}

static void reads_the_row_once(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=a\n", 10);
    assert_string_equal(groups(scene), "a");
    lose_database(scene);
    assert_string_equal(groups(scene), "a");
    assert_int_equal(scene->logged.times, 0);
}

static void reads_the_row_without_a_cache(void **state)
{
    scene_t *scene = make_scene(*state);

    scene->ctx.attributes = NULL;
    save(scene, "IKSSO_GROUPS=a\n", 10);
    assert_string_equal(groups(scene), "a");
    lose_database(scene);
    assert_string_equal(groups(scene), "(failure)");
}

/* The cache of this process is of before; the cookie of the new login says so. */
static void shows_a_new_login_its_own_at_once(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=old\n", 10);
    assert_string_equal(groups(scene), "old");
    save(scene, "IKSSO_GROUPS=new\n", 20);
    assert_string_equal(groups(scene), "old");
    scene->identity.attributes_version = 20;
    assert_string_equal(groups(scene), "new");
    scene->identity.attributes_version = 10;
    assert_string_equal(groups(scene), "new");
}

static void shows_an_older_session_the_new_ones_within_a_minute(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=old\n", 10);
    assert_string_equal(groups(scene), "old");
    save(scene, "", 20);
    assert_string_equal(groups(scene), "old");
    scene->ctx.now += IK_ATTRIBUTE_CACHE_FRESH;
    assert_string_equal(groups(scene), "(none)");
}

/* Asked again, the row is right: also for the requests after that one. */
static void shows_what_was_restored_within_a_minute(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=new\n", 20);
    assert_string_equal(groups(scene), "new");
    run_sql(*state, "UPDATE ik_user SET attributes = 'IKSSO_GROUPS=restored\n', attributes_version = 12");
    scene->ctx.now += IK_ATTRIBUTE_CACHE_FRESH;
    for (int i = 0; i < 3; i++)
        assert_string_equal(groups(scene), "restored");
}

static void goes_on_with_what_it_has_while_the_database_is_away(void **state)
{
    scene_t *scene = make_scene(*state);
    ik_store_t *store = scene->ctx.store;

    save(scene, "IKSSO_GROUPS=old\n", 10);
    assert_string_equal(groups(scene), "old");
    save(scene, "IKSSO_GROUPS=new\n", 20);
    lose_database(scene);
    scene->ctx.now += 10 * IK_ATTRIBUTE_CACHE_FRESH;
    assert_string_equal(groups(scene), "old");
    assert_string_equal(scene->logged.id, "IK0332");
    assert_string_equal(groups(scene), "old");
    assert_int_equal(scene->logged.times, 1);
    /* but never for a login that came after */
    scene->identity.attributes_version = 20;
    assert_string_equal(groups(scene), "(failure)");
    scene->ctx.store = store;
    assert_string_equal(groups(scene), "new");
}

static void fails_when_nothing_is_known_and_nobody_answers(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=a\n", 10);
    lose_database(scene);
    for (int i = 0; i < 5; i++)
        assert_string_equal(groups(scene), "(failure)");
    assert_string_equal(scene->logged.id, "IK0332");
    assert_int_equal(scene->logged.times, 1);
    scene->ctx.store = NULL;
    assert_string_equal(groups(scene), "(failure)");
}

static void ends_with_the_row(void **state)
{
    scene_t *scene = make_scene(*state);

    assert_string_equal(groups(scene), "(over)");
    save(scene, "IKSSO_GROUPS=a\n", 10);
    assert_string_equal(groups(scene), "a");
    delete_user(scene);
    scene->ctx.now += IK_ATTRIBUTE_CACHE_FRESH;
    assert_string_equal(groups(scene), "(over)");
    /* also for those who would have been spared from asking, and when the database is away then */
    assert_string_equal(groups(scene), "(over)");
    lose_database(scene);
    assert_string_equal(groups(scene), "(failure)");
}

static void ends_with_a_row_that_is_older_than_the_login(void **state)
{
    scene_t *scene = make_scene(*state);

    save(scene, "IKSSO_GROUPS=restored\n", 9);
    assert_string_equal(groups(scene), "(over)");
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

static int run_choosing(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(chooses_by_name_and_pattern),
        pool_test(chooses_nothing_where_nothing_is_configured),
        pool_test(leaves_out_whole_values_that_do_not_fit),
        pool_test(fills_the_bound_to_the_byte),
    };

    return cmocka_run_group_tests_name("choosing", tests, NULL, NULL);
}

static int run_finding(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(asks_nobody_for_what_the_cookie_holds),
        ON_FRESH(asks_nobody_once_nothing_is_configured),
        ON_FRESH(reads_the_row_once),
        ON_FRESH(reads_the_row_without_a_cache),
        ON_FRESH(shows_a_new_login_its_own_at_once),
        ON_FRESH(shows_what_was_restored_within_a_minute),
        ON_FRESH(shows_an_older_session_the_new_ones_within_a_minute),
        ON_FRESH(goes_on_with_what_it_has_while_the_database_is_away),
        ON_FRESH(fails_when_nothing_is_known_and_nobody_answers),
        ON_FRESH(ends_with_the_row),
        ON_FRESH(ends_with_a_row_that_is_older_than_the_login),
    };

    return run_on_databases(tests);
}

int main(void)
{
    if (apr_initialize() != APR_SUCCESS)
        return 1;
    return run_choosing() + run_finding();
}
