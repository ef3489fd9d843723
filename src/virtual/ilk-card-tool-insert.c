/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "virtual/ilk-card-tool.h"
#include "virtual/ilk-vpcd-peer.h"

/* pcscd looks at a virtual reader a few times a second; this long means nobody looks. */
#define SEEN_SECONDS 10

/* One run of "insert": a slot, and the commands that come on standard input. Each is answered by
 * one line, so that a test waits for lines and not for time. */
typedef struct {
  GMainLoop        *loop;
  IlkVpcdPeer      *peer;
  IlkVirtualCard   *card;     /* waiting to be seen, or in */
  GDataInputStream *input;
  guint             timeout;
  int               status;
} Player;

static void
say (const char *word,
     const char *more)
{
  if (more != NULL)
    g_print ("%s %s\n", word, more);
  else
    g_print ("%s\n", word);
  fflush (stdout);
}

static void
stop_waiting (Player *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
}

static gboolean
on_not_seen (gpointer user_data)
{
  Player *self = user_data;

  self->timeout = 0;
  ilk_vpcd_peer_remove (self->peer);
  g_clear_object (&self->card);
  say ("error", "No pcscd asked for the card. Does it run with the virtual readers?");
  return G_SOURCE_REMOVE;
}

static void
on_seen (IlkVpcdPeer *peer,
         Player      *self)
{
  stop_waiting (self);
  say ("inserted", ilk_virtual_card_get_serial (self->card));
}

static void
on_lost (IlkVpcdPeer *peer,
         Player      *self)
{
  stop_waiting (self);
  g_clear_object (&self->card);
  say ("lost", NULL);
}

static gboolean
insert (Player     *self,
        const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkVirtualCard) card = ilk_virtual_card_new_from_file (path, &error);

  stop_waiting (self);
  if (card == NULL || !ilk_vpcd_peer_insert (self->peer, card, &error))
    {
      say ("error", error->message);
      return FALSE;
    }
  g_set_object (&self->card, card);
  self->timeout = g_timeout_add_seconds (SEEN_SECONDS, on_not_seen, self);
  return TRUE;
}

static void
remove_card (Player *self)
{
  stop_waiting (self);
  ilk_vpcd_peer_remove (self->peer);
  g_clear_object (&self->card);
  say ("removed", NULL);
}

static void
set_pace (Player     *self,
          const char *baud)
{
  guint64 value;

  if (g_ascii_string_to_unsigned (baud, 10, 0, 10 * 1000 * 1000, &value, NULL))
    {
      ilk_vpcd_peer_set_pace (self->peer, (guint) value);
      say ("pace", baud);
    }
  else
    say ("error", "The pace is a number of bits in a second.");
}

static void
set_fault (Player     *self,
           const char *name)
{
  if (ilk_vpcd_peer_set_fault (self->peer, g_str_equal (name, "none") ? NULL : name))
    say ("fault", name);
  else
    say ("error", "A card behind vpcd cannot make this fault.");
}

static void
run_command (Player *self,
             char   *line)
{
  g_strstrip (line);
  if (g_str_equal (line, "quit"))
    g_main_loop_quit (self->loop);
  else if (g_str_equal (line, "remove"))
    remove_card (self);
  else if (g_str_has_prefix (line, "insert "))
    insert (self, g_strstrip (line + strlen ("insert ")));
  else if (g_str_has_prefix (line, "pace "))
    set_pace (self, g_strstrip (line + strlen ("pace ")));
  else if (g_str_has_prefix (line, "fault "))
    set_fault (self, g_strstrip (line + strlen ("fault ")));
  else if (*line != '\0')
    say ("error", "The commands are: insert FILE, remove, pace BAUD, fault NAME, fault none, quit.");
}

static void
on_line (GObject      *stream,
         GAsyncResult *result,
         gpointer      user_data)
{
  Player *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (stream),
                                                                result, NULL, NULL);

  if (line == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  run_command (self, line);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static gboolean
on_terminate (gpointer user_data)
{
  Player *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
player_run (Player *self)
{
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  guint handlers[] = { g_unix_signal_add (SIGTERM, on_terminate, self),
                       g_unix_signal_add (SIGINT, on_terminate, self) };

  self->input = g_data_input_stream_new (raw);
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, on_line, self);
  g_main_loop_run (self->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_source_remove (handlers[i]);
}

static void
player_clear (Player *self)
{
  stop_waiting (self);
  ilk_vpcd_peer_remove (self->peer);
  g_signal_handlers_disconnect_by_data (self->peer, self);
  g_clear_object (&self->peer);
  g_clear_object (&self->card);
  g_clear_object (&self->input);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

static int
play (const char *file,
      guint16     port,
      const char *fault)
{
  Player self = { .status = ILK_CARD_TOOL_OK };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.peer = ilk_vpcd_peer_new (port);
  g_signal_connect (self.peer, "seen", G_CALLBACK (on_seen), &self);
  g_signal_connect (self.peer, "lost", G_CALLBACK (on_lost), &self);

  if (!ilk_vpcd_peer_set_fault (self.peer, fault))
    {
      ilk_card_tool_complain ("A card behind vpcd cannot make the fault “%s”.", fault);
      self.status = ILK_CARD_TOOL_USAGE;
    }
  else if (!insert (&self, file))
    self.status = ILK_CARD_TOOL_WRONG;
  else
    player_run (&self);
  player_clear (&self);
  return self.status;
}

int
ilk_card_tool_insert (int    argc,
                      char **argv)
{
  int reader = 0, port = 0;
  g_autofree char *fault = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "reader", 0, 0, G_OPTION_ARG_INT, &reader,
      "Which virtual reader: 0 (default) is “Virtual PCD 00 00”, 1 is “Virtual PCD 00 01”",
      "NUMBER" },
    { "port", 0, 0, G_OPTION_ARG_INT, &port,
      "The reader's TCP port on this computer, in place of --reader", "PORT" },
    { "fault", 0, 0, G_OPTION_ARG_STRING, &fault,
      "pulled-before:N, pulled-after:N, wrong-length:N, slow:N (N: the N-th command after the "
      "insertion) or mute", "NAME" },
    G_OPTION_ENTRY_NULL
  };

  if (!ilk_card_tool_parse ("Puts a card into a virtual reader of pcscd and keeps it there until "
                            "standard input closes or SIGTERM comes.",
                            "Takes commands on standard input: “insert FILE”, “remove”, “pace "
                            "BAUD” (how fast card and reader speak; 0: at once), “fault "
                            "NAME”, “fault none”, “quit”. Answers each with a line: “inserted "
                            "SERIAL” when pcscd has seen the card, “removed”, “fault NAME”, or "
                            "“error” with a sentence; “lost” says that a fault or the reader "
                            "took the card out.",
                            entries, 1, argc, argv, &rest))
    return ILK_CARD_TOOL_USAGE;
  if (reader < 0 || reader > 15 || port < 0 || port > G_MAXUINT16)
    {
      ilk_card_tool_complain ("There is no such reader or port.");
      return ILK_CARD_TOOL_USAGE;
    }
  return play (rest[0], port != 0 ? port : ILK_VPCD_FIRST_PORT + reader, fault);
}
