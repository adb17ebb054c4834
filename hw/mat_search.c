#include "hw/mat_search.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "src/base/clock.h"

/* Chosen: a silent modem or printer is not pestered, a mat that boots slowly is still found. */
#define RETRY_FIRST_NS (2 * CLOCK_NS_PER_S)
#define RETRY_MAX_NS   (10 * CLOCK_NS_PER_S)
/* Chosen: udev has named a new port and given it away in a tenth of a second, an emulated machine within two. */
#define UDEV_NS       (2 * CLOCK_NS_PER_S)
#define UDEV_RETRY_NS (200 * CLOCK_NS_PER_MS)
/* The names may be the same while a device behind them is another. */
#define SCAN_NS (10 * CLOCK_NS_PER_S)

static const char class_folder[] = "/sys/class/tty";
static const char console_file[] = "/sys/class/tty/console/active";

/* FNV-1a over each name, summed: the order in which the kernel lists them does not matter. */
static uint64_t read_signature(void)
{
	uint64_t sum = 0;
	DIR *dir = opendir(class_folder);

	if (!dir)
		return 0;
	for (const struct dirent *e; (e = readdir(dir));) {
		uint64_t hash = UINT64_C(0xcbf29ce484222325);

		for (const char *c = e->d_name; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
		sum += hash;
	}
	closedir(dir);
	return sum;
}

static const struct mat_search_port *find(
	const struct mat_search *search, const char *path)
{
	for (size_t i = 0; i < search->n_ports; i++)
		if (strcmp(search->ports[i].info.path, path) == 0)
			return &search->ports[i];
	return NULL;
}

/* Return whether the kernel or a login uses the port as its console: asking there would type into
 * it. `active` is the kernel's list of device names, separated by blanks. */
static bool is_console(const char *path, const char *active)
{
	const char *name = strrchr(path, '/');
	const size_t n = name ? strlen(++name) : 0;

	for (const char *at = active; n > 0 && (at = strstr(at, name)); at += n)
		if ((at == active || at[-1] == ' ') && strchr(" \n", at[n]))
			return true;
	return false;
}

static size_t drop_consoles(struct port_info *ports, size_t n)
{
	char active[256] = "";
	size_t n_kept = 0;
	FILE *file = fopen(console_file, "re");

	if (!file)
		return n;
	if (!fgets(active, sizeof(active), file))
		active[0] = '\0';
	fclose(file);
	for (size_t i = 0; i < n; i++)
		if (!is_console(ports[i].path, active))
			ports[n_kept++] = ports[i];
	return n_kept;
}

/* Carry over what is known of the ports that are still there. */
static void merge(struct mat_search *search, size_t n_listed, int64_t now_ns)
{
	struct {
		int64_t seen_ns, due_ns;
		int n_failures;
	} known[MAT_SEARCH_PORTS];

	for (size_t i = 0; i < n_listed; i++) {
		const struct mat_search_port *old =
			find(search, search->listed[i].path);

		known[i].seen_ns = old ? old->seen_ns : now_ns;
		known[i].due_ns = old ? old->due_ns : now_ns;
		known[i].n_failures = old ? old->n_failures : 0;
	}
	for (size_t i = 0; i < n_listed; i++) {
		search->ports[i].info = search->listed[i];
		search->ports[i].seen_ns = known[i].seen_ns;
		search->ports[i].due_ns = known[i].due_ns;
		search->ports[i].n_failures = known[i].n_failures;
	}
	search->n_ports = n_listed;
}

void mat_search_scan(struct mat_search *search, int64_t now_ns)
{
	const uint64_t signature = read_signature();

	if (search->has_scanned && signature == search->signature &&
		now_ns < search->scan_due_ns)
		return;

	const int n = ports_list(search->listed, MAT_SEARCH_PORTS);
	const size_t n_all = n > 0 ? (size_t)n : 0;
	const size_t n_listed = n_all < MAT_SEARCH_PORTS ? n_all : MAT_SEARCH_PORTS;

	search->has_scanned = true;
	search->signature = signature;
	search->scan_due_ns = now_ns + SCAN_NS;
	merge(search, drop_consoles(search->listed, n_listed), now_ns);
}

static bool is_home(const struct mat_search *search, const struct port_info *info)
{
	if (search->home_by_id[0] != '\0')
		return strcmp(search->home_by_id, info->by_id) == 0;
	return search->home_path[0] != '\0' &&
	       strcmp(search->home_path, info->path) == 0;
}

/* The mat's last port first, then those a driver would claim, then USB, then the rest. */
static int preference(const struct mat_search *search, const struct port_info *info)
{
	if (is_home(search, info))
		return 3;
	if (info->driver_guess[0] != '\0')
		return 2;
	return info->vid >= 0 ? 1 : 0;
}

struct mat_search_port *mat_search_next(struct mat_search *search, int64_t now_ns)
{
	struct mat_search_port *best = NULL;
	int best_preference = -1;

	for (size_t i = 0; i < search->n_ports; i++) {
		struct mat_search_port *port = &search->ports[i];
		const int preferred = preference(search, &port->info);

		if (now_ns < port->due_ns || preferred <= best_preference)
			continue;
		best = port;
		best_preference = preferred;
	}
	return best;
}

void mat_search_failed(struct mat_search_port *port, int64_t now_ns)
{
	int64_t wait_ns = RETRY_FIRST_NS;

	for (int i = 0; i < port->n_failures && wait_ns < RETRY_MAX_NS; i++)
		wait_ns *= 2;
	if (wait_ns > RETRY_MAX_NS)
		wait_ns = RETRY_MAX_NS;
	port->due_ns = now_ns + wait_ns;
	port->n_failures++;
}

bool mat_search_forbidden(struct mat_search_port *port, int64_t now_ns)
{
	if (now_ns - port->seen_ns >= UDEV_NS) {
		mat_search_failed(port, now_ns);
		return true;
	}
	port->due_ns = now_ns + UDEV_RETRY_NS;
	return false;
}

void mat_search_found(struct mat_search *search, const struct mat_search_port *port)
{
	snprintf(
		search->home_by_id, sizeof(search->home_by_id), "%s", port->info.by_id);
	snprintf(search->home_path, sizeof(search->home_path), "%s", port->info.path);
}

void mat_search_retry(struct mat_search *search, const char *path, int64_t now_ns)
{
	for (size_t i = 0; i < search->n_ports; i++)
		if (strcmp(search->ports[i].info.path, path) == 0) {
			search->ports[i].due_ns = now_ns;
			search->ports[i].n_failures = 0;
		}
	/* Another node may already have taken its place. */
	search->has_scanned = false;
}
