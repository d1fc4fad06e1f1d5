/* SPDX-License-Identifier: Apache-2.0 */
/* Where an address leads, and which accounts people can sign in to: on a real database. */
#include "sso/login.h"
#include "town.h"

/* The account found; "several", "nobody". */
static const char *where(const town_t *town, const char *email, const char *hint)
{
    const ik_account_t *found = NULL;
    ik_where_t kind;

    assert_int_equal(ik_login_find(&kind, &found, town->ctx, email, hint), APR_SUCCESS);
    assert_true((kind == IK_WHERE_ACCOUNT) == (found != NULL));
    return kind == IK_WHERE_ACCOUNT ? found->id : kind == IK_WHERE_SEVERAL ? "several" : "nobody";
}

static void finds_where_an_address_leads(void **state)
{
    static const struct { const char *email, *hint, *found; } rows[] = {
        { "ann@one.test", NULL, "one" }, { "ANN@One.TEST", NULL, "one" }, { "ann@one.test", "two", "one" },
        { "both@x.test", NULL, "several" }, { "both@x.test", "two", "two" }, { "both@x.test", "one", "one" },
        { "both@x.test", "three", "several" }, { "both@x.test", "", "several" }, { "new@two.test", NULL, "two" },
        { "ann@two.test", NULL, "one" }, { "new@shared.test", NULL, "nobody" },
        { "new@shared.test", "three", "nobody" },
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(finds_where_an_address_leads),
        ON_FRESH(disabled_user_is_as_unknown_as_a_stranger),
        ON_FRESH(host_of_one_account_knows_no_other),
        ON_FRESH(account_that_nobody_can_sign_in_to_is_refused),
    };

    return run_on_databases(tests);
}
