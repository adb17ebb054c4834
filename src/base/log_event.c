#include "src/base/log_event.h"

#include <stddef.h>

/* Drawn at random once; never changed, since entries of old journals refer to them. */
static const char *const the_ids[LOG_N_EVENTS] = {
	[LOG_EVENT_MAT_LOST] = "3c3a3e877c31492792b3081bfecfe140",
	[LOG_EVENT_MAT_UNUSABLE] = "b273632e78684d2a9e0c04ff9f274405",
	[LOG_EVENT_MAT_UNCALIBRATED] = "c27f0f658cd9443897e024e2c639db21",
	[LOG_EVENT_MAT_DRIFTS] = "b6598fe24eaf47e78bfb67684ed079ba",
	[LOG_EVENT_STORE_CLOSED] = "d4b2f483a56b4edb80c26830a2fbf287",
	[LOG_EVENT_TRIAL_INTERRUPTED] = "b2f98019e5bf448a9cf5ebfe9987ed42",
	[LOG_EVENT_EXCHANGE_STUCK] = "248dd29d45a84d38b8a5e3be00b794a6",
	[LOG_EVENT_GROUP_UNKNOWN] = "202ddf579c6645a28689f05dbfea9c82",
	[LOG_EVENT_START_REFUSED] = "b229937116714915bdb78cb74f6fe7a7",
	[LOG_EVENT_PANEL_STUCK] = "20a0c05ed0214fee9f54b99a1f88e742",
};

const char *log_event_id(enum log_event event)
{
	return event < LOG_N_EVENTS ? the_ids[event] : NULL;
}
