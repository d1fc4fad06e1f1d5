/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to text and back, for every place where a value meets a syntax of its own. */
#ifndef IK_BASE_ENCODE_H
#define IK_BASE_ENCODE_H

#include <apr_pools.h>

/* base64url without padding (RFC 4648 section 5), NUL-terminated, in p. */
const char *ik_encode_base64url(apr_pool_t *p, const void *bytes, apr_size_t len);

/* APR_SUCCESS with *bytes (in p) and *len; APR_EINVAL when text is not base64url without padding. */
apr_status_t ik_decode_base64url(const unsigned char **bytes, apr_size_t *len, const char *text, apr_pool_t *p);

/*
 * Decodes base64 as people and browsers send it: white space anywhere, padding optional
 * (RFC 2045 section 6.8). APR_SUCCESS with *bytes (in p, NUL-terminated past *len);
 * APR_EINVAL for any other byte or an impossible length.
 */
apr_status_t ik_decode_base64(const unsigned char **bytes, apr_size_t *len, const char *text, apr_pool_t *p);

/* Lower-case hexadecimal, in p. */
const char *ik_encode_hex(apr_pool_t *p, const void *bytes, apr_size_t len);

/*
 * A value as a request header may carry it: printable ASCII as it is, every other byte
 * and '%' as %XX (design: identity for backends). In p.
 */
const char *ik_encode_header(apr_pool_t *p, const char *value);

/* Text inside an HTML element or a quoted attribute: & < > " ' escaped. In p. */
const char *ik_encode_html(apr_pool_t *p, const char *text);

/* Text as a JSON string with its quotes (RFC 8259); bytes that are not UTF-8 become U+FFFD. In p. */
const char *ik_encode_json(apr_pool_t *p, const char *text);

#endif
