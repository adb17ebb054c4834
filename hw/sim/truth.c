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

/* What no mat sees; as she stands when nothing happens. */
static void put_skeleton(struct jsonw *w, const struct skeleton *s)
{
	jsonw_key(w, "pelvis");
	jsonw_begin_object(w);
	put_number(w, "shift_mm", s->pelvis_shift_mm, DECIMALS);
	put_number(w, "obliquity_deg", s->obliquity_deg, DECIMALS);
	put_number(
		w, "obliquity_from_shift_deg", s->obliquity_from_shift_deg, DECIMALS);
	jsonw_end_object(w);
	jsonw_key(w, "knees");
	jsonw_begin_object(w);
	put_number(w, "left_pct_bw", s->knee_left_pct_bw, DECIMALS);
	put_number(w, "right_pct_bw", s->knee_right_pct_bw, DECIMALS);
	jsonw_end_object(w);
	jsonw_key(w, "spine");
	jsonw_begin_object(w);
	put_number(w, "l5s1_moment_frontal_nm", s->l5s1_moment_frontal_nm, DECIMALS);
	put_number(w, "l5s1_moment_sagittal_nm", s->l5s1_moment_sagittal_nm, DECIMALS);
	put_number(w, "l5s1_compression_frontal_pct", s->l5s1_compression_frontal_pct,
		DECIMALS);
	put_number(w, "l5s1_compression_extra_pct", s->l5s1_compression_extra_pct,
		DECIMALS);
	jsonw_end_object(w);
	jsonw_key(w, "body");
	jsonw_begin_object(w);
	put_number(w, "com_ml_mm", s->com_ml_mm, DECIMALS);
	put_number(w, "com_ap_mm", s->com_ap_mm, DECIMALS);
	put_number(w, "lean_deg", s->lean_deg, DECIMALS);
	put_number(w, "ankle_moment_nm", s->ankle_moment_nm, DECIMALS);
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
	if (t->skeleton)
		put_skeleton(&w, t->skeleton);
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
