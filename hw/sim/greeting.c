#include "hw/sim/greeting.h"

#include <math.h>
#include <stdio.h>

#include "src/base/version.h"

struct smp_hello greeting_of(const struct greeting *g, const struct sheet *sheet)
{
	bool ideal = sheet->options.sensor == SHEET_IDEAL;
	struct smp_hello h = { .adc_bits = (uint8_t)sheet->options.adc_bits,
		.rows = (uint16_t)sheet->geometry.n_rows,
		.cols = (uint16_t)sheet->geometry.n_cols,
		.pitch_x_um = (uint32_t)lround(1e3 * sheet->geometry.pitch_x_mm),
		.pitch_y_um = (uint32_t)lround(1e3 * sheet->geometry.pitch_y_mm),
		.max_rate_mhz = (uint32_t)lround(1e3 * g->max_rate_hz),
		.flags = (sheet->options.threshold_counts > 0 ? SMP_HELLO_THRESHOLD
							      : 0) |
			 (sheet->options.autozero_s > 0 ? SMP_HELLO_AUTOZERO : 0) |
			 SMP_HELLO_TEMPERATURE,
		.unit = ideal ? SMP_UNIT_MN : SMP_UNIT_COUNTS,
		.origin = (uint8_t)g->origin,
		.order = (uint8_t)g->order,
		.has_divider = !ideal,
		.r_reference_ohm = SHEET_R_REFERENCE_OHM,
		.r_series_ohm = SHEET_R_SERIES_OHM,
		.unit_scale = sheet->unit_scale };

	if (g->serial)
		snprintf(h.serial, sizeof(h.serial), "%s", g->serial);
	else
		snprintf(h.serial, sizeof(h.serial), "SIM-%08llX",
			(unsigned long long)(g->seed & 0xffffffffU));
	snprintf(h.firmware, sizeof(h.firmware), "sim %s", STANCE_VERSION);
	snprintf(h.model, sizeof(h.model), "Simulated %s",
		ideal ? "ideal" : "resistive");
	return h;
}
