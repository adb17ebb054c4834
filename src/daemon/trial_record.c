#include "src/daemon/trial_record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void trial_record_identify(struct trial_record *record, const struct trial_record *row)
{
	record->id = row->id;
	record->visit_id = row->visit_id;
	record->has_raw = row->has_raw;
	record->started_unix_ms = row->started_unix_ms;
	record->utc_offset_min = row->utc_offset_min;
	memcpy(record->uid, row->uid, sizeof(record->uid));
	memcpy(record->patient, row->patient, sizeof(record->patient));
	memcpy(record->operator_name, row->operator_name,
		sizeof(record->operator_name));
	memcpy(record->protocol, row->protocol, sizeof(record->protocol));
	memcpy(record->calibration_id, row->calibration_id,
		sizeof(record->calibration_id));
	memcpy(record->calibration_state, row->calibration_state,
		sizeof(record->calibration_state));
}

void trial_record_reason(struct trial_record *record, const char *format, ...)
{
	char *reason;
	va_list args;

	if (record->n_reasons >= RECORD_MAX_REASONS)
		return;
	reason = record->reasons[record->n_reasons];
	va_start(args, format);
	vsnprintf(reason, RECORD_REASON_SIZE, format, args);
	va_end(args);
	for (int i = 0; i < record->n_reasons; i++) {
		if (strcmp(record->reasons[i], reason) == 0)
			return;
	}
	record->n_reasons++;
}
