/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that a form on a card is made of. */
#ifndef IK_HTML_FIELDS_H
#define IK_HTML_FIELDS_H

#include "html/page.h"
#include "html/writer.h"

/* Opens a form that posts to action, with its hidden fields: ends with a NULL name; NULL values are left out. */
void ik_fields_begin(ik_writer_t *w, const char *action, const ik_hidden_t *hidden);

/* A field: a line, or a box of several lines. label, name and type are needed; the rest may be NULL. */
typedef struct ik_field_spec_t {
    const char *label, *name, *type;
    const char *autocomplete;   /* what browsers may fill in */
    const char *placeholder, *value;
    const char *hint;           /* a sentence that helps to fill it in */
    const char *problem;        /* what is wrong with it */
    int focus;                  /* 1: typing begins here */
    int optional;               /* 1: it may stay empty */
    int rows;                   /* of a box; 0: a line */
} ik_field_spec_t;
void ik_fields_input(ik_writer_t *w, const ik_field_spec_t *field);

/* What ends a form: a button that sends it, with name and value if it has them; or, with href, a link beside that. */
typedef struct ik_button_t {
    const char *label, *name, *value, *href;
    const char *spoken;         /* what screen readers say where label alone would not tell buttons apart; begins with it */
    int new_window;             /* 1: the answer is shown in a window of its own */
} ik_button_t;

/* What a button looks like: what people most likely want, any other, what is hard to take back. */
typedef enum { IK_BUTTON_PRIMARY, IK_BUTTON_PLAIN, IK_BUTTON_DANGER } ik_button_look_t;

/* One button by itself; the caller opens and closes what is around it. No link. */
void ik_fields_button(ik_writer_t *w, const ik_button_t *button, ik_button_look_t look);

/* A sentence below a field: its class is "hint", or "problem", which is announced; nothing for NULL. */
void ik_fields_hint(ik_writer_t *w, const char *id, const char *text);
void ik_fields_problem(ik_writer_t *w, const char *id, const char *text);

/* Closes the form with the button that people most likely want, and another (NULL: none). */
void ik_fields_end(ik_writer_t *w, const ik_button_t *first, const ik_button_t *second);

#endif
