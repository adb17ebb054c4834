/* Sway as a table for people: grouped, with units, exploratory numbers apart.
 * Does not compute anything.
 * Labels, units and decimals are those of metrics.h and quijoux.h. */
#ifndef STANCE_CLI_COP_TABLE_H
#define STANCE_CLI_COP_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "src/core/sway/norms.h"
#include "src/core/sway/quijoux.h"
#include "src/core/sway/sway.h"

/* Print a result of mode native; `who` is NULL or whom to compare with. */
void cop_table_native(
	FILE *out, const struct sway_result *result, const struct norms_case *who);

/* Print a result of mode quijoux; `notes` are enum sway_note bits besides its own. */
void cop_table_quijoux(FILE *out, const struct quijoux_result *result, uint32_t notes);

#endif
