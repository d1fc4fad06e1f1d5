/* SPDX-License-Identifier: Apache-2.0 */
/* Tests fetch/address.c. */
#include "../pool.h"

#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "fetch/address.h"

typedef struct row_t {
    const char *address, *kind;     /* NULL: everybody's */
} row_t;

static const char *kind_of(const char *text)
{
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return ik_address_kind((const struct sockaddr *)&four, sizeof(four));
    if (inet_pton(AF_INET6, text, &six.sin6_addr) != 1)
        fail_msg("%s is no address", text);
    return ik_address_kind((const struct sockaddr *)&six, sizeof(six));
}

static void expect(const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *kind = kind_of(rows[i].address);

        if (!kind != !rows[i].kind || (kind && strcmp(kind, rows[i].kind) != 0))
            fail_msg("%s is %s, not %s", rows[i].address, kind ? kind : "public", rows[i].kind ? rows[i].kind : "public");
    }
}

static void accepts_public_addresses(void **state)
{
    static const row_t rows[] = {
        { "1.1.1.1", NULL }, { "9.255.255.255", NULL }, { "11.0.0.0", NULL }, { "100.63.255.255", NULL },
        { "100.128.0.0", NULL }, { "126.255.255.255", NULL }, { "128.0.0.0", NULL }, { "169.253.255.255", NULL },
        { "169.255.0.0", NULL }, { "172.15.255.255", NULL }, { "172.32.0.0", NULL }, { "192.0.1.0", NULL },
        { "192.167.255.255", NULL }, { "192.169.0.0", NULL }, { "198.17.255.255", NULL }, { "198.20.0.0", NULL },
        { "198.51.99.255", NULL }, { "203.0.112.255", NULL }, { "203.0.114.0", NULL }, { "223.255.255.255", NULL },
        { "2606:4700:4700::1111", NULL }, { "2001:200::1", NULL }, { "2001:db7:ffff::", NULL }, { "2001:db9::", NULL },
        { "2003::1", NULL }, { "3fff:1000::", NULL },
    };

    (void)state;
    expect(rows, ROWS(rows));
}

static void refuses_special_ipv4_addresses(void **state)
{
    static const row_t rows[] = {
        { "0.0.0.0", "unspecified" }, { "0.255.255.255", "unspecified" }, { "10.0.0.0", "private" },
        { "10.255.255.255", "private" }, { "100.64.0.0", "shared (carrier-grade NAT)" },
        { "100.127.255.255", "shared (carrier-grade NAT)" }, { "127.0.0.1", "loopback" }, { "127.255.255.255", "loopback" },
        { "169.254.0.0", "link-local" }, { "169.254.169.254", "link-local" }, { "172.16.0.0", "private" },
        { "172.31.255.255", "private" }, { "192.0.0.8", "reserved" }, { "192.0.2.1", "for documentation" },
        { "192.88.99.1", "reserved" }, { "192.168.0.0", "private" }, { "192.168.255.255", "private" },
        { "198.18.0.0", "reserved" }, { "198.19.255.255", "reserved" }, { "198.51.100.1", "for documentation" },
        { "203.0.113.255", "for documentation" }, { "224.0.0.1", "multicast" }, { "239.255.255.255", "multicast" },
        { "240.0.0.0", "reserved" }, { "255.255.255.255", "reserved" },
    };

    (void)state;
    expect(rows, ROWS(rows));
}

static void refuses_special_ipv6_addresses(void **state)
{
    static const row_t rows[] = {
        { "::", "unspecified" }, { "::1", "loopback" }, { "::2", "IPv4 inside IPv6" }, { "100::1", "reserved" },
        { "2001:1::1", "reserved" }, { "2001:1ff:ffff::", "reserved" }, { "2001:db8::1", "for documentation" },
        { "3fff::1", "for documentation" }, { "fc00::1", "private" }, { "fdff:ffff::1", "private" },
        { "fe80::1", "link-local" }, { "febf::1", "link-local" }, { "fec0::1", "private" }, { "ff02::1", "multicast" },
        { "4000::1", "reserved" }, { "5f00::1", "reserved" }, { "1fff::1", "reserved" },
    };

    (void)state;
    expect(rows, ROWS(rows));
}

static void refuses_ipv4_inside_ipv6_whatever_it_is(void **state)
{
    static const row_t rows[] = {
        { "::ffff:127.0.0.1", "IPv4 inside IPv6" }, { "::ffff:1.1.1.1", "IPv4 inside IPv6" },
        { "::ffff:0:127.0.0.1", "IPv4 inside IPv6" }, { "::127.0.0.1", "IPv4 inside IPv6" },
        { "::10.0.0.1", "IPv4 inside IPv6" }, { "64:ff9b::10.0.0.1", "IPv4 inside IPv6" },
        { "64:ff9b:1::10.0.0.1", "IPv4 inside IPv6" }, { "2002:7f00:1::", "IPv4 inside IPv6" },
        { "2002:101:101::1", "IPv4 inside IPv6" }, { "2001::80ff:fffe", "IPv4 inside IPv6" },
    };

    (void)state;
    expect(rows, ROWS(rows));
}

static void refuses_what_is_no_internet_address(void **state)
{
    struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01010101) };

    (void)state;
    assert_string_equal(ik_address_kind((const struct sockaddr *)&local, sizeof(local)), "reserved");
    assert_string_equal(ik_address_kind(NULL, 0), "reserved");
    assert_string_equal(ik_address_kind((const struct sockaddr *)&four, sizeof(four) - 1), "reserved");
    assert_null(ik_address_kind((const struct sockaddr *)&four, sizeof(four)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_public_addresses),
        cmocka_unit_test(refuses_special_ipv4_addresses),
        cmocka_unit_test(refuses_special_ipv6_addresses),
        cmocka_unit_test(refuses_ipv4_inside_ipv6_whatever_it_is),
        cmocka_unit_test(refuses_what_is_no_internet_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
