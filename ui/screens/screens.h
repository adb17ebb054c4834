/* The table of screens, one file each. Adding one is a file, an extern line here and a row of the
 * table in screens.c; the first row of a role is that role's home screen.
 * Follows docs/screens.md ("How to add a screen"). */
#ifndef STANCE_UI_SCREENS_SCREENS_H
#define STANCE_UI_SCREENS_SCREENS_H

#include "ui/app/app.h"

/* All of them, NULL at the end: what app_setup.screens wants. */
extern const struct screen *const screens_all[];

extern const struct screen screen_worklist;
extern const struct screen screen_live;
extern const struct screen screen_live_far;
extern const struct screen screen_train;
extern const struct screen screen_mirror;
extern const struct screen screen_plain;
extern const struct screen screen_shared;
extern const struct screen screen_patients;
extern const struct screen screen_patient;
extern const struct screen screen_edit;
extern const struct screen screen_field;
extern const struct screen screen_visit;
extern const struct screen screen_precheck;
extern const struct screen screen_trial;
extern const struct screen screen_lock;
extern const struct screen screen_results;
extern const struct screen screen_measure;
extern const struct screen screen_findings;
extern const struct screen screen_why;
extern const struct screen screen_report;
extern const struct screen screen_pages;
extern const struct screen screen_sign;
extern const struct screen screen_amend;
extern const struct screen screen_compare;
extern const struct screen screen_compare_with;
extern const struct screen screen_programmes;
extern const struct screen screen_arm;
extern const struct screen screen_service;
extern const struct screen screen_cells;
extern const struct screen screen_calibrate;
extern const struct screen screen_check;
extern const struct screen screen_log;
extern const struct screen screen_display;
extern const struct screen screen_touch;
extern const struct screen screen_wipe;
extern const struct screen screen_help;

#endif
