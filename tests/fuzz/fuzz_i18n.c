/* The catalogue reader: whatever the bytes, it refuses them or answers every question with a text
 * that ends within them.
 * Parser: src/base/i18n.c src/base/plural.c */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned long numbers[] = { 0, 1, 2, 5, 11, 21, 100, 101 };
	char text[64];
	size_t total = 0;

	/* Also the way in by a file that is not there. */
	setenv("STANCE_LOCALE_DIR", "/nonexistent", 1);
	setenv("LC_ALL", "xx_XX.UTF-8", 1);
	if (i18n_open("xx_XX.UTF-8") == 0 || i18n_open("") == 0 || i18n_open("en") != 0)
		abort();
	if (i18n_open_memory(data, size, "xx") != 0) {
		if (strcmp(_("Zero"), "Zero") != 0)
			abort();
		return 0;
	}
	total += strlen(_("Zero")) + strlen(C_("decimal sign", "."));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		total += strlen(P_("%d foot", "%d feet", numbers[i]));
	total += strlen(i18n_number(text, sizeof(text), 72.46, 1));
	total += strlen(i18n_date(text, sizeof(text), 0));
	total += (size_t)i18n_is_rtl() + strlen(i18n_language());
	i18n_close();
	return total > (1U << 24) ? 1 : 0;
}
