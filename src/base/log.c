#include "src/base/log.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_SIZE 1024

static void write_stderr(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx);

static log_sink_fn *the_sink = write_stderr;
static void *the_sink_ctx;
static log_sink_fn *the_keep;
static void *the_keep_ctx;
static enum log_level the_level = LOG_LEVEL_INFO;

const char *log_level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERR:
		return "error";
	case LOG_LEVEL_WARN:
		return "warning";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		break;
	}
	return "debug";
}

static void write_stderr(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)event;
	(void)ctx;
	fprintf(stderr, "%s: %s: %s\n", log_level_name(level), tag, message);
}

void log_set_sink(log_sink_fn *sink, void *ctx)
{
	the_sink = sink ? sink : write_stderr;
	the_sink_ctx = ctx;
}

void log_set_keep(log_sink_fn *keep, void *ctx)
{
	the_keep = keep;
	the_keep_ctx = ctx;
}

void log_set_level(enum log_level level)
{
	the_level = level;
}

void log_write(enum log_level level, const char *tag, enum log_event event,
	const char *format, ...)
{
	char message[MESSAGE_SIZE];
	va_list args;

	if (level > the_level)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	the_sink(level, tag, event, message, the_sink_ctx);
	if (the_keep)
		the_keep(level, tag, event, message, the_keep_ctx);
}
