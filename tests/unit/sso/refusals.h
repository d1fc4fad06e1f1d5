/* SPDX-License-Identifier: Apache-2.0 */
/* How tests tell a refusal (theirs) from a failure (ours). */
#ifndef IK_TESTS_SSO_REFUSALS_H
#define IK_TESTS_SSO_REFUSALS_H

/* A failure: neither done nor refused, and no answer to a question either. */
#define assert_failure(call) do { \
    const apr_status_t failed_ = (call); \
    assert_true(failed_ != APR_SUCCESS && failed_ != IK_REFUSED && failed_ != APR_EINVAL); \
} while (0)

/* A refusal with that code, and a sentence for people. */
#define assert_refused(call, result, expected) do { \
    assert_int_equal(call, IK_REFUSED); \
    assert_string_equal((result).code, expected); \
    assert_non_null((result).problem); \
} while (0)

#endif
