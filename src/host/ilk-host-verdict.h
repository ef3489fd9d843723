/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What there is to say about one reader, or about a computer that has none: a closed list. */
#define ILK_HOST_VERDICTS(X) \
  X (UNKNOWN)                /* not looked yet */ \
  X (WORKS) \
  X (NO_READER)              /* nothing plugged in */ \
  X (SERVICE_NOT_INSTALLED)  /* no pcscd on this computer */ \
  X (SERVICE_OFF)            /* installed; its socket is off, or nobody is behind it */ \
  X (SERVICE_REFUSES)        /* polkit, a remote session, no permission on the socket */ \
  X (SERVICE_VERSION)        /* it speaks another version of the protocol */ \
  X (DRIVER_MISSING)         /* no installed driver names the reader */ \
  X (DRIVER_TOO_OLD)         /* the driver is installed and does not name it yet */ \
  X (RESTART_NEEDED)         /* the driver came after pcscd had read its list */ \
  X (NOT_OPENED)             /* a driver is there, pcscd can't open the reader, no cause is seen */ \
  X (TAKEN_BY_KERNEL)        /* a kernel module holds it */ \
  X (IN_USE)                 /* another program holds the reader or the card in it */ \
  X (CARD_SILENT)            /* the reader works, the card in it does not answer */ \
  X (FAULTY_COMBINATION)     /* this reader with this driver can't speak with this card */

typedef enum {
#define X(name) ILK_HOST_VERDICT_##name,
  ILK_HOST_VERDICTS (X)
#undef X
  ILK_N_HOST_VERDICTS
} IlkHostVerdict;

const char *ilk_host_verdict_get_name (IlkHostVerdict verdict);

#define ILK_TYPE_READER_VERDICT (ilk_reader_verdict_get_type ())
GType ilk_reader_verdict_get_type (void);

/* Reference-counted; not changed once it is handed out. Texts are UTF-8 and may come from devices:
 * never markup. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  IlkHostVerdict  verdict;
  char           *reader_name;    /* what to call it, NULL without a reader */
  char           *listed_name;    /* PC/SC name, NULL when pcscd does not list it */
  char           *vendor_id;      /* "072f", NULL for a reader that is not on USB */
  char           *product_id;
  char           *driver;         /* "ccid", "acsccid" …: the one it has or needs, NULL: none known */
  char           *has_version;    /* of the installed driver, NULL: none */
  char           *needs_version;  /* the first that knows the reader, NULL: any, or not known */
  char           *module;         /* kernel module, with TAKEN_BY_KERNEL */
  char          **users;          /* programs that may be using it: "scdaemon", "firefox" … never NULL */
  gboolean        scdaemon;       /* GnuPG's card program is among them, of this person */
  gboolean        remote;         /* with SERVICE_REFUSES: this session is remote or not in front */
} IlkReaderVerdict;

IlkReaderVerdict *ilk_reader_verdict_new   (IlkHostVerdict    verdict);
IlkReaderVerdict *ilk_reader_verdict_ref   (IlkReaderVerdict *self);
void              ilk_reader_verdict_unref (IlkReaderVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkReaderVerdict, ilk_reader_verdict_unref)

/* What the card room found when it asked pcscd; this room does not know that one. */
typedef enum {
  ILK_SERVICE_ANSWER_UNKNOWN,   /* not asked yet */
  ILK_SERVICE_ANSWER_YES,
  ILK_SERVICE_ANSWER_ABSENT,    /* SCARD_E_NO_SERVICE: nobody there, or no permission */
  ILK_SERVICE_ANSWER_REFUSED,   /* SCARD_W_SECURITY_VIOLATION, or hung up on us */
  ILK_SERVICE_ANSWER_VERSION,   /* SCARD_E_SERVICE_STOPPED: another protocol version */
  ILK_SERVICE_ANSWER_FAILED,
} IlkServiceAnswer;

/* A reader that pcscd lists. */
typedef struct {
  const char *name;
  gboolean    present;     /* a card is in */
  gboolean    mute;        /* ... and does not answer */
  gboolean    exclusive;   /* another program holds it exclusively */
  gboolean    in_use;      /* another program is connected to it */
  GBytes     *atr;         /* or NULL */
} IlkListedReader;

G_END_DECLS
