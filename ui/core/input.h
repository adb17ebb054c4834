/* Input as the screens know it: pointer and keys, wherever they came from.
 * Does not read devices; no functions but names.
 * Follows docs/screens.md ("Touch and keys"). */
#ifndef STANCE_UI_INPUT_H
#define STANCE_UI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/* What can happen. */
enum input_kind {
	INPUT_POINTER_DOWN,
	INPUT_POINTER_MOVE,
	INPUT_POINTER_UP,
	INPUT_POINTER_CANCEL,
	INPUT_KEY_DOWN, /* never a repeat */
	INPUT_KEY_UP,
	INPUT_TEXT,   /* one character was typed, whatever keys that took */
	INPUT_EXPOSE, /* the window must be painted again */
	INPUT_QUIT,   /* the window was closed, or a signal */
};

/* Characters are themselves, lower case; the others lie above ASCII. */
enum input_key {
	INPUT_KEY_NONE = 0,
	INPUT_KEY_SPACE = ' ',
	INPUT_KEY_TAB = 0x100,
	INPUT_KEY_BACKTAB,
	INPUT_KEY_ENTER,
	INPUT_KEY_ESCAPE,
	INPUT_KEY_LEFT,
	INPUT_KEY_RIGHT,
	INPUT_KEY_UP_ARROW,
	INPUT_KEY_DOWN_ARROW,
	INPUT_KEY_F1,
	INPUT_KEY_BACKSPACE,
	INPUT_KEY_START, /* a clicker's or foot switch's: START, and STOP while it measures */
};

/* One thing that happened; coordinates are the screen's, after --rotate. */
struct input_event {
	enum input_kind kind;
	int64_t pointer; /* which finger; the mouse is 0 */
	int x, y;        /* pixels */
	bool on_panel;   /* a finger on a touch panel, which said: */
	double panel_x,
		panel_y; /* 0..1 of the panel's own, before its matrix and --rotate */
	int key;         /* enum input_key */
	char text[5];    /* of INPUT_TEXT: UTF-8, NUL at the end */
};

/* Return the key of a script's name: one character, or tab, backtab, enter, space, escape, left,
 * right, up, down, f1; INPUT_KEY_NONE if unknown. */
int input_key_find(const char *name);

#endif
