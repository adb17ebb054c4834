/* Runs a fuzz target over files, for builds without libFuzzer: a corpus becomes a test.
 * usage: fuzz_X FILE_OR_FOLDER ... (folders are not descended into). Exit 0 unless there was
 * nothing to run; a finding aborts. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PATH_SIZE 4096

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 0;
	}
	uint8_t *data = NULL;
	size_t size = 0;
	size_t room = 0;
	for (;;) {
		if (size == room) {
			room = room ? 2 * room : 4096;
			data = realloc(data, room);
			if (!data)
				abort();
		}
		size_t n = fread(data + size, 1, room - size, file);
		if (n == 0)
			break;
		size += n;
	}
	fclose(file);
	/* An exact copy, so that a sanitizer sees a read past the end. */
	data = realloc(data, size ? size : 1);
	if (!data)
		abort();
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static int run_folder(const char *path)
{
	DIR *folder = opendir(path);
	if (!folder) {
		perror(path);
		return 0;
	}
	int n = 0;
	for (const struct dirent *e; (e = readdir(folder));) {
		char inner[PATH_SIZE];
		struct stat what;
		if (e->d_name[0] == '.')
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) >=
			(int)sizeof(inner))
			continue;
		if (stat(inner, &what) == 0 && S_ISREG(what.st_mode))
			n += run_file(inner);
	}
	closedir(folder);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;
	for (int i = 1; i < argc; i++) {
		struct stat what;
		if (stat(argv[i], &what) == 0 && S_ISDIR(what.st_mode))
			n += run_folder(argv[i]);
		else
			n += run_file(argv[i]);
	}
	printf("%d inputs, no finding\n", n);
	if (n == 0) {
		fprintf(stderr, "usage: %s FILE_OR_FOLDER ...\n", argv[0]);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
