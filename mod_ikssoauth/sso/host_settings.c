/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a virtual host's settings as a record, and reads them back. */
#include "sso/host_settings.h"

#include <stddef.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "base/pack.h"

#define FORMAT 1            /* of the record; another one is none */
#define LIST_MAX 1000       /* entries of a list that are read back */
#define TEXT(member) offsetof(ik_settings_t, member)
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const size_t texts[] = { TEXT(consume_path), TEXT(login_path), TEXT(logout_path), TEXT(metadata_path), TEXT(default_target) };
static const size_t lists[] = { TEXT(roles), TEXT(claim_account), TEXT(claim_name), TEXT(claim_role) };

static const char **text_of(ik_settings_t *settings, size_t member)
{
    return (const char **)((char *)settings + member);
}

static apr_array_header_t **list_of(ik_settings_t *settings, size_t member)
{
    return (apr_array_header_t **)((char *)settings + member);
}

static int put_list(ik_pack_t *to, const apr_array_header_t *list)
{
    const int count = list ? list->nelts : 0;
    int good = 1;

    ik_pack_int(to, count);
    for (int i = 0; i < count; i++)
        good &= ik_pack_text(to, APR_ARRAY_IDX(list, i, const char *)) == APR_SUCCESS;
    return good;
}

const char *ik_host_settings_text(const ik_settings_t *settings, const apr_array_header_t *files, apr_pool_t *p)
{
    ik_settings_t copy = *settings;
    ik_pack_t to = { .p = p };
    int good = 1;

    ik_pack_int(&to, FORMAT);
    for (size_t i = 0; i < COUNT(texts); i++)
        good &= ik_pack_text(&to, *text_of(&copy, texts[i])) == APR_SUCCESS;
    for (size_t i = 0; i < COUNT(lists); i++)
        good &= put_list(&to, *list_of(&copy, lists[i]));
    ik_pack_int(&to, settings->clock_skew);
    good &= ik_pack_text(&to, settings->only_account) == APR_SUCCESS;
    good &= put_list(&to, files);
    return good ? ik_encode_base64url(p, to.bytes, to.len) : "";
}

/* An entry that is not there fails the reading, so that a count that is none ends at once. */
static apr_array_header_t *get_list(ik_unpack_t *from, apr_pool_t *p)
{
    apr_array_header_t *list = apr_array_make(p, 4, sizeof(const char *));
    const apr_int64_t count = ik_unpack_int(from);

    if (count < 0 || count > LIST_MAX)
        from->failed = 1;
    for (apr_int64_t i = 0; i < count && !from->failed; i++)
        APR_ARRAY_PUSH(list, const char *) = ik_unpack_text(from, p);
    return list;
}

static int has_claims(ik_settings_t *settings)
{
    int good = 1;

    for (size_t i = 0; i < COUNT(lists); i++)
        good &= (*list_of(settings, lists[i]))->nelts > 0;
    return good;
}

static void read_record(ik_settings_t *to, apr_array_header_t **files, ik_unpack_t *from, apr_pool_t *p)
{
    const char *only;

    for (size_t i = 0; i < COUNT(texts); i++)
        *text_of(to, texts[i]) = ik_unpack_text(from, p);
    for (size_t i = 0; i < COUNT(lists); i++)
        *list_of(to, lists[i]) = get_list(from, p);
    to->clock_skew = ik_unpack_int(from);
    only = ik_unpack_text(from, p);
    to->only_account = *only ? only : NULL;
    *files = get_list(from, p);
    to->redirect_hosts = apr_array_make(p, 1, sizeof(const char *));
    to->spkeys = ik_spkeys_make(p);
}

int ik_host_settings_read(ik_settings_t *settings, apr_array_header_t **files, const char *text, const char *origin, apr_pool_t *p)
{
    ik_unpack_t from = { 0 };
    ik_settings_t made = { 0 };

    if (ik_decode_base64url(&from.bytes, &from.len, text, p) != APR_SUCCESS || ik_unpack_int(&from) != FORMAT
        || ik_url_origin(&made.origin, origin, p) != APR_SUCCESS)
        return 0;
    read_record(&made, files, &from, p);
    if (!ik_unpack_done(&from) || !has_claims(&made) || (*files)->nelts % 2)
        return 0;
    *settings = made;
    return 1;
}
