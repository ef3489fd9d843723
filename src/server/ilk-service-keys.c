/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include <string.h>
#include "server/ilk-word-hash.h"

#define REMEMBERED_SECONDS 60

/* Which version of a key is used for what is kept. A hash of a word carries the version of its
 * pepper in front: "2$argon2id$…"; without a number it is 1, and 0 means that there is no pepper in
 * it, as in the ready hashes of a hand-over file. */

/* Names in the store. */
static const char *const key_names[ILK_N_KEYS] = {
  [ILK_KEY_PEPPER] = "pepper",
  [ILK_KEY_INDEX] = "index",
  [ILK_KEY_DATA] = "data",
};

const char *
ilk_service_get_key_name (IlkKeyName name)
{
  g_return_val_if_fail (key_names[name] != NULL, NULL);

  return key_names[name];
}

/* Old versions are destroyed only long after a change (ilk-operator-keys.c), so that what is known
 * of it here may be a little old. */
static int
recall (IlkService *self,
        IlkKeyName  name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->versions_lock);

  return g_get_monotonic_time () < self->versions_until[name] ? self->versions[name] : 0;
}

static void
keep (IlkService *self,
      IlkKeyName  name,
      int         version)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->versions_lock);

  self->versions[name] = version;
  self->versions_until[name] = g_get_monotonic_time () + REMEMBERED_SECONDS * G_USEC_PER_SEC;
}

void
ilk_service_forget_key_versions (IlkService *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->versions_lock);

  for (int name = 0; name < ILK_N_KEYS; name++)
    self->versions_until[name] = 0;
}

/**
 * ilk_service_get_key_version:
 *
 * Returns: the version that new things are kept under; the same for all instances, since the
 *   database says so
 */
int
ilk_service_get_key_version (IlkService  *self,
                             IlkKeyName   name,
                             GError     **error)
{
  int version = recall (self, name);

  if (*error != NULL || version > 0)
    return version;
  ilk_store_begin (self->store);
  version = ilk_store_key_version (self->store, ilk_service_get_key_name (name), NULL, error);
  ilk_store_end (self->store, error);
  if (*error == NULL)
    keep (self, name, version);
  return version;
}

static IlkSecret *
season (IlkService  *self,
        IlkSecret   *word,
        int          version,
        GError     **error)
{
  g_autoptr (IlkSecret) normal = ilk_word_normalize (word);
  IlkSecret *input = normal != NULL ? normal : word;

  if (version == 0)
    return ilk_secret_ref (input);
  return ilk_key_store_mac (self->keys, ILK_KEY_PEPPER, version, input, error);
}

static char *
mark (int         version,
      const char *hash)
{
  return version == 1 ? g_strdup (hash) : g_strdup_printf ("%d%s", version, hash);
}

/* Returns what stands behind the version. */
static const char *
read_mark (const char *hash,
           int        *version)
{
  const char *phc = strchr (hash, '$');

  *version = phc == hash ? 1 : (int) g_ascii_strtoll (hash, NULL, 10);
  return phc != NULL ? phc : "";
}

/**
 * ilk_service_mark_ready_hash:
 * @phc: an Argon2id string over the word in normalization form C, without a pepper
 *
 * Returns: (transfer full): what is kept of it until the holder's first login
 */
char *
ilk_service_mark_ready_hash (const char *phc)
{
  return mark (0, phc);
}

/**
 * ilk_service_hash_word:
 *
 * Takes about 25 ms and 19 MiB: outside of a transaction, on a worker thread.
 *
 * Returns: (transfer full) (nullable): what is kept of a security word or web password; %NULL when
 *   @error is or becomes set
 */
char *
ilk_service_hash_word (IlkService  *self,
                       IlkSecret   *word,
                       GError     **error)
{
  int version = ilk_service_get_key_version (self, ILK_KEY_PEPPER, error);
  g_autoptr (IlkSecret) input = NULL;
  g_autofree char *hash = NULL;

  if (*error != NULL)
    return NULL;
  input = season (self, word, version, error);
  if (input == NULL)
    return NULL;
  hash = ilk_word_hash_input (input);
  return mark (version, hash);
}

/**
 * ilk_service_verify_word:
 * @hash: (nullable): what was kept; %NULL: nobody has this number, which takes as long
 *
 * As slow as hashing. Returns %FALSE with @error set when the pepper can't be had.
 */
gboolean
ilk_service_verify_word (IlkService  *self,
                         IlkSecret   *word,
                         const char  *hash,
                         GError     **error)
{
  int version = ilk_service_get_key_version (self, ILK_KEY_PEPPER, error);
  g_autoptr (IlkSecret) input = NULL;
  const char *phc = self->dummy_word;

  if (*error != NULL)
    return FALSE;
  if (hash != NULL)
    phc = read_mark (hash, &version);
  input = season (self, word, version, error);
  return input != NULL && ilk_word_verify_input (input, phc) && hash != NULL;
}

/**
 * ilk_service_word_is_current:
 *
 * Returns: whether @hash has today's parameters and pepper; if not, the next login makes it anew
 */
gboolean
ilk_service_word_is_current (IlkService  *self,
                             const char  *hash,
                             GError     **error)
{
  int current = ilk_service_get_key_version (self, ILK_KEY_PEPPER, error);
  int version;
  const char *phc = read_mark (hash, &version);

  return *error != NULL || (version == current && ilk_word_is_current (phc));
}
