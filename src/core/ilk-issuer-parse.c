/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-core"

#include <string.h>

#include "core/ilk-error.h"
#include "core/ilk-issuer-private.h"
#include "core/ilk-seal.h"

#define GUIDE_GROUP "Guide"
#define MAX_ID_LENGTH 32

/* All that a profile may say. A misspelt key would otherwise turn a feature off in silence. */
static const struct
{
  const char *group;
  const char *keys[6];
} known[] = {
  { "Issuer", { "Id", "Name" } },
  { "Contact", { "CallCentre", "Email", "Website" } },
  { "Service", { "Address", "CaFile", "SealingKey", "Unlock" } },
  { "Cards", { "Modules", "Authorities" } },
  { "Words", { "DeleteMeaning", "ParcelAdvice", "PukWarning" } },
};

/* What is being read, for the messages. */
typedef struct
{
  IlkIssuer  *issuer;
  GKeyFile   *file;
  const char *path;
  const char *base_folder;
  GError    **error;
} Reading;

static gboolean
fault (Reading    *reading,
       const char *group,
       const char *key,
       const char *what)
{
  if (key != NULL)
    g_set_error (reading->error, ILK_ERROR, ILK_ERROR_PROFILE, "%s: [%s] %s: %s",
                 reading->path, group, key, what);
  else
    g_set_error (reading->error, ILK_ERROR, ILK_ERROR_PROFILE, "%s: [%s]: %s",
                 reading->path, group, what);
  return FALSE;
}

/* A key without the language of Key[tr]. */
static char *
bare_key (const char *key)
{
  const char *bracket = strchr (key, '[');

  return bracket != NULL ? g_strndup (key, (gsize) (bracket - key)) : g_strdup (key);
}

/* GLib cuts a localized text off at a wrong escape without a word. */
static gboolean
has_wrong_escape (const char *value)
{
  for (const char *p = strchr (value, '\\'); p != NULL; p = strchr (p + 2, '\\'))
    {
      if (p[1] == '\0' || strchr ("sntr\\", p[1]) == NULL)
        return TRUE;
    }
  return FALSE;
}

/* allowed: NULL: any key. */
static gboolean
check_keys (Reading           *reading,
            const char        *group,
            const char *const *allowed)
{
  g_auto (GStrv) keys = g_key_file_get_keys (reading->file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *bare = bare_key (keys[i]);
      g_autofree char *value = g_key_file_get_value (reading->file, group, keys[i], NULL);

      if (allowed != NULL && !g_strv_contains (allowed, bare))
        return fault (reading, group, keys[i], "there is no such key");
      if (has_wrong_escape (value))
        return fault (reading, group, keys[i], "there is a wrong escape in the text");
    }
  return TRUE;
}

static gboolean
check_groups (Reading *reading)
{
  g_auto (GStrv) groups = g_key_file_get_groups (reading->file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      gboolean found = g_str_equal (groups[i], GUIDE_GROUP);

      if (found && !check_keys (reading, groups[i], NULL))
        return FALSE;
      for (guint k = 0; k < G_N_ELEMENTS (known) && !found; k++)
        {
          if (!g_str_equal (groups[i], known[k].group))
            continue;
          if (!check_keys (reading, groups[i], known[k].keys))
            return FALSE;
          found = TRUE;
        }
      if (!found)
        return fault (reading, groups[i], NULL, "there is no such group");
    }
  return TRUE;
}

/* Returns FALSE with the error set when a text is missing that must be there, or is empty. */
static gboolean
read_text (Reading    *reading,
           const char *group,
           const char *key,
           gboolean    required,
           char      **value)
{
  g_autofree char *text = g_key_file_get_locale_string (reading->file, group, key, NULL, NULL);

  if (text == NULL && required)
    return fault (reading, group, key, "is missing");
  if (text != NULL && *g_strstrip (text) == '\0')
    return fault (reading, group, key, "is empty");
  *value = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
read_issuer (Reading *reading)
{
  IlkIssuer *self = reading->issuer;

  if (!read_text (reading, "Issuer", "Id", TRUE, &self->id) ||
      !read_text (reading, "Issuer", "Name", TRUE, &self->name))
    return FALSE;
  if (strlen (self->id) > MAX_ID_LENGTH ||
      strspn (self->id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (self->id))
    return fault (reading, "Issuer", "Id", "must be at most 32 of a to z, 0 to 9 and “-”");
  return TRUE;
}

/* An address that a request goes to or that is shown as a link: https, a host, nothing hidden. */
static gboolean
is_https (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  return uri != NULL &&
         g_str_equal (g_uri_get_scheme (uri), "https") &&
         g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
         g_uri_get_userinfo (uri) == NULL;
}

static gboolean
has_query (const char *text)
{
  return strpbrk (text, "?#") != NULL;
}

static gboolean
read_contact (Reading *reading)
{
  IlkIssuer *self = reading->issuer;
  const char *at;

  if (!read_text (reading, "Contact", "CallCentre", TRUE, &self->phone) ||
      !read_text (reading, "Contact", "Email", TRUE, &self->email) ||
      !read_text (reading, "Contact", "Website", FALSE, &self->website))
    return FALSE;

  if (strspn (self->phone, "0123456789 +()") != strlen (self->phone))
    return fault (reading, "Contact", "CallCentre", "must be a phone number");
  at = strchr (self->email, '@');
  if (at == NULL || at == self->email || strchr (at, '.') == NULL ||
      strpbrk (self->email, " \t<>,;") != NULL)
    return fault (reading, "Contact", "Email", "must be one e-mail address");
  if (self->website != NULL && !is_https (self->website))
    return fault (reading, "Contact", "Website", "must be an https:// address");
  return TRUE;
}

/* A file beside the profile, or by its whole path; path stays NULL where the key is left out. */
static gboolean
read_path (Reading     *reading,
           const char  *group,
           const char  *key,
           char       **path)
{
  g_autofree char *text = NULL;

  if (!read_text (reading, group, key, FALSE, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!g_path_is_absolute (text) && reading->base_folder == NULL)
    return fault (reading, group, key, "must be an absolute path");
  *path = g_canonicalize_filename (text, reading->base_folder);
  if (!g_file_test (*path, G_FILE_TEST_IS_REGULAR))
    return fault (reading, group, key, "there is no such file");
  return TRUE;
}

/* GLib's decoder skips what is not base64; a key must be written in its one right form. */
static gboolean
read_sealing_key (Reading *reading)
{
  IlkIssuer *self = reading->issuer;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  guchar *bytes;
  gsize length = 0;

  if (!read_text (reading, "Service", "SealingKey", FALSE, &text))
    return FALSE;
  if (text == NULL)
    return self->service_address == NULL ||
           fault (reading, "Service", "SealingKey", "is missing, and there is an Address");
  bytes = g_base64_decode (text, &length);
  self->sealing_key = g_bytes_new_take (bytes, length);
  again = g_base64_encode (bytes, length);
  if (length != ILK_X25519_LENGTH || !g_str_equal (text, again))
    return fault (reading, "Service", "SealingKey", "must be 32 bytes in base64");
  return TRUE;
}

static gboolean
read_unlock (Reading *reading)
{
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (reading->file, "Service", "Unlock", &error);

  if (g_error_matches (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE))
    return fault (reading, "Service", "Unlock", "must be true or false");
  if (value && reading->issuer->service_address == NULL)
    return fault (reading, "Service", "Unlock", "needs an Address");
  reading->issuer->has_unlock = value;
  return TRUE;
}

static gboolean
read_service (Reading *reading)
{
  IlkIssuer *self = reading->issuer;

  if (!read_text (reading, "Service", "Address", FALSE, &self->service_address))
    return FALSE;
  if (self->service_address != NULL &&
      (!is_https (self->service_address) || has_query (self->service_address)))
    return fault (reading, "Service", "Address",
                  "must be an https:// address without user, query and fragment");
  return read_path (reading, "Service", "CaFile", &self->ca_file) &&
         read_sealing_key (reading) && read_unlock (reading);
}

static gboolean
read_authorities (Reading *reading)
{
  g_autofree char *path = NULL;
  char *text = NULL;
  gsize length;

  if (!read_path (reading, "Cards", "Authorities", &path))
    return FALSE;
  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, NULL))
    return fault (reading, "Cards", "Authorities", "can't be read");
  reading->issuer->authorities = g_bytes_new_take (text, length);
  if (strstr (text, "-----BEGIN CERTIFICATE-----") == NULL)
    return fault (reading, "Cards", "Authorities", "there is no certificate in PEM in it");
  return TRUE;
}

/* A module is loaded into a process that gets the PIN, so nothing is left to a search path. */
static gboolean
read_cards (Reading *reading)
{
  IlkIssuer *self = reading->issuer;

  self->modules = g_key_file_get_string_list (reading->file, "Cards", "Modules", NULL, NULL);
  for (guint i = 0; self->modules != NULL && self->modules[i] != NULL; i++)
    {
      if (!g_path_is_absolute (self->modules[i]))
        return fault (reading, "Cards", "Modules", "must be absolute paths");
    }
  return read_authorities (reading);
}

static gboolean
read_words (Reading *reading)
{
  IlkIssuer *self = reading->issuer;

  return read_text (reading, "Words", "DeleteMeaning", TRUE, &self->delete_meaning) &&
         read_text (reading, "Words", "ParcelAdvice", TRUE, &self->parcel_advice) &&
         read_text (reading, "Words", "PukWarning", TRUE, &self->puk_warning);
}

static gboolean
read_guide (Reading *reading)
{
  g_auto (GStrv) keys = g_key_file_get_keys (reading->file, GUIDE_GROUP, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *bare = bare_key (keys[i]);
      char *text = NULL;

      if (!read_text (reading, GUIDE_GROUP, bare, TRUE, &text))
        return FALSE;
      g_hash_table_replace (reading->issuer->guide, g_steal_pointer (&bare), text);
    }
  return TRUE;
}

gboolean
ilk_issuer_parse (IlkIssuer  *self,
                  const char *data,
                  gsize       length,
                  const char *path,
                  const char *base_folder,
                  GError    **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) parse_error = NULL;
  Reading reading = { self, file, path, base_folder, error };

  if (!g_utf8_validate (data, (gssize) length, NULL))
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_PROFILE, "%s: is not UTF-8 text", path);
      return FALSE;
    }
  if (!g_key_file_load_from_data (file, data, length, G_KEY_FILE_KEEP_TRANSLATIONS,
                                  &parse_error))
    {
      g_set_error (error, ILK_ERROR, ILK_ERROR_PROFILE, "%s: %s", path, parse_error->message);
      return FALSE;
    }
  return check_groups (&reading) && read_issuer (&reading) && read_contact (&reading) &&
         read_service (&reading) && read_cards (&reading) && read_words (&reading) &&
         read_guide (&reading);
}
