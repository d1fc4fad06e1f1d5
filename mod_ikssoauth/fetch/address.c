/* SPDX-License-Identifier: Apache-2.0 */
/* The table of addresses that are not everybody's. */
#include "fetch/address.h"

#include <stddef.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

typedef struct net_t {
    const char *prefix;
    int bits;
    const char *kind;
} net_t;

#define PRIVATE "private"
#define LOOPBACK "loopback"
#define LINK_LOCAL "link-local"
#define SHARED "shared (carrier-grade NAT)"
#define MULTICAST "multicast"
#define EXAMPLE "for documentation"
#define EMBEDDED "IPv4 inside IPv6"
#define UNSPECIFIED "unspecified"
#define RESERVED "reserved"

/* RFC 6890 and its registry, and what is left of class E. */
static const net_t nets4[] = {
    { "0.0.0.0", 8, UNSPECIFIED },
    { "10.0.0.0", 8, PRIVATE },
    { "100.64.0.0", 10, SHARED },
    { "127.0.0.0", 8, LOOPBACK },
    { "169.254.0.0", 16, LINK_LOCAL },
    { "172.16.0.0", 12, PRIVATE },
    { "192.0.0.0", 24, RESERVED },
    { "192.0.2.0", 24, EXAMPLE },
    { "192.88.99.0", 24, RESERVED },        /* 6to4 relays */
    { "192.168.0.0", 16, PRIVATE },
    { "198.18.0.0", 15, RESERVED },         /* benchmarks */
    { "198.51.100.0", 24, EXAMPLE },
    { "203.0.113.0", 24, EXAMPLE },
    { "224.0.0.0", 4, MULTICAST },
    { "240.0.0.0", 4, RESERVED },
};

/* What is in none of them must be in 2000::/3, all that is given out so far. */
static const net_t nets6[] = {
    { "::", 128, UNSPECIFIED },
    { "::1", 128, LOOPBACK },
    { "::", 96, EMBEDDED },                 /* IPv4-compatible */
    { "::ffff:0:0", 96, EMBEDDED },         /* IPv4-mapped */
    { "::ffff:0:0:0", 96, EMBEDDED },       /* IPv4-translated */
    { "64:ff9b::", 96, EMBEDDED },          /* NAT64 */
    { "64:ff9b:1::", 48, EMBEDDED },
    { "2001::", 32, EMBEDDED },             /* Teredo */
    { "2001::", 23, RESERVED },             /* protocol assignments: ORCHID, benchmarks */
    { "2001:db8::", 32, EXAMPLE },
    { "2002::", 16, EMBEDDED },             /* 6to4 */
    { "3fff::", 20, EXAMPLE },
    { "fc00::", 7, PRIVATE },
    { "fe80::", 10, LINK_LOCAL },
    { "fec0::", 10, PRIVATE },
    { "ff00::", 8, MULTICAST },
};
static const net_t given_out = { "2000::", 3, NULL };

/* 1 if the first bits of both are the same. */
static int is_in(const unsigned char *address, const unsigned char *prefix, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(address, prefix, (size_t)whole) != 0)
        return 0;
    return !rest || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static int is_of(const unsigned char *address, int family, const net_t *net)
{
    unsigned char prefix[sizeof(struct in6_addr)];

    return inet_pton(family, net->prefix, prefix) == 1 && is_in(address, prefix, net->bits);
}

static const char *find(const unsigned char *address, int family, const net_t *nets, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (is_of(address, family, &nets[i]))
            return nets[i].kind;
    return NULL;
}

static const char *kind4(const unsigned char *address)
{
    return find(address, AF_INET, nets4, sizeof(nets4) / sizeof(*nets4));
}

static const char *kind6(const unsigned char *address)
{
    const char *kind = find(address, AF_INET6, nets6, sizeof(nets6) / sizeof(*nets6));

    if (kind)
        return kind;
    return is_of(address, AF_INET6, &given_out) ? NULL : RESERVED;
}

const char *ik_address_kind(const struct sockaddr *address, socklen_t len)
{
    struct sockaddr_in6 six;
    struct sockaddr_in four;

    /* Copied, for what is handed over need not be aligned as these are. */
    if (address && address->sa_family == AF_INET && len >= sizeof(four)) {
        memcpy(&four, address, sizeof(four));
        return kind4((const unsigned char *)&four.sin_addr);
    }
    if (address && address->sa_family == AF_INET6 && len >= sizeof(six)) {
        memcpy(&six, address, sizeof(six));
        return kind6((const unsigned char *)&six.sin6_addr);
    }
    return RESERVED;
}
