/* Reading members of JSON documents that may lack any of them.
 * Never fails: what is not there, null or of another type is "" , NaN, 0 or false.
 * Uses jansson; borrows. */
#ifndef STANCE_REPORT_DOC_H
#define STANCE_REPORT_DOC_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

const char *doc_text(const json_t *object, const char *key);
double doc_number(const json_t *object, const char *key);
int64_t doc_int(const json_t *object, const char *key);
bool doc_bool(const json_t *object, const char *key);

/* Element `index` of the list under `key`, NULL past its end; the number of them. */
const json_t *doc_item(const json_t *object, const char *key, size_t index);
size_t doc_count(const json_t *object, const char *key);

/* Number `index` of the list under `key`. */
double doc_number_at(const json_t *object, const char *key, size_t index);

#endif
