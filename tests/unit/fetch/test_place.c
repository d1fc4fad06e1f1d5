/* SPDX-License-Identifier: Apache-2.0 */
/* Tests fetch/place.c, and that ik_fetch asks it first. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "fetch/fetch.h"
#include "fetch/place.h"
#include "model/refusal.h"

static void reads_host_and_port(void **state)
{
    static const struct {
        const char *url, *host;
        int port;
    } rows[] = {
        { "https://idp.example.com/metadata.xml", "idp.example.com", 443 },
        { "https://IDP.Example.COM:8443/a?b=c", "idp.example.com", 8443 },
        { "https://1.1.1.1/", "1.1.1.1", 443 },
        { "https://[2606:4700::1]:1024/", "[2606:4700::1]", 1024 },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        ik_place_t place;
        const char *problem = ik_place_read(&place, rows[i].url, *state);

        if (problem)
            fail_msg("%s: %s", rows[i].url, problem);
        assert_string_equal(place.host, rows[i].host);
        assert_int_equal(place.port, rows[i].port);
    }
}

/* And nothing is connected with. */
static void refuses_other_places_with_a_sentence(void **state)
{
    static const struct {
        const char *url, *sentence;
    } rows[] = {
        { "http://idp.example.com/", "Only https is accepted" },
        { "ftp://idp.example.com/", "Only https is accepted" },
        { "file:///etc/passwd", "This is no URL" },
        { "gopher://127.0.0.1:25/x", "Only https is accepted" },
        { "unix:///run/x.sock", "This is no URL" },
        { "https://user:secret@idp.example.com/", "user name or password" },
        { "https://user@idp.example.com/", "user name or password" },
        { "https://idp.example.com/#x", "contains a \"#\"" },
        { "https://idp.example.com:22/", "a port that is not one" },
        { "https://idp.example.com:80/", "a port that is not one" },
        { "https://idp.example.com:99999/", "This is no URL" },
        { "https:///metadata", "This is no URL" },
        { "idp.example.com/metadata", "This is no URL" },
        { "", "This is no URL" },
        { "https://idp.example.com/a b", "white space" },
        { "https://idp.example.com\\@127.0.0.1/", "percent-encoded" },
        { "https://idp.example.com/x\" account=\"globex", "percent-encoded" },
        { "https://idp.example.com/x\"y", "percent-encoded" },
        { "https://idp.example.com/\r\nX: y", "white space" },
        { "https://b\303\274cher.example/", "white space" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_fetch_t wanted = { .url = rows[i].url };
        ik_fetched_t fetched;

        assert_int_equal(ik_fetch(&fetched, &wanted, *state), IK_REFUSED);
        if (!strstr(fetched.problem, rows[i].sentence))
            fail_msg("%s: %s", rows[i].url, fetched.problem);
        assert_null(fetched.cause);
        assert_null(fetched.bytes);
    }
}

static void refuses_url_that_is_too_long(void **state)
{
    char url[IK_PLACE_MAX + 2] = "https://idp.example.com/";
    ik_place_t place;

    memset(url + strlen(url), 'x', sizeof(url) - 1 - strlen(url));
    assert_non_null(strstr(ik_place_read(&place, url, *state), "longer than 2048 bytes"));
    url[IK_PLACE_MAX] = '\0';
    assert_null(ik_place_read(&place, url, *state));
}

/* The one sentence that whoever chose the URL reads, whatever is wrong with the place. */
static void refuses_as_no_public_address(const ik_fetched_t *fetched, const char *host, apr_pool_t *p)
{
    assert_string_equal(fetched->problem,
                        apr_psprintf(p, "%s leads to no public address, and nothing is fetched from elsewhere: check the spelling. If it "
                                        "is right, paste the metadata instead, or ask our support, who can see the exact cause.", host));
}

/* Literals need no name server, so these are refused here by what is connected to. */
static void refuses_addresses_that_are_not_public(void **state)
{
    static const struct {
        const char *url, *kind;
    } rows[] = {
        { "https://127.0.0.1/", "loopback" }, { "https://127.1/", "loopback" }, { "https://2130706433/", "loopback" },
        { "https://0x7f000001:8443/", "loopback" }, { "https://0177.0.0.1/", "loopback" }, { "https://[::1]/", "loopback" },
        { "https://10.1.2.3/", "private" }, { "https://169.254.169.254/latest/meta-data", "link-local" },
        { "https://[::ffff:127.0.0.1]/", "IPv4 inside IPv6" }, { "https://[::ffff:7f00:1]/", "IPv4 inside IPv6" },
        { "https://[fd00::1]/", "private" }, { "https://0.0.0.0/", "unspecified" }, { "https://[::]/", "unspecified" },
        { "https://localhost/", "loopback" },
    };

    for (size_t i = 0; i < ROWS(rows); i++) {
        const ik_fetch_t wanted = { .url = rows[i].url };
        ik_fetched_t fetched;
        ik_place_t place;

        assert_int_equal(ik_fetch(&fetched, &wanted, *state), IK_REFUSED);
        if (!strstr(fetched.cause, apr_psprintf(*state, "not public (%s)", rows[i].kind)))
            fail_msg("%s: %s", rows[i].url, fetched.cause);
        assert_null(ik_place_read(&place, rows[i].url, *state));
        refuses_as_no_public_address(&fetched, place.host, *state);
    }
}

/* R19: our network's names are nobody's business. No name server is asked about a label that is too long. */
static void tells_only_the_operator_that_there_is_no_such_name(void **state)
{
    const char *host = "a-label-of-sixty-four-characters-is-one-that-no-host-ever-is-name.test";
    const ik_fetch_t wanted = { .url = apr_pstrcat(*state, "https://", host, "/", NULL) };
    ik_fetched_t fetched;

    assert_int_equal(ik_fetch(&fetched, &wanted, *state), IK_REFUSED);
    assert_string_equal(fetched.cause, apr_psprintf(*state, "There is no host named %s: check the URL.", host));
    refuses_as_no_public_address(&fetched, host, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_host_and_port),
        pool_test(refuses_other_places_with_a_sentence),
        pool_test(refuses_url_that_is_too_long),
        pool_test(refuses_addresses_that_are_not_public),
        pool_test(tells_only_the_operator_that_there_is_no_such_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
