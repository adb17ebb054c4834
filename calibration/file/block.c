#include "calibration/file/block.h"

const char *block_unit_word(int unit)
{
	static const char *const words[] = { "counts", "ns", "mn" };

	return words[unit];
}

const char *block_severity_word(int k)
{
	static const char *const words[] = { "note", "warn", "refuse" };

	return words[k];
}

const char *block_judgement_word(int k)
{
	return verify_judgement_name((enum verify_judgement)k);
}

const char *block_reading_word(int k)
{
	return reading_kind_name((enum reading_kind)k);
}

const char *block_curve_word(int k)
{
	return curve_kind_name((enum curve_kind)k);
}

const char *block_cell_state_word(int k)
{
	return cell_state_name((enum cell_state)k);
}
