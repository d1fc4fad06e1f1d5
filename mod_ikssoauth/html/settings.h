/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the settings page, each with a file of its own. */
#ifndef IK_HTML_SETTINGS_H
#define IK_HTML_SETTINGS_H

#include "html/admin.h"
#include "html/fields.h"
#include "html/writer.h"

/* What somebody has to type in at the identity provider, and links to instructions. */
void ik_settings_write_values(ik_writer_t *w, const ik_settings_page_t *page);

/* Metadata XML, Entity ID, domains, options; Save and Test sign-in, or Save anyway below what failed. */
void ik_settings_write_form(ik_writer_t *w, const ik_settings_page_t *page);

/* Rules that make a role out of groups, and whom they would change. */
void ik_settings_write_rules(ik_writer_t *w, const ik_settings_page_t *page);

/* Where metadata is fetched from, and how that goes; or the form to say where. */
void ik_settings_write_source(ik_writer_t *w, const ik_settings_page_t *page);

/* An invitation that was just made: its link, and how long it is good. Nothing if there is none. */
void ik_settings_write_link(ik_writer_t *w, const ik_settings_page_t *page);

/* Making, listing and revoking invitations. Nothing for guests. */
void ik_settings_write_invites(ik_writer_t *w, const ik_settings_page_t *page);

/* Roll back and Delete, where there is something to roll back to or to delete. */
void ik_settings_write_changes(ik_writer_t *w, const ik_settings_page_t *page);

/* A form with one button and no fields to fill in: action is the button's value. */
void ik_settings_write_button(ik_writer_t *w, const ik_settings_page_t *page, const ik_hidden_t *hidden,
                              const ik_button_t *button, ik_button_look_t look);

#endif
