/* The calibration file's parser: whatever the text, it is refused with a reason, or what was taken is
 * written canonically and read again to the same. The first byte chooses the way in: bit 0 seals the text
 * anew, so that what lies behind the checksum is reached; bit 1 takes the readings of a text that is not
 * sealed; bit 2 looks at the first lines alone.
 * Parser: calibration/file/calibration_parse.c calibration/file/take.c calibration/file/take_readings.c
 * calibration/file/field.c calibration/file/seal.c */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/file/calibration.h"
#include "calibration/file/seal.h"

#define MAX_TEXT (256 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
	if (!ok)
		abort();
}

/* Where the last seal begins, or the end. */
static size_t body_of(const char *text, size_t n)
{
	static const char head[] = ",\n\"sha256\":\"";

	for (size_t i = n; i >= sizeof(head) - 1; i--) {
		if (memcmp(text + i - (sizeof(head) - 1), head, sizeof(head) - 1) == 0)
			return i - (sizeof(head) - 1);
	}
	return n;
}

static void check_taken(struct calibration *c)
{
	struct calibration *again = NULL;
	char *text, *text_again, message[512] = "";
	size_t n, n_again;

	require(calibration_write(c, &text, &n) == 0);
	require(calibration_parse(text, n, false, &again, message, sizeof(message)) ==
		0);
	require(calibration_write(again, &text_again, &n_again) == 0);
	require(n == n_again && memcmp(text, text_again, n) == 0);
	require(strcmp(c->id, again->id) == 0);
	calibration_free(again);
	free(text);
	free(text_again);
}

static void as_text(const char *text, size_t n, int ignores_checksum)
{
	struct calibration *c = NULL;
	char message[512] = "";
	int err = calibration_parse(
		text, n, ignores_checksum, &c, message, sizeof(message));

	if (err == 0) {
		check_taken(c);
		calibration_free(c);
		return;
	}
	require(err == -EBADMSG || err == -EPROTO || err == -ENOMEM);
	require(message[0] != '\0');
	require(c == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calibration_head head;
	char id[CALIBRATION_ID_SIZE];
	char *text;
	size_t n;

	if (size == 0 || size > MAX_TEXT)
		return 0;
	n = size - 1;
	text = malloc(n + SEAL_SIZE + 1);
	require(text != NULL);
	memcpy(text, data + 1, n);
	if (*data & 1) {
		n = body_of(text, n);
		seal_put(text, n, id);
		n += SEAL_SIZE - 1;
	}
	if (*data & 4)
		calibration_peek(text, n, &head);
	as_text(text, n, *data & 2);
	free(text);
	return 0;
}
