/* Preloaded into a program under test: counts its heap calls in a file that the test maps too.
 * Does not change what is allocated. The thread that the program began with, a daemon's event loop, is
 * counted apart from all others.
 * The file is $STANCE_ALLOC_COUNT: little counters of 64 bits, in the order of enum slot, first those
 * of the first thread, then those of the others. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum slot {
	SLOT_MALLOC,
	SLOT_CALLOC,
	SLOT_REALLOC,
	SLOT_ALIGNED,
	SLOT_FREE,
	SLOT_LOADED, /* of the first thread: 1 once this library is in the program */
	N_SLOTS
};

/* glibc's own entry points: no dlsym, which would allocate before we are ready. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

#define EXPORT __attribute__((visibility("default")))

static _Atomic uint64_t unmapped[2 * N_SLOTS];
static _Atomic uint64_t *counters = unmapped;

/* Initial-exec: reached without a call that might allocate. */
static __thread int is_first __attribute__((tls_model("initial-exec")));

static void count(enum slot slot)
{
	counters[is_first ? slot : N_SLOTS + slot]++;
}

__attribute__((constructor)) static void map_counters(void)
{
	const char *path = getenv("STANCE_ALLOC_COUNT");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	is_first = 1;
	if (fd < 0)
		return;
	void *map =
		mmap(NULL, sizeof(unmapped), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	counters = map;
	count(SLOT_LOADED);
}

EXPORT void *malloc(size_t size)
{
	count(SLOT_MALLOC);
	return __libc_malloc(size);
}

EXPORT void *calloc(size_t n, size_t size)
{
	count(SLOT_CALLOC);
	return __libc_calloc(n, size);
}

EXPORT void *realloc(void *old, size_t size)
{
	count(SLOT_REALLOC);
	return __libc_realloc(old, size);
}

EXPORT void *memalign(size_t alignment, size_t size)
{
	count(SLOT_ALIGNED);
	return __libc_memalign(alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	count(SLOT_ALIGNED);
	return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t size)
{
	count(SLOT_ALIGNED);
	*out = __libc_memalign(alignment, size);
	return *out ? 0 : ENOMEM;
}

EXPORT void free(void *memory)
{
	if (memory)
		count(SLOT_FREE);
	__libc_free(memory);
}
