/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into a server under test: its wall clock goes by as many seconds as the file IK_TEST_CLOCK holds (int64). */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t offset(void)
{
    static const volatile int64_t *shared;

    if (!shared) {
        const char *path = getenv("IK_TEST_CLOCK");
        int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void *map = fd >= 0 ? mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

        if (map == MAP_FAILED)
            abort();        /* a test of a clock that is not stepped would prove nothing */
        close(fd);
        shared = map;
    }
    return *shared;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    int rv = (int)syscall(SYS_clock_gettime, which, now);

    if (rv == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset();
    return rv;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into)
{
    struct timespec exact;

    clock_gettime(CLOCK_REALTIME, &exact);
    if (into)
        *into = exact.tv_sec;
    return exact.tv_sec;
}
