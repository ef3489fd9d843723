/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_KEK_EPOCH_SECONDS (7 * 24 * 3600)
/* Who began just before the end of an epoch may still use its KEK for so long. */
#define ILK_KEK_GRACE_SECONDS (10 * 60)
/* And so long after the end of an epoch its KEK is destroyed for certain (a timer runs each
 * hour). */
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

/* A key that was changed has versions from 1 on: a new one is added, what is kept under the older
 * is made anew, then the older is destroyed. */
#define ILK_KEY_MAX_VERSION 99
#define ILK_KEY_MAC_LENGTH 32

#define ILK_TYPE_KEY_STORE (ilk_key_store_get_type ())
G_DECLARE_INTERFACE (IlkKeyStore, ilk_key_store, ILK, KEY_STORE, GObject)

/* Where the service's keys come from. All are 32 bytes; calls may come from any thread. */
struct _IlkKeyStoreInterface
{
  GTypeInterface parent;

  IlkSecret *(*get)            (IlkKeyStore *self,
                                IlkKeyName   name,
                                int          version,
                                GError     **error);
  gboolean   (*has)            (IlkKeyStore *self,
                                IlkKeyName   name,
                                int          version);
  gboolean   (*make)           (IlkKeyStore *self,
                                IlkKeyName   name,
                                int          version,
                                GError     **error);
  gboolean   (*destroy)        (IlkKeyStore *self,
                                IlkKeyName   name,
                                int          version,
                                GError     **error);
  /* NULL: done here, with the key that get or get_kek gives out. */
  IlkSecret *(*mac)            (IlkKeyStore *self,
                                IlkKeyName   name,
                                int          version,
                                IlkSecret   *data,
                                GError     **error);
  GBytes    *(*wrap)           (IlkKeyStore *self,
                                gint64       epoch,
                                GBytes      *context,
                                IlkSecret   *plain,
                                GError     **error);
  IlkSecret *(*unwrap)         (IlkKeyStore *self,
                                gint64       epoch,
                                GBytes      *context,
                                GBytes      *sealed,
                                GError     **error);
  IlkSecret *(*get_card_key)   (IlkKeyStore *self,
                                int          version,
                                GError     **error);
  gboolean   (*has_card_key)   (IlkKeyStore *self,
                                int          version);
  gboolean   (*make_card_key)  (IlkKeyStore *self,
                                int          version,
                                GError     **error);
  IlkSecret *(*get_kek)        (IlkKeyStore *self,
                                gint64       epoch,
                                GError     **error);
  gboolean   (*has_kek)        (IlkKeyStore *self,
                                gint64       epoch);
  gboolean   (*find_kek)       (IlkKeyStore *self,
                                gint64       now,
                                gint64      *epoch,
                                GError     **error);
  int        (*destroy_keks)   (IlkKeyStore *self,
                                gint64       before,
                                GError     **error);
};

/* The oldest version that there is. */
IlkSecret *ilk_key_store_get            (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         GError     **error);
IlkSecret *ilk_key_store_get_version    (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         int          version,
                                         GError     **error);
gboolean   ilk_key_store_has_version    (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         int          version);
/* 0: there is none. */
int        ilk_key_store_find_oldest    (IlkKeyStore *self,
                                         IlkKeyName   name);
int        ilk_key_store_find_newest    (IlkKeyStore *self,
                                         IlkKeyName   name);
gboolean   ilk_key_store_make_version   (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         int          version,
                                         GError     **error);
gboolean   ilk_key_store_destroy_version
                                        (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         int          version,
                                         GError     **error);
/* HMAC-SHA-256 under a key, which need not leave the store for it. */
IlkSecret *ilk_key_store_mac            (IlkKeyStore *self,
                                         IlkKeyName   name,
                                         int          version,
                                         IlkSecret   *data,
                                         GError     **error);
/* The master key that unlock keys of cards with this key version are derived from. */
IlkSecret *ilk_key_store_get_card_key   (IlkKeyStore *self,
                                         int          version,
                                         GError     **error);
gboolean   ilk_key_store_has_card_key   (IlkKeyStore *self,
                                         int          version);
gboolean   ilk_key_store_make_card_key  (IlkKeyStore *self,
                                         int          version,
                                         GError     **error);
gboolean   ilk_key_store_has_kek        (IlkKeyStore *self,
                                         gint64       epoch);
/* The epoch whose KEK wraps now: the current one, made when it can be, else the newest before. */
gboolean   ilk_key_store_find_kek       (IlkKeyStore *self,
                                         gint64       now,
                                         gint64      *epoch,
                                         GError     **error);
/* AES-256-GCM under the KEK of that epoch, as ilk_aead_seal () has it. */
GBytes    *ilk_key_store_wrap           (IlkKeyStore *self,
                                         gint64       epoch,
                                         GBytes      *context,
                                         IlkSecret   *plain,
                                         GError     **error);
IlkSecret *ilk_key_store_unwrap         (IlkKeyStore *self,
                                         gint64       epoch,
                                         GBytes      *context,
                                         GBytes      *sealed,
                                         GError     **error);

/* Destroys the KEKs of the epochs before this one, so that nothing opens what they wrapped; returns
 * how many, -1 with an error. */
int        ilk_key_store_destroy_keks   (IlkKeyStore *self,
                                         gint64       before,
                                         GError     **error);

G_END_DECLS
