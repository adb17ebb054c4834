/* Reading members of JSON documents that may lack any of them.
 * Never fails: what is not there, null or of another type is "" , NaN, 0 or false.
 * Uses jansson; borrows. */
#ifndef STANCE_REPORT_DOCREAD_H
#define STANCE_REPORT_DOCREAD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

const char *docread_text(const json_t *object, const char *key);
double docread_number(const json_t *object, const char *key);
int64_t docread_int(const json_t *object, const char *key);
bool docread_bool(const json_t *object, const char *key);

/* Element `index` of the list under `key`, NULL past its end; the number of them. */
const json_t *docread_item(const json_t *object, const char *key, size_t index);
size_t docread_count(const json_t *object, const char *key);

/* Number `index` of the list under `key`. */
double docread_number_at(const json_t *object, const char *key, size_t index);

#endif
