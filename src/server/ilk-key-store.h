/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_KEK_EPOCH_SECONDS (7 * 24 * 3600)
/* Who began just before the end of an epoch may still use its KEK for so long. */
#define ILK_KEK_GRACE_SECONDS (10 * 60)
/* And so long after the end of an epoch its KEK is destroyed for certain (a timer runs each hour). */
#define ILK_KEK_ROTATED_SECONDS (2 * 3600)

typedef enum {
  ILK_KEY_PEPPER,
  ILK_KEY_INDEX,     /* HMAC of what is looked up */
  ILK_KEY_DATA,      /* seals identity numbers, names, phones and mails at rest */
  ILK_KEY_SEALING,   /* X25519: PIN disclosures */
  ILK_KEY_HANDOVER,  /* X25519: hand-over files */
  ILK_KEY_AUDIT,
  ILK_N_KEYS
} IlkKeyName;

#define ILK_TYPE_KEY_STORE (ilk_key_store_get_type ())
G_DECLARE_INTERFACE (IlkKeyStore, ilk_key_store, ILK, KEY_STORE, GObject)

/* Where the service's keys come from. All are 32 bytes; calls may come from any thread. */
struct _IlkKeyStoreInterface
{
  GTypeInterface parent;

  IlkSecret *(*get)            (IlkKeyStore *self,
                                IlkKeyName   name,
                                GError     **error);
  IlkSecret *(*get_card_key)   (IlkKeyStore *self,
                                int          version,
                                GError     **error);
  IlkSecret *(*get_kek)        (IlkKeyStore *self,
                                gint64       epoch,
                                GError     **error);
  IlkSecret *(*get_newest_kek) (IlkKeyStore *self,
                                gint64       now,
                                gint64      *epoch,
                                GError     **error);
  int        (*destroy_keks)   (IlkKeyStore *self,
                                gint64       before,
                                GError     **error);
};

IlkSecret *ilk_key_store_get            (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         GError     **error);
/* The master key that unlock keys of cards with this key version are derived from. */
IlkSecret *ilk_key_store_get_card_key   (IlkKeyStore *self,
                                         int          version,
                                         GError     **error);
IlkSecret *ilk_key_store_get_kek        (IlkKeyStore *self,
                                         gint64       epoch,
                                         GError     **error);
/* The KEK to wrap with now: the current epoch's, made when it can be, else the newest before. */
IlkSecret *ilk_key_store_get_newest_kek (IlkKeyStore *self,
                                         gint64       now,
                                         gint64      *epoch,
                                         GError     **error);

/* Destroys the KEKs of the epochs before this one, so that nothing opens what they wrapped; returns
 * how many, -1 with an error. */
int        ilk_key_store_destroy_keks   (IlkKeyStore *self,
                                         gint64       before,
                                         GError     **error);

G_END_DECLS
