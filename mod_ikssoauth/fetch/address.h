/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which addresses of the internet protocol this server may be sent to by somebody else's URL (R19). */
#ifndef IK_FETCH_ADDRESS_H
#define IK_FETCH_ADDRESS_H

#include <sys/socket.h>

/*
 * NULL if everybody on the internet means the same machine by the address; else what it is, for a sentence: "loopback",
 * "link-local", "private", "shared (carrier-grade NAT)", "multicast", "for documentation", "IPv4 inside IPv6",
 * "unspecified", "reserved". An address of another family, or one that is cut short, is "reserved". What contains an IPv4
 * address (mapped, compatible, 6to4, Teredo, NAT64) is refused whatever it contains. IANA's special-purpose registries.
 */
const char *ik_address_kind(const struct sockaddr *address, socklen_t len);

#endif
