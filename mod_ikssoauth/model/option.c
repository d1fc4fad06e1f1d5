/* SPDX-License-Identifier: Apache-2.0 */
/* The table of an account's options, and their words. */
#include "model/option.h"

#include <stddef.h>
#include <string.h>

#include <apr_strings.h>

static const char *const unsolicited[] = { "accept", "bounce", "refuse", NULL };
static const char *const sign_requests[] = { "auto", "always", NULL };
static const char *const off_on[] = { "off", "on", NULL };
static const char *const on_off[] = { "on", "off", NULL };

#define OFFSET(member) offsetof(ik_account_options_t, member)

const ik_option_row_t ik_option_rows[] = {
    { "unsolicited", unsolicited,
      "what becomes of a sign-in that starts at the identity provider: accept it, bounce it into one that starts here, "
      "or refuse it", OFFSET(unsolicited) },
    { "sign-requests", sign_requests,
      "sign requests when the identity provider's metadata wants it (auto), or always", OFFSET(sign_requests) },
    { "force-authn", off_on,
      "have people authenticate at every sign-in, even if the identity provider still knows them", OFFSET(force_authn) },
    { "logout-at-idp", on_off,
      "signing out here also signs out at the identity provider, if it offers that", OFFSET(local_logout) },
    { "dummy-request", off_on,
      "tolerate an InResponseTo that was made up by the identity provider: such a sign-in counts as unsolicited",
      OFFSET(dummy_request) },
    { NULL, NULL, NULL, 0 }
};

static int *field(ik_account_options_t *options, const ik_option_row_t *row)
{
    return (int *)(void *)((char *)options + row->offset);
}

static const ik_option_row_t *find(const char *name)
{
    const ik_option_row_t *row;

    for (row = ik_option_rows; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static int number_of(const ik_option_row_t *row, const char *value)
{
    int i;

    for (i = 0; row->values[i]; i++)
        if (strcmp(row->values[i], value) == 0)
            return i;
    return -1;
}

/* The words of a list that ends with NULL, for a sentence. */
static const char *words(const char *const *list, apr_pool_t *p)
{
    const char *text = *list;
    int i;

    for (i = 1; list[i]; i++)
        text = apr_pstrcat(p, text, list[i + 1] ? ", " : " or ", list[i], NULL);
    return text;
}

static const char *names(apr_pool_t *p)
{
    const ik_option_row_t *row;
    const char *text = "";

    for (row = ik_option_rows; row->name; row++)
        text = apr_pstrcat(p, text, *text ? ", " : "", row->name, NULL);
    return text;
}

const char *ik_option_set(ik_account_options_t *options, const char *name, const char *value, apr_pool_t *p)
{
    const ik_option_row_t *row = find(name);
    int number = row ? number_of(row, value) : -1;

    if (!row)
        return apr_psprintf(p, "There is no such option: the options are %s.", names(p));
    if (number < 0)
        return apr_psprintf(p, "The option %s takes %s.", row->name, words(row->values, p));
    *field(options, row) = number;
    return NULL;
}

const char *ik_option_value(const ik_account_options_t *options, const ik_option_row_t *row)
{
    ik_account_options_t copy = *options;

    return row->values[*field(&copy, row)];
}

const char *ik_option_text(const ik_account_options_t *options, apr_pool_t *p)
{
    ik_account_options_t copy = *options;
    const ik_option_row_t *row;
    const char *text = "";

    for (row = ik_option_rows; row->name; row++)
        if (*field(&copy, row) != 0)
            text = apr_pstrcat(p, text, *text ? " " : "", row->name, "=", ik_option_value(options, row), NULL);
    return text;
}

void ik_option_read(ik_account_options_t *options, const char *text, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, text), *word, *state;

    memset(options, 0, sizeof(*options));
    for (word = apr_strtok(rest, " ", &state); word; word = apr_strtok(NULL, " ", &state)) {
        char *equals = strchr(word, '=');

        if (equals) {
            *equals = '\0';
            ik_option_set(options, word, equals + 1, p);
        }
    }
}
