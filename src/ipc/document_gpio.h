/* The member `gpio` of stance.status/1: the panel's lines and how each is.
 * Follows docs/api.md ("Documents"). */
#ifndef STANCE_IPC_DOCUMENT_GPIO_H
#define STANCE_IPC_DOCUMENT_GPIO_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/jsonw.h"

struct json_t;

#define GPIO_DOCUMENT_MAX_LINES 12

struct gpio_document_line {
	char role[16];    /* as in the configuration, without "gpio." */
	char line[80];    /* as it is written there */
	char state[16];   /* ok, stuck, missing, taken, denied, wrong */
	char reason[320]; /* what to do about it, "" if nothing */
	bool is_active;
};

struct gpio_document {
	char library[24]; /* "libgpiod 1" */
	int n_lines;      /* 0: the configuration names none */
	struct gpio_document_line lines[GPIO_DOCUMENT_MAX_LINES];
	char told[256];         /* why the last press did nothing, "" */
	uint64_t pulses, edges; /* sent and received since the start */
	uint64_t lost_edges;    /* that a recording had no room for */
	uint64_t pulses_off;   /* of the same trial: more than 1 ms from their frames */
	double pulse_error_ms; /* largest of the trial that runs or ran last, NaN */
};

/* As the value of the last key. */
void document_put_gpio(struct jsonw *w, const struct gpio_document *gpio);

/* Of a status; a status without it has no lines. Returns 0 or -EBADMSG. */
int document_get_gpio(const struct json_t *status, struct gpio_document *gpio);

#endif
