/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  ILK_CARD_KIND_UNKNOWN,      /* no list knows the ATR */
  ILK_CARD_KIND_AKIS_V1,      /* exactly the v1.0 ATR: the APDU driver */
  ILK_CARD_KIND_AKIS,         /* AKİS of another version: recognised, no public commands */
  ILK_CARD_KIND_OTHER_ISSUER, /* another Turkish issuer's token */
  ILK_CARD_KIND_AKIS_PROBABLE, /* AKİS by its historical bytes, of a version that no list names */
  ILK_CARD_KIND_NATIONAL_ID,  /* T.C. kimlik kartı, where its ATR tells it from other AKİS cards */
} IlkCardKind;

typedef enum {
  ILK_PIN_STATE_UNKNOWN,
  ILK_PIN_STATE_SET,
  ILK_PIN_STATE_NOT_SET,
  ILK_PIN_STATE_BLOCKED,
} IlkPinState;

/* By which road PIN commands reach a card. */
typedef enum {
  ILK_CARD_REACH_NONE,
  ILK_CARD_REACH_APDU,    /* by our own driver */
  ILK_CARD_REACH_PKCS11,  /* by the module of the card's maker, in a process of its own */
} IlkCardReach;

/* Whether PINs can be typed on the reader instead of the computer. */
typedef enum {
  ILK_CARD_PAD_NONE,
  ILK_CARD_PAD_OFFERED,  /* the reader has keys (PC/SC part 10) and the card's PIN fits them */
  ILK_CARD_PAD_REQUIRED, /* the card's module takes no PIN from a program (PKCS#11) */
} IlkCardPad;

typedef struct {
  GBytes  *der;
  char    *holder;            /* CN, UTF-8 */
  char    *identity_number;   /* serialNumber of the subject, or NULL */
  char    *issuer;            /* CN of the issuer */
  char    *issuer_organization; /* O of the issuer, or NULL */
  char    *serial;            /* certificate serial number, capital hex */
  gint64   not_before;        /* seconds since 1970, UTC */
  gint64   not_after;
  gboolean signing;           /* key usage has nonRepudiation: the qualified certificate */
  gboolean qualified;         /* says that it is a qualified one (QcCompliance) */
  gboolean on_card;           /* says that its key is in a signature device (QcSSCD) */
} IlkCertificate;

IlkCertificate *ilk_certificate_new_from_der (GBytes         *der,
                                              GError        **error);
void            ilk_certificate_free         (IlkCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCertificate, ilk_certificate_free)

/* What the authorities that an issuer's profile names say of a certificate. */
typedef enum {
  ILK_CHAIN_UNKNOWN, /* none is named, or none of them has the issuer's name */
  ILK_CHAIN_TRUSTED, /* signed by one of them, directly or through others */
  ILK_CHAIN_BROKEN,  /* says that it is from one of them, and is not, or not as it should be */
} IlkChain;

IlkChain        ilk_certificate_check_chain  (const IlkCertificate *self,
                                              GBytes         *authorities);

#define ILK_TYPE_CARD_INFO (ilk_card_info_get_type ())
GType ilk_card_info_get_type (void);

/* Why no module reaches a card; stable words, for reports too. */
#define ILK_MODULE_PROBLEM_NONE         "none"         /* no installed module knows the card */
#define ILK_MODULE_PROBLEM_ARCHITECTURE "architecture" /* made for another kind of processor */
#define ILK_MODULE_PROBLEM_HANGS        "hangs"
#define ILK_MODULE_PROBLEM_CRASHES      "crashes"
#define ILK_MODULE_PROBLEM_REFUSES      "refuses"      /* can't be loaded, or does not begin */

/* What was read of a card without spending anything. Reference-counted, immutable. */
typedef struct {
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  IlkCardKind  kind;
  char        *reader;
  guint        events;           /* the reader's event counter when it was read */
  char        *atr;              /* capital hex */
  char        *name;             /* "AKİS 1.0", never NULL */
  char        *serial;           /* APDU: 24 capital hex digits; PKCS#11: what the token says;
                                  * NULL when unknown */
  gboolean     dead;             /* life cycle AA */
  IlkPinState  pin_state;
  int          tries_left;       /* -1: unknown */
  char        *unlock_profile;   /* "virtual-1" when the marker answered, else NULL */
  int          unlock_tries_left; /* -1: unknown */
  GPtrArray   *certificates;     /* IlkCertificate */
  IlkCardReach reach;
  char        *module;           /* path of the PKCS#11 module that reaches it, or NULL */
  char        *module_problem;   /* why none does: ILK_MODULE_PROBLEM_…, or NULL */
  gboolean     pin_count_low;    /* PKCS#11: a wrong PIN was typed since the last right one */
  gboolean     pin_final_try;    /* PKCS#11: one more wrong PIN blocks the card */
  gboolean     pin_locked;
  gboolean     pin_to_be_changed; /* PKCS#11: the present PIN is one to be replaced */
  char        *token_label;      /* PKCS#11, or NULL */
  guint        min_pin;          /* PKCS#11: bytes; 0: not told */
  guint        max_pin;
  IlkCardPad   pad;
} IlkCardInfo;

/* get_certificate (): the signing one that is valid latest, or NULL. */
IlkCardInfo          *ilk_card_info_new             (void);
IlkCardInfo          *ilk_card_info_ref             (IlkCardInfo *self);
void                  ilk_card_info_unref           (IlkCardInfo *self);
const IlkCertificate *ilk_card_info_get_certificate (IlkCardInfo *self);
/* module_problem as an error (transfer full, nullable), which has its words in the app. */
GError               *ilk_card_info_dup_module_error (IlkCardInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCardInfo, ilk_card_info_unref)

G_END_DECLS
