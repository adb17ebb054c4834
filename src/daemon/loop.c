#include "src/daemon/loop.h"

#include <signal.h>
#include <string.h>

#include <systemd/sd-event.h>

#define LOG_TAG "loop"
#include "src/base/log.h"

static int on_signal(
	sd_event_source *source, const struct signalfd_siginfo *info, void *ctx)
{
	(void)ctx;
	log_info("%s: ending", strsignal((int)info->ssi_signo));
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* Block the signals, for the loop takes them through a descriptor. */
static int add_signals(sd_event *event)
{
	static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		int err = sd_event_add_signal(event, NULL, ending[i], on_signal, NULL);

		if (err < 0)
			return err;
	}
	return 0;
}

int loop_new(struct sd_event **out)
{
	sd_event *event = NULL;
	int err = sd_event_new(&event);

	if (err < 0)
		return err;
	err = add_signals(event);
	if (err >= 0)
		err = sd_event_set_watchdog(event, 1);
	if (err < 0) {
		sd_event_unref(event);
		return err;
	}
	*out = event;
	return 0;
}

int loop_run(struct sd_event *event)
{
	int err = sd_event_loop(event);

	return err < 0 ? err : 0;
}

void loop_free(struct sd_event *event)
{
	sd_event_unref(event);
}
