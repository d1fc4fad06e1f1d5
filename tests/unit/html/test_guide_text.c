/* SPDX-License-Identifier: Apache-2.0 */
/* Tests html/guide_text: placeholders, quoting for each language, marks in sentences, pieces that are repeated for roles. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "guides.h"

#define RTL_OVERRIDE "\xE2\x80\xAE"
#define CURLY "\xE2\x80\x99"

static const char *filled(apr_pool_t *p, const char *template)
{
    const ik_sp_values_t sp = usual_values(p);
    const ik_guide_facts_t facts = { "ImageKit", "acme", &sp };

    return ik_guide_fill(p, template, &facts, "finance");
}

static void fills_in_every_value(void **state)
{
    static const struct { const char *template, *text; } rows[] = {
        { "{acs}", "https://sp.test/saml/consume" }, { "{entity_id}", "https://sp.test/entity" },
        { "{relay_state}", "https://sp.test/dashboard" }, { "{logout}", "https://sp.test/logout" },
        { "{metadata_url}", "https://sp.test/saml/metadata" }, { "{account}", "acme" }, { "{brand}", "ImageKit" },
        { "{claim_account}", "imagekit_id" }, { "{claim_name}", "full_name" }, { "{claim_role}", "imagekit_role" },
        { "{roles}", "account_administrator, finance" }, { "{role}", "finance" }, { "{group}", "dashboard-finance" },
        { "<{account}> and {account}", "<acme> and acme" }, { "", "" }, { "plain", "plain" }, { "{{account}}", "{acme}" },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(filled(*state, rows[i].template), rows[i].text);
}

static void leaves_other_braces_as_they_are(void **state)
{
    static const char *const texts[] = {
        "{0}", "{firstname} {lastname}", "{", "}", "{}", "{account", "{ account}", "{Account}", "{account|}", "{account|perl}",
        "{|regex}", "{account|regex|regex}", "{accounts}", "{acc}",
    };

    for (size_t i = 0; i < ROWS(texts); i++)
        assert_string_equal(filled(*state, texts[i]), texts[i]);
}

static const char *quoted(apr_pool_t *p, const char *value, const char *template)
{
    const ik_sp_values_t sp = usual_values(p);
    const ik_guide_facts_t facts = { "ImageKit", value, &sp };

    return ik_guide_fill(p, template, &facts, NULL);
}

static void quotes_for_the_language_it_stands_in(void **state)
{
    static const struct { const char *template, *value, *text; } rows[] = {
        { "{account|powershell}", "acme", "'acme'" },
        { "{account|powershell}", "a'b$c`d\"e", "'a''b$c`d\"e'" },
        { "{account|powershell}", "a" CURLY "; calc", "'a" CURLY CURLY "; calc'" },
        { "{account|powershell}", "'@\n'@", "'''@?''@'" },
        { "{account|php}", "a'b\\c\"d$e", "'a\\'b\\\\c\"d$e'" },
        { "{account|rule}", "acme", "\"acme\"" },
        { "{account|rule}", "a\"); x = \\", "\"a?); x = ?\"" },
        { "{account|expression}", "a\"b\\c'd", "\"a\\\"b\\\\c'd\"" },
        { "{account|regex}", "https://sp.test/a?b=(1)#x", "^https:\\/\\/sp\\.test\\/a\\?b=\\(1\\)\\#x$" },
        { "{account|regex}", "\\^$.|?*+()[]{}/-#",
          "^\\\\\\^\\$\\.\\|\\?\\*\\+\\(\\)\\[\\]\\{\\}\\/\\-\\#$" },
        { "{account|url}", "https://sp.test/a#b &=%", "https%3a%2f%2fsp.test%2fa%23b+%26%3d%25" },
        { "{account|url}", "\xC3\xA9", "%c3%a9" },
        { "{account|powershell}", "", "''" },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(quoted(*state, rows[i].value, rows[i].template), rows[i].text);
}

static void code_shows_what_it_is(void **state)
{
    static const char *const syntaxes[] = { "regex", "powershell", "php", "rule", "expression", "url" };
    static const char *const hidden[] = {
        "\n", "\r", "\t", "\x01", "\x7F", "\xC2\x85", "\xE2\x80\xA8", RTL_OVERRIDE, "\xE2\x80\x8F", "\xE2\x81\xA6", "\xD8\x9C",
        "\xFF", "\xC3",
    };

    for (size_t i = 0; i < ROWS(syntaxes); i++)
        for (size_t k = 0; k < ROWS(hidden); k++) {
            const char *template = apr_psprintf(*state, "{account|%s}", syntaxes[i]);
            const char *text = quoted(*state, apr_pstrcat(*state, "a", hidden[k], "b", NULL), template);

            assert_null(strstr(text, hidden[k]));
            assert_non_null(strstr(text, "a?b"));
        }
}

static void values_that_are_not_known_are_empty(void **state)
{
    const ik_sp_values_t nothing = { .roles = NULL };
    const ik_guide_facts_t facts = { "ImageKit", "acme", &nothing };

    assert_string_equal(ik_guide_fill(*state, "<{acs}{logout}{claim_role}{roles}{role}>", &facts, NULL), "<>");
    assert_string_equal(ik_guide_fill(*state, "{acs|powershell}", &facts, NULL), "''");
}

static void value_is_not_a_template(void **state)
{
    assert_string_equal(quoted(*state, "{acs}", "{account} {account|powershell}"), "{acs} '{acs}'");
}

static void code_is_repeated_for_each_role(void **state)
{
    const ik_sp_values_t sp = usual_values(*state);
    ik_sp_values_t none = sp;
    const ik_guide_facts_t facts = { "ImageKit", "acme", &sp }, without = { "ImageKit", "acme", &none };
    const ik_guide_step_t step = { .what = "x", .code = "{account}:", .each = "{role},", .end = "{brand}" };
    const ik_guide_step_t single = { .what = "x", .code = "{account}" }, nothing = { .what = "x", .each = "{role}" };

    assert_string_equal(ik_guide_code(*state, &step, &facts), "acme:account_administrator,finance,ImageKit");
    assert_string_equal(ik_guide_code(*state, &single, &facts), "acme");
    assert_null(ik_guide_code(*state, &nothing, &facts));
    none.roles = NULL;
    assert_string_equal(ik_guide_code(*state, &step, &without), "acme:ImageKit");
}

/* The runs of a template, each as its kind and its text: "0open |1Users|0 and type |2acme|". */
static const char *runs_of(apr_pool_t *p, const char *template)
{
    const ik_sp_values_t sp = usual_values(p);
    const ik_guide_facts_t facts = { "Image*Kit`", "ac*me", &sp };
    const apr_array_header_t *runs = ik_guide_runs(p, template, &facts);
    const char *text = "";

    for (int i = 0; i < runs->nelts; i++) {
        const ik_run_t *run = &APR_ARRAY_IDX(runs, i, const ik_run_t);

        text = apr_psprintf(p, "%s%d%s|", text, run->kind, run->text);
    }
    return text;
}

static void sentences_mark_names_and_values(void **state)
{
    static const struct { const char *template, *runs; } rows[] = {
        { "Open *Users*.", "0Open |1Users|0.|" },
        { "Type `mail` here", "0Type |2mail|0 here|" },
        { "It is {account}.", "0It is |2ac*me|0.|" },
        { "*Set {account}*", "1Set ac*me|" },
        { "`#{account}`", "2#ac*me|" },
        { "For {brand}, {brand}", "0For |0Image*Kit`|0, |0Image*Kit`|" },
        { "2 * 3 and {0}", "02 * 3 and {0}|" },
        { "", "" },
    };

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_string_equal(runs_of(*state, rows[i].template), rows[i].runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(fills_in_every_value),
        pool_test(leaves_other_braces_as_they_are),
        pool_test(quotes_for_the_language_it_stands_in),
        pool_test(code_shows_what_it_is),
        pool_test(values_that_are_not_known_are_empty),
        pool_test(value_is_not_a_template),
        pool_test(code_is_repeated_for_each_role),
        pool_test(sentences_mark_names_and_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
