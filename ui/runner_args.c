#include "ui/runner_args.h"

#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "src/base/paths.h"

#define FOLDER_SIZE (RUNNER_ARGS_TEXT - 100)

/* chosen: a bundle takes seconds, on a slow disk with a large journal half a minute; a sheet one or two, on a
 * slow card with ten visits before it ten; lp waits for CUPS, and CUPS for nobody */
#define BUNDLE_NS  (120 * CLOCK_NS_PER_S)
#define PREVIEW_NS (30 * CLOCK_NS_PER_S)
#define PRINT_NS   (60 * CLOCK_NS_PER_S)

/* Append an argument; what has no room makes it fail at the end. */
__attribute__((format(printf, 2, 3))) static void add(
	struct runner_args *a, const char *format, ...)
{
	va_list args;
	int n;

	if (a->n >= RUNNER_ARGS_MAX) {
		a->n = RUNNER_ARGS_MAX + 1;
		return;
	}
	va_start(args, format);
	n = vsnprintf(a->texts[a->n], RUNNER_ARGS_TEXT, format, args);
	va_end(args);
	if (n < 0 || n >= RUNNER_ARGS_TEXT) {
		a->n = RUNNER_ARGS_MAX + 1;
		return;
	}
	a->argv[a->n] = a->texts[a->n];
	a->argv[++a->n] = NULL;
}

/* The one that was installed with this program, else whichever is on $PATH. */
static void add_program(struct runner_args *a, const char *name)
{
	char relative[64], path[RUNNER_ARGS_TEXT];

	snprintf(relative, sizeof(relative), "bin/%s", name);
	if (paths_beside(relative, path, sizeof(path)) < 0 || access(path, X_OK) < 0)
		add(a, "%s", name);
	else
		add(a, "%s", path);
}

/* --- where a bundle goes --------------------------------------------------------------------- */

/* A stick that was put in: mounted below /media by whatever mounts it, and writable for us. */
static bool find_stick(char *folder, size_t size)
{
	static const char *const places[] = { "/media/*/*", "/run/media/*/*",
		"/media/*" };
	glob_t found;
	bool ok = false;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !ok; i++) {
		if (glob(places[i], 0, NULL, &found) != 0)
			continue;
		for (size_t k = 0; k < found.gl_pathc && !ok; k++) {
			ok = access(found.gl_pathv[k], W_OK | X_OK) == 0 &&
			     strlen(found.gl_pathv[k]) < size;
			if (ok)
				snprintf(folder, size, "%s", found.gl_pathv[k]);
		}
		globfree(&found);
	}
	return ok;
}

/* On a stick, else in the home folder, else among what goes with the next start. */
static void add_bundle_path(struct runner_args *a)
{
	const char *home = getenv("HOME");
	char folder[FOLDER_SIZE] = "/tmp", name[64] = "stance-support.tar.gz";
	time_t now = time(NULL);
	struct tm local;

	if (!find_stick(folder, sizeof(folder)) && home && access(home, W_OK) == 0 &&
		strlen(home) < sizeof(folder))
		snprintf(folder, sizeof(folder), "%s", home);
	if (localtime_r(&now, &local))
		strftime(name, sizeof(name), "stance-support-%Y%m%d-%H%M%S.tar.gz",
			&local);
	add(a, "%s/%s", folder, name);
}

/* --- the programs ---------------------------------------------------------------------------- */

static void add_bundle(struct runner_args *a)
{
	a->limit_ns = BUNDLE_NS;
	add_program(a, "stance");
	add(a, "support-bundle");
	add(a, "--quiet");
	add_bundle_path(a);
}

/* Of the daemon that the screen is a client of: its account may not open the store, and need not. */
static void add_report(struct runner_args *a, const struct run_wish *wish,
	const struct runner_place *place)
{
	add_program(a, "stance-report");
	add(a, "--socket=%s", place->socket ? place->socket : "");
	add(a, "--visit=%lld", (long long)wish->visit);
	add(a, "--language=%s", i18n_language());
	if (wish->version > 0)
		add(a, "--revision=%d", wish->version);
	if (wish->for_patient)
		add(a, "--audience=patient");
}

static void add_preview(struct runner_args *a, const struct run_wish *wish,
	const struct runner_place *place)
{
	a->limit_ns = PREVIEW_NS;
	add_report(a, wish, place);
	add(a, "--preview");
	add(a, "--count");
	add(a, "--page=%d", wish->page);
	add(a, "--dpi=%d", wish->dpi);
	add(a, "--output=%s/page.png", place->folder);
	if (a->n <= RUNNER_ARGS_MAX)
		a->picture = a->texts[a->n - 1] + strlen("--output=");
}

static void add_print(struct runner_args *a, const struct run_wish *wish,
	const struct runner_place *place)
{
	a->limit_ns = PRINT_NS;
	add_report(a, wish, place);
	add(a, "--print");
}

int runner_args_make(struct runner_args *a, const struct run_wish *wish,
	const struct runner_place *place)
{
	*a = (struct runner_args){ .n = 0 };
	switch (wish->program) {
	case RUN_SUPPORT_BUNDLE:
		add_bundle(a);
		break;
	case RUN_PREVIEW:
		if (wish->visit <= 0 || wish->page <= 0 || wish->dpi <= 0)
			return -EINVAL;
		add_preview(a, wish, place);
		break;
	case RUN_PRINT:
		if (wish->visit <= 0)
			return -EINVAL;
		add_print(a, wish, place);
		break;
	default:
		return -EINVAL;
	}
	return a->n > RUNNER_ARGS_MAX ? -ENAMETOOLONG : 0;
}

bool runner_args_on_path(const char *name)
{
	const char *path = getenv("PATH");
	char file[RUNNER_ARGS_TEXT];

	for (; path && *path != '\0'; path += *path == ':') {
		int n = (int)strcspn(path, ":");

		if (n > 0 &&
			snprintf(file, sizeof(file), "%.*s/%s", n, path, name) <
				(int)sizeof(file) &&
			access(file, X_OK) == 0)
			return true;
		path += n;
	}
	return false;
}
