#include "src/base/intended_use.h"

#include "src/base/i18n.h"

const char *intended_use(void)
{
	return N_(
		"Stance records vertical pressure under standing feet and shows weight "
		"distribution, centre of pressure and sway, and gives feedback for "
		"posture "
		"practice. It is a measurement and training aid for use with or under "
		"instruction of a qualified person. Estimates about the pelvis, knees "
		"and "
		"lower back come from a published mechanical model, are shown as "
		"ranges and "
		"are not measurements. It does not diagnose, monitor or predict any "
		"disease "
		"or injury and must not be the only basis for treatment.");
}

const char *intended_use_footer(void)
{
	return N_("Posture and balance measurement and training aid. Not a diagnosis. "
		  "Pelvis, knee and lower-back values are model estimates from foot "
		  "pressure; confirm clinically. Usual-range limits are from published "
		  "groups measured on other devices.");
}
