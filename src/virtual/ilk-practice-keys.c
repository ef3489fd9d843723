/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-seal.h"
#include "virtual/ilk-practice-keys.h"
#include "virtual/ilk-private-file.h"

#define KEY_LENGTH      32
#define MASTER_FILE     "card-master-key-1"
#define HANDOVER_PUBLIC "handover-key.pub"
#define MAX_TEXT        256

/* A key-encryption key serves for one epoch of 7 days. */
#define EPOCH_SECONDS   (G_GINT64_CONSTANT (7) * 24 * 60 * 60)

static gboolean
write_secret (const char  *folder,
              const char  *name,
              IlkSecret   *secret,
              GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return ilk_private_file_write (path, ilk_secret_peek (secret), ilk_secret_get_length (secret),
                                 error);
}

static gboolean
make_random (const char  *folder,
             const char  *name,
             GError     **error)
{
  g_autoptr (IlkSecret) key = ilk_secret_new_random (KEY_LENGTH);

  return write_secret (folder, name, key, error);
}

static gboolean
make_pair (const char  *folder,
           const char  *name,
           GBytes     **public_key,
           GError     **error)
{
  g_autoptr (IlkSecret) private_key = NULL;

  return ilk_x25519_generate (&private_key, public_key, error) &&
         write_secret (folder, name, private_key, error);
}

static gboolean
write_public (const char  *folder,
              const char  *name,
              GBytes      *key,
              GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  g_autofree char *line = g_strconcat (base64, "\n", NULL);

  return ilk_private_file_write (path, line, strlen (line), error);
}

/**
 * ilk_practice_keys_make:
 * @folder: an existing folder
 * @now: seconds since 1970, UTC: decides the epoch of the key-encryption key
 * @sealing_public: (out) (transfer full): the key that the issuer's profile pins
 * @error: ILK_ERROR
 *
 * Makes every credential file that the service wants, each of mode 0600, and the public half of
 * the hand-over key.
 *
 * Returns: whether all are written
 */
gboolean
ilk_practice_keys_make (const char  *folder,
                        gint64       now,
                        GBytes     **sealing_public,
                        GError     **error)
{
  static const char *const names[] = {
    MASTER_FILE, "pepper", "index-key", "data-key", "audit-key",
  };
  g_autofree char *kek = g_strdup_printf ("kek-%" G_GINT64_FORMAT, now / EPOCH_SECONDS);
  g_autoptr (GBytes) handover_public = NULL;
  g_autoptr (GBytes) sealing = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!make_random (folder, names[i], error))
      return FALSE;
  if (!make_random (folder, kek, error) ||
      !make_pair (folder, "sealing-key", &sealing, error) ||
      !make_pair (folder, "handover-key", &handover_public, error) ||
      !write_public (folder, HANDOVER_PUBLIC, handover_public, error))
    return FALSE;

  *sealing_public = g_steal_pointer (&sealing);
  return TRUE;
}

static void
wrong_content (const char  *path,
               GError     **error)
{
  g_set_error (error, ILK_ERROR, ILK_ERROR_INVALID, "“%s” holds no key of 32 bytes.", path);
}

/**
 * ilk_practice_keys_load_master:
 * @folder: a folder with card-master-key-1
 * @error: ILK_ERROR
 *
 * Returns: (transfer full): the card master key, or %NULL
 */
IlkSecret *
ilk_practice_keys_load_master (const char  *folder,
                               GError     **error)
{
  g_autofree char *path = g_build_filename (folder, MASTER_FILE, NULL);
  g_autoptr (IlkSecret) key = ilk_private_file_read (path, MAX_TEXT, error);

  if (key != NULL && ilk_secret_get_length (key) != KEY_LENGTH)
    {
      wrong_content (path, error);
      return NULL;
    }
  return g_steal_pointer (&key);
}

/**
 * ilk_practice_keys_load_handover:
 * @folder: a folder with handover-key.pub
 * @error: ILK_ERROR
 *
 * Returns: (transfer full): the public hand-over key, or %NULL
 */
GBytes *
ilk_practice_keys_load_handover (const char  *folder,
                                 GError     **error)
{
  g_autofree char *path = g_build_filename (folder, HANDOVER_PUBLIC, NULL);
  g_autoptr (IlkSecret) text = ilk_private_file_read (path, MAX_TEXT, error);
  g_autofree guint8 *key = NULL;
  gsize length;

  if (text == NULL)
    return NULL;
  ilk_secret_append_byte (text, '\0');
  key = g_base64_decode (g_strstrip ((char *) ilk_secret_get_writable (text)), &length);
  if (length != KEY_LENGTH)
    {
      wrong_content (path, error);
      return NULL;
    }
  return g_bytes_new (key, length);
}
