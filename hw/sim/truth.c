#include "hw/sim/truth.h"

#include <errno.h>

#include "src/base/jsonw.h"

#define DECIMALS      4
#define FRAC_DECIMALS 7

static void put_cop(struct jsonw *w, struct pos_mm cop)
{
	jsonw_key(w, "cop_mm");
	if (cop.x != cop.x) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_array(w);
	jsonw_fixed(w, cop.x, DECIMALS);
	jsonw_fixed(w, cop.y, DECIMALS);
	jsonw_end_array(w);
}

static void put_number(struct jsonw *w, const char *key, double value, int decimals)
{
	jsonw_key(w, key);
	jsonw_fixed(w, value, decimals);
}

static void put_foot(struct jsonw *w, const char *key, const struct imprint_load *foot)
{
	jsonw_key(w, key);
	if (foot->force_n <= 0) {
		jsonw_null(w);
		return;
	}
	jsonw_begin_object(w);
	put_number(w, "force_n", foot->force_n, DECIMALS);
	put_cop(w, foot->cop);
	put_number(w, "fore_frac", foot->fore_n / foot->force_n, FRAC_DECIMALS);
	jsonw_end_object(w);
}

int truth_line(const struct truth_frame *frame, const struct scene_truth *t,
	char *buffer, size_t size)
{
	struct jsonw w;
	int length;

	jsonw_init(&w, buffer, size);
	jsonw_begin_object(&w);
	jsonw_key(&w, "schema");
	jsonw_string(&w, "stance.truth/1");
	jsonw_key(&w, "seq");
	jsonw_uint(&w, frame->seq);
	jsonw_key(&w, "device_us");
	jsonw_uint(&w, frame->device_us);
	jsonw_key(&w, "session");
	jsonw_uint(&w, frame->session_id);
	put_number(&w, "t_s", t->t_s, 6);
	put_number(&w, "force_n", t->force_n, DECIMALS);
	put_cop(&w, t->cop);
	put_number(&w, "left_frac", t->left_frac, FRAC_DECIMALS);
	put_number(&w, "fore_frac", t->fore_frac, FRAC_DECIMALS);
	put_foot(&w, "left", &t->foot[PERSON_LEFT]);
	put_foot(&w, "right", &t->foot[PERSON_RIGHT]);
	put_number(&w, "off_mat_n", t->off_n, DECIMALS);
	put_number(&w, "weights_n", t->weights_n, DECIMALS);
	jsonw_key(&w, "posture");
	jsonw_string(&w, t->posture);
	put_number(&w, "script_s", t->t_s - frame->cue_s, 6);
	jsonw_key(&w, "damaged");
	jsonw_bool(&w, frame->damaged);
	jsonw_key(&w, "dropped");
	jsonw_bool(&w, frame->dropped);
	jsonw_end_object(&w);
	length = jsonw_finish(&w);
	if (length < 0 || (size_t)length + 2 > size)
		return -ENOBUFS;
	buffer[length] = '\n';
	buffer[length + 1] = '\0';
	return length + 1;
}
