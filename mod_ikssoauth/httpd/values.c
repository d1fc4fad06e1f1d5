/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the argument of a directive into the field it belongs to, and says what is wrong with it. */
#include "httpd/values.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>

#include "base/text.h"
#include "base/url.h"
#include "httpd/config.h"
#include "model/account.h"
#include "model/email.h"
#include "model/role.h"
#include "sso/held.h"

#define TARGET_MAX 1024     /* bytes of a configured path */
#define CLAIM_MAX 1024      /* bytes of an attribute's name */

static const char *set_text(const char **to, const char *value)
{
    *to = value;
    return NULL;
}

static const char *append(apr_pool_t *p, apr_array_header_t **list, const char *word)
{
    if (!*list)
        *list = apr_array_make(p, 4, sizeof(const char *));
    if (!ik_text_in(*list, word))
        APR_ARRAY_PUSH(*list, const char *) = word;
    return NULL;
}

const char *ik_parse_flag(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)p;
    (void)field;
    *(int *)to = !ap_cstr_casecmp(arg, "on");
    return *(int *)to || !ap_cstr_casecmp(arg, "off") ? NULL : "write On or Off";
}

const char *ik_parse_path(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    const char *c;

    (void)p;
    (void)field;
    if (*arg != '/')
        return "the path must start with '/'";
    if (strlen(arg) > TARGET_MAX)
        return "the path is longer than 1024 bytes";
    for (c = arg; *c; c++) {
        /* Requests are compared before they are decoded: only bytes that have one spelling. */
        if (!apr_isalnum(*c) && !strchr("/-._~", *c))
            return "the path may hold letters, digits and / - . _ ~ only";
    }
    if (strstr(arg, "//") || strstr(arg, "/.") || !arg[1])
        return "the path must name one place: no '//', no segment that starts with '.', not '/' alone";
    return set_text(to, arg);
}

const char *ik_parse_file(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    const char *file = *arg ? ap_server_root_relative(p, arg) : NULL;

    (void)field;
    return file ? set_text(to, file) : "this is not a file name";
}

const char *ik_parse_log(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    static const char marks[] = "|$ ";

    if (!ap_cstr_casecmp(arg, "off"))
        return set_text(to, NULL);
    if (*arg != '|')
        return ik_parse_file(p, arg, to, field);
    return arg[strspn(arg, marks)] ? set_text(to, arg) : "there is no program after the |";
}

const char *ik_parse_origin(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    ik_origin_t origin;

    (void)field;
    if (ik_url_origin(&origin, arg, p) != APR_SUCCESS || strcmp(origin.scheme, "https") != 0)
        return "write the https origin that people see, such as https://imagekit.io or https://localhost:8443, "
               "without a path";
    return set_text(to, arg);
}

const char *ik_parse_database(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)p;
    (void)field;
    if (!strncmp(arg, "sqlite3:", 8) && arg[8] != '/')
        return "the path after sqlite3: must start with '/'";
    if ((strncmp(arg, "sqlite3:", 8) != 0 && strncmp(arg, "pgsql:", 6) != 0) || !arg[strcspn(arg, ":") + 1])
        return "write sqlite3:PATH or pgsql:CONNINFO";
    return set_text(to, arg);
}

const char *ik_parse_text(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)p;
    (void)field;
    if (!*arg || !ik_text_is_utf8(arg, strlen(arg)) || ik_text_has_control(arg))
        return "write a text in UTF-8 without control characters";
    return set_text(to, arg);
}

const char *ik_parse_support(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    int is_url = !strncmp(arg, "https://", 8) && arg[8] && !strpbrk(arg, " \"<>\\");

    (void)field;
    if (ik_text_has_control(arg) || (!is_url && !ik_email_normalise(p, arg)))
        return "write an e-mail address or an https URL";
    return set_text(to, arg);
}

const char *ik_parse_account(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)p;
    (void)field;
    if (!ik_account_id_is_valid(arg))
        return "this cannot be the id of an account: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with . or -";
    return set_text(to, arg);
}

const char *ik_parse_duration(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    apr_int64_t seconds;

    if (ik_text_duration(&seconds, arg) != APR_SUCCESS)
        return "write a whole number and one of s, m, h, d, such as 12h";
    if (seconds < field->lo || seconds > field->hi)
        return apr_psprintf(p, "the duration must be between %" APR_INT64_T_FMT " and %" APR_INT64_T_FMT " seconds",
                            field->lo, field->hi);
    *(apr_int64_t *)to = seconds;
    return NULL;
}

const char *ik_parse_host_word(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    ik_origin_t origin;

    (void)field;
    if (ik_url_origin(&origin, apr_pstrcat(p, "https://", arg, NULL), p) != APR_SUCCESS
        || ap_cstr_casecmp(origin.host, arg) != 0)
        return "write a host name alone, such as www.imagekit.io, without scheme, port or path";
    return append(p, to, origin.host);
}

const char *ik_parse_role_word(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)field;
    if (!ik_role_is_valid(arg))
        return "this cannot be the name of a role: 1 to 64 of A-Z a-z 0-9 _ - . :";
    return append(p, to, arg);
}

const char *ik_parse_claim_word(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    (void)field;
    if (!*arg || strlen(arg) > CLAIM_MAX || !ik_text_is_utf8(arg, strlen(arg)) || ik_text_has_control(arg))
        return "write the Name of a SAML attribute, at most 1024 bytes";
    return append(p, to, arg);
}

const char *ik_parse_anonymous(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    static const char *const words[] = { "login", "deny", "pass" };
    apr_size_t i;

    (void)p;
    (void)field;
    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!ap_cstr_casecmp(arg, words[i])) {
            *(ik_anonymous_t *)to = (ik_anonymous_t)i;
            return NULL;
        }
    }
    return "write login, deny or pass";
}

const char *ik_parse_form_size(apr_pool_t *p, const char *arg, void *to, const ik_field_t *field)
{
    char *end;
    apr_int64_t size = apr_strtoi64(arg, &end, 10);

    (void)field;
    if (!ap_cstr_casecmp(arg, "off")) {
        *(apr_int64_t *)to = 0;
        return NULL;
    }
    if ((*end == 'k' || *end == 'K') && !end[1])
        size *= 1024;
    else if (*end)
        size = 0;
    if (!apr_isdigit(*arg) || size < 1 || size > IK_HELD_MAX)
        return apr_psprintf(p, "write Off, or a size of at most %dk, such as 16k", IK_HELD_MAX / 1024);
    *(apr_int64_t *)to = size;
    return NULL;
}
