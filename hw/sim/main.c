/* stance-sim: a simulated person on a simulated mat. See stance-sim(1). */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "hw/sim/simopts.h"
#include "hw/sim/simrun.h"

#define EXIT_USAGE 2

static volatile sig_atomic_t stop_requested;

static void on_signal(int number)
{
	(void)number;
	stop_requested = 1;
}

/* Signals get through only while the loop waits, so that none is missed between looking and
 * waiting. */
static void catch_signals(sigset_t *waiting_mask)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, waiting_mask);
	sigdelset(waiting_mask, SIGINT);
	sigdelset(waiting_mask, SIGTERM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	static struct simopts options;
	sigset_t waiting_mask;
	int rc = simopts_parse(&options, argc, argv);

	if (rc == 0) {
		catch_signals(&waiting_mask);
		rc = simrun(&options, &stop_requested, &waiting_mask);
	} else if (rc == -EINVAL) {
		rc = EXIT_USAGE;
	}
	simopts_fini(&options);
	return rc < 0 ? EXIT_FAILURE : rc;
}
