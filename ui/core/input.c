#include "ui/core/input.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	int key;
} names[] = {
	{ "tab", INPUT_KEY_TAB },
	{ "backtab", INPUT_KEY_BACKTAB },
	{ "enter", INPUT_KEY_ENTER },
	{ "space", INPUT_KEY_SPACE },
	{ "escape", INPUT_KEY_ESCAPE },
	{ "esc", INPUT_KEY_ESCAPE },
	{ "left", INPUT_KEY_LEFT },
	{ "right", INPUT_KEY_RIGHT },
	{ "up", INPUT_KEY_UP_ARROW },
	{ "down", INPUT_KEY_DOWN_ARROW },
	{ "f1", INPUT_KEY_F1 },
	{ "backspace", INPUT_KEY_BACKSPACE },
	{ "start", INPUT_KEY_START },
};

int input_key_find(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].key;
	if (name[0] > ' ' && name[0] < 0x7F && name[1] == '\0')
		return tolower((unsigned char)name[0]);
	return INPUT_KEY_NONE;
}
