#include "src/store/visit_read.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* The ids of a visit's trials as the store lists them: newest first. */
struct ids {
	int n;
	int64_t id[VISIT_MAX_TRIALS + 1];
};

static int take_id(const struct store_trial_line *line, void *ctx)
{
	struct ids *ids = ctx;

	if (!line->running)
		ids->id[ids->n++] = line->id;
	return 0;
}

int visit_read_trials(
	struct store *store, const struct store_visit *head, struct visit *visit)
{
	struct ids ids = { 0 };
	/* one more than a visit takes, so that it can say that some were left out */
	struct store_trial_query query = {
		.visit_id = head->id, .with_voided = true, .limit = VISIT_MAX_TRIALS + 1
	};
	int err = store_trial_list(store, &query, take_id, &ids);

	visit_init(visit);
	while (err >= 0 && ids.n > 0) {
		struct trial_record record;

		err = store_trial_get(store, ids.id[--ids.n], &record);
		if (err == 0)
			visit_add(visit, &record);
	}
	if (err < 0)
		return err;
	visit_finish(visit, head->protocol);
	return 0;
}

#define AT(member) offsetof(struct visit_entered, member)

static const struct visit_read_note notes[] = {
	{ "block_mm", -60, 60, false, AT(block_mm) },
	{ "extension_deficit_left_deg", 0, 90, false, AT(extension_deficit_deg[0]) },
	{ "extension_deficit_right_deg", 0, 90, false, AT(extension_deficit_deg[1]) },
	{ "pain_knee_left", 0, 1, true, AT(pain_knee[0]) },
	{ "pain_knee_right", 0, 1, true, AT(pain_knee[1]) },
	{ "pain_back", 0, 1, true, AT(pain_back) },
	{ "pain_leg", 0, 1, true, AT(pain_leg) },
	{ "red_flag", 0, 1, true, AT(red_flag) },
};
#define N_NOTES (sizeof(notes) / sizeof(notes[0]))

const struct visit_read_note *visit_read_note_at(size_t index)
{
	return index < N_NOTES ? &notes[index] : NULL;
}

static void take(const char *key, double value, void *ctx)
{
	char *entered = ctx;

	for (size_t i = 0; i < N_NOTES; i++) {
		if (strcmp(notes[i].key, key) != 0)
			continue;
		if (notes[i].is_answer)
			*(int *)(entered + notes[i].at) =
				isnan(value) ? -1 : (int)value;
		else
			*(double *)(entered + notes[i].at) = value;
	}
}

int visit_read_entered(
	struct store *store, int64_t visit_id, struct visit_entered *entered)
{
	visit_entered_init(entered);
	return store_visit_notes(store, visit_id, take, entered);
}
