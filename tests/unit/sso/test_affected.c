/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/affected.c: whose identity provider gets what we sign. */
#include "accounts_scene.h"

#include "base/text.h"
#include "saml/own.h"
#include "sso/affected.h"

static void set_options(const database_t *database, const char *id, const char *options)
{
    const ik_account_change_t change = { .options = ik_text_words(database->p, options) };
    const ik_ctx_t ctx = context(database);
    ik_accounts_result_t result;

    if (ik_accounts_set(&result, &ctx, id, &change) != APR_SUCCESS)
        fail_msg("%s: %s", id, result.problem);
}

/* "acme:requests,logout beta:,logout gamma:,answers | 3 of 4" */
static const char *affected(const database_t *database)
{
    const ik_ctx_t ctx = context(database);
    ik_affected_list_t list;
    const char *text = "";

    assert_int_equal(ik_affected(&list, &ctx), APR_SUCCESS);
    for (int i = 0; i < list.some->nelts; i++) {
        const ik_affected_t *row = &APR_ARRAY_IDX(list.some, i, ik_affected_t);

        text = apr_pstrcat(database->p, text, row->account, row->requests ? ":requests" : ":", row->logout ? ",logout " : row->answers ? ",answers " : " ", NULL);
    }
    return apr_psprintf(database->p, "%s| %d of %d", text, list.count, list.connected);
}

static void is_nobody_without_accounts(void **state)
{
    const database_t *database = *state;

    assert_string_equal(affected(database), "| 0 of 0");
    add(database, "empty", NULL);
    assert_string_equal(affected(database), "| 0 of 0");
}

static void is_whom_options_or_metadata_make_us_sign_for(void **state)
{
    const database_t *database = *state;

    add_with(database, "plain", "okta.xml");
    add_with(database, "wants", "keycloak.xml");
    add_with(database, "leaves", "entra.xml");
    assert_string_equal(affected(database), "leaves:,logout wants:requests,logout | 2 of 3");
    set_options(database, "plain", "sign-requests=always");
    set_options(database, "leaves", "logout-at-idp=off");
    assert_string_equal(affected(database), "leaves:,answers plain:requests wants:requests,logout | 3 of 3");
}

static void names_a_hundred_and_counts_the_rest(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_affected_list_t list;

    for (int i = 0; i < IK_AFFECTED_MAX + 2; i++)
        add_with(database, apr_psprintf(database->p, "a%03d", i), "keycloak.xml");
    assert_int_equal(ik_affected(&list, &ctx), APR_SUCCESS);
    assert_int_equal(list.some->nelts, IK_AFFECTED_MAX);
    assert_int_equal(list.count, IK_AFFECTED_MAX + 2);
    assert_string_equal(APR_ARRAY_IDX(list.some, 0, ik_affected_t).account, "a000");
}

static void fails_with_the_database(void **state)
{
    const database_t *database = *state;
    const ik_ctx_t ctx = context(database);
    ik_affected_list_t list;

    run_sql(database, "ALTER TABLE ik_account RENAME TO ik_gone");
    assert_int_not_equal(ik_affected(&list, &ctx), APR_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(is_nobody_without_accounts),
        ON_FRESH(is_whom_options_or_metadata_make_us_sign_for),
        ON_FRESH(names_a_hundred_and_counts_the_rest),
        ON_FRESH(fails_with_the_database),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
