/* Requests of practices' systems. Parser: src/export/gdt_read.c src/export/gdt_request.c */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/export/gdt_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gdt_request request;
	char message[256] = "";
	/* A copy of its exact size, so that a read past the end is seen. */
	char *bytes = malloc(size > 0 ? size : 1);

	if (!bytes)
		return 0;
	memcpy(bytes, data, size);
	if (gdt_request_read(bytes, size, &request, message, sizeof(message)) < 0) {
		if (!message[0])
			abort(); /* a refusal says why */
	} else if (!request.code[0] || strlen(request.code) >= sizeof(request.code)) {
		abort();
	}
	free(bytes);
	return 0;
}
