#include "ui/sdl/cards.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CONNECTORS 32

struct connector {
	int card, id; /* id: as the kernel numbers them, or in the order of names */
	char name[32];
	bool is_connected;
};

static bool read_word(const char *folder, const char *file, char *out, size_t size)
{
	char path[PATH_MAX];
	FILE *in;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	in = fopen(path, "r");
	if (!in)
		return false;
	good = fgets(out, (int)size, in) != NULL;
	fclose(in);
	if (good)
		out[strcspn(out, "\n")] = '\0';
	return good;
}

/* "card1-HDMI-A-2" */
static bool read_connector(const char *folder, int order, struct connector *c)
{
	const char *name = strrchr(folder, '/');
	char word[32], *end;

	if (!name || strncmp(name, "/card", 5) != 0 ||
		!read_word(folder, "status", word, sizeof(word)))
		return false;
	c->card = (int)strtol(name + 5, &end, 10);
	if (*end != '-')
		return false;
	snprintf(c->name, sizeof(c->name), "%s", end + 1);
	c->is_connected = strcmp(word, "connected") == 0;
	c->id = order;
	if (read_word(folder, "connector_id", word, sizeof(word)))
		c->id = atoi(word);
	return true;
}

static int by_card_and_id(const void *a, const void *b)
{
	const struct connector *x = a, *y = b;

	return x->card != y->card ? x->card - y->card : x->id - y->id;
}

static int list(const char *root, struct connector *all)
{
	char pattern[PATH_MAX];
	glob_t found;
	int n = 0;

	snprintf(pattern, sizeof(pattern), "%s/sys/class/drm/card*-*", root);
	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && n < MAX_CONNECTORS; i++)
		n += read_connector(found.gl_pathv[i], (int)i, &all[n]);
	globfree(&found);
	qsort(all, (size_t)n, sizeof(*all), by_card_and_id);
	return n;
}

static int rank_of(const struct connector *c, const char *wanted)
{
	if (!c->is_connected)
		return 0;
	if (strcmp(c->name, wanted) == 0)
		return 3;
	/* a writeback connector is no display */
	if (strncmp(c->name, "Writeback", 9) == 0)
		return 0;
	return strncmp(c->name, "DSI", 3) == 0 ? 2 : 1;
}

static int find(const struct connector *all, int n, const char *wanted)
{
	int best = -1, best_rank = 0;

	for (int i = 0; i < n; i++)
		if (rank_of(&all[i], wanted) > best_rank) {
			best = i;
			best_rank = rank_of(&all[i], wanted);
		}
	return best;
}

static int place_on_card(const struct connector *all, int best)
{
	int place = 0;

	for (int i = 0; i < best; i++)
		place += all[i].card == all[best].card && all[i].is_connected;
	return place;
}

int cards_choose(const char *root, const char *wanted, struct card_choice *out,
	char *message, size_t size)
{
	struct connector all[MAX_CONNECTORS];
	int n = list(root, all), best = find(all, n, wanted);

	if (n == 0) {
		snprintf(message, size,
			"there is neither a window system nor a graphics card "
			"(/sys/class/drm): start it where there is a display, or take "
			"a "
			"picture with --screenshot FILE, which needs none; on a "
			"Raspberry Pi, config.txt needs dtoverlay=vc4-kms-v3d");
		return -ENODEV;
	}
	if (best < 0) {
		snprintf(message, size,
			"no display is connected: plug it in and switch it on; for an "
			"HDMI screen "
			"that comes later, add video=HDMI-A-1:1920x1080@60D to the "
			"kernel's "
			"command line");
		return -ENOENT;
	}
	*out = (struct card_choice){ .card = all[best].card,
		.display = place_on_card(all, best) };
	snprintf(out->connector, sizeof(out->connector), "%s", all[best].name);
	return 0;
}

bool cards_still(const char *root, const char *wanted, const struct card_choice *choice)
{
	struct card_choice now;
	char message[256];

	return cards_choose(root, wanted, &now, message, sizeof(message)) == 0 &&
	       now.card == choice->card && now.display == choice->display &&
	       strcmp(now.connector, choice->connector) == 0;
}
