/* SPDX-License-Identifier: Apache-2.0 */
/* One line of the key file, read strictly and written in the one form that is read. */
#include "seal/keyline.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_escape.h>
#include <apr_strings.h>
#include <openssl/crypto.h>

#include "seal/random.h"

#define KEY_TEXT ((IK_KEY_LEN * 4 + 2) / 3)
#define FROM_TEXT 11     /* digits: the year 5138, and far from overflowing apr_time_t */

#define HEX "0123456789abcdef"
#define DIGITS "0123456789"
#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const char *ik_keyline_end(const char *from)
{
    return from + strcspn(from, "\n");
}

const char *ik_keyline_next(const char *end)
{
    return *end ? end + 1 : end;
}

int ik_keyline_is_silent(const char *from, const char *end)
{
    return *from == '#' || from + strspn(from, " \t\r") == end;
}

/* The word at *at, which moves past it and the blanks behind it; its length in *len. */
static const char *word(const char **at, apr_size_t *len)
{
    const char *from = *at;

    *len = strcspn(from, " \t\r\n");
    *at = from + *len + strspn(from + *len, " \t\r");
    return from;
}

int ik_keyline_read_id(unsigned char *id, const char *text, apr_size_t len)
{
    unsigned char bytes[IK_KEYLINE_ID];
    apr_size_t n;

    if (len != IK_KEYLINE_ID || strspn(text, HEX) != len)
        return 0;
    if (apr_unescape_hex(bytes, text, IK_KEYLINE_ID, 0, &n) != APR_SUCCESS || n != IK_KEY_ID_LEN)
        return 0;
    memcpy(id, bytes, IK_KEY_ID_LEN);
    return 1;
}

static int read_from(apr_time_t *time, const char *text, apr_size_t len)
{
    if (len < 1 || len > FROM_TEXT || strspn(text, DIGITS) != len)
        return 0;
    *time = apr_time_from_sec(apr_strtoi64(text, NULL, 10));
    return 1;
}

/* By APR, not by base/: what decodes into a pool would leave a copy of the key there. */
static int read_key(unsigned char *key, const char *text, apr_size_t len)
{
    unsigned char bytes[IK_KEY_LEN + 1];
    apr_size_t n;
    int sound;

    if (len != KEY_TEXT || strspn(text, BASE64URL) != len)
        return 0;
    sound = apr_decode_base64_binary(bytes, text, KEY_TEXT, APR_ENCODE_NONE, &n) == APR_SUCCESS && n == IK_KEY_LEN;
    if (sound)
        memcpy(key, bytes, IK_KEY_LEN);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return sound;
}

int ik_keyline_read(ik_key_t *key, const char *from, const char *end)
{
    apr_size_t id_len, from_len, key_len;
    const char *at = from;
    const char *id = word(&at, &id_len);
    const char *seals_from = word(&at, &from_len);
    const char *text = word(&at, &key_len);

    return at == end && ik_keyline_read_id(key->id, id, id_len) && read_from(&key->from, seals_from, from_len)
        && read_key(key->key, text, key_len);
}

apr_status_t ik_keyline_fresh(char line[IK_KEYLINE_MAX + 1], const ik_keyring_t *ring, apr_int64_t seals_from)
{
    unsigned char id[IK_KEY_ID_LEN], key[IK_KEY_LEN];
    char id_text[IK_KEYLINE_ID + 1], text[KEY_TEXT + 1];
    apr_status_t rv;

    do {
        rv = ik_random_bytes(id, sizeof id);
    } while (rv == APR_SUCCESS && ring && ik_keyring_find(ring, id));
    if (rv == APR_SUCCESS)
        rv = ik_random_bytes(key, sizeof key);
    if (rv != APR_SUCCESS)
        return rv;
    apr_escape_hex(id_text, id, sizeof id, 0, NULL);
    apr_encode_base64_binary(text, key, sizeof key, APR_ENCODE_BASE64URL, NULL);
    apr_snprintf(line, IK_KEYLINE_MAX + 1, "%s %" APR_INT64_T_FMT " %s\n", id_text, seals_from, text);
    OPENSSL_cleanse(key, sizeof key);
    OPENSSL_cleanse(text, sizeof text);
    return APR_SUCCESS;
}
