/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the audit log: what is in them, that nothing breaks out of one, and where they go. */
#include "accounts_scene.h"
#include "audit_log.h"

#include "base/text.h"
#include "sso/audit.h"
#include "store/outbox.h"

#define ORIGIN "https://imagekit.test"

/* The line after its id, which is random. */
static const char *told(const ik_event_t *event, const ik_by_t *by, const char *host, apr_pool_t *p)
{
    const char *line = ik_audit_line(event, by, NOW + 123456, host, p), *id = strstr(line, "\"id\":\"");

    assert_non_null(id);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    return apr_pstrcat(p, apr_pstrmemdup(p, line, (apr_size_t)(id - line)), strchr(id, ',') + 1, NULL);
}

static void tells_only_what_is_known(void **state)
{
    const database_t *database = *state;
    ik_event_t event = ik_event_of(IK_EVENT_ACCOUNT_ADDED, "acme");

    assert_string_equal(told(&event, NULL, NULL, database->p),
                        "{\"time\":\"2027-01-15T08:00:00.123Z\",\"event\":\"account_added\",\"by\":\"server\","
                        "\"account\":\"acme\"}\n");
    event = ik_event_of(IK_EVENT_KEY_ROTATED, NULL);
    event.subject = "0a1b2c3d";
    assert_string_equal(told(&event, &(ik_by_t){ .kind = IK_BY_OPERATOR, .who = "root" }, NULL, database->p),
                        "{\"time\":\"2027-01-15T08:00:00.123Z\",\"event\":\"key_rotated\",\"by\":\"operator\","
                        "\"who\":\"root\",\"subject\":\"0a1b2c3d\"}\n");
}

static void tells_everything_that_is_known(void **state)
{
    const database_t *database = *state;
    const ik_by_t by = { .kind = IK_BY_ADMINISTRATOR, .who = "ann@acme.test", .client = "192.0.2.1" };
    const ik_event_t event = {
        .id = IK_EVENT_USER_CHANGED, .account = "acme", .email = "bob@acme.test", .session = "S", .idp = "https://idp.test",
        .role_before = "finance", .role = "developer", .name_before = "Bob", .name = "B\xc3\xb6" "b \"B\"", .reason = "r",
        .trace = "T", .detail = "d", .subject = "s", .days = 0, .count = 3,
    };

    assert_string_equal(told(&event, &by, ORIGIN, database->p),
                        "{\"time\":\"2027-01-15T08:00:00.123Z\",\"event\":\"user_changed\",\"host\":\"" ORIGIN "\","
                        "\"by\":\"administrator\",\"who\":\"ann@acme.test\",\"client\":\"192.0.2.1\","
                        "\"account\":\"acme\",\"email\":\"bob@acme.test\",\"session\":\"S\",\"idp\":\"https://idp.test\","
                        "\"role_before\":\"finance\",\"role\":\"developer\",\"name_before\":\"Bob\","
                        "\"name\":\"B\xc3\xb6" "b \\\"B\\\"\",\"reason\":\"r\",\"trace\":\"T\",\"subject\":\"s\",\"detail\":\"d\","
                        "\"days\":0,\"count\":3}\n");
}

static void who_signs_in_is_who_it_is_about_and_who_is_refused_is_nobody(void **state)
{
    const database_t *database = *state;
    const ik_by_t by = { .kind = IK_BY_USER, .client = "192.0.2.1" };
    ik_event_t event = ik_event_of(IK_EVENT_LOGIN, "acme");

    event.email = "ann@acme.test";
    assert_non_null(strstr(told(&event, &by, NULL, database->p), "\"who\":\"ann@acme.test\""));
    event.id = IK_EVENT_REFUSAL;
    assert_null(strstr(told(&event, &by, NULL, database->p), "\"who\""));
}

static void a_refusal_says_who_can_mend_it(void **state)
{
    const database_t *database = *state;
    ik_event_t event = ik_event_of(IK_EVENT_REFUSAL, "acme");

    event.reason = "role_forbidden";
    assert_non_null(strstr(told(&event, NULL, NULL, database->p), "\"reason\":\"role_forbidden\",\"actor\":\"IdP administrator\""));
    event.reason = "no_reason";
    assert_null(strstr(told(&event, NULL, NULL, database->p), "\"actor\""));
}

static void every_line_has_another_id(void **state)
{
    const database_t *database = *state;
    const ik_event_t event = ik_event_of(IK_EVENT_LOGIN, "acme");

    assert_string_not_equal(ik_audit_line(&event, NULL, NOW, NULL, database->p),
                            ik_audit_line(&event, NULL, NOW, NULL, database->p));
}

/* As an event whose every value is so. */
static const char *line_full_of(const char *value, apr_pool_t *p)
{
    const ik_by_t by = { .kind = IK_BY_ADMINISTRATOR, .who = value, .client = value };
    const ik_event_t event = {
        .id = IK_EVENT_CERTIFICATE_EXPIRES, .account = value, .email = value, .session = value, .idp = value,
        .role_before = value, .role = value, .name_before = value, .name = value, .reason = value, .trace = value,
        .detail = value, .subject = value, .days = 2147483647, .count = APR_INT64_MAX,
    };

    return ik_audit_line(&event, &by, NOW, value, p);
}

static const char *repeated(const char *text, int times, apr_pool_t *p)
{
    char *all = apr_pcalloc(p, strlen(text) * (apr_size_t)times + 1);

    for (int i = 0; i < times; i++)
        memcpy(all + strlen(text) * (apr_size_t)i, text, strlen(text));
    return all;
}

static void no_value_breaks_or_fills_a_line(void **state)
{
    static const char *const pieces[] = {
        "x", "\"", "\\", "\n", "\x01", "\x7f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xae", "\xc3\xa4", "\xe2\x82\xac",
        "\xf0\x9f\x94\x91", "\xff", "\x80", "\xc3", "\xed\xa0\x80", "a\xf0\x9f\x94\x91",
    };
    const database_t *database = *state;

    for (apr_size_t i = 0; i < ROWS(pieces); i++) {
        for (int times = 1; times <= 100000; times = times * 3 + 1) {
            const char *line = line_full_of(repeated(pieces[i], times, database->p), database->p);
            apr_size_t len = strlen(line);

            assert_true(len <= IK_AUDIT_LINE_MAX);
            assert_true(ik_text_is_utf8(line, len));
            assert_false(ik_text_has_control(apr_pstrmemdup(database->p, line, len - 1)));
            assert_memory_equal(line + len - 2, "}\n", 2);
        }
    }
}

static void cuts_between_characters_and_says_so(void **state)
{
    const database_t *database = *state;
    ik_event_t event = ik_event_of(IK_EVENT_REFUSAL, NULL);
    const char *line;

    event.detail = repeated("x", 1000, database->p);
    assert_non_null(strstr(told(&event, NULL, NULL, database->p), apr_pstrcat(database->p, "\"", event.detail, "\"", NULL)));
    event.detail = repeated("x", 1001, database->p);
    line = told(&event, NULL, NULL, database->p);
    assert_non_null(strstr(line, "xx\xe2\x80\xa6\"}"));
    event.detail = repeated("\xe2\x82\xac", 334, database->p);
    line = told(&event, NULL, NULL, database->p);
    assert_non_null(strstr(line, "\xe2\x82\xac\xe2\x80\xa6\"}"));
    assert_null(strstr(line, "\\ufffd"));
}

static apr_array_header_t *two_events(apr_pool_t *p)
{
    apr_array_header_t *events = apr_array_make(p, 2, sizeof(ik_event_t));

    APR_ARRAY_PUSH(events, ik_event_t) = ik_event_of(IK_EVENT_USER_CREATED, "acme");
    APR_ARRAY_PUSH(events, ik_event_t) = ik_event_of(IK_EVENT_LOGIN, "acme");
    return events;
}

static apr_int64_t waiting(const database_t *database)
{
    return ask_sql(database, "SELECT count(*) FROM ik_outbox");
}

static void a_log_gets_lines_after_the_commit(void **state)
{
    const database_t *database = *state;
    const apr_array_header_t *events = two_events(database->p);
    const ik_event_t event = ik_event_of(IK_EVENT_LOGOUT, "acme");
    audit_log_t *log = make_audit_log(database->p);
    ik_ctx_t ctx = context(database);

    ik_audit(&ctx, &event);
    ctx.audit = &log->audit;
    assert_int_equal(ik_audit_commit(&ctx, database->db, events), APR_SUCCESS);
    assert_int_equal(log->count, 0);
    ik_audit_committed(&ctx, events);
    ik_audit(&ctx, &event);
    assert_int_equal(log->count, 3);
    assert_string_equal(taken(log, database->p), "user_created\",\"by\":\"server\",\"account\":\"acme\"\n"
                        "login\",\"by\":\"server\",\"account\":\"acme\"\nlogout\",\"by\":\"server\",\"account\":\"acme\"\n");
    assert_int_equal(waiting(database), 0);
    assert_int_equal(ik_audit_commit(&ctx, database->db, NULL), APR_SUCCESS);
    ik_audit_committed(&ctx, NULL);
    assert_int_equal(log->count, 0);
}

static apr_status_t leave(ik_db_t *db, void *arg, apr_pool_t *p)
{
    return ik_audit_commit(arg, db, two_events(p));
}

static apr_status_t leave_and_fail(ik_db_t *db, void *arg, apr_pool_t *p)
{
    assert_int_equal(leave(db, arg, p), APR_SUCCESS);
    return APR_ENOSPC;
}

static void the_outbox_gets_lines_with_the_commit_or_not_at_all(void **state)
{
    const database_t *database = *state;
    const ik_event_t event = ik_event_of(IK_EVENT_LOGOUT, "acme");
    const struct ik_audit_t audit = { NULL, NULL };
    ik_ctx_t ctx = context(database);
    apr_array_header_t *lines;

    ctx.audit = &audit;
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, leave_and_fail, &ctx, database->p), APR_ENOSPC);
    assert_int_equal(waiting(database), 0);
    assert_int_equal(ik_db_transaction(database->db, IK_COMMIT_CRASH_SAFE, leave, &ctx, database->p), APR_SUCCESS);
    assert_int_equal(waiting(database), 2);
    ik_audit_committed(&ctx, two_events(database->p));
    assert_int_equal(waiting(database), 2);
    ik_audit(&ctx, &event);
    assert_int_equal(ik_store_outbox_take(&lines, database->db, 10, database->p), APR_SUCCESS);
    assert_int_equal(lines->nelts, 3);
    assert_non_null(strstr(APR_ARRAY_IDX(lines, 0, const char *), "user_created"));
    assert_non_null(strstr(APR_ARRAY_IDX(lines, 2, const char *), "logout"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(tells_only_what_is_known),
        ON_FRESH(tells_everything_that_is_known),
        ON_FRESH(who_signs_in_is_who_it_is_about_and_who_is_refused_is_nobody),
        ON_FRESH(a_refusal_says_who_can_mend_it),
        ON_FRESH(every_line_has_another_id),
        ON_FRESH(no_value_breaks_or_fills_a_line),
        ON_FRESH(cuts_between_characters_and_says_so),
        ON_FRESH(a_log_gets_lines_after_the_commit),
        ON_FRESH(the_outbox_gets_lines_with_the_commit_or_not_at_all),
    };

    return run_on_databases(tests);
}
