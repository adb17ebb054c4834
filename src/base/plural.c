#include "src/base/plural.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Parentheses and choices within each other: more is not a rule of any language. */
#define MAX_DEPTH 32

struct rule {
	const char *at;
	unsigned long n;
	int depth;
	bool bad;
};

static unsigned long choice(struct rule *r);

static bool take(struct rule *r, const char *sign)
{
	size_t n = strlen(sign);

	r->at += strspn(r->at, " \t");
	if (strncmp(r->at, sign, n) != 0)
		return false;
	r->at += n;
	return true;
}

static unsigned long number(struct rule *r)
{
	unsigned long v = 0;

	if (*r->at < '0' || *r->at > '9')
		r->bad = true;
	for (; *r->at >= '0' && *r->at <= '9'; r->at++)
		v = v * 10 + (unsigned long)(*r->at - '0');
	return v;
}

static unsigned long unary(struct rule *r)
{
	unsigned long v;

	if (++r->depth > MAX_DEPTH || r->bad) {
		r->bad = true;
		return 0;
	}
	if (take(r, "!")) {
		v = !unary(r);
	} else if (take(r, "(")) {
		v = choice(r);
		r->bad |= !take(r, ")");
	} else if (take(r, "n")) {
		v = r->n;
	} else {
		v = number(r);
	}
	r->depth--;
	return v;
}

/* The operators of two sides, tightest first. */
static const char *const operators[][5] = {
	{ "%", "*", "/" },
	{ "+", "-" },
	{ "<=", ">=", "<", ">" },
	{ "==", "!=" },
	{ "&&" },
	{ "||" },
};
#define N_LEVELS ((int)(sizeof(operators) / sizeof(operators[0])))

static unsigned long apply(
	struct rule *r, const char *sign, unsigned long a, unsigned long b)
{
	switch (sign[0]) {
	case '%':
	case '/':
		r->bad |= b == 0;
		return b == 0 ? 0 : sign[0] == '%' ? a % b : a / b;
	case '*':
		return a * b;
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '<':
		return sign[1] ? a <= b : a < b;
	case '>':
		return sign[1] ? a >= b : a > b;
	case '=':
		return a == b;
	case '!':
		return a != b;
	case '&':
		return a && b;
	default:
		return a || b;
	}
}

static const char *take_operator(struct rule *r, int level)
{
	for (int i = 0; i < 4 && operators[level][i]; i++)
		if (take(r, operators[level][i]))
			return operators[level][i];
	return NULL;
}

static unsigned long binary(struct rule *r, int level)
{
	unsigned long v = level < 0 ? unary(r) : binary(r, level - 1);
	const char *sign;

	while (level >= 0 && !r->bad && (sign = take_operator(r, level)) != NULL)
		v = apply(r, sign, v, level > 0 ? binary(r, level - 1) : unary(r));
	return v;
}

static unsigned long choice(struct rule *r)
{
	unsigned long v, yes, no;

	if (++r->depth > MAX_DEPTH) {
		r->bad = true;
		return 0;
	}
	v = binary(r, N_LEVELS - 1);
	if (!r->bad && take(r, "?")) {
		yes = choice(r);
		r->bad |= !take(r, ":");
		no = choice(r);
		v = v ? yes : no;
	}
	r->depth--;
	return v;
}

unsigned long plural_form(const char *rule, unsigned long n)
{
	struct rule r = { .at = rule, .n = n };
	unsigned long form = choice(&r);

	r.at += strspn(r.at, " \t");
	return r.bad || *r.at != '\0' ? 0 : form;
}
