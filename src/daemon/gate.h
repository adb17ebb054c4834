/* What a locked station still answers, and to whom.
 * Does not know whether it is locked.
 * Follows docs/api.md ("Locked"). A method that is not named here is judged by its family: one that
 * will be added to a family of patients is shut without anybody's thinking of it. */
#ifndef STANCE_DAEMON_GATE_H
#define STANCE_DAEMON_GATE_H

#include <stdbool.h>
#include <sys/types.h>

struct conn;
struct json_t;

enum gate {
	GATE_OPEN,      /* goes on while locked */
	GATE_ANONYMOUS, /* only of the trial `id` if that is nobody's */
	GATE_SHUT,
};

/* Return what holds of a request. `params` may be NULL. Pure. */
enum gate gate_of(const char *method, const struct json_t *params);

/* Return true for root and the daemon's own user. */
bool gate_owns(uid_t uid, uid_t own_uid);

/* Return true for whom the lock holds: the screen, and everybody but those. */
bool gate_holds(const struct conn *conn);

#endif
