/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the table of fixes for tools/check-troubleshooting: lines of reason, word, product and text, with tabs between. */
#include <stdio.h>

#include <apr_general.h>

#include "html/admin.h"
#include "model/fix.h"

int main(void)
{
    apr_pool_t *p;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS)
        return 1;
    for (const ik_fix_row_t *row = ik_fix_rows; row->text; row++)
        printf("%s\t%s\t%s\t%s\n", ik_reason_row(row->reason)->id, row->word ? row->word : "", row->product ? ik_html_product(row->product) : "",
               ik_fix_text(p, row, NULL));
    apr_pool_destroy(p);
    apr_terminate();
    return ferror(stdout) || fflush(stdout) != 0;
}
