/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the guides for identity providers, with the values of an example, as the pages of docs/idp into a directory. */
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "html/guide_text.h"
#include "model/role.h"

#define HOST "https://imagekit.io"
#define HEAD "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"

static FILE *open_page(apr_pool_t *p, const char *directory, const char *name)
{
    FILE *f = fopen(apr_pstrcat(p, directory, "/", name, ".md", NULL), "w");

    if (!f) {
        perror(name);
        exit(1);
    }
    return f;
}

static void close_page(FILE *f)
{
    if (ferror(f) || fclose(f) != 0) {
        perror("guides");
        exit(1);
    }
}

static void sentences(FILE *f, apr_pool_t *p, const char *template, const ik_guide_facts_t *facts)
{
    static const char *const around[] = { [IK_RUN_PLAIN] = "", [IK_RUN_NAME] = "**", [IK_RUN_VALUE] = "`" };
    const apr_array_header_t *runs = ik_guide_runs(p, template, facts);

    for (int i = 0; i < runs->nelts; i++) {
        const ik_run_t *run = &APR_ARRAY_IDX(runs, i, const ik_run_t);

        fprintf(f, "%s%s%s", around[run->kind], run->text, around[run->kind]);
    }
}

static void values(FILE *f, apr_pool_t *p, const ik_guide_value_t *value, const ik_guide_facts_t *facts)
{
    fputs("\n| field | value |\n|---|---|\n", f);
    for (; value->label; value++)
        fprintf(f, value->copy ? "| %s | `%s` |\n" : "| %s | %s |\n", ik_guide_fill(p, value->label, facts, NULL),
                ik_guide_fill(p, value->value, facts, NULL));
}

static void code(FILE *f, const char *text)
{
    size_t len = strlen(text);

    fprintf(f, "\n```\n%s%s```\n", text, len && text[len - 1] == '\n' ? "" : "\n");
}

static int steps(FILE *f, apr_pool_t *p, const ik_guide_step_t *step, int number, const ik_guide_facts_t *facts)
{
    for (; step->what; step++, number++) {
        fprintf(f, "\n## %d. %s\n\n", number, step->what);
        sentences(f, p, step->how, facts);
        fputs("\n", f);
        if (step->values)
            values(f, p, step->values, facts);
        if (step->code)
            code(f, ik_guide_code(p, step, facts));
        if (step->note) {
            fputs("\n> ", f);
            sentences(f, p, step->note, facts);
            fputs("\n", f);
        }
    }
    return number;
}

static void page(apr_pool_t *p, const char *directory, const ik_guide_t *guide, const ik_guide_facts_t *facts)
{
    FILE *f = open_page(p, directory, guide->product);

    fprintf(f, HEAD "# Set up %s\n\n", guide->name);
    sentences(f, p, guide->intro, facts);
    fprintf(f, " The values here are those of %s and an account `%s`; the settings page has this guide with yours.\n", HOST,
            facts->account);
    steps(f, p, ik_guide_last_steps, steps(f, p, guide->steps, 1, facts), facts);
    close_page(f);
}

static void contents(apr_pool_t *p, const char *directory)
{
    FILE *f = open_page(p, directory, "README");

    fputs(HEAD "# Guides for identity providers\n\n"
          "How to set up each product, step by step, with example values. The settings page shows the same guides with the values of the\n"
          "account: `/dashboard/settings/single-sign-on?guide=okta`. What comes before and after is in [admin-guide.md](../admin-guide.md).\n\n",
          f);
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++)
        fprintf(f, "- [%s](%s.md)\n", *guide == &ik_guide_other ? "Any other product" : (*guide)->name, (*guide)->product);
    fputs("\nThese pages are made from the tables in `mod_ikssoauth/html/guide_*.c`, by `tools/check-guides --write`.\n", f);
    close_page(f);
}

int main(int argc, char **argv)
{
    ik_sp_values_t sp = {
        HOST "/saml/consume", HOST "/saml/consume", HOST "/dashboard", HOST "/logout", HOST "/saml/metadata", "imagekit_id",
        "full_name", "imagekit_role", NULL,
    };
    const ik_guide_facts_t facts = { "ImageKit", "acme", &sp };
    apr_pool_t *p;

    if (argc != 2) {
        fputs("usage: guides DIRECTORY\n", stderr);
        return 2;
    }
    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        return 1;
    sp.roles = ik_role_defaults(p);
    for (const ik_guide_t *const *guide = ik_guides; *guide; guide++)
        page(p, argv[1], *guide, &facts);
    contents(p, argv[1]);
    apr_pool_destroy(p);
    apr_terminate();
    return 0;
}
