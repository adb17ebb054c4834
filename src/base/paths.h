/* Where Stance keeps its socket, state and configuration.
 * Does not create or open anything.
 * Follows stance(1) ("Files") and the XDG base directory specification. */
#ifndef STANCE_BASE_PATHS_H
#define STANCE_BASE_PATHS_H

#include <stddef.h>

/* Each writes a NUL-terminated path to `out` and returns its length; -ENAMETOOLONG if it does not
 * fit; -ENOENT if neither XDG nor HOME says where. `given` (may be NULL) wins if not empty. */

/* --socket, $STANCE_SOCKET, $XDG_RUNTIME_DIR/stance/stance.sock, /run/stance/stance.sock. */
int paths_socket(const char *given, char *out, size_t size);

/* --state-dir, $XDG_STATE_HOME/stance, ~/.local/state/stance, /var/lib/stance for the service
 * ($STATE_DIRECTORY, as systemd sets it, comes before XDG). */
int paths_state_dir(const char *given, char *out, size_t size);

/* $XDG_CONFIG_HOME/stance, ~/.config/stance. */
int paths_user_config_dir(char *out, size_t size);

/* A file of ours beside the running executable: `relative` below the installed share/stance, or
 * below the source tree's when run from build/. Returns -ENOENT if it is in neither. */
int paths_data_file(const char *relative, char *out, size_t size);

/* A file made with the program: `relative` below the parent of the folder that the executable is in
 * (PREFIX, or build/VARIANT). It need not exist. */
int paths_beside(const char *relative, char *out, size_t size);

#endif
