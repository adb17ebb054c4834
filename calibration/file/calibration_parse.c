/* calibration.h: a text taken apart, and refused where it does not hold together. */
#define _GNU_SOURCE /* memmem() */
#include "calibration/file/calibration.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "calibration/file/seal.h"
#include "calibration/file/take.h"
#include "src/base/i18n.h"

#define SCHEMA  "stance.calibration/"
#define VERSION "1"

#define PLAN_ALIGNMENT 64 /* model.h */

#define MOST_UNIX INT64_C(253402300800000) /* the year 10000 */

static int refuse(char *message, size_t size, int err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static int refuse(char *message, size_t size, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(message, size, format, args);
	va_end(args);
	return err;
}

static int load(const char *text, size_t n, json_t **root, char *message, size_t size)
{
	json_error_t error;

	*root = NULL;
	if (n > CALIBRATION_TEXT_MAX)
		return refuse(message, size, -EBADMSG,
			N_("This is no calibration: %zu MB are more than one can "
			   "have."),
			n >> 20);
	*root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	if (*root)
		return 0;
	return refuse(message, size, -EBADMSG,
		N_("This is no calibration, or a damaged one: line %d, column %d: "
		   "%.80s."),
		error.line, error.column, error.text);
}

static int check_schema(const json_t *root, char *message, size_t size)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));

	if (!schema || strncmp(schema, SCHEMA, strlen(SCHEMA)) != 0)
		return refuse(message, size, -EBADMSG,
			"This is no calibration: it does not begin with "
			"\"schema\":\"" SCHEMA VERSION "\".");
	if (strcmp(schema, SCHEMA VERSION) == 0)
		return 0;
	return refuse(message, size, -EPROTO,
		N_("This calibration is of a later version (%.40s); install the Stance "
		   "that wrote it."),
		schema);
}

static bool is_id(const char *text)
{
	return text[0] == '\0' ||
	       (strlen(text) == CALIBRATION_ID_SIZE - 1 &&
		       strspn(text, "0123456789abcdef") == CALIBRATION_ID_SIZE - 1);
}

static void take_excerpt_of(struct field *f, const json_t *root, struct calibration *c)
{
	if (!json_object_get(root, "excerpt_of"))
		return;
	field_text(f, root, "excerpt_of", c->excerpt_of, sizeof(c->excerpt_of));
	if (!c->excerpt_of[0] || !is_id(c->excerpt_of))
		field_refuse(f, "excerpt_of", "32 hexadecimal digits");
}

static void take_head(struct field *f, const json_t *root, struct calibration *c)
{
	f->place = "";
	f->index = -1;
	field_text(f, root, "operator", c->operator_name, sizeof(c->operator_name));
	field_text(f, root, "previous_id", c->previous_id, sizeof(c->previous_id));
	if (!is_id(c->previous_id))
		field_refuse(f, "previous_id", "32 hexadecimal digits or nothing");
	take_excerpt_of(f, root, c);
	field_text(f, root, "algorithm", c->algorithm, sizeof(c->algorithm));
	c->created_unix_ms = field_int(f, root, "created_unix_ms", 0, MOST_UNIX);
	c->expires_unix_ms = field_int(f, root, "expires_unix_ms", 0, MOST_UNIX);
	c->utc_offset_min = (int)field_int(f, root, "utc_offset_min", -1440, 1440);
	c->temperature_c = field_real_or_nan(f, root, "temperature_c", -300, 1000);
	c->accepted = field_bool(f, root, "accepted");
	c->quick = field_bool(f, root, "quick");
	c->verified = field_bool(f, root, "verified");
}

/* The judgement of those who will read frames by it: more than the ranges of single numbers. */
static void check_model(struct field *f, const struct model *model)
{
	size_t size = model_plan_size(model);
	struct model_plan *plan;
	void *memory;
	int err;

	if (f->err)
		return;
	if (size == 0) {
		field_refuse(f, "model", "of a mat that can be");
		return;
	}
	size = (size + PLAN_ALIGNMENT - 1) / PLAN_ALIGNMENT * PLAN_ALIGNMENT;
	memory = aligned_alloc(PLAN_ALIGNMENT, size);
	err = memory ? model_plan_init(memory, size, model, &plan) : -ENOMEM;
	free(memory);
	if (err == -ENOMEM)
		field_no_memory(f);
	else if (err < 0)
		field_refuse(f, "model", "one that rises with the load and ends");
}

/* The model of a text whose fit is to be thrown away need not hold together. */
static void take_fit(
	struct field *f, const json_t *root, struct calibration *c, bool readings_only)
{
	if (readings_only) {
		c->algorithm[0] = '\0';
		return;
	}
	if (!c->algorithm[0])
		return;
	f->place = "";
	f->index = -1;
	take_model(f, field_object(f, root, "model"), &c->model);
	take_budget(f, json_object_get(root, "budget"), &c->model.budget);
	f->place = "";
	f->index = -1;
	check_model(f, &c->model);
	take_report(f, json_object_get(root, "report"), &c->report);
}

static void take_all(
	struct field *f, const json_t *root, struct block *block, bool readings_only)
{
	struct calibration *c = &block->calibration;
	const json_t *verification = json_object_get(root, "verification");

	take_head(f, root, c);
	take_fit(f, root, c, readings_only);
	if (!readings_only && !json_is_null(verification))
		take_verification(f, verification, block);
	if (c->verified && !c->verification.passed && !readings_only) {
		f->place = "";
		f->index = -1;
		field_refuse(f, "verified", "false without a passed verification");
	}
	take_readings(f, json_object_get(root, "readings"), &c->readings);
	if (readings_only)
		c->accepted = c->quick = c->verified = false;
}

static int take(const json_t *root, bool readings_only, struct calibration **out,
	char *message, size_t size)
{
	struct field f = { .place = "", .index = -1, .message = message, .size = size };
	struct calibration_device device = { .unit = FRAME_UNIT_COUNTS };
	struct calibration *c;

	take_device(&f, json_object_get(root, "device"), &device);
	if (f.err)
		return f.err;
	c = calibration_new(&device.geometry);
	if (!c) {
		field_no_memory(&f);
		return f.err;
	}
	calibration_set_device(c, &device);
	take_all(&f, root, (struct block *)c, readings_only);
	if (f.err) {
		calibration_free(c);
		return f.err;
	}
	*out = c;
	return 0;
}

static void fill_head(struct field *f, const json_t *root,
	struct calibration *c, /* scratch */
	struct calibration_head *head)
{
	take_head(f, root, c);
	take_device(f, json_object_get(root, "device"), &c->device);
	*head = (struct calibration_head){ .device = c->device,
		.created_unix_ms = c->created_unix_ms,
		.expires_unix_ms = c->expires_unix_ms,
		.accepted = c->accepted,
		.quick = c->quick,
		.verified = c->verified };
	memcpy(head->operator_name, c->operator_name, sizeof(c->operator_name));
}

/* The lines before the model's, closed by a bracket, are an object of their own. */
int calibration_peek(const char *text, size_t n, struct calibration_head *head)
{
	static const char next[] = ",\n\"model\":";
	const char *end = memmem(text, n, next, sizeof(next) - 1);
	size_t n_lines = end ? (size_t)(end - text) : 0;
	char message[256], lines[CALIBRATION_HEAD_MAX + 1];
	struct field f = { .place = "", .message = message, .size = sizeof(message) };
	struct calibration *scratch;
	json_t *root;

	if (n_lines == 0 || n_lines > CALIBRATION_HEAD_MAX)
		return -EBADMSG;
	memcpy(lines, text, n_lines);
	lines[n_lines] = '}';
	root = json_loadb(lines, n_lines + 1, JSON_REJECT_DUPLICATES, NULL);
	scratch = calloc(1, sizeof(*scratch)); /* too large for a stack */
	if (!root)
		f.err = -EBADMSG;
	else if (!scratch)
		f.err = -ENOMEM;
	else
		fill_head(&f, root, scratch, head);
	free(scratch);
	json_decref(root);
	return f.err;
}

int calibration_parse(const char *text, size_t n, bool ignore_checksum,
	struct calibration **out, char *message, size_t size)
{
	char id[CALIBRATION_ID_SIZE];
	bool is_sealed = seal_check(text, n, id);
	json_t *root;
	int err = load(text, n, &root, message, size);

	if (err == 0)
		err = check_schema(root, message, size);
	if (err == 0 && !is_sealed && !ignore_checksum)
		err = refuse(message, size, -EBADMSG,
			N_("This calibration was changed after it was written (its "
			   "checksum is wrong) and is not used; \"stance calibrate fit "
			   "--from FILE\" can fit its readings anew."));
	if (err == 0)
		err = take(root, ignore_checksum && !is_sealed, out, message, size);
	if (err == 0)
		memcpy((*out)->id, (*out)->excerpt_of[0] ? (*out)->excerpt_of : id,
			sizeof(id));
	json_decref(root);
	return err;
}
