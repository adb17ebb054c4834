/* Sentences about a mat that is not there: what is wrong, and what to do.
 * Does not decide anything; looks at the port for names (its group, its holder).
 * Follows docs/mats.md ("Ports"). */
#ifndef STANCE_HW_MAT_TEXT_H
#define STANCE_HW_MAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Say why a port could not be opened; `error` is a negative errno of transport_open(). */
void mat_text_open_failed(const char *path, int error, char *text, size_t size);

/* Say that nothing usable answered: after some bytes, or after silence. */
void mat_text_no_answer(const char *path, bool has_bytes, char *text, size_t size);

/* Say that a mat answered, but sent no frames when asked to. */
void mat_text_no_frames(const char *path, char *text, size_t size);

/* Say that a mat that streamed has gone silent, sends only damage, or was pulled out. */
void mat_text_silent(const char *path, bool has_damage, char *text, size_t size);
void mat_text_unplugged(const char *path, char *text, size_t size);

/* Say what a search over `n_ports` ports came to; `detail` (may be "") is about one of them. */
void mat_text_search(size_t n_ports, const char *detail, char *text, size_t size);

#endif
