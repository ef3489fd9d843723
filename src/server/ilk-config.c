/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-config.h"

#include "server/ilk-server-error.h"

typedef enum {
  TEXT,
  NUMBER,
  FLAG,
  LIST
} Kind;

typedef struct {
  const char *group;
  const char *key;
  Kind        kind;
  gint64      min;    /* of a number */
  gint64      max;
} Row;

/* What a configuration may say. A row without a reader, or a reader without a row, is a mistake:
 * the getters refuse what has no row. */
static const Row rows[] = {
  { "Store", "database", TEXT },
  { "Service", "listen", TEXT },
  { "Service", "socket", TEXT },
  { "Service", "metrics-socket", TEXT },
  { "Service", "credentials", TEXT },
  { "Service", "spool", TEXT },
  { "Service", "threads", NUMBER, 1, 64 },
  { "Service", "queue", NUMBER, 1, 4096 },
  { "Service", "drain-seconds", NUMBER, 1, 300 },
  { "Limits", "login-per-minute", NUMBER, 1, 1000000 },
  { "Limits", "login-burst", NUMBER, 1, 1000000 },
  { "Limits", "all-logins-per-minute", NUMBER, 1, 100000000 },
  { "Limits", "all-logins-burst", NUMBER, 1, 100000000 },
  { "Limits", "captcha-per-minute", NUMBER, 1, 1000000 },
  { "Limits", "captcha-burst", NUMBER, 1, 1000000 },
  { "Limits", "all-captchas-per-minute", NUMBER, 1, 100000000 },
  { "Limits", "all-captchas-burst", NUMBER, 1, 100000000 },
  { "Limits", "message-per-minute", NUMBER, 1, 1000000 },
  { "Limits", "message-burst", NUMBER, 1, 1000000 },
  { "Limits", "all-messages-per-minute", NUMBER, 1, 100000000 },
  { "Limits", "all-messages-burst", NUMBER, 1, 100000000 },
  { "Limits", "other-per-minute", NUMBER, 1, 1000000 },
  { "Limits", "other-burst", NUMBER, 1, 1000000 },
  { "Limits", "all-others-per-minute", NUMBER, 1, 100000000 },
  { "Limits", "all-others-burst", NUMBER, 1, 100000000 },
  { "Proxy", "sets-x-forwarded-for", FLAG },
  { "Sms", "address", TEXT },
  { "Sms", "content-type", TEXT },
  { "Sms", "body", TEXT },
  { "Sms", "authorization", FLAG },
  { "Sms", "duplicate-status", NUMBER, 200, 599 },
  { "Sms", "ca-file", TEXT },
  { "Mail", "server", TEXT },
  { "Mail", "from", TEXT },
  { "Mail", "user", TEXT },
  { "Mail", "ca-file", TEXT },
  { "Keys", "module", TEXT },
  { "Keys", "token", TEXT },
  { "Portal", "address", TEXT },
  { "Portal", "issuer", TEXT },
  { "Portal", "call-centre", TEXT },
  { "E-Signature", "authorities", TEXT },
  { "E-Government", "issuer", TEXT },
  { "E-Government", "client-id", TEXT },
  { "E-Government", "scope", TEXT },
  { "E-Government", "number-claim", TEXT },
  { "E-Government", "ca-file", TEXT },
};

typedef struct {
  char   *text;
  gint64  number;
  char  **list;
} Value;

struct _IlkConfig
{
  Value values[G_N_ELEMENTS (rows)];
};

static gboolean
refuse (const char  *group,
        const char  *key,
        const char  *message,
        GError     **error)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG, "[%s] %s: %s", group, key,
               message);
  return FALSE;
}

static int
find_row (const char *group,
          const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].group, group) && g_str_equal (rows[i].key, key))
      return (int) i;
  return -1;
}

static gboolean
read_number (const Row  *row,
             Value      *value,
             GError    **error)
{
  g_autofree char *message = NULL;

  if (g_ascii_string_to_signed (value->text, 10, row->min, row->max, &value->number, NULL))
    return TRUE;
  message = g_strdup_printf ("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                             " is wanted", row->min, row->max);
  return refuse (row->group, row->key, message, error);
}

static gboolean
read_flag (const Row  *row,
           Value      *value,
           GError    **error)
{
  value->number = g_str_equal (value->text, "true");
  if (value->number || g_str_equal (value->text, "false"))
    return TRUE;
  return refuse (row->group, row->key, "true or false is wanted", error);
}

static gboolean
read_value (IlkConfig   *self,
            GKeyFile    *file,
            int          index,
            GError     **error)
{
  const Row *row = &rows[index];
  Value *value = &self->values[index];

  value->text = g_key_file_get_string (file, row->group, row->key, NULL);
  if (value->text == NULL || *g_strstrip (value->text) == '\0')
    return refuse (row->group, row->key, "there is nothing behind it", error);
  if (row->kind == NUMBER)
    return read_number (row, value, error);
  if (row->kind == FLAG)
    return read_flag (row, value, error);
  if (row->kind == LIST)
    value->list = g_key_file_get_string_list (file, row->group, row->key, NULL, NULL);
  return TRUE;
}

static gboolean
read_group (IlkConfig   *self,
            GKeyFile    *file,
            const char  *group,
            GError     **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      int index = find_row (group, keys[i]);

      if (index < 0)
        return refuse (group, keys[i], "there is no such setting", error);
      if (!read_value (self, file, index, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_group (const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].group, group))
      return TRUE;
  return FALSE;
}

static gboolean
read_file (IlkConfig   *self,
           const char  *path,
           GError     **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG, "%s: %s", path,
                   local->message);
      return FALSE;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!is_group (groups[i]))
        return refuse (groups[i], "…", "there is no such group", error);
      if (!read_group (self, file, groups[i], error))
        return FALSE;
    }
  return TRUE;
}

/**
 * ilk_config_load:
 * @path: (nullable): the key file; %NULL: nothing is set
 *
 * Returns: (transfer full): the configuration, or %NULL with %ILK_SERVER_ERROR_CONFIG, whose
 *   message names the first group and key that is wrong
 */
IlkConfig *
ilk_config_load (const char *path,
                 GError    **error)
{
  g_autoptr (IlkConfig) self = g_new0 (IlkConfig, 1);

  if (path != NULL && !read_file (self, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
ilk_config_free (IlkConfig *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_free (self->values[i].text);
      g_strfreev (self->values[i].list);
    }
  g_free (self);
}

static const Value *
get_value (const IlkConfig *self,
           const char      *group,
           const char      *key)
{
  int index = find_row (group, key);

  g_return_val_if_fail (index >= 0, NULL);

  return self->values[index].text != NULL ? &self->values[index] : NULL;
}

const char *
ilk_config_get_text (const IlkConfig *self,
                     const char      *group,
                     const char      *key)
{
  const Value *value = get_value (self, group, key);

  return value != NULL ? value->text : NULL;
}

gint64
ilk_config_get_number (const IlkConfig *self,
                       const char      *group,
                       const char      *key,
                       gint64           otherwise)
{
  const Value *value = get_value (self, group, key);

  return value != NULL ? value->number : otherwise;
}

gboolean
ilk_config_get_flag (const IlkConfig *self,
                     const char      *group,
                     const char      *key,
                     gboolean         otherwise)
{
  const Value *value = get_value (self, group, key);

  return value != NULL ? value->number != 0 : otherwise;
}

const char *const *
ilk_config_get_list (const IlkConfig *self,
                     const char      *group,
                     const char      *key)
{
  const Value *value = get_value (self, group, key);

  return value != NULL ? (const char *const *) value->list : NULL;
}
