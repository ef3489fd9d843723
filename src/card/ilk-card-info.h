/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  ILK_CARD_KIND_UNKNOWN,      /* no list knows the ATR */
  ILK_CARD_KIND_AKIS_V1,      /* exactly the v1.0 ATR: the APDU driver */
  ILK_CARD_KIND_AKIS,         /* AKİS of another version: recognised, no public commands */
  ILK_CARD_KIND_OTHER_ISSUER, /* another Turkish issuer's token */
} IlkCardKind;

typedef enum {
  ILK_PIN_STATE_UNKNOWN,
  ILK_PIN_STATE_SET,
  ILK_PIN_STATE_NOT_SET,
  ILK_PIN_STATE_BLOCKED,
} IlkPinState;

typedef struct {
  GBytes  *der;
  char    *holder;            /* CN, UTF-8 */
  char    *identity_number;   /* serialNumber of the subject, or NULL */
  char    *issuer;            /* CN of the issuer */
  char    *serial;            /* certificate serial number, capital hex */
  gint64   not_before;        /* seconds since 1970, UTC */
  gint64   not_after;
  gboolean signing;           /* key usage has nonRepudiation: the qualified certificate */
} IlkCertificate;

IlkCertificate *ilk_certificate_new_from_der (GBytes         *der,
                                              GError        **error);
void            ilk_certificate_free         (IlkCertificate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCertificate, ilk_certificate_free)

#define ILK_TYPE_CARD_INFO (ilk_card_info_get_type ())
GType ilk_card_info_get_type (void);

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
  char        *serial;           /* 24 capital hex digits, NULL when unknown */
  gboolean     dead;             /* life cycle AA */
  IlkPinState  pin_state;
  int          tries_left;       /* -1: unknown */
  char        *unlock_profile;   /* "virtual-1" when the marker answered, else NULL */
  int          unlock_tries_left; /* -1: unknown */
  GPtrArray   *certificates;     /* IlkCertificate */
} IlkCardInfo;

/* get_certificate (): the signing one that is valid latest, or NULL. */
IlkCardInfo          *ilk_card_info_new             (void);
IlkCardInfo          *ilk_card_info_ref             (IlkCardInfo *self);
void                  ilk_card_info_unref           (IlkCardInfo *self);
const IlkCertificate *ilk_card_info_get_certificate (IlkCardInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCardInfo, ilk_card_info_unref)

G_END_DECLS
