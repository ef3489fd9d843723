/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-info.h"
#include "core/ilk-clock.h"
#include "core/ilk-issuer.h"
#include "card/ilk-transport.h"
#include "host/ilk-host.h"

G_BEGIN_DECLS

/* What has to be done first. The values are the exit statuses of "ilkimza --check", and stay. */
typedef enum {
  ILK_DIAGNOSIS_WORKS            = 0,
  ILK_DIAGNOSIS_UNKNOWN          = 1,   /* the check itself did not come to an end */
  ILK_DIAGNOSIS_NO_READER        = 10,
  ILK_DIAGNOSIS_CARD_SERVICE     = 11,  /* pcscd: not installed, off, refusing, another version */
  ILK_DIAGNOSIS_DRIVER           = 12,  /* of the reader: missing, too old, not used … */
  ILK_DIAGNOSIS_NO_CARD          = 13,
  ILK_DIAGNOSIS_CARD             = 14,  /* silent, no signature card, out of reach, closed … */
  ILK_DIAGNOSIS_CERTIFICATE      = 15,  /* none, not valid yet, not valid any more */
  ILK_DIAGNOSIS_ISSUER_SERVICE   = 16,  /* can't be reached */
  ILK_DIAGNOSIS_IN_USE           = 17,  /* another program holds the reader or the card */
  ILK_DIAGNOSIS_PIN              = 18,  /* all is well, but the card has no PIN yet or is blocked */
} IlkDiagnosisResult;

#define ILK_CHECK_USAGE 2               /* the exit status for options that nobody knows */

typedef struct {
  char *name;
  char *version;          /* NULL: not installed */
} IlkDiagnosisItem;       /* a package, a driver, a unit of systemd */

typedef enum {
  ILK_VALIDITY_VALID,
  ILK_VALIDITY_NOT_YET,
  ILK_VALIDITY_EXPIRED,
} IlkValidity;

typedef struct {
  char       *issuer;
  gint64      not_before; /* seconds since 1970, UTC */
  gint64      not_after;
  IlkValidity validity;
  gboolean    signing;
  int         qualified;  /* 1, 0, or -1: not known */
  int         device;     /* its key is in a secure device: 1, 0, or -1 */
  const char *chain;      /* "trusted", "broken", "unknown"; static */
} IlkDiagnosisCertificate;

/* One reader and what is in it. No full serial or identity number and no name gets in here. */
typedef struct {
  IlkHostVerdict verdict;
  char          *name;         /* NULL: a computer without a reader */
  char          *listed_name;  /* NULL: pcscd does not list it */
  char          *vendor_id;    /* NULL: not on USB, or not known which */
  char          *product_id;
  char          *driver;       /* "ccid", or NULL */
  char          *has_version;  /* with TOO_OLD and the like: of the driver, or NULL */
  char          *needs_version;
  char          *module;       /* of the kernel, or NULL */
  char          *users;        /* programs that may hold it: "scdaemon, firefox", or NULL */
  gboolean       remote;       /* with SERVICE_REFUSES: the session is remote or not in front */
  char          *command;      /* what helps, for this distribution, or NULL */

  gboolean       present;      /* a card is in */
  char          *atr;          /* capital hex, or NULL */
  const char    *card_error;   /* code of the problem, static; NULL: the card was read */
  char          *card_trouble; /* … in words for the person, and what helps */
  char          *card_help;
  IlkCardKind    kind;
  char          *card_name;
  const char    *reach;        /* "apdu", "pkcs11", "none"; static */
  char          *card_module;  /* path of the PKCS#11 module, the person's folder as "~", or NULL */
  char          *module_problem; /* "none", "architecture" …, or NULL */
  gboolean       empty;        /* answers and holds no application */
  gboolean       dead;
  IlkPinState    pin_state;
  int            tries_left;   /* -1: unknown */
  char          *serial;       /* masked, or NULL */
  char          *holder;       /* initials, or NULL */
  char          *identity;     /* masked, or NULL */
  GPtrArray     *certificates; /* IlkDiagnosisCertificate */
} IlkDiagnosisReader;

typedef enum {
  ILK_SERVICE_REACH_UNKNOWN,
  ILK_SERVICE_REACH_NONE,      /* the issuer has no service that the program speaks to */
  ILK_SERVICE_REACH_YES,
  ILK_SERVICE_REACH_OFFLINE,
  ILK_SERVICE_REACH_TLS,
  ILK_SERVICE_REACH_TIMEOUT,
  ILK_SERVICE_REACH_BUSY,
  ILK_SERVICE_REACH_OTHER,     /* something else answers, or answers with a fault */
} IlkServiceReach;

/* How pcscd answered. */
typedef enum {
  ILK_DIAGNOSIS_ANSWER_UNKNOWN,
  ILK_DIAGNOSIS_ANSWER_YES,
  ILK_DIAGNOSIS_ANSWER_ABSENT,
  ILK_DIAGNOSIS_ANSWER_REFUSED,
  ILK_DIAGNOSIS_ANSWER_VERSION,
  ILK_DIAGNOSIS_ANSWER_FAILED,
  ILK_DIAGNOSIS_ANSWER_TIMEOUT,
} IlkDiagnosisAnswer;

typedef struct {
  char *code;             /* "card.in-use" */
  char *sentence;         /* in the language that it was shown in */
  gint64 when;            /* seconds since 1970 */
} IlkDiagnosisProblem;

void ilk_diagnosis_problem_free (gpointer data);

#define ILK_TYPE_DIAGNOSIS (ilk_diagnosis_get_type ())
GType ilk_diagnosis_get_type (void);

/* What was found out about a computer, its readers, their cards and the way to the issuer.
 * Reference-counted; immutable once it is handed out. Strings that may be NULL are unknown. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  gboolean     practice;
  gint64       when;              /* seconds since 1970 */

  char        *distribution;      /* "Debian GNU/Linux 12 (bookworm)" */
  char        *kernel;            /* "Linux 6.1.0" */
  char        *architecture;      /* "x86_64" */
  char        *desktop;           /* "GNOME" */
  char        *session;           /* "wayland", "x11", "tty" */
  int          remote;            /* or not in front: 1, 0, or -1: unknown */

  const char  *package_system;    /* "dpkg", "rpm", "pacman", static; NULL: none known */
  GPtrArray   *packages;          /* IlkDiagnosisItem */

  gboolean     socket_present;
  char        *socket_state;      /* of pcscd.socket: "active, enabled" */
  char        *unit_state;        /* of pcscd.service */
  char        *pcscd_version;
  IlkDiagnosisAnswer answer;

  GPtrArray   *usb_readers;       /* IlkDiagnosisItem: name, "072f:b100" */
  GPtrArray   *drivers;           /* IlkDiagnosisItem */
  GPtrArray   *readers;           /* IlkDiagnosisReader, the one to look at first is first */

  char        *service_host;
  IlkServiceReach service;

  GPtrArray   *problems;          /* IlkDiagnosisProblem, newest first */
} IlkDiagnosis;

IlkDiagnosis       *ilk_diagnosis_new        (void);
IlkDiagnosis       *ilk_diagnosis_ref        (IlkDiagnosis       *self);
void                ilk_diagnosis_unref      (IlkDiagnosis       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkDiagnosis, ilk_diagnosis_unref)

void                ilk_diagnosis_add_item   (GPtrArray          *items,
                                              const char         *name,
                                              const char         *version);
IlkDiagnosisReader *ilk_diagnosis_reader_new (void);
void                ilk_diagnosis_reader_take_card (IlkDiagnosisReader *self,
                                                    IlkCardInfo        *card,
                                                    GBytes             *authorities,
                                                    gint64              now);

/* reader: (out) (optional): the reader that decided, or NULL. */
IlkDiagnosisResult  ilk_diagnosis_conclude   (IlkDiagnosis              *self,
                                              const IlkDiagnosisReader **reader);

/* Where to look. All are borrowed; known_card is one that this program has read already and that
 * is not read again. issuer, known_card and socket_path may be NULL. */
typedef struct {
  IlkTransport *transport;
  IlkHost      *host;
  IlkIssuer    *issuer;
  IlkClock     *clock;
  IlkCardInfo  *known_card;
  const char   *socket_path;   /* of a practice service */
  const char   *language;
  gboolean      practice;
  guint         limit;         /* milliseconds for each part; 0: as long as each may well take */
} IlkDiagnosisPlace;

void          ilk_diagnosis_run_async  (const IlkDiagnosisPlace *place,
                                        GCancellable            *cancellable,
                                        GAsyncReadyCallback      callback,
                                        gpointer                 user_data);
IlkDiagnosis *ilk_diagnosis_run_finish (GAsyncResult            *result,
                                        GError                 **error);

/* The same in words. */
char         *ilk_diagnosis_to_text    (IlkDiagnosis            *self);
char         *ilk_diagnosis_to_json    (IlkDiagnosis            *self);

G_END_DECLS
