/* The configuration: one table of keys, files with drop-ins, where each value came from.
 * Does not act on any value.
 * Follows stance.conf(5); the files are INI, read by inih. */
#ifndef STANCE_BASE_SETTINGS_H
#define STANCE_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#define SETTINGS_VALUE_SIZE 256

/* The keys, "section.name" in files and documents. settings_keys() describes them. */
enum settings_key {
	SETTINGS_MAT_PATH,              /* mat.path: "" searches */
	SETTINGS_MAT_DRIVER,            /* mat.driver: "" tries all */
	SETTINGS_MAT_RATE_HZ,           /* mat.rate_hz: 0 = the mat's default */
	SETTINGS_MAT_BAUD,              /* mat.baud: 0 = the driver's list */
	SETTINGS_DAEMON_SOCKET,         /* daemon.socket */
	SETTINGS_DAEMON_STATE_DIR,      /* daemon.state_dir */
	SETTINGS_DAEMON_LOG_LEVEL,      /* daemon.log_level: err, warn, info, debug */
	SETTINGS_DAEMON_MAX_CLIENTS,    /* daemon.max_clients */
	SETTINGS_STORE_KEEP_RAW_DAYS,   /* store.keep_raw_days: 0 = for ever */
	SETTINGS_EXPORT_GDT_IN,         /* export.gdt_in: folder of requests; "" none */
	SETTINGS_EXPORT_GDT_OUT,        /* export.gdt_out: folder of answers; "" none */
	SETTINGS_EXPORT_GDT_CHARSET,    /* export.gdt_charset: latin1, cp437 */
	SETTINGS_EXPORT_GDT_RECEIVER,   /* export.gdt_receiver: field 8315 */
	SETTINGS_EXPORT_GDT_SENDER,     /* export.gdt_sender: field 8316 */
	SETTINGS_EXPORT_GDT_TEST,       /* export.gdt_test: field 8402 */
	SETTINGS_EXPORT_PATIENT_SYSTEM, /* export.patient_system: URI of identifiers */
	SETTINGS_TRIAL_CUTOFF_HZ,       /* trial.cutoff_hz: 0 = no filter */
	SETTINGS_STATION_CLOCK,         /* station.clock: "" asks the kernel */
	SETTINGS_TRAINING_ATTRACT,      /* training.attract: 1 = idle stations train */
	SETTINGS_ROLES_STATION,         /* roles.station: Unix group */
	SETTINGS_ROLES_CLINICIAN,       /* roles.clinician: Unix group */
	SETTINGS_ROLES_TECHNICIAN,      /* roles.technician: Unix group */
	/* Lines of the panel, as hw/gpio.h reads them; "" none. */
	SETTINGS_GPIO_CHIP,         /* gpio.chip: where a line names none */
	SETTINGS_GPIO_START,        /* gpio.start */
	SETTINGS_GPIO_FOOT,         /* gpio.foot */
	SETTINGS_GPIO_TARE,         /* gpio.tare */
	SETTINGS_GPIO_READY,        /* gpio.ready */
	SETTINGS_GPIO_MEASURING,    /* gpio.measuring */
	SETTINGS_GPIO_FAULT,        /* gpio.fault */
	SETTINGS_GPIO_BUZZER,       /* gpio.buzzer */
	SETTINGS_GPIO_SYNC_GATE,    /* gpio.sync_gate */
	SETTINGS_GPIO_SYNC_PULSE,   /* gpio.sync_pulse */
	SETTINGS_GPIO_SYNC_IN,      /* gpio.sync_in */
	SETTINGS_GPIO_PULSE_EVERY,  /* gpio.pulse_every: frames */
	SETTINGS_GPIO_DEBOUNCE_MS,  /* gpio.debounce_ms */
	SETTINGS_UI_PROFILE,        /* ui.profile */
	SETTINGS_UI_ROLE,           /* ui.role: near, far */
	SETTINGS_UI_NEAR_MM,        /* ui.near_mm: viewing distance */
	SETTINGS_UI_FAR_MM,         /* ui.far_mm */
	SETTINGS_UI_LOW_VISION,     /* ui.low_vision: text scale 1.0 to 3.0 */
	SETTINGS_UI_COLORMAP,       /* ui.colormap: inferno, cividis */
	SETTINGS_UI_PRESSURE_KPA,   /* ui.pressure_kpa: top of the fixed colour scale */
	SETTINGS_UI_LANGUAGE,       /* ui.language: "" is that of the environment */
	SETTINGS_UI_UNITS,          /* ui.units: auto, metric, imperial */
	SETTINGS_UI_THEME,          /* ui.theme: usual, contrast */
	SETTINGS_UI_SOUND,          /* ui.sound: on, off */
	SETTINGS_UI_LOCK_MIN,       /* ui.lock_min: 0 never */
	SETTINGS_UI_HOME,           /* ui.home: worklist, live */
	SETTINGS_DISPLAY_CONNECTOR, /* display.connector: "" chooses */
	SETTINGS_DISPLAY_ROTATE,    /* display.rotate: 0, 90, 180, 270 */
	SETTINGS_DISPLAY_TOUCH_MATRIX, /* display.touch_matrix: "" none */
	SETTINGS_DISPLAY_DARK_MIN,     /* display.dark_min: 0 never */
	SETTINGS_DISPLAY_WARNINGS,     /* display.warnings: on, off */
	SETTINGS_DISPLAY_WIDTH_MM,     /* display.width_mm: 0 = the profile's */
	SETTINGS_N_KEYS,
};

/* CHOICE is one of `choices`, or the default. */
enum settings_type { SETTINGS_TEXT, SETTINGS_NUMBER, SETTINGS_CHOICE };

/* One key: its limits are checked when a file is read. */
struct settings_info {
	const char *name; /* "mat.rate_hz" */
	enum settings_type type;
	const char *initial; /* default value, as text */
	double low, high;    /* numbers */
	bool integer;
	const char *choices; /* "near far", space separated */
	const char *help;    /* one line for the man page and config show */
};

/* Values in force and where each came from ("default", or "file:line"). Caller-owned, no heap. */
struct settings {
	char value[SETTINGS_N_KEYS][SETTINGS_VALUE_SIZE];
	char origin[SETTINGS_N_KEYS][SETTINGS_VALUE_SIZE + 16];
};

/* Return the table, SETTINGS_N_KEYS entries in enum order. */
const struct settings_info *settings_keys(void);

/* Set every key to its default. */
void settings_init(struct settings *s);

/* Apply one INI text named `file` in messages. Returns 0; -EINVAL for a syntax error, an unknown
 * key (the message names file, line and the nearest known key) or a value out of range. Nothing
 * is applied unless the whole text is right. `message` (`size` bytes) receives a sentence with
 * the remedy. */
int settings_parse(struct settings *s, const char *text, const char *file,
	char *message, size_t size);

/* Load FILE alone if `file` is given (then it must exist), else /etc/stance/stance.conf, the *.conf
 * in /etc/stance/stance.conf.d in name order, then the same two of the user; missing files are
 * fine. Errors as settings_parse(), and -errno. */
int settings_load(struct settings *s, const char *file, char *message, size_t size);

/* Load DIR/stance.conf, then the *.conf in DIR/stance.conf.d in byte order of their names, as
 * settings_load() does for each of its folders. Nothing is applied unless all are right. */
int settings_load_dir(struct settings *s, const char *dir, char *message, size_t size);

/* Return 0 if `value` is right for the key, else -EINVAL; `why` (`size` bytes) then says what is
 * wrong with it and what the key takes. */
int settings_check(enum settings_key key, const char *value, char *why, size_t size);

/* Override one key, as the command line does. Returns 0 or -EINVAL with a message. */
int settings_set(struct settings *s, enum settings_key key, const char *value,
	const char *origin, char *message, size_t size);

/* Return the value in force; the text is borrowed, the number that of its text. */
const char *settings_text(const struct settings *s, enum settings_key key);
double settings_number(const struct settings *s, enum settings_key key);

#endif
