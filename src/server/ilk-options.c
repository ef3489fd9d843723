/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-options.h"

typedef struct {
  const char      *name;
  GOptionArg       kind;
  gsize            offset;     /* in IlkOptions */
  IlkOptionGroups  groups;
  const char      *meaning;
  const char      *value;      /* NULL: takes none */
} Row;

#define FIELD(name) G_STRUCT_OFFSET (IlkOptions, name)

static const Row rows[] = {
  { "config", G_OPTION_ARG_FILENAME, FIELD (config_file),
    ILK_OPTIONS_COMMON | ILK_OPTIONS_PRACTICE,
    "The configuration; what is said here besides wins over it", "FILE" },
  { "database", G_OPTION_ARG_STRING, FIELD (database),
    ILK_OPTIONS_COMMON | ILK_OPTIONS_PRACTICE,
    "The SQLite database, made when missing, or postgresql://…", "FILE|ADDRESS" },
  { "credentials", G_OPTION_ARG_FILENAME, FIELD (credentials), ILK_OPTIONS_COMMON,
    "Folder of the key files (else $CREDENTIALS_DIRECTORY)", "DIR" },
  { "listen", G_OPTION_ARG_STRING, FIELD (listen), ILK_OPTIONS_SERVING | ILK_OPTIONS_PRACTICE,
    "Listen on this computer; port 0: any, told on standard output", "127.0.0.1:PORT" },
  { "socket", G_OPTION_ARG_FILENAME, FIELD (socket), ILK_OPTIONS_SERVING | ILK_OPTIONS_PRACTICE,
    "Listen on a Unix socket", "PATH" },
  { "metrics-socket", G_OPTION_ARG_FILENAME, FIELD (metrics_socket),
    ILK_OPTIONS_SERVING | ILK_OPTIONS_PRACTICE,
    "Unix socket for /healthz, /readyz and /metrics", "PATH" },
  { "spool", G_OPTION_ARG_FILENAME, FIELD (spool), ILK_OPTIONS_SERVING | ILK_OPTIONS_CHECK,
    "Folder that text messages are laid into", "DIR" },
  { "expose-without-tls-to-the-network", G_OPTION_ARG_NONE, FIELD (anywhere), ILK_OPTIONS_SERVING,
    "Accept a --listen address that others can reach. Codes and tokens then travel in clear",
    NULL },
  { "again", G_OPTION_ARG_NONE, FIELD (again), ILK_OPTIONS_IMPORT,
    "Forget what is remembered of this file, and begin at its first line", NULL },
  { "again", G_OPTION_ARG_NONE, FIELD (again), ILK_OPTIONS_KEYS,
    "pepper: a further version although an older one is still carried", NULL },
  { "make-only", G_OPTION_ARG_NONE, FIELD (make_only), ILK_OPTIONS_KEYS,
    "Make the next version and do not use it yet: to be copied to the other machines first", NULL },
  { "network", G_OPTION_ARG_NONE, FIELD (network), ILK_OPTIONS_CHECK,
    "Connect to the gateways, too", NULL },
  { "held-pins", G_OPTION_ARG_NONE, FIELD (held_pins), ILK_OPTIONS_CHECK,
    "Look at every held PIN: after an older database was put back", NULL },
  { "practice", G_OPTION_ARG_NONE, FIELD (practice), ILK_OPTIONS_PRACTICE,
    "Made-up holders from --data, on a fresh temporary database or on --database", NULL },
  { "data", G_OPTION_ARG_FILENAME, FIELD (data), ILK_OPTIONS_PRACTICE,
    "Folder of a practice set", "DIR" },
  { "channel-fd", G_OPTION_ARG_INT, FIELD (channel_fd), ILK_OPTIONS_PRACTICE,
    "Open socket that messages and picture texts go to in practice", "N" },
};

/* An option that means something else for another command has two rows. */
static gboolean
is_known (GArray     *entries,
          const char *name)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_strcmp0 (g_array_index (entries, GOptionEntry, i).long_name, name) == 0)
      return TRUE;
  return FALSE;
}

/* GOptionEntry says where the value goes, so the list is made for one IlkOptions. */
static GArray *
make_entries (IlkOptions      *self,
              IlkOptionGroups  groups)
{
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  GOptionEntry help = { "help", 'h', G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE, &self->help,
                        "Say what it does, and end", NULL };
  GOptionEntry rest = { G_OPTION_REMAINING, 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_FILENAME_ARRAY,
                        &self->rest, NULL, NULL };

  g_array_append_val (entries, help);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GOptionEntry entry = { rows[i].name, 0, G_OPTION_FLAG_NONE, rows[i].kind,
                             G_STRUCT_MEMBER_P (self, rows[i].offset), rows[i].meaning,
                             rows[i].value };

      if ((rows[i].groups & groups) && !is_known (entries, rows[i].name))
        g_array_append_val (entries, entry);
    }
  g_array_append_val (entries, rest);
  return entries;
}

void
ilk_options_clear (IlkOptions *self)
{
  g_clear_pointer (&self->config_file, g_free);
  g_clear_pointer (&self->listen, g_free);
  g_clear_pointer (&self->socket, g_free);
  g_clear_pointer (&self->database, g_free);
  g_clear_pointer (&self->credentials, g_free);
  g_clear_pointer (&self->metrics_socket, g_free);
  g_clear_pointer (&self->spool, g_free);
  g_clear_pointer (&self->data, g_free);
  g_clear_pointer (&self->rest, g_strfreev);
  g_clear_pointer (&self->config, ilk_config_free);
}

/**
 * ilk_options_parse:
 * @groups: what this command takes; any other option is an error
 * @argv: the whole command line, which is left as it is
 */
gboolean
ilk_options_parse (IlkOptions       *self,
                   IlkOptionGroups   groups,
                   char            **argv,
                   GError          **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GArray) entries = make_entries (self, groups);
  g_auto (GStrv) copy = g_strdupv (argv);

  self->channel_fd = -1;
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, (GOptionEntry *) (gpointer) entries->data, NULL);
  return g_option_context_parse_strv (context, &copy, error);
}

static void
fill (const IlkConfig  *config,
      char            **value,
      const char       *group,
      const char       *key)
{
  if (*value == NULL)
    *value = g_strdup (ilk_config_get_text (config, group, key));
}

gboolean
ilk_options_complete (IlkOptions *self,
                      GError    **error)
{
  self->config = ilk_config_load (self->config_file, error);
  if (self->config == NULL)
    return FALSE;

  fill (self->config, &self->database, "Store", "database");
  fill (self->config, &self->listen, "Service", "listen");
  fill (self->config, &self->socket, "Service", "socket");
  fill (self->config, &self->metrics_socket, "Service", "metrics-socket");
  fill (self->config, &self->credentials, "Service", "credentials");
  fill (self->config, &self->spool, "Service", "spool");
  if (self->credentials == NULL)
    self->credentials = g_strdup (g_getenv ("CREDENTIALS_DIRECTORY"));
  return TRUE;
}

char *
ilk_options_get_help (IlkOptionGroups  groups,
                      const char      *usage,
                      const char      *summary,
                      const char      *description)
{
  g_auto (IlkOptions) nothing = { 0 };
  g_autoptr (GArray) entries = make_entries (&nothing, groups);
  g_autoptr (GOptionContext) context = g_option_context_new (usage);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, (GOptionEntry *) (gpointer) entries->data, NULL);
  return g_option_context_get_help (context, FALSE, NULL);
}
