/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and fills the form of the settings. */
#include "httpd/settings_form.h"

#include <apr_strings.h>

#include "base/form.h"
#include "base/text.h"

#define OFF "off"

/* The word in the form: a tolerance that is off is an empty date. */
static const char *word_in_form(const ik_option_row_t *row, const char *word)
{
    return !row->values && !strcmp(word, OFF) ? "" : word;
}

static const char *field_of(const ik_managing_t *m, const ik_option_row_t *row)
{
    return ik_form_get(m->fields, apr_pstrcat(m->r->pool, "option-", row->name, NULL));
}

ik_settings_form_t ik_settings_form_of(const ik_managing_t *m, const ik_accounts_result_t *saved)
{
    apr_pool_t *p = m->r->pool;
    const ik_account_t *account = saved->account;
    apr_table_t *options = apr_table_make(p, 8);
    const ik_option_row_t *row;

    for (row = ik_option_rows; row->name; row++)
        apr_table_setn(options, row->name, word_in_form(row, ik_option_value(&account->options, row, p)));
    return (ik_settings_form_t){
        .metadata = saved->source ? NULL : account->metadata, .entity_id = account->entity_id,
        .domains = ik_text_join(p, account->domains, "\n"), .options = options,
        .seen = apr_psprintf(p, "%" APR_INT64_T_FMT, saved->seen),
    };
}

ik_settings_form_t ik_settings_form_typed(const ik_managing_t *m)
{
    apr_table_t *options = apr_table_make(m->r->pool, 8);
    const ik_option_row_t *row;

    for (row = ik_option_rows; row->name; row++) {
        const char *word = field_of(m, row);

        if (word)
            apr_table_setn(options, row->name, word);
    }
    return (ik_settings_form_t){
        .metadata = ik_form_get(m->fields, "metadata"), .entity_id = ik_form_get(m->fields, "entity_id"),
        .domains = ik_form_get(m->fields, "domains"), .options = options,
        .seen = ik_form_get(m->fields, "seen"),
    };
}

/* Browsers end the lines of a text with CR LF, whatever they were when it was pasted. */
static const char *without_returns(const char *text, apr_pool_t *p)
{
    char *copy = apr_pstrdup(p, text), *to = copy;

    for (; *text; text++)
        if (text[0] != '\r' || text[1] != '\n')
            *to++ = *text;
    *to = '\0';
    return copy;
}

static apr_array_header_t *options_of(const ik_managing_t *m)
{
    apr_array_header_t *words = apr_array_make(m->r->pool, 8, sizeof(const char *));
    const ik_option_row_t *row;

    for (row = ik_option_rows; row->name; row++) {
        const char *word = field_of(m, row);

        if (word)
            APR_ARRAY_PUSH(words, const char *) = apr_pstrcat(m->r->pool, row->name, "=",
                                                              !row->values && !*word ? OFF : word, NULL);
    }
    return words;
}

apr_int64_t ik_settings_seen(const char *value)
{
    apr_int64_t seen = value ? apr_atoi64(value) : 0;

    return !value || seen > 0 ? seen : -1;
}

/* 1 if something beside the metadata is otherwise than usual. */
static int has_more(const ik_managing_t *m, const ik_account_change_t *change)
{
    ik_account_options_t options = { 0 };
    int i;

    for (i = 0; i < change->options->nelts; i++) {
        const char *word = APR_ARRAY_IDX(change->options, i, const char *), *equals = strchr(word, '=');

        if (ik_option_set(&options, apr_pstrmemdup(m->r->pool, word, (apr_size_t)(equals - word)), equals + 1, m->r->pool))
            return 1;
    }
    return (change->entity_id && *change->entity_id) || (change->domains && change->domains->nelts)
        || *ik_option_text(&options, m->r->pool);
}

/*
 * An empty box is a mistake, unless it was empty before: metadata that is fetched does not stand in the form, where it would be
 * out of date soon; and who has none yet may have to save an entity ID to get it.
 */
static int may_be_empty(const ik_managing_t *m, const ik_account_change_t *change)
{
    const char *fetched = ik_form_get(m->fields, "fetched");

    return fetched && (strcmp(fetched, "never") != 0 || has_more(m, change));
}

ik_account_change_t ik_settings_form_change(const ik_managing_t *m)
{
    const char *metadata = ik_form_get(m->fields, "metadata"), *entity_id = ik_form_get(m->fields, "entity_id");
    const char *domains = ik_form_get(m->fields, "domains");
    ik_account_change_t change = { .options = options_of(m), .seen = ik_settings_seen(ik_form_get(m->fields, "seen")) };

    if (entity_id)
        change.entity_id = ik_text_trim(m->r->pool, entity_id);
    if (domains)
        change.domains = ik_text_words(m->r->pool, domains);
    if (metadata && (*ik_text_trim(m->r->pool, metadata) || !may_be_empty(m, &change))) {
        change.metadata = without_returns(metadata, m->r->pool);
        change.metadata_len = strlen(change.metadata);
    }
    return change;
}

int ik_settings_form_mark(ik_settings_form_t *form, const ik_accounts_result_t *result)
{
    const struct {
        const char *code;
        const char **problem;
    } rows[] = {
        { "metadata_refused", &form->metadata_problem }, { "no_metadata", &form->metadata_problem },
        { "no_sign_in_address", &form->metadata_problem }, { "entity_id_invalid", &form->entity_id_problem },
        { "entity_id_taken", &form->entity_id_problem }, { "domain_invalid", &form->domains_problem },
        { "option_invalid", &form->options_problem },
    };
    apr_size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (strcmp(rows[i].code, result->code) != 0)
            continue;
        *rows[i].problem = result->problem;
        return 1;
    }
    if (!strcmp(result->code, "not_found"))
        return 0;
    if (!strcmp(result->code, "changed_meanwhile"))
        form->seen = NULL;          /* whoever is told so has seen what counts now */
    form->problem = result->problem;
    return 1;
}
