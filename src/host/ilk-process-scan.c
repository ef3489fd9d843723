/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-process-scan.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVICE "pcscd"

static void
holder_free (IlkHolder *holder)
{
  g_free (holder->program);
  g_free (holder);
}

void
ilk_process_scan_free (IlkProcessScan *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->holders);
  g_free (self);
}

/* What the kernel calls a program: 15 bytes of anything. */
static char *
read_program (const char *process)
{
  g_autofree char *path = g_build_filename (process, "comm", NULL);
  g_autofree char *text = NULL;
  g_autofree char *valid = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  valid = g_utf8_make_valid (text, -1);
  for (char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  return *g_strstrip (valid) != '\0' ? g_steal_pointer (&valid) : NULL;
}

/* Source: proc(5): field 22 of stat is the start in clock ticks after boot; the name before it may
 * have spaces and brackets in it. */
static gint64
read_start (const char *process,
            gint64      booted)
{
  g_autofree char *path = g_build_filename (process, "stat", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;
  long ticks = sysconf (_SC_CLK_TCK);

  if (booted == 0 || ticks <= 0 || !g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  rest = strrchr (text, ')');
  fields = g_strsplit (rest != NULL ? rest : "", " ", 22);
  if (g_strv_length (fields) < 21)
    return 0;
  return booted + (gint64) (g_ascii_strtoull (fields[20], NULL, 10) / (guint64) ticks);
}

static gint64
read_boot_time (const char *proc_root)
{
  g_autofree char *path = g_build_filename (proc_root, "stat", NULL);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, "\nbtime ");
  return line != NULL ? (gint64) g_ascii_strtoull (line + strlen ("\nbtime "), NULL, 10) : 0;
}

static void
add_holder (GPtrArray  *holders,
            const char *program,
            gboolean    own,
            guint       bus,
            guint       address)
{
  IlkHolder *holder;

  for (guint i = 0; i < holders->len; i++)
    {
      holder = holders->pdata[i];
      if (g_str_equal (holder->program, program) && holder->own == own &&
          holder->bus == bus && holder->address == address)
        return;
    }
  holder = g_new0 (IlkHolder, 1);
  holder->program = g_strdup (program);
  holder->own = own;
  holder->bus = bus;
  holder->address = address;
  g_ptr_array_add (holders, holder);
}

static void
look_at_files (const char *process,
               const char *program,
               gboolean    own,
               GHashTable *peers,
               GPtrArray  *holders)
{
  g_autofree char *folder = g_build_filename (process, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);
      guint inode;
      guint bus;
      guint address;

      if (target == NULL)
        continue;
      if (sscanf (target, "socket:[%u]", &inode) == 1 &&
          g_hash_table_contains (peers, GUINT_TO_POINTER (inode)))
        add_holder (holders, program, own, 0, 0);
      else if (sscanf (target, "/dev/bus/usb/%3u/%3u", &bus, &address) == 2)
        add_holder (holders, program, own, bus, address);
    }
}

static void
look_at_process (IlkProcessScan *self,
                 const char     *process,
                 GHashTable     *peers,
                 gint64          booted)
{
  g_autofree char *program = read_program (process);
  struct stat status;

  if (program == NULL || stat (process, &status) != 0)
    return;
  if (g_str_equal (program, SERVICE))
    self->service_started = MAX (self->service_started, read_start (process, booted));
  else
    look_at_files (process, program, status.st_uid == geteuid (), peers, self->holders);
}

static gboolean
is_other_process (const char *name)
{
  return strspn (name, "0123456789") == strlen (name) &&
         g_ascii_strtoull (name, NULL, 10) != (guint64) getpid ();
}

/**
 * ilk_process_scan:
 * @proc_root: "/proc", or a made-up tree
 * @socket_path: (nullable): pcscd's
 *
 * Returns: (transfer full): who has to do with readers, as far as it can be seen
 */
IlkProcessScan *
ilk_process_scan (const char *proc_root,
                  const char *socket_path)
{
  IlkProcessScan *self = g_new0 (IlkProcessScan, 1);
  g_autoptr (GDir) dir = g_dir_open (proc_root, 0, NULL);
  g_autoptr (GHashTable) peers = socket_path != NULL
                                 ? ilk_socket_peers (socket_path)
                                 : g_hash_table_new (g_direct_hash, g_direct_equal);
  gint64 booted = read_boot_time (proc_root);
  const char *name;

  self->holders = g_ptr_array_new_with_free_func ((GDestroyNotify) holder_free);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *process = NULL;

      if (!is_other_process (name))
        continue;
      process = g_build_filename (proc_root, name, NULL);
      look_at_process (self, process, peers, booted);
    }
  return self;
}
