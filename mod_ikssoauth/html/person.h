/* SPDX-License-Identifier: Apache-2.0 */
/* What the list of users and the page of one of them have in common. */
#ifndef IK_HTML_PERSON_H
#define IK_HTML_PERSON_H

#include "html/admin.h"
#include "html/writer.h"

/* A role in words for people: "Account administrator"; the role itself if it is not one of ImageKit's six. */
const char *ik_person_role(const char *role);

/* How to call somebody: their name, or their address if they have none. */
const char *ik_person_called(const ik_user_t *user);

/* users_path with the parameters that are not NULL or "", percent-encoded; in p. NULL if it is no path of this host. */
const char *ik_person_link(apr_pool_t *p, const ik_admin_page_t *admin, const char *search, const char *name, const char *value);

/* "Active" or "Disabled". */
void ik_person_state(ik_writer_t *w, const ik_user_t *user);

#endif
