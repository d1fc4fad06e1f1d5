/* SPDX-License-Identifier: Apache-2.0 */
/* The table of an account's options, and their words. */
#include "model/option.h"

#include <stddef.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#define DAY apr_time_from_sec(24 * 3600)
#define OFF "off"

static const char *const unsolicited[] = { "accept", "bounce", "refuse", NULL };
static const char *const sign_requests[] = { "auto", "always", NULL };
static const char *const off_on[] = { OFF, "on", NULL };
static const char *const on_off[] = { "on", OFF, NULL };

#define OFFSET(member) offsetof(ik_account_options_t, member)

const ik_option_row_t ik_option_rows[] = {
    { "unsolicited", unsolicited, "Sign-ins that start at the identity provider",
      "what becomes of a sign-in that starts at the identity provider: accept it, bounce it into one that starts here, "
      "or refuse it", OFFSET(unsolicited) },
    { "sign-requests", sign_requests, "Sign our requests",
      "sign requests when the identity provider's metadata wants it (auto), or always", OFFSET(sign_requests) },
    { "force-authn", off_on, "Ask people to authenticate every time",
      "have people authenticate at every sign-in, even if the identity provider still knows them", OFFSET(force_authn) },
    { "logout-at-idp", on_off, "Sign out at the identity provider too",
      "signing out here also signs out at the identity provider, if it offers that", OFFSET(local_logout) },
    { "dummy-request", NULL, "Tolerate a made-up InResponseTo",
      "tolerate an InResponseTo that was made up by the identity provider, until a day: such a sign-in counts as "
      "unsolicited", OFFSET(dummy_request) },
    { "sha1", NULL, "Tolerate signatures with SHA-1",
      "tolerate signatures that the identity provider still makes with SHA-1, until a day: change them there before",
      OFFSET(sha1) },
    { NULL, NULL, NULL, NULL, 0 }
};

static int *field(ik_account_options_t *options, const ik_option_row_t *row)
{
    return (int *)(void *)((char *)options + row->offset);
}

static int value_of(const ik_account_options_t *options, const ik_option_row_t *row)
{
    ik_account_options_t copy = *options;

    return *field(&copy, row);
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

static int digits(const char *text, int count)
{
    int number = 0;

    for (; count; count--, text++)
        number = number * 10 + (*text - '0');
    return number;
}

static int has_shape_of_date(const char *text)
{
    static const char shape[] = "0000-00-00";
    apr_size_t i;

    for (i = 0; shape[i]; i++)
        if (shape[i] == '0' ? !apr_isdigit(text[i]) : text[i] != shape[i])
            return 0;
    return !text[i];
}

/* The day written as "YYYY-MM-DD", counted from 1970-01-01; -1 for what is no day. */
static int day_of(const char *text)
{
    apr_time_exp_t day = { .tm_mday = 0 }, found;
    apr_time_t time;

    if (!has_shape_of_date(text))
        return -1;
    day.tm_year = digits(text, 4) - 1900;
    day.tm_mon = digits(text + 5, 2) - 1;
    day.tm_mday = digits(text + 8, 2);
    if (day.tm_year <= 70 || day.tm_mon < 0 || day.tm_mon > 11
        || apr_time_exp_get(&time, &day) != APR_SUCCESS || apr_time_exp_gmt(&found, time) != APR_SUCCESS)
        return -1;
    /* The thirtieth of February has become another day. */
    return found.tm_mon == day.tm_mon && found.tm_mday == day.tm_mday ? (int)(time / DAY) : -1;
}

static const char *text_of_day(int number, apr_pool_t *p)
{
    apr_time_exp_t day;

    apr_time_exp_gmt(&day, number * DAY);
    return apr_psprintf(p, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
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

static const char *set_word(ik_account_options_t *options, const ik_option_row_t *row, const char *value, apr_pool_t *p)
{
    int number = number_of(row, value);

    if (number < 0)
        return apr_psprintf(p, "The option %s takes %s.", row->name, words(row->values, p));
    *field(options, row) = number;
    return NULL;
}

static const char *set_last_day(ik_account_options_t *options, const ik_option_row_t *row, const char *value,
                                apr_pool_t *p)
{
    int day = strcmp(value, OFF) == 0 ? 0 : day_of(value);

    if (day < 0)
        return apr_psprintf(p, "The option %s takes off, or the last day that it is needed: YYYY-MM-DD.", row->name);
    *field(options, row) = day;
    return NULL;
}

const char *ik_option_set(ik_account_options_t *options, const char *name, const char *value, apr_pool_t *p)
{
    const ik_option_row_t *row = find(name);

    if (!row)
        return apr_psprintf(p, "There is no such option: the options are %s.", names(p));
    return row->values ? set_word(options, row, value, p) : set_last_day(options, row, value, p);
}

const char *ik_option_value(const ik_account_options_t *options, const ik_option_row_t *row, apr_pool_t *p)
{
    int value = value_of(options, row);

    if (row->values)
        return row->values[value];
    return value ? text_of_day(value, p) : OFF;
}

int ik_option_tolerates(int last_day, apr_time_t now)
{
    return last_day != 0 && now < (last_day + 1) * DAY;
}

int ik_option_is_too_far(const ik_account_options_t *options, const ik_option_row_t *row, apr_time_t now)
{
    return !row->values && value_of(options, row) > (int)(now / DAY) + IK_TOLERANCE_DAYS_MAX;
}

const char *ik_option_text(const ik_account_options_t *options, apr_pool_t *p)
{
    const ik_option_row_t *row;
    const char *text = "";

    for (row = ik_option_rows; row->name; row++)
        if (value_of(options, row) != 0)
            text = apr_pstrcat(p, text, *text ? " " : "", row->name, "=", ik_option_value(options, row, p), NULL);
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
