/* SPDX-License-Identifier: Apache-2.0 */
/* What all pages have in common: the document around one card, its style, and the parts a card is made of. */
#ifndef IK_HTML_LAYOUT_H
#define IK_HTML_LAYOUT_H

#include "html/page.h"
#include "html/writer.h"

/* Which picture stands on the card. */
typedef enum {
    IK_LAYOUT_KEY, IK_LAYOUT_WARNING, IK_LAYOUT_PAUSE, IK_LAYOUT_DONE,
    IK_LAYOUT_BUSY,     /* turns round */
    IK_LAYOUT_PEOPLE
} ik_layout_icon_t;

/* A link that looks like a button. */
typedef struct ik_action_t {
    const char *label;
    const char *href;       /* NULL: the action is left out */
} ik_action_t;

/* Opens the document up to its body: title, style, and what is told of the page to those that it leads to. */
void ik_layout_head(ik_writer_t *w, const ik_brand_t *brand, const char *heading, const char *referrer);

/* The brand's mark: its first letter in a square. */
void ik_layout_mark(ik_writer_t *w, const ik_brand_t *brand);

/* Opens the document and its card: title, brand, picture, heading. */
void ik_layout_begin(ik_writer_t *w, const ik_brand_t *brand, ik_layout_icon_t icon, const char *heading);

/*
 * The same for a page that posts somebody else's form. Browsers say "Origin: null" on behalf of pages that want no
 * referrer, and applications refuse such a form: here they name our origin, which overrides the header of the answer.
 */
void ik_layout_begin_passage(ik_writer_t *w, const ik_brand_t *brand, const char *heading);

/* The sentence below the heading. */
void ik_layout_lead(ik_writer_t *w, const char *sentence);

/* What the reader, or somebody they know, can do; nothing for NULL or "". */
void ik_layout_advice(ik_writer_t *w, const char *sentence);

/* The trace id in a line of its own that one click selects; nothing for NULL or "". */
void ik_layout_reference(ik_writer_t *w, const char *trace);

/* The way on, then the way to support; nothing when there is neither. */
void ik_layout_actions(ik_writer_t *w, const ik_action_t *way_on, const ik_action_t *support);

/* A line with a question and the way to support; nothing when there is none. */
void ik_layout_help(ik_writer_t *w, const char *question, const ik_action_t *support);

/* What to do in turn: numbered, each with a sentence on how. */
typedef struct ik_step_t {
    const char *what, *how;
} ik_step_t;
void ik_layout_steps(ik_writer_t *w, const ik_step_t *steps, apr_size_t count);

/* How to reach support: mailto: for an address (naming the trace), an https URL as it is, else no href. In p. */
ik_action_t ik_layout_support(apr_pool_t *p, const ik_brand_t *brand, const char *trace);

/* path if it is a path on this very host, else NULL: a link on our page must never lead away (R14). */
const char *ik_layout_own_path(const char *path);

/* Closes the card and the document. Returns all of it. */
const char *ik_layout_end(ik_writer_t *w);

#endif
