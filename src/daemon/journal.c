#include "src/daemon/journal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <systemd/sd-journal.h>

#include "src/base/log.h"

static void send_to_journal(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	const char *id = log_event_id(event);

	(void)ctx;
	/* The list ends at the first NULL: a message without an id is one member shorter. */
	sd_journal_send("PRIORITY=%d", (int)level, "MESSAGE=%s: %s", tag, message,
		"STANCE_PART=%s", tag, id ? "MESSAGE_ID=%s" : NULL, id, NULL);
}

/* The variable is inherited by children whose stderr goes elsewhere: compare the file. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat what;

	if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return false;
	return fstat(2, &what) == 0 && what.st_dev == device && what.st_ino == inode;
}

bool journal_use(void)
{
	if (!stderr_is_journal())
		return false;
	log_set_sink(send_to_journal, NULL);
	return true;
}
