#include "src/core/trial/record.h"

#include <assert.h>

const char *trial_verdict_name(enum trial_verdict verdict)
{
	static const char *const names[] = {
		[TRIAL_GOOD] = "good",
		[TRIAL_CHECK] = "check",
		[TRIAL_UNUSABLE] = "unusable",
		[TRIAL_INTERRUPTED] = "interrupted",
	};

	assert((unsigned)verdict < sizeof(names) / sizeof(names[0]));
	return names[verdict];
}
