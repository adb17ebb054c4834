#include "tests/support/store_fixture.h"

#include <float.h>
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

static double odd_number(struct rng *rng)
{
	static const double odd[] = { 0.0, -0.0, 1.0 / 3.0, DBL_MIN, -DBL_MAX,
		4503599627370497.0, 5e-324, 42.0 };

	switch (rng_u64(rng) % 4) {
	case 0:
		return (double)NAN;
	case 1:
		return odd[rng_u64(rng) % (sizeof(odd) / sizeof(*odd))];
	default:
		return 100.0 * rng_normal(rng);
	}
}

static void fill_condition(struct trial_condition *c, int pain)
{
	memset(c, 0, sizeof(*c));
	strcpy(c->eyes, "closed");
	strcpy(c->surface, "foam");
	strcpy(c->stance, "bipedal");
	strcpy(c->footwear, "socks");
	strcpy(c->support, "rail");
	strcpy(c->orthosis, "Einlage, l\xc3\xa4nger");
	c->pain = pain;
}

static void fill_phase(struct trial_phase *p, struct rng *rng, int n)
{
	memset(p, 0, sizeof(*p));
	snprintf(p->key, sizeof(p->key), "phase-%d", n);
	fill_condition(&p->condition, n - 1);
	p->start_s = 5.0 + 30.1 * n;
	p->duration_s = 30.0 + rng_uniform(rng);
	p->n = 3000 + n;
	p->rate_hz = 100.0 / 3.0;
	p->cutoff_hz = n % 2 ? 10.0 : (double)NAN;
	p->noise_velocity_mm_s = 0.1;
	p->missing_frac = rng_uniform(rng);
	p->sway_notes = 0x80000001;
	p->n_outline = n % 3 * (RECORD_MAX_OUTLINE / 2);
	for (int i = 0; i < p->n_outline; i++) {
		p->outline_x_mm[i] = odd_number(rng);
		p->outline_y_mm[i] = odd_number(rng);
	}
	for (int i = 0; i < METRIC_N; i++)
		p->value[i] = odd_number(rng);
}

void store_fixture_record(
	struct trial_record *r, struct rng *rng, const char *patient, int n_phases)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->uid, sizeof(r->uid), "%016llx%016llx",
		(unsigned long long)rng_u64(rng), (unsigned long long)rng_u64(rng));
	snprintf(r->patient, sizeof(r->patient), "%s", patient);
	strcpy(r->operator_name, "M. Muster");
	strcpy(r->protocol, "quiet-eo");
	fill_condition(&r->condition, 3);
	r->started_unix_ms = 1790000000000 + (int64_t)(rng_u64(rng) % 1000000);
	r->utc_offset_min = 120;
	r->duration_s = 30.0 + rng_uniform(rng);
	r->settle_s = 5.0;
	r->rate_hz = 99.98765432101234;
	r->verdict = (enum trial_verdict)(rng_u64(rng) % 4);
	r->n_reasons = 2;
	strcpy(r->reasons[0], "A foot carried less than 5 % of the weight.");
	strcpy(r->reasons[1], "'); DROP TABLE patient; --");
	r->n_phases = n_phases;
	for (int i = 0; i < n_phases; i++)
		fill_phase(&r->phases[i], rng, i);
	for (int i = 0; i < METRIC_N; i++)
		r->outcome[i] = odd_number(rng);
	strcpy(r->calibration_id, "cal-1");
	strcpy(r->calibration_state, "unverified");
	strcpy(r->algorithm, "1.0");
	r->has_raw = true;
}

void store_fixture_series(struct trial_series *s, struct rng *rng, int n)
{
	const size_t size = (size_t)n + 1;
	double *block = malloc(size * (8 * (size_t)TRIAL_SERIES_N_COLUMNS + 5));
	double *columns[TRIAL_SERIES_N_COLUMNS];

	assert_non_null(block);
	for (int i = 0; i < TRIAL_SERIES_N_COLUMNS; i++)
		columns[i] = block + (size_t)i * size;
	*s = (struct trial_series){ n, n, columns[0], columns[1], columns[2],
		columns[3], columns[4], columns[5], columns[6], columns[7], columns[8],
		columns[9], columns[10], columns[11], NULL, NULL };
	s->flags = (uint32_t *)(block + (size_t)TRIAL_SERIES_N_COLUMNS * size);
	s->phase = (uint8_t *)(s->flags + size);
	for (int i = 0; i < n; i++) {
		s->t_s[i] = 0.01 * i;
		for (int c = 1; c < TRIAL_SERIES_N_COLUMNS; c++)
			columns[c][i] = c == 5 && i % 10 == 0
						? (double)NAN
						: 10.0 * c + rng_normal(rng);
		s->flags[i] = (uint32_t)(i % 100 == 0 ? rng_u64(rng) : 0);
		s->phase[i] = i < n / 5 ? TRIAL_NO_PHASE : 0;
	}
}

static void assert_bits(const double *a, const double *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(a[i]) || isnan(b[i]))
			assert_true(isnan(a[i]) && isnan(b[i]));
		else
			assert_memory_equal(&a[i], &b[i], sizeof(*a));
}

static void assert_condition(
	const struct trial_condition *a, const struct trial_condition *b)
{
	assert_string_equal(a->eyes, b->eyes);
	assert_string_equal(a->surface, b->surface);
	assert_string_equal(a->stance, b->stance);
	assert_string_equal(a->footwear, b->footwear);
	assert_string_equal(a->support, b->support);
	assert_string_equal(a->orthosis, b->orthosis);
	assert_int_equal(a->pain, b->pain);
}

static void assert_phase(const struct trial_phase *a, const struct trial_phase *b)
{
	const double left[] = { a->start_s, a->duration_s, a->rate_hz, a->cutoff_hz,
		a->noise_velocity_mm_s, a->missing_frac };
	const double right[] = { b->start_s, b->duration_s, b->rate_hz, b->cutoff_hz,
		b->noise_velocity_mm_s, b->missing_frac };

	assert_string_equal(a->key, b->key);
	assert_condition(&a->condition, &b->condition);
	assert_bits(left, right, 6);
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->sway_notes, b->sway_notes);
	assert_int_equal(a->n_outline, b->n_outline);
	assert_bits(a->outline_x_mm, b->outline_x_mm, (size_t)a->n_outline);
	assert_bits(a->outline_y_mm, b->outline_y_mm, (size_t)a->n_outline);
	assert_bits(a->value, b->value, METRIC_N);
}

void store_fixture_assert_same(
	const struct trial_record *a, const struct trial_record *b)
{
	const double left[] = { a->duration_s, a->settle_s, a->rate_hz };
	const double right[] = { b->duration_s, b->settle_s, b->rate_hz };

	assert_true(a->id == b->id && a->visit_id == b->visit_id);
	assert_string_equal(a->uid, b->uid);
	assert_string_equal(a->patient, b->patient);
	assert_string_equal(a->operator_name, b->operator_name);
	assert_string_equal(a->protocol, b->protocol);
	assert_condition(&a->condition, &b->condition);
	assert_true(a->started_unix_ms == b->started_unix_ms);
	assert_int_equal(a->utc_offset_min, b->utc_offset_min);
	assert_bits(left, right, 3);
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->n_reasons, b->n_reasons);
	for (int i = 0; i < a->n_reasons; i++)
		assert_string_equal(a->reasons[i], b->reasons[i]);
	assert_int_equal(a->n_phases, b->n_phases);
	for (int i = 0; i < a->n_phases; i++)
		assert_phase(&a->phases[i], &b->phases[i]);
	assert_bits(a->outcome, b->outcome, METRIC_N);
	assert_string_equal(a->calibration_id, b->calibration_id);
	assert_string_equal(a->calibration_state, b->calibration_state);
	assert_string_equal(a->algorithm, b->algorithm);
	assert_true(a->voided == b->voided && a->has_raw == b->has_raw);
	assert_string_equal(a->void_reason, b->void_reason);
}

void store_fixture_folder(char path[64])
{
	struct statvfs fs;
	const bool in_memory =
		access("/dev/shm", W_OK) == 0 && statvfs("/dev/shm", &fs) == 0 &&
		(uint64_t)fs.f_bavail * (uint64_t)fs.f_frsize > (UINT64_C(256) << 20);

	snprintf(path, 64, "%s/stance-store-XXXXXX", in_memory ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(path));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void store_fixture_remove(const char *folder)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
