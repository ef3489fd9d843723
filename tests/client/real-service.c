/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-test"

#include <string.h>
#include <sys/socket.h>

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>

#include "core/ilk-seal.h"
#include "real-service.h"

#define CHANNEL_FD 3

struct _RealService
{
  GSubprocess      *process;
  GDataInputStream *lines;
  GOutputStream    *orders;
  GQueue            messages; /* JsonObject */
  char             *folder;
  char             *socket;
  gboolean          ended;
};

PracticeData *
practice_data_new (void)
{
  PracticeData *self = g_new0 (PracticeData, 1);
  g_autofree char *profile = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("ilk-practice-XXXXXX", &error);
  g_assert_no_error (error);
  self->holders = ilk_practice_set_make (self->folder, g_get_real_time () / G_USEC_PER_SEC,
                                         &error);
  g_assert_no_error (error);
  profile = g_build_filename (self->folder, "issuer.ini", NULL);
  self->issuer = ilk_issuer_new_from_file (profile, &error);
  g_assert_no_error (error);
  return self;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
practice_data_free (PracticeData *self)
{
  remove_tree (self->folder);
  g_free (self->folder);
  g_ptr_array_unref (self->holders);
  g_object_unref (self->issuer);
  g_free (self);
}

IlkPracticeHolder *
practice_data_get_holder (PracticeData *self,
                          const char   *id)
{
  for (guint i = 0; i < self->holders->len; i++)
    {
      IlkPracticeHolder *holder = g_ptr_array_index (self->holders, i);

      if (g_str_equal (holder->id, id))
        return holder;
    }

  g_error ("There is no holder %s", id);
}

IlkSecret *
practice_data_get_key (PracticeData *self,
                       const char   *name)
{
  g_autofree char *path = g_build_filename (self->folder, "keys", name, NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  return ilk_secret_new_from_data (data, length);
}

static IlkSecret *
open_member (JsonObject *line,
             const char *member,
             IlkSecret  *key,
             const char *context)
{
  g_autoptr (GBytes) sealed = NULL;
  guchar *data;
  gsize length;

  if (!json_object_has_member (line, member) || json_object_get_null_member (line, member))
    return NULL;

  data = g_base64_decode (json_object_get_string_member (line, member), &length);
  sealed = g_bytes_new_take (data, length);
  return ilk_open_sealed (key, context, sealed, NULL);
}

/* The line of the hand-over file with the card; its opened "data" goes to @card. */
static JsonObject *
find_line (PracticeData *self,
           const char   *card_serial,
           JsonNode    **card)
{
  g_autoptr (IlkSecret) key = practice_data_get_key (self, "handover-key");
  g_autofree char *path = g_build_filename (self->folder, "handover.jsonl", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (JsonNode) line = json_from_string (lines[i], NULL);
      g_autoptr (IlkSecret) data = open_member (json_node_get_object (line), "data", key, "data");
      g_autoptr (JsonNode) node = json_from_string ((const char *) ilk_secret_peek (data), NULL);
      JsonObject *found = json_object_get_object_member (json_node_get_object (node), "card");

      if (g_str_equal (json_object_get_string_member (found, "serial"), card_serial))
        {
          *card = json_node_init_object (json_node_alloc (), found);
          return json_node_dup_object (line);
        }
    }

  g_error ("There is no card %s", card_serial);
}

char *
practice_data_get_atr (PracticeData *self,
                       const char   *card_serial)
{
  g_autoptr (JsonNode) card = NULL;
  g_autoptr (JsonObject) line = find_line (self, card_serial, &card);

  return g_strdup (json_object_get_string_member (json_node_get_object (card), "atr"));
}

IlkSecret *
practice_data_get_pin (PracticeData *self,
                       const char   *card_serial)
{
  g_autoptr (JsonNode) card = NULL;
  g_autoptr (JsonObject) line = find_line (self, card_serial, &card);
  g_autoptr (IlkSecret) key = practice_data_get_key (self, "handover-key");
  g_autofree char *context = g_strconcat ("pin:", card_serial, NULL);

  return open_member (line, "pin", key, context);
}

static void read_next (RealService *self);

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  RealService *self = user_data;
  g_autofree char *line = NULL;
  g_autoptr (JsonNode) node = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL)
    {
      self->ended = TRUE;
      return;
    }

  node = json_from_string (line, NULL);
  g_assert_nonnull (node);
  g_queue_push_tail (&self->messages, json_node_dup_object (node));
  read_next (self);
}

static void
read_next (RealService *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static void
open_channel (RealService *self,
              int          fd)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (fd, FALSE);

  self->lines = g_data_input_stream_new (input);
  self->orders = g_unix_output_stream_new (fd, TRUE);
  read_next (self);
}

RealService *
real_service_start (PracticeData *data)
{
  RealService *self = g_new0 (RealService, 1);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (JsonObject) ready = NULL;
  g_autoptr (GError) error = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  self->folder = g_dir_make_tmp ("ilk-service-XXXXXX", &error);
  g_assert_no_error (error);
  self->socket = g_build_filename (self->folder, "service", NULL);
  g_queue_init (&self->messages);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_take_fd (launcher, ends[1], CHANNEL_FD);
  self->process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("ILK_TEST_SERVICE"),
                                               "--practice", "--data", data->folder, "--socket",
                                               self->socket, "--channel-fd", "3", NULL);
  g_assert_no_error (error);
  g_object_unref (g_steal_pointer (&launcher)); /* closes the child's end here */

  open_channel (self, ends[0]);
  ready = real_service_wait (self, "ready");
  return self;
}

RealService *
real_service_adopt (int channel)
{
  RealService *self = g_new0 (RealService, 1);

  g_queue_init (&self->messages);
  open_channel (self, channel);
  return self;
}

static void
wait_for_end (RealService *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (shutdown (g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (self->orders)),
                             SHUT_WR), ==, 0);
  while (!self->ended)
    g_main_context_iteration (NULL, TRUE);
  g_subprocess_wait_check (self->process, NULL, &error);
  g_assert_no_error (error);
}

/* The service ends when its channel does, and in order. */
void
real_service_stop (RealService *self)
{
  if (self->process != NULL)
    {
      wait_for_end (self);
      g_object_unref (self->process);
      remove_tree (self->folder);
    }

  g_queue_clear_full (&self->messages, (GDestroyNotify) json_object_unref);
  g_object_unref (self->lines);
  g_object_unref (self->orders);
  g_free (self->folder);
  g_free (self->socket);
  g_free (self);
}

const char *
real_service_get_socket (RealService *self)
{
  return self->socket;
}

static JsonObject *
take_message (RealService *self,
              const char  *type)
{
  for (GList *link = self->messages.head; link != NULL; link = link->next)
    if (g_str_equal (json_object_get_string_member (link->data, "type"), type))
      {
        JsonObject *message = link->data;

        g_queue_delete_link (&self->messages, link);
        return message;
      }

  return NULL;
}

/* Returns: (transfer full): the oldest message of the type, once it is there. */
JsonObject *
real_service_wait (RealService *self,
                   const char  *type)
{
  JsonObject *message;

  while ((message = take_message (self, type)) == NULL)
    {
      if (self->ended)
        g_error ("The service ended while “%s” was waited for", type);
      g_main_context_iteration (NULL, TRUE);
    }

  return message;
}

void
real_service_advance (RealService *self,
                      gint64       seconds)
{
  g_autofree char *line = NULL;
  g_autoptr (JsonObject) advanced = NULL;

  line = g_strdup_printf ("{\"type\":\"advance\",\"seconds\":%" G_GINT64_FORMAT "}\n", seconds);
  g_assert_true (g_output_stream_write_all (self->orders, line, strlen (line), NULL, NULL, NULL));
  advanced = real_service_wait (self, "advanced");
}

/* Returns: (transfer full): the code of the oldest SMS that was not asked for here before. Notices,
 * which carry none, are passed over. */
IlkSecret *
real_service_wait_code (RealService *self)
{
  for (;;)
    {
      g_autoptr (JsonObject) sms = real_service_wait (self, "sms");
      const char *code = json_object_get_string_member (sms, "code");

      if (code != NULL)
        return ilk_secret_new_from_data (code, strlen (code));
    }
}
