#include "src/store/zip.h"

#include <errno.h>
#include <stdlib.h>

#include <zstd.h>

struct zip {
	ZSTD_CCtx *pack;
	ZSTD_DCtx *unpack;
};

struct zip *zip_new(void)
{
	struct zip *zip = calloc(1, sizeof(*zip));

	if (!zip)
		return NULL;
	zip->pack = ZSTD_createCCtx();
	zip->unpack = ZSTD_createDCtx();
	if (zip->pack && zip->unpack)
		return zip;
	zip_free(zip);
	return NULL;
}

void zip_free(struct zip *zip)
{
	if (!zip)
		return;
	ZSTD_freeCCtx(zip->pack);
	ZSTD_freeDCtx(zip->unpack);
	free(zip);
}

size_t zip_bound(size_t n)
{
	return ZSTD_compressBound(n);
}

int zip_pack(struct zip *zip, int level, const void *in, size_t n, uint8_t *out,
	size_t size, size_t *n_out)
{
	const size_t length = ZSTD_compressCCtx(zip->pack, out, size, in, n, level);

	/* With room for the bound, only memory can be missing. */
	if (ZSTD_isError(length))
		return size < zip_bound(n) ? -ENOBUFS : -ENOMEM;
	*n_out = length;
	return 0;
}

int zip_unpack(struct zip *zip, const uint8_t *in, size_t n, void *out, size_t n_out)
{
	const size_t length = ZSTD_decompressDCtx(zip->unpack, out, n_out, in, n);

	return ZSTD_isError(length) || length != n_out ? -EBADMSG : 0;
}
