#include "src/core/align/quantile.h"

#include <math.h>

static void swap(double *a, double *b)
{
	double kept = *a;

	*a = *b;
	*b = kept;
}

static double middle_of_three(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* Bring the k-th smallest to its place, smaller ones before it, larger ones after it (Hoare 1961, FIND). */
static void place(double *v, int n, int k)
{
	int low = 0, high = n - 1;

	while (low < high) {
		double pivot = middle_of_three(v[low], v[(low + high) / 2], v[high]);
		int i = low, j = high;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j)
				swap(&v[i++], &v[j--]);
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			return;
	}
}

double quantile_take(double *values, int n, double p)
{
	double at = p * (n - 1), part;
	int k = (int)floor(at);
	double next;

	place(values, n, k);
	part = at - k;
	if (k == n - 1 || part <= 0)
		return values[k];
	next = values[k + 1];
	for (int i = k + 2; i < n; i++)
		next = fmin(next, values[i]);
	return values[k] + part * (next - values[k]);
}
