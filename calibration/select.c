#include "calibration/select.h"

float select_kth(float *values, int n, int k)
{
	int low = 0, high = n - 1;

	while (low < high) {
		float pivot = values[low + (high - low) / 2];
		int i = low, j = high;

		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j) {
				float swap = values[i];

				values[i++] = values[j];
				values[j--] = swap;
			}
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return values[k];
}
