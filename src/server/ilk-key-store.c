/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-key-store.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include "core/ilk-seal.h"

G_DEFINE_INTERFACE (IlkKeyStore, ilk_key_store, G_TYPE_OBJECT)

#define IFACE(self) ILK_KEY_STORE_GET_IFACE (self)

static IlkSecret *
ilk_key_store_real_mac (IlkKeyStore *self,
                        IlkKeyName   name,
                        int          version,
                        IlkSecret   *data,
                        GError     **error)
{
  g_autoptr (IlkSecret) key = ilk_key_store_get_version (self, name, version, error);
  unsigned int length = ILK_KEY_MAC_LENGTH;
  IlkSecret *mac;

  if (key == NULL)
    return NULL;

  mac = ilk_secret_new (ILK_KEY_MAC_LENGTH);
  if (HMAC (EVP_sha256 (), ilk_secret_peek (key), ilk_secret_get_length (key),
            ilk_secret_peek (data), ilk_secret_get_length (data),
            ilk_secret_get_writable (mac), &length) == NULL)
    g_error ("HMAC-SHA-256 failed");
  ilk_secret_set_length (mac, ILK_KEY_MAC_LENGTH);
  return mac;
}

static GBytes *
ilk_key_store_real_wrap (IlkKeyStore *self,
                         gint64       epoch,
                         GBytes      *context,
                         IlkSecret   *plain,
                         GError     **error)
{
  g_autoptr (IlkSecret) kek = IFACE (self)->get_kek (self, epoch, error);

  return kek != NULL ? ilk_aead_seal (kek, context, plain, error) : NULL;
}

static IlkSecret *
ilk_key_store_real_unwrap (IlkKeyStore *self,
                           gint64       epoch,
                           GBytes      *context,
                           GBytes      *sealed,
                           GError     **error)
{
  g_autoptr (IlkSecret) kek = IFACE (self)->get_kek (self, epoch, error);

  return kek != NULL ? ilk_aead_open (kek, context, sealed, error) : NULL;
}

static void
ilk_key_store_default_init (IlkKeyStoreInterface *iface)
{
  iface->mac = ilk_key_store_real_mac;
  iface->wrap = ilk_key_store_real_wrap;
  iface->unwrap = ilk_key_store_real_unwrap;
}

IlkSecret *
ilk_key_store_get (IlkKeyStore *self,
                   IlkKeyName   name,
                   GError     **error)
{
  return ilk_key_store_get_version (self, name, MAX (ilk_key_store_find_oldest (self, name), 1),
                                    error);
}

IlkSecret *
ilk_key_store_get_version (IlkKeyStore *self,
                           IlkKeyName   name,
                           int          version,
                           GError     **error)
{
  return IFACE (self)->get (self, name, version, error);
}

gboolean
ilk_key_store_has_version (IlkKeyStore *self,
                           IlkKeyName   name,
                           int          version)
{
  return IFACE (self)->has (self, name, version);
}

int
ilk_key_store_find_oldest (IlkKeyStore *self,
                           IlkKeyName   name)
{
  for (int version = 1; version <= ILK_KEY_MAX_VERSION; version++)
    if (ilk_key_store_has_version (self, name, version))
      return version;
  return 0;
}

int
ilk_key_store_find_newest (IlkKeyStore *self,
                           IlkKeyName   name)
{
  int version = ilk_key_store_find_oldest (self, name);

  while (version > 0 && ilk_key_store_has_version (self, name, version + 1))
    version++;
  return version;
}

gboolean
ilk_key_store_make_version (IlkKeyStore *self,
                            IlkKeyName   name,
                            int          version,
                            GError     **error)
{
  return IFACE (self)->make (self, name, version, error);
}

gboolean
ilk_key_store_destroy_version (IlkKeyStore *self,
                               IlkKeyName   name,
                               int          version,
                               GError     **error)
{
  return IFACE (self)->destroy (self, name, version, error);
}

IlkSecret *
ilk_key_store_mac (IlkKeyStore *self,
                   IlkKeyName   name,
                   int          version,
                   IlkSecret   *data,
                   GError     **error)
{
  return IFACE (self)->mac (self, name, version, data, error);
}

IlkSecret *
ilk_key_store_get_card_key (IlkKeyStore *self,
                            int          version,
                            GError     **error)
{
  return IFACE (self)->get_card_key (self, version, error);
}

gboolean
ilk_key_store_has_card_key (IlkKeyStore *self,
                            int          version)
{
  return IFACE (self)->has_card_key (self, version);
}

gboolean
ilk_key_store_make_card_key (IlkKeyStore *self,
                             int          version,
                             GError     **error)
{
  return IFACE (self)->make_card_key (self, version, error);
}

gboolean
ilk_key_store_has_kek (IlkKeyStore *self,
                       gint64       epoch)
{
  return IFACE (self)->has_kek (self, epoch);
}

gboolean
ilk_key_store_find_kek (IlkKeyStore *self,
                        gint64       now,
                        gint64      *epoch,
                        GError     **error)
{
  return IFACE (self)->find_kek (self, now, epoch, error);
}

GBytes *
ilk_key_store_wrap (IlkKeyStore *self,
                    gint64       epoch,
                    GBytes      *context,
                    IlkSecret   *plain,
                    GError     **error)
{
  return IFACE (self)->wrap (self, epoch, context, plain, error);
}

IlkSecret *
ilk_key_store_unwrap (IlkKeyStore *self,
                      gint64       epoch,
                      GBytes      *context,
                      GBytes      *sealed,
                      GError     **error)
{
  return IFACE (self)->unwrap (self, epoch, context, sealed, error);
}

int
ilk_key_store_destroy_keks (IlkKeyStore *self,
                            gint64       before,
                            GError     **error)
{
  return IFACE (self)->destroy_keks (self, before, error);
}
