#include "ui/screens/screens.h"

#include <stddef.h>

const struct screen *const screens_all[] = {
	/* clinician; the first is where they begin */
	&screen_worklist,
	&screen_live,
	&screen_patients,
	&screen_patient,
	&screen_edit,
	&screen_field,
	&screen_visit,
	&screen_precheck,
	&screen_trial,
	&screen_lock,
	&screen_results,
	&screen_measure,
	&screen_findings,
	&screen_why,
	&screen_report,
	&screen_pages,
	&screen_sign,
	&screen_amend,
	&screen_compare,
	&screen_compare_with,
	&screen_programmes,
	&screen_arm,
	/* technician */
	&screen_service,
	&screen_cells,
	&screen_calibrate,
	&screen_check,
	&screen_log,
	&screen_display,
	&screen_touch,
	&screen_wipe,
	/* patient */
	&screen_live_far,
	&screen_train,
	&screen_mirror,
	&screen_plain,
	&screen_shared,
	/* either */
	&screen_help,
	NULL,
};
