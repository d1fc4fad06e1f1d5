/* SPDX-License-Identifier: Apache-2.0 */
/* The last sections of the settings page: back to the previous settings, and switching single sign-on off. */
#include "html/admin_layout.h"
#include "html/settings.h"

static void roll_back(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_button_t button = { .label = "Roll back", .name = "action", .value = "roll-back" };

    if (!page->previous)
        return;
    ik_admin_section(w, "roll-back", "Roll back");
    ik_admin_text(w, "The settings that were in force before the last change are kept. They can count again at once, and then "
                     "those of now are kept in their place.");
    ik_admin_values(w);
    ik_admin_value(w, "Identity provider", page->previous->idp_entity_id, 0);
    ik_admin_value_begin(w, "In force until");
    ik_admin_time(w, page->previous->replaced);
    ik_admin_value_end(w);
    ik_admin_values_end(w);
    ik_settings_write_button(w, page, NULL, &button, IK_BUTTON_PLAIN);
    ik_admin_section_end(w);
}

static void delete(ik_writer_t *w, const ik_settings_page_t *page)
{
    const ik_button_t button = { .label = "Delete", .name = "action", .value = "delete" };

    if (!page->account->metadata)
        return;
    ik_admin_section(w, "delete", "Delete");
    ik_admin_text(w, "This removes the metadata: single sign-on is off then, and everybody of this account is signed out at once. "
                     "The users stay, and you can roll back.");
    ik_settings_write_button(w, page, NULL, &button, IK_BUTTON_DANGER);
    ik_admin_section_end(w);
}

void ik_settings_write_changes(ik_writer_t *w, const ik_settings_page_t *page)
{
    roll_back(w, page);
    delete(w, page);
}
