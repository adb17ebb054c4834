#include "src/cli/research_text.h"

#include "src/core/trial/conclusion.h"

static const char why[] =
	"hidden elsewhere, because a mat cannot tell its sign: the feet press inwards "
	"with a shear that "
	"it does not measure, and varus or valgus moves it by 0.19 %BW m a degree";

static void moments(const struct trial_record *r, int side, double pct_bwm[2])
{
	conclusion_knee_frontal(
		&r->person, r->phases[0].value, side, &pct_bwm[0], &pct_bwm[1]);
	pct_bwm[0] *= 100;
	pct_bwm[1] *= 100;
}

void research_text_print(FILE *out, const struct trial_record *r)
{
	fprintf(out,
		"\nResearch view: external adduction moment of the knees, %%BW m "
		"(%s)\n",
		why);
	for (int side = -1; side <= 1; side += 2) {
		double m[2];

		moments(r, side, m);
		fprintf(out,
			"  %-6s %+.2f from the vertical force alone, %+.2f with a "
			"usual shear\n",
			side < 0 ? "left" : "right", m[0], m[1]);
	}
}

void research_text_put(struct jsonw *w, const struct trial_record *r)
{
	jsonw_begin_object(w);
	jsonw_key(w, "schema");
	jsonw_string(w, "stance.research/1");
	jsonw_key(w, "why_hidden");
	jsonw_string(w, why);
	for (int side = -1; side <= 1; side += 2) {
		double m[2];

		moments(r, side, m);
		jsonw_key(w, side < 0 ? "knee_left" : "knee_right");
		jsonw_begin_object(w);
		jsonw_key(w, "vertical_pct_bwm");
		jsonw_real(w, m[0]);
		jsonw_key(w, "with_shear_pct_bwm");
		jsonw_real(w, m[1]);
		jsonw_end_object(w);
	}
	jsonw_end_object(w);
}
