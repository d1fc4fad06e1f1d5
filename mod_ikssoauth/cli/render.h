/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what a command has to tell. */
#ifndef IK_CLI_RENDER_H
#define IK_CLI_RENDER_H

#include "cli/value.h"

/* One line of JSON (RFC 8259), in p. */
const char *ik_render_json(const ik_object_t *object, apr_pool_t *p);

/*
 * Aligned lines for people, in p: fields with a label; a list of objects as a table with the labels above it.
 * Control characters in values are shown as '?', so that no value can write to the terminal.
 */
const char *ik_render_plain(const ik_object_t *object, apr_pool_t *p);

/* text with its control characters shown as '?', so that it stays on its line: in p. */
const char *ik_render_line(const char *text, apr_pool_t *p);

#endif
