#include "ui/png_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

static int write_rows(png_structp png, png_infop info, FILE *file,
	const uint32_t *pixels, uint8_t *row, int w, int h)
{
	if (setjmp(png_jmpbuf(png)))
		return -EIO;
	png_init_io(png, file);
	png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, 8, PNG_COLOR_TYPE_RGB,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++) {
			uint32_t p = pixels[y * w + x];
			row[3 * x] = (uint8_t)(p >> 16);
			row[3 * x + 1] = (uint8_t)(p >> 8);
			row[3 * x + 2] = (uint8_t)p;
		}
		png_write_row(png, row);
	}
	png_write_end(png, info);
	return 0;
}

static int write_file(FILE *file, const uint32_t *pixels, int w, int h)
{
	png_structp png =
		png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	uint8_t *row = malloc((size_t)w * 3);
	int error = -ENOMEM;

	if (info && row)
		error = write_rows(png, info, file, pixels, row, w, h);
	png_destroy_write_struct(&png, &info);
	free(row);
	return error;
}

int png_file_write(const char *path, const uint32_t *pixels, int w, int h)
{
	char part[4096];
	FILE *file;
	int error;

	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return -ENAMETOOLONG;
	file = fopen(part, "wb");
	if (!file)
		return -errno;
	error = write_file(file, pixels, w, h);
	if (fclose(file) != 0 && error == 0)
		error = -EIO;
	if (error == 0 && rename(part, path) != 0)
		error = -errno;
	if (error != 0)
		unlink(part);
	return error;
}

int png_file_read(const char *path, uint32_t **pixels, int *w, int *h)
{
	png_image image;
	uint32_t *made;

	memset(&image, 0, sizeof(image));
	image.version = PNG_IMAGE_VERSION;
	if (access(path, R_OK) != 0)
		return -ENOENT;
	if (!png_image_begin_read_from_file(&image, path))
		return -EBADMSG;
	/* Bytes B G R A: 0xAARRGGBB where little-endian. */
	image.format = PNG_FORMAT_BGRA;
	made = malloc(PNG_IMAGE_SIZE(image));
	if (!made) {
		png_image_free(&image);
		return -ENOMEM;
	}
	if (!png_image_finish_read(&image, NULL, made, 0, NULL)) {
		free(made);
		return -EBADMSG;
	}
	for (size_t i = 0; i < (size_t)image.width * image.height; i++) {
		const uint8_t *p = (const uint8_t *)&made[i];
		made[i] = (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
			  (uint32_t)p[1] << 8 | p[0];
	}
	*pixels = made;
	*w = (int)image.width;
	*h = (int)image.height;
	return 0;
}
