#include "tests/support/edf_reopen.h"

#include <stdio.h>

#include <edflib.h>

int edf_reopen(
	const char *path, int signal, double *samples, int n, struct edf_reopened *out)
{
	struct edf_hdr_struct header;
	struct edf_annotation_struct note = { 0 };
	int err = edfopen_file_readonly(path, &header, EDFLIB_READ_ALL_ANNOTATIONS);

	if (err != 0)
		return header.filetype;
	*out = (struct edf_reopened){ .n_signals = header.edfsignals,
		.n_notes = (int)header.annotations_in_file,
		.n_samples = header.signalparam[signal].smp_in_file,
		.p_min = header.signalparam[signal].phys_min,
		.step = header.signalparam[signal].phys_max / 32767.0 };
	for (int i = 0; i < out->n_notes; i++)
		edf_get_annotation(header.handle, i, &note);
	snprintf(out->last_note, sizeof(out->last_note), "%s", note.annotation);
	out->last_note_s = (double)note.onset / EDFLIB_TIME_DIMENSION;
	if (edfread_physical_samples(header.handle, signal, n, samples) < 0)
		err = -1;
	edfclose_file(header.handle);
	return err;
}
