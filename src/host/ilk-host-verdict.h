/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  ILK_HOST_VERDICT_UNKNOWN,                /* not looked yet */
  ILK_HOST_VERDICT_WORKS,
  ILK_HOST_VERDICT_NO_READER,              /* nothing plugged in */
  ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED,  /* no pcscd on this computer */
  ILK_HOST_VERDICT_SERVICE_OFF,            /* installed, socket off or nobody behind it */
  ILK_HOST_VERDICT_SERVICE_REFUSES,        /* polkit, remote session, no permission on the socket */
  ILK_HOST_VERDICT_SERVICE_VERSION,        /* speaks another protocol version */
  ILK_HOST_VERDICT_DRIVER_MISSING,         /* no installed driver names the reader */
  ILK_HOST_VERDICT_DRIVER_TOO_OLD,         /* installed, but too old: has_version, needs_version */
  ILK_HOST_VERDICT_RESTART_NEEDED,         /* a driver is installed, pcscd read its list before */
  ILK_HOST_VERDICT_NOT_OPENED,             /* a driver is there, pcscd can't open the reader */
  ILK_HOST_VERDICT_TAKEN_BY_KERNEL,        /* module */
  ILK_HOST_VERDICT_IN_USE,                 /* another program holds it: users */
  ILK_HOST_VERDICT_CARD_SILENT,            /* reader works, card in it does not answer */
  ILK_HOST_VERDICT_FAULTY_COMBINATION,     /* Alcor AU9540 with libccid < 1.5.2 and this card */
} IlkHostVerdict;

/* One reader, or one computer without a reader; immutable, reference-counted. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  IlkHostVerdict  verdict;
  char           *reader_name;   /* what to call it, or NULL */
  char           *listed_name;   /* PC/SC name, NULL when pcscd does not list it */
  char           *vendor_id;     /* "072f", NULL for a reader without USB device */
  char           *product_id;
  char           *driver;        /* "ccid", "acsccid", … or NULL */
  char           *has_version;
  char           *needs_version;
  char           *module;        /* kernel module */
  char          **users;         /* programs that may be using it, as far as they can be seen */
  gboolean        scdaemon;      /* scdaemon of this person is among them */
  gboolean        remote;        /* with REFUSES: this session is remote or not active */
} IlkReaderVerdict;

#define ILK_TYPE_READER_VERDICT (ilk_reader_verdict_get_type ())
GType             ilk_reader_verdict_get_type (void);
IlkReaderVerdict *ilk_reader_verdict_new      (IlkHostVerdict    verdict);
IlkReaderVerdict *ilk_reader_verdict_ref      (IlkReaderVerdict *self);
void              ilk_reader_verdict_unref    (IlkReaderVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkReaderVerdict, ilk_reader_verdict_unref)

/* What the card room knows, handed over by the app. */
typedef enum {
  ILK_SERVICE_ANSWER_UNKNOWN,
  ILK_SERVICE_ANSWER_YES,
  ILK_SERVICE_ANSWER_ABSENT,
  ILK_SERVICE_ANSWER_REFUSED,
  ILK_SERVICE_ANSWER_VERSION,
  ILK_SERVICE_ANSWER_FAILED,
} IlkServiceAnswer;

typedef struct {
  const char *name;
  gboolean    present;
  gboolean    mute;
  gboolean    exclusive;
  gboolean    in_use;
  GBytes     *atr;
} IlkListedReader;

G_END_DECLS
