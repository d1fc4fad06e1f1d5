/* SPDX-License-Identifier: Apache-2.0 */
/* The words for what has been done, and their sentences. */
#include "html/notice.h"

#include <string.h>

static const struct {
    const char *word, *sentence;
} rows[] = {
    { "saved", "Saved. The new settings count from now on." },
    { "saved-by-hand", "Saved. The new settings count from now on, and metadata is not fetched from a URL any more." },
    { "url-saved", "Fetched and saved. It counts from now on, and is fetched again several times a day." },
    { "fetched", "Fetched. What is at the URL is in force." },
    { "url-forgotten", "Nothing is fetched any more. The metadata that was fetched last stays in force." },
    { "deleted", "Deleted. Single sign-on is off, and all sessions of this account have ended." },
    { "rolled-back", "Rolled back. The previous settings count again." },
    { "tested", "The test sign-in is over. This is what it showed." },
    { "invite-revoked", "Revoked. The link of that invitation does not work any more." },
    { "left", "You have left the settings. To come back, you need a new invitation." },
    { "user-disabled", "Disabled. This person is signed out, and cannot sign in until you enable them again." },
    { "user-enabled", "Enabled. This person can sign in again." },
    { "user-deleted", "Deleted. This person is signed out. If the identity provider still lets them in, they come back as a new user." },
    { "sessions-ended", "Signed out everywhere. This person can sign in again at once." },
};

const char *ik_notice_sentence(const char *word)
{
    size_t i;

    for (i = 0; word && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(word, rows[i].word) == 0)
            return rows[i].sentence;
    return NULL;
}
