/* Requests of the screens to the daemon: kept until they are answered, late, or the daemon is
 * gone. Does not send: the loop takes them with app_next_ask(). Part of the app.
 * Follows docs/screens.md ("Asking the daemon"). */
#ifndef STANCE_UI_APP_ASK_H
#define STANCE_UI_APP_ASK_H

#include "ui/app/app.h"

/* Answer what is late or was refused; give new requests their deadline. */
void ask_tick(struct app *app, int64_t now_ns);

/* Ask without parameters for the guard. */
void ask_guard(struct app *app, const char *method);

/* Answer everything open as gone. */
void ask_gone(struct app *app);

#endif
