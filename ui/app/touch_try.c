#include "ui/app/touch_try.h"

#include <stddef.h>

void touch_try_init(struct touch_try *t, const struct touch_matrix *matrix)
{
	*t = (struct touch_try){ .now = matrix ? *matrix : TOUCH_IDENTITY };
	t->kept = t->now;
}

void touch_try_begin(
	struct touch_try *t, const struct touch_matrix *matrix, int64_t until_ns)
{
	t->now = *matrix;
	t->until_ns = until_ns;
}

void touch_try_end(struct touch_try *t, bool keep)
{
	if (t->until_ns == 0)
		return;
	t->until_ns = 0;
	if (keep)
		t->kept = t->now;
	else
		t->now = t->kept;
}

void touch_try_tick(struct touch_try *t, int64_t now_ns)
{
	if (now_ns >= touch_try_due_ns(t))
		touch_try_end(t, false);
}

int64_t touch_try_due_ns(const struct touch_try *t)
{
	return t->until_ns != 0 ? t->until_ns : INT64_MAX;
}
