/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/doctor.c: what it finds in a database, account by account. */
#include "accounts_scene.h"

#include "saml/own.h"
#include "sso/doctor.h"
#include "store/source.h"

/* "warning account late: …" of what is in the database, one line each; housekeeping, which never was, is left out. */
static const char *found(const database_t *database)
{
    const char *one, *lines = "";
    ik_doctor_t doctor;

    ik_doctor_begin(&doctor, NOW, database->p);
    ik_doctor_contents(&doctor, &one, database->db);
    for (int i = 0; i < doctor.findings->nelts; i++) {
        const ik_finding_t *each = &APR_ARRAY_IDX(doctor.findings, i, ik_finding_t);

        if (strcmp(each->check, "housekeeping") != 0)
            lines = apr_pstrcat(database->p, lines, ik_doctor_word(each->state), " ", each->check, " ", each->subject, ": ",
                                each->message, "\n", NULL);
    }
    return apr_pstrcat(database->p, lines, one ? one : "-", NULL);
}

static void put_source(const database_t *database, const char *account, apr_time_t failing_since)
{
    const ik_source_t source = { .account = account, .url = apr_pstrcat(database->p, "https://", account, ".test/", NULL), .next = NOW,
                                 .failure = failing_since ? "It does not." : "", .cause = failing_since ? "It burns." : "",
                                 .failing_since = failing_since };

    assert_int_equal(ik_store_source_put(&source, database->db, database->p), APR_SUCCESS);
}

static void finds_nothing_wrong_with_no_accounts(void **state)
{
    const database_t *database = *state;

    add(database, "empty", NULL);
    assert_string_equal(found(database), "ok account all: 0 of 0 that people can sign in to have certificates for 30 days and more\n-");
}

/* What is said of one account stays said when the next has been looked at. */
static void keeps_what_it_finds_of_each_account(void **state)
{
    const database_t *database = *state;

    add_with(database, "a-sound", "keycloak.xml");
    add_with(database, "b-late", "expired.xml");
    add_with(database, "c-broken", "keycloak.xml");
    add_with(database, "d-fetched", "okta.xml");
    add_with(database, "e-late", "expired.xml");
    run_sql(database, "UPDATE ik_account SET metadata = '<html/>' WHERE id = 'c-broken'");
    put_source(database, "a-sound", 0);
    put_source(database, "d-fetched", NOW - apr_time_from_sec(7500));
    put_source(database, "e-late", NOW - apr_time_from_sec(3600));
    assert_string_equal(found(database),
                        "warning account b-late: every signing certificate of its identity provider has expired\n"
                        "failed account c-broken: This is an HTML page, probably the sign-in page of your identity provider. Sign in there "
                        "first, or download the metadata as a file, and paste the XML.\n"
                        "warning metadata URL d-fetched: https://d-fetched.test/ has failed for 2 hours: It burns.\n"
                        "warning account e-late: every signing certificate of its identity provider has expired\n"
                        "warning metadata URL e-late: https://e-late.test/ has failed for 1 hours: It burns.\n"
                        "ok account all: 2 of 5 that people can sign in to have certificates for 30 days and more\n"
                        "ok metadata URL all: metadata of 1 accounts is fetched\n"
                        "a-sound");
}

static void says_when_accounts_cannot_be_read(void **state)
{
    const database_t *database = *state;
    const char *lines;

    add_with(database, "acme", "keycloak.xml");
    run_sql(database, "ALTER TABLE ik_account RENAME TO ik_gone");
    lines = found(database);
    assert_ptr_equal(strstr(lines, "failed account database: the accounts could not be read: "), lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(finds_nothing_wrong_with_no_accounts),
        ON_FRESH(keeps_what_it_finds_of_each_account),
        ON_FRESH(says_when_accounts_cannot_be_read),
    };

    if (ik_saml_start() != APR_SUCCESS)
        return 1;
    return run_on_databases(tests);
}
