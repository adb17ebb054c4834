#include "src/store/recording_header.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/jsonw.h"

#define MAX_LIFT_MM 60.0

#define SCHEMA "stance.recording/1"

/* The largest mat and the number that its cells can have: SMP/1, and 16 bits. */
#define FULL_SCALE_MAX 65535
#define RATE_MAX_HZ    10000.0
#define PITCH_MAX_MM   1000.0

static const char *const units[] = { "counts", "nanosiemens", "millinewton" };
#define N_UNITS ((int)(sizeof(units) / sizeof(*units)))

/* --- what a header may say ----------------------------------------------------------------- */

static bool uid_ok(const char *uid)
{
	return strlen(uid) == 32 && strspn(uid, "0123456789abcdef") == 32;
}

static bool between(double value, double low, double high)
{
	return value > low && value <= high; /* false for NaN */
}

static bool mat_ok(const struct analysis_setup *mat)
{
	const struct mat_geometry *g = &mat->geometry;

	return g->n_rows >= 1 && g->n_rows <= GEOMETRY_MAX_SIDE && g->n_cols >= 1 &&
	       g->n_cols <= GEOMETRY_MAX_SIDE &&
	       between(g->pitch_x_mm, 0.0, PITCH_MAX_MM) &&
	       between(g->pitch_y_mm, 0.0, PITCH_MAX_MM) && (int)mat->unit >= 0 &&
	       (int)mat->unit < N_UNITS && between(mat->unit_scale, 0.0, 1e9) &&
	       mat->full_scale >= 1 && mat->full_scale <= FULL_SCALE_MAX &&
	       between(mat->rate_hz, 0.0, RATE_MAX_HZ);
}

static bool header_ok(const struct recording_header *h)
{
	return uid_ok(h->uid) && mat_ok(&h->mat) && h->n_hello >= 0 &&
	       h->n_hello <= RECORDING_HELLO_MAX;
}

/* --- writing ------------------------------------------------------------------------------- */

/* 17 digits bring every double back. A point keeps the sign of -0 and the kind of number. */
static void put_double(struct jsonw *w, const char *key, double value)
{
	char text[40];
	int n;

	jsonw_key(w, key);
	if (!isfinite(value)) {
		jsonw_null(w);
		return;
	}
	n = snprintf(text, sizeof(text) - 2, "%.17g", value);
	for (int i = 0; i < n; i++)
		if (text[i] == ',') /* some locale's point */
			text[i] = '.';
	if (!strpbrk(text, ".e")) {
		memcpy(text + n, ".0", 3);
		n += 2;
	}
	jsonw_raw(w, text, (size_t)n);
}

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_string(w, text);
}

static void put_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

static void put_bool(struct jsonw *w, const char *key, bool value)
{
	jsonw_key(w, key);
	jsonw_bool(w, value);
}

static void put_mat(struct jsonw *w, const struct recording_header *h)
{
	char hello[2 * RECORDING_HELLO_MAX + 1] = "";

	for (int i = 0; i < h->n_hello; i++)
		snprintf(hello + 2 * i, 3, "%02x", h->hello[i]);
	jsonw_key(w, "mat");
	jsonw_begin_object(w);
	put_text(w, "driver", h->driver);
	put_text(w, "serial", h->serial);
	put_text(w, "model", h->model);
	put_text(w, "firmware", h->firmware);
	put_text(w, "hello", hello);
	put_int(w, "rows", h->mat.geometry.n_rows);
	put_int(w, "cols", h->mat.geometry.n_cols);
	put_double(w, "pitch_x_mm", h->mat.geometry.pitch_x_mm);
	put_double(w, "pitch_y_mm", h->mat.geometry.pitch_y_mm);
	put_text(w, "unit", units[h->mat.unit]);
	put_double(w, "unit_scale", h->mat.unit_scale);
	put_int(w, "full_scale", h->mat.full_scale);
	put_double(w, "rate_hz", h->mat.rate_hz);
	jsonw_end_object(w);
}

static void put_zero(struct jsonw *w, const struct analysis_zero *zero)
{
	jsonw_key(w, "zero");
	jsonw_begin_object(w);
	put_bool(w, "map", zero->map != NULL);
	put_double(w, "noise", zero->noise);
	put_double(w, "threshold", (double)zero->threshold);
	put_bool(w, "tared", zero->tared);
	jsonw_end_object(w);
}

static void put_person(struct jsonw *w, const struct trial_person *person)
{
	const char sex[2] = { person->sex, '\0' };

	jsonw_key(w, "person");
	jsonw_begin_object(w);
	put_double(w, "mass_kg", person->mass_kg);
	put_double(w, "stature_m", person->stature_m);
	put_text(w, "sex", sex);
	put_double(w, "age_years", person->age_years);
	jsonw_end_object(w);
}

static void put_condition(struct jsonw *w, const struct trial_condition *c)
{
	jsonw_key(w, "condition");
	jsonw_begin_object(w);
	put_text(w, "eyes", c->eyes);
	put_text(w, "surface", c->surface);
	put_text(w, "stance", c->stance);
	put_text(w, "footwear", c->footwear);
	put_text(w, "support", c->support);
	put_text(w, "orthosis", c->orthosis);
	put_int(w, "pain", c->pain);
	jsonw_key(w, "lift_mm");
	jsonw_real(w, c->lift_mm);
	jsonw_end_object(w);
}

static void put_protocol(struct jsonw *w, const struct recording_header *h)
{
	put_text(w, "algorithm", h->algorithm);
	put_text(w, "protocol", h->protocol);
	put_double(w, "duration_s", h->duration_s);
	put_double(w, "settle_s", h->settle_s);
	put_double(w, "cutoff_hz", h->cutoff_hz);
	put_double(w, "noise_velocity_mm_s", h->noise_velocity_mm_s);
}

int recording_header_encode(const struct recording_header *h, char *text, size_t size)
{
	struct jsonw w;

	if (!header_ok(h))
		return -EINVAL;
	jsonw_init(&w, text, size);
	jsonw_begin_object(&w);
	put_text(&w, "schema", SCHEMA);
	put_text(&w, "uid", h->uid);
	put_int(&w, "started_unix_ms", h->started_unix_ms);
	put_int(&w, "utc_offset_min", h->utc_offset_min);
	put_mat(&w, h);
	put_zero(&w, &h->zero);
	jsonw_key(&w, "calibration");
	jsonw_begin_object(&w);
	put_text(&w, "id", h->calibration_id);
	put_text(&w, "state", h->calibration_state);
	put_bool(&w, "file", h->calibration != NULL);
	put_bool(&w, "memory", h->memory.n > 0);
	jsonw_end_object(&w);
	put_protocol(&w, h);
	put_person(&w, &h->person);
	put_condition(&w, &h->condition);
	jsonw_end_object(&w);
	return jsonw_finish(&w);
}

/* --- reading: what is missing or of another kind is absent ---------------------------------- */

static double get_double(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static int64_t get_int(const json_t *object, const char *key, int64_t low, int64_t high,
	int64_t absent)
{
	const json_t *value = json_object_get(object, key);
	const int64_t number =
		json_is_integer(value) ? (int64_t)json_integer_value(value) : absent;

	return number >= low && number <= high ? number : absent;
}

static bool get_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static void get_text(const json_t *object, const char *key, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t n = text ? strlen(text) : 0;

	if (n >= size) /* cut before a character, not within */
		for (n = size - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
			n--;
	if (n > 0)
		memcpy(out, text, n);
	out[n] = '\0';
}

static int get_unit(const json_t *mat)
{
	const char *name = json_string_value(json_object_get(mat, "unit"));

	for (int i = 0; name && i < N_UNITS; i++)
		if (strcmp(name, units[i]) == 0)
			return i;
	return -1;
}

static void get_hello(const json_t *mat, struct recording_header *h)
{
	const char *text = json_string_value(json_object_get(mat, "hello"));
	unsigned byte;

	while (text && h->n_hello < RECORDING_HELLO_MAX &&
		sscanf(text + (size_t)(2 * h->n_hello), "%2x", &byte) == 1 &&
		text[2 * h->n_hello + 1] != '\0')
		h->hello[h->n_hello++] = (uint8_t)byte;
}

static void get_mat(const json_t *mat, struct recording_header *h)
{
	struct analysis_setup *setup = &h->mat;

	get_text(mat, "driver", h->driver, sizeof(h->driver));
	get_text(mat, "serial", h->serial, sizeof(h->serial));
	get_text(mat, "model", h->model, sizeof(h->model));
	get_text(mat, "firmware", h->firmware, sizeof(h->firmware));
	get_hello(mat, h);
	setup->geometry.n_rows = (int)get_int(mat, "rows", 1, GEOMETRY_MAX_SIDE, 0);
	setup->geometry.n_cols = (int)get_int(mat, "cols", 1, GEOMETRY_MAX_SIDE, 0);
	setup->geometry.pitch_x_mm = get_double(mat, "pitch_x_mm");
	setup->geometry.pitch_y_mm = get_double(mat, "pitch_y_mm");
	setup->unit = (enum frame_unit)get_unit(mat);
	setup->unit_scale = get_double(mat, "unit_scale");
	setup->full_scale = (uint32_t)get_int(mat, "full_scale", 1, FULL_SCALE_MAX, 0);
	setup->rate_hz = get_double(mat, "rate_hz");
}

static void get_person(const json_t *object, struct trial_person *person)
{
	char sex[8];

	person->mass_kg = get_double(object, "mass_kg");
	person->stature_m = get_double(object, "stature_m");
	get_text(object, "sex", sex, sizeof(sex));
	person->sex = (char)(*sex == 'M' || *sex == 'F' ? *sex : 0);
	person->age_years = get_double(object, "age_years");
}

static void get_condition(const json_t *object, struct trial_condition *c)
{
	get_text(object, "eyes", c->eyes, sizeof(c->eyes));
	get_text(object, "surface", c->surface, sizeof(c->surface));
	get_text(object, "stance", c->stance, sizeof(c->stance));
	get_text(object, "footwear", c->footwear, sizeof(c->footwear));
	get_text(object, "support", c->support, sizeof(c->support));
	get_text(object, "orthosis", c->orthosis, sizeof(c->orthosis));
	c->pain = (int)get_int(object, "pain", 0, 10, -1);
	c->lift_mm = get_double(object, "lift_mm");
	if (!(fabs(c->lift_mm) <= MAX_LIFT_MM)) /* older recordings know none */
		c->lift_mm = 0;
}

static void get_protocol(const json_t *root, struct recording_header *h)
{
	get_text(root, "algorithm", h->algorithm, sizeof(h->algorithm));
	get_text(root, "protocol", h->protocol, sizeof(h->protocol));
	h->duration_s = get_double(root, "duration_s");
	h->settle_s = get_double(root, "settle_s");
	h->cutoff_hz = get_double(root, "cutoff_hz");
	h->noise_velocity_mm_s = get_double(root, "noise_velocity_mm_s");
}

static void get_all(const json_t *root, struct recording_header *h,
	struct recording_header_parts *parts)
{
	const json_t *zero = json_object_get(root, "zero");
	const json_t *calibration = json_object_get(root, "calibration");

	memset(h, 0, sizeof(*h));
	get_text(root, "uid", h->uid, sizeof(h->uid));
	h->started_unix_ms =
		get_int(root, "started_unix_ms", INT64_MIN, INT64_MAX, INT64_MIN);
	h->utc_offset_min = (int)get_int(root, "utc_offset_min", -1440, 1440, 0);
	get_mat(json_object_get(root, "mat"), h);
	parts->zero_map = get_bool(zero, "map");
	h->zero.noise = get_double(zero, "noise");
	h->zero.threshold = (float)get_double(zero, "threshold");
	h->zero.tared = get_bool(zero, "tared");
	parts->calibration = get_bool(calibration, "file");
	parts->memory = get_bool(calibration, "memory");
	get_text(calibration, "id", h->calibration_id, sizeof(h->calibration_id));
	get_text(calibration, "state", h->calibration_state,
		sizeof(h->calibration_state));
	get_protocol(root, h);
	get_person(json_object_get(root, "person"), &h->person);
	get_condition(json_object_get(root, "condition"), &h->condition);
}

int recording_header_decode(const char *text, size_t n, struct recording_header *header,
	struct recording_header_parts *parts)
{
	static const char family[] = "stance.recording/";
	struct recording_header h;
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	int error = 0;

	if (!schema || strncmp(schema, family, strlen(family)) != 0)
		error = -EBADMSG;
	else if (strcmp(schema, SCHEMA) != 0)
		error = -EPROTO;
	if (error == 0) {
		get_all(root, &h, parts);
		error = header_ok(&h) ? 0 : -EBADMSG;
	}
	json_decref(root);
	if (error == 0)
		*header = h;
	return error;
}
