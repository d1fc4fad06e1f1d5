/* SPDX-License-Identifier: Apache-2.0 */
/* Limits in CONNINFOs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "store/conninfo.h"

#define WORDS "connect_timeout=3 tcp_user_timeout=4000 keepalives_idle=5 keepalives_interval=2 keepalives_count=2 " \
    "fallback_application_name=ikssoauth"
#define PARAMETERS "connect_timeout=3&tcp_user_timeout=4000&keepalives_idle=5&keepalives_interval=2&" \
    "keepalives_count=2&fallback_application_name=ikssoauth"

static void puts_limits_before_what_the_administrator_wrote(void **state)
{
    static const struct { const char *conninfo, *bounded; } rows[] = {
        { "host=db", WORDS " host=db" },
        { "host=db connect_timeout=10", WORDS " host=db connect_timeout=10" },
        { "password='a ? b'", WORDS " password='a ? b'" },
        { "postgresql", WORDS " postgresql" },
        { "postgresql://db", "postgresql://db?" PARAMETERS },
        { "postgresql://", "postgresql://?" PARAMETERS },
        { "postgres://db/x?", "postgres://db/x?" PARAMETERS },
        { "postgres://db/x?connect_timeout=9", "postgres://db/x?" PARAMETERS "&connect_timeout=9" },
        { "postgresql://u:p?w@db/x?a=b", "postgresql://u:p?w@db/x?" PARAMETERS "&a=b" },
        { "postgresql://u:p?w@db/x", "postgresql://u:p?w@db/x?" PARAMETERS },
        { "postgresql://db/x?user=a@b", "postgresql://db/x?" PARAMETERS "&user=a@b" },
    };
    apr_pool_t *p;

    (void)state;
    apr_pool_create(&p, NULL);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(ik_conninfo_bounded(rows[i].conninfo, p), rows[i].bounded);
    apr_pool_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_limits_before_what_the_administrator_wrote),
    };

    apr_initialize();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
