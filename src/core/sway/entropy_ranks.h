/* The inner loops of entropy.c, which includes this file once for each width of ranks: RANK is the
 * type, SIGNED the signed one of its width, WIDTH(name) the name of a function for it. Not for others.
 * A range of ranks is moved to the lower end of SIGNED, where one comparison checks both of its ends;
 * what is counted is what lies outside. No template has more matches than fit RANK. The loops have
 * no branches, so that compilers make vectors of them: nine instructions for eight templates. */

/* Fill in the templates of n samples, sorted by the first: ranks[i] is the rank of sample i. */
static void WIDTH(fill)(const struct order_item *items, const uint32_t *ranks, int n,
	struct templates *t)
{
	RANK *first = t->rank[0], *second = t->rank[1], *third = t->rank[2];
	int k = 0;

	for (int r = 0; r < n; r++) {
		uint32_t i = items[r].at;

		if (i + M >= (uint32_t)n)
			continue;
		first[k] = (RANK)r;
		second[k] = (RANK)ranks[i + 1];
		third[k++] = (RANK)ranks[i + 2];
	}
	t->n = k;
	for (int j = 0; j < BLOCK; j++, k++)
		first[k] = second[k] = third[k] = (RANK)-1;
}

/* The ranks that are alike a template's second and third sample: with `shift` added, those up to
 * `last`. */
struct WIDTH(window) {
	RANK shift_2, shift_3;
	SIGNED last_2, last_3;
};

static struct WIDTH(window)
	WIDTH(window_of)(const struct range *two, const struct range *three)
{
	const RANK lowest = (RANK)((RANK)1 << (8 * sizeof(RANK) - 1));

	return (struct WIDTH(window)){ (RANK)(lowest - two->low),
		(RANK)(lowest - three->low), (SIGNED)(lowest + (two->high - two->low)),
		(SIGNED)(lowest + (three->high - three->low)) };
}

/* Count in one block, of which only the templates up to the first rank `last` are in reach. */
static struct entropy_counts WIDTH(compare_last)(const RANK *first, RANK last,
	const RANK *second, const RANK *third, struct WIDTH(window) w)
{
	RANK not_two = 0, not_three = 0;

	for (int j = 0; j < BLOCK; j++) {
		RANK two = (RANK)((first[j] > last) |
				  ((SIGNED)(RANK)(second[j] + w.shift_2) > w.last_2));
		RANK three =
			(RANK)(two | ((SIGNED)(RANK)(third[j] + w.shift_3) > w.last_3));

		not_two = (RANK)(not_two + two);
		not_three = (RANK)(not_three + three);
	}
	return (struct entropy_counts){ (uint64_t)BLOCK - not_two,
		(uint64_t)BLOCK - not_three };
}

/* Count in whole blocks, all in reach. */
static struct entropy_counts WIDTH(compare_blocks)(const RANK *second,
	const RANK *third, unsigned n_blocks, struct WIDTH(window) w)
{
	RANK not_two = 0, not_three = 0;

	for (unsigned j = 0; j < n_blocks * BLOCK; j++) {
		RANK two = (RANK)((SIGNED)(RANK)(second[j] + w.shift_2) > w.last_2);
		RANK three =
			(RANK)(two | ((SIGNED)(RANK)(third[j] + w.shift_3) > w.last_3));

		not_two = (RANK)(not_two + two);
		not_three = (RANK)(not_three + three);
	}
	return (struct entropy_counts){ (uint64_t)n_blocks * BLOCK - not_two,
		(uint64_t)n_blocks * BLOCK - not_three };
}

/* Compare each template with those behind it whose first samples are alike. */
static void WIDTH(compare)(const struct templates *t, struct entropy_counts *out)
{
	const RANK *first = t->rank[0], *second = t->rank[1], *third = t->rank[2];
	int end = 0;

	for (int k = 0; k < t->n; k++) {
		struct WIDTH(window) w =
			WIDTH(window_of)(&t->alike[second[k]], &t->alike[third[k]]);
		RANK last = (RANK)t->alike[first[k]].high;
		int n_blocks, from = k + 1;
		struct entropy_counts whole, rest;

		while (end < t->n && first[end] <= last)
			end++;
		n_blocks = (end - from) / BLOCK;
		whole = WIDTH(compare_blocks)(
			second + from, third + from, (unsigned)n_blocks, w);
		from += n_blocks * BLOCK;
		rest = WIDTH(compare_last)(
			first + from, last, second + from, third + from, w);
		out->two += whole.two + rest.two;
		out->three += whole.three + rest.three;
	}
}
