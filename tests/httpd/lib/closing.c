/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into a server under test: when event's main thread closes the sockets of all requests, as it does when it is
 * told to stop at once, the thread that had one has given its memory back just now.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int closing;

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (!found)
        abort();
    return found;
}

/* How the main thread tells the listener to end, before it closes them. */
int apr_pollset_wakeup(void *pollset)
{
    int (*real)(void *) = (int (*)(void *))(uintptr_t)next("apr_pollset_wakeup");

    closing = closing || getpid() == gettid();
    return real(pollset);
}

/* And the first that it asks of each. */
int apr_os_sock_get(int *fd, void *sock)
{
    int (*real)(int *, void *) = (int (*)(int *, void *))(uintptr_t)next("apr_os_sock_get");
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    if (closing && getpid() == gettid() && munmap((void *)((uintptr_t)sock / page * page), page) != 0)
        abort();
    return real(fd, sock);
}
