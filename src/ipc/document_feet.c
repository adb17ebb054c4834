#include "src/ipc/document_feet.h"

#include "src/base/version.h"
#include "src/ipc/document_alignment.h"
#include "src/ipc/document_trial.h"

static void put_person(struct jsonw *w, const struct trial_person *person)
{
	char sex[] = { person->sex, '\0' };

	jsonw_begin_object(w);
	jsonw_key(w, "mass_kg");
	jsonw_real(w, person->mass_kg);
	jsonw_key(w, "stature_m");
	jsonw_real(w, person->stature_m);
	jsonw_key(w, "sex");
	jsonw_string(w, person->sex ? sex : NULL);
	jsonw_end_object(w);
}

void document_put_feet(struct jsonw *w, const struct trial_record *r)
{
	const struct trial_phase *phase = &r->phases[0];

	jsonw_begin_object(w);
	jsonw_key(w, "schema");
	jsonw_string(w, "stance.feet/1");
	jsonw_key(w, "person");
	put_person(w, &r->person);
	jsonw_key(w, "duration_s");
	jsonw_real(w, phase->duration_s);
	jsonw_key(w, "rate_hz");
	jsonw_real(w, phase->rate_hz);
	jsonw_key(w, "quality");
	document_put_quality(w, r);
	jsonw_key(w, "weight");
	document_put_weight(w, phase->value);
	jsonw_key(w, "sway");
	document_put_phase_sway(w, phase, &r->person);
	document_put_conclusion(w, r);
	jsonw_key(w, "algorithm");
	jsonw_begin_object(w);
	jsonw_key(w, "version");
	jsonw_string(w, STANCE_VERSION);
	jsonw_end_object(w);
	jsonw_end_object(w);
}
