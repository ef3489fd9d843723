/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-practice"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/ilk-practice.h"
#include "app/ilk-problem.h"
#include "virtual/ilk-virtual-transport.h"

#define READER_NAME "Practice Reader 00 00"
#define CHANNEL_FD 3

struct _IlkPractice
{
  GObject parent_instance;

  char             *folder;
  char             *socket_path;
  char             *report_file;
  GPtrArray        *holders;
  guint             holder;
  IlkIssuer        *issuer;
  IlkTransport     *transport;
  gboolean          reader_plugged;
  gboolean          card_inserted;
  GSubprocess      *service;
  int               channel;       /* our end; the service ends when it closes */
  GDataInputStream *lines;
  GCancellable     *reading;
  GTask            *start;         /* until the service says that it is ready */
  gboolean          stopped;
};

G_DEFINE_FINAL_TYPE (IlkPractice, ilk_practice, G_TYPE_OBJECT)

enum {
  SMS,
  MAIL,
  CAPTCHA,
  CHANGED,
  ADVANCED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed (IlkPractice *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
start_failed (IlkPractice *self,
              const char  *reason)
{
  g_autoptr(GTask) start = g_steal_pointer (&self->start);

  if (start != NULL)
    g_task_return_new_error (start, ILK_APP_ERROR, ILK_APP_ERROR_PRACTICE, "%s", reason);
}

static void
service_is_ready (IlkPractice *self)
{
  g_autoptr(GTask) start = g_steal_pointer (&self->start);

  if (start != NULL)
    g_task_return_boolean (start, TRUE);
}

static const char *
member (JsonObject *object,
        const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

/* One line of the practice channel: what the phone, the mailbox or the picture would say. */
static void
take_line (IlkPractice *self,
           const char  *line,
           gsize        length)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *object;
  const char *type;

  if (!json_parser_load_from_data (parser, line, (gssize) length, NULL) ||
      !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_warning ("The practice service said something that is not an object");
      return;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  type = member (object, "type");
  if (g_str_equal (type, "ready"))
    service_is_ready (self);
  else if (g_str_equal (type, "sms"))
    g_signal_emit (self, signals[SMS], 0, member (object, "to"), member (object, "text"));
  else if (g_str_equal (type, "mail"))
    g_signal_emit (self, signals[MAIL], 0, member (object, "to"), member (object, "subject"),
                   member (object, "text"));
  else if (g_str_equal (type, "captcha"))
    g_signal_emit (self, signals[CAPTCHA], 0, member (object, "answer"));
  else if (g_str_equal (type, "advanced"))
    g_signal_emit (self, signals[ADVANCED], 0);
}

static void read_line (IlkPractice *self);

static void
got_line (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IlkPractice) self = data;
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source),
                                                                result, &length, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stopped)
    return;
  if (line == NULL)
    {
      start_failed (self, "the practice service ended before it was ready");
      g_signal_emit (self, signals[ENDED], 0);
      return;
    }
  take_line (self, line, length);
  read_line (self);
}

static void
read_line (IlkPractice *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->reading, got_line,
                                       g_object_ref (self));
}

/* Where tests say, else beside the program in the build folder, else where it is installed. */
static char *
find_service (void)
{
  const char *said = g_getenv ("ILKIMZA_SERVICE_PROGRAM");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *built = g_build_filename (folder, "..", "server", "ilkimza-service", NULL);

  if (said != NULL)
    return g_strdup (said);
  if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&built);
  return g_build_filename (ILK_BINDIR, "ilkimza-service", NULL);
}

static gboolean
spawn_service (IlkPractice  *self,
               GError      **error)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *program = find_service ();
  g_autofree char *fd_text = g_strdup_printf ("%d", CHANNEL_FD);
  g_autoptr(GInputStream) stream = NULL;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return FALSE;
    }
  g_subprocess_launcher_take_fd (launcher, ends[1], CHANNEL_FD);
  self->channel = ends[0];
  self->socket_path = g_build_filename (self->folder, "service.sock", NULL);
  self->service = g_subprocess_launcher_spawn (launcher, error, program, "--practice",
                                               "--data", self->folder,
                                               "--socket", self->socket_path,
                                               "--channel-fd", fd_text, NULL);
  if (self->service == NULL)
    return FALSE;

  stream = g_unix_input_stream_new (self->channel, FALSE);
  self->lines = g_data_input_stream_new (stream);
  self->reading = g_cancellable_new ();
  read_line (self);
  return TRUE;
}

static void
set_was_made (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkPractice) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *profile = g_build_filename (self->folder, "issuer.ini", NULL);

  self->holders = ilk_practice_set_make_finish (result, &error);
  if (self->stopped)
    return;
  if (self->holders == NULL)
    {
      start_failed (self, error->message);
      return;
    }
  self->issuer = ilk_issuer_new_from_file (profile, &error);
  if (self->issuer == NULL || !spawn_service (self, &error))
    start_failed (self, error->message);
}

/**
 * ilk_practice_start_async:
 * @self: a practice world
 * @cancellable: (nullable): a cancellable
 * @callback: called when the practice service answers
 * @user_data: for @callback
 *
 * Makes the practice set and starts the service.
 */
void
ilk_practice_start_async (IlkPractice         *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (ILK_IS_PRACTICE (self));
  g_return_if_fail (self->start == NULL && self->folder == NULL);

  self->start = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->start, ilk_practice_start_async);
  self->folder = g_dir_make_tmp ("ilkimza-practice-XXXXXX", &error);
  if (self->folder == NULL)
    {
      start_failed (self, error->message);
      return;
    }
  ilk_practice_set_make_async (self->folder, g_get_real_time () / G_USEC_PER_SEC, cancellable,
                               set_was_made, g_object_ref (self));
}

gboolean
ilk_practice_start_finish (IlkPractice   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
remove_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

/**
 * ilk_practice_stop:
 * @self: a practice world
 *
 * Ends the service (its channel closes) and removes the practice folder.
 */
void
ilk_practice_stop (IlkPractice *self)
{
  g_return_if_fail (ILK_IS_PRACTICE (self));

  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_cancellable_cancel (self->reading);
  if (self->channel >= 0)
    close (self->channel);
  self->channel = -1;
  if (self->service != NULL)
    g_subprocess_send_signal (self->service, SIGTERM);
  if (self->folder != NULL)
    remove_folder (self->folder);
}

/* --- the reader and the card on the desk --- */

static IlkVirtualTransport *
virtual_transport (IlkPractice *self)
{
  return ILK_VIRTUAL_TRANSPORT (self->transport);
}

/* The state file outlives the card object: a changed PIN stays changed. */
static void
insert_card (IlkPractice *self)
{
  IlkPracticeHolder *holder = ilk_practice_get_holder (self);
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkVirtualCard) card = holder != NULL ?
    ilk_virtual_card_new_from_file (holder->card_file, &error) : NULL;

  if (card == NULL)
    {
      g_warning ("The practice card can't be read: %s", error != NULL ? error->message : "none");
      self->card_inserted = FALSE;
      return;
    }
  ilk_virtual_transport_insert (virtual_transport (self), READER_NAME, card);
}

void
ilk_practice_set_reader_plugged (IlkPractice *self,
                                 gboolean     plugged)
{
  g_return_if_fail (ILK_IS_PRACTICE (self));

  if (self->reader_plugged == plugged)
    return;
  self->reader_plugged = plugged;
  if (plugged)
    {
      ilk_virtual_transport_add_reader (virtual_transport (self), READER_NAME);
      if (self->card_inserted)
        insert_card (self);
    }
  else
    {
      ilk_virtual_transport_remove_reader (virtual_transport (self), READER_NAME);
    }
  changed (self);
}

void
ilk_practice_set_card_inserted (IlkPractice *self,
                                gboolean     inserted)
{
  g_return_if_fail (ILK_IS_PRACTICE (self));

  if (self->card_inserted == inserted)
    return;
  self->card_inserted = inserted;
  if (self->reader_plugged && inserted)
    insert_card (self);
  else if (self->reader_plugged)
    ilk_virtual_transport_remove (virtual_transport (self), READER_NAME);
  changed (self);
}

void
ilk_practice_choose_holder (IlkPractice *self,
                            guint        index)
{
  g_return_if_fail (ILK_IS_PRACTICE (self));
  g_return_if_fail (self->holders != NULL && index < self->holders->len);

  if (self->holder == index)
    return;
  ilk_practice_set_card_inserted (self, FALSE);
  self->holder = index;
  changed (self);
}

/**
 * ilk_practice_advance_clock:
 * @self: a practice world
 * @seconds: how far
 *
 * Moves the clock of the practice service, so that nobody has to wait for a code to run out. It has
 * moved when "advanced" comes.
 */
void
ilk_practice_advance_clock (IlkPractice *self,
                            gint64       seconds)
{
  g_autofree char *line = g_strdup_printf ("{\"type\":\"advance\",\"seconds\":%" G_GINT64_FORMAT "}\n",
                                           seconds);
  gsize length = strlen (line);

  g_return_if_fail (ILK_IS_PRACTICE (self));

  if (self->channel >= 0 && write (self->channel, line, length) != (gssize) length)
    g_warning ("The practice service does not take its orders");
}

/* --- what pages read --- */

IlkTransport *
ilk_practice_get_transport (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);
  return self->transport;
}

IlkIssuer *
ilk_practice_get_issuer (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);
  return self->issuer;
}

const char *
ilk_practice_get_socket_path (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);
  return self->socket_path;
}

const char *
ilk_practice_get_report_file (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);

  if (self->report_file == NULL && self->folder != NULL)
    self->report_file = g_build_filename (self->folder, "reports.ini", NULL);
  return self->report_file;
}

GPtrArray *
ilk_practice_get_holders (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);
  return self->holders;
}

IlkPracticeHolder *
ilk_practice_get_holder (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), NULL);

  if (self->holders == NULL || self->holder >= self->holders->len)
    return NULL;
  return g_ptr_array_index (self->holders, self->holder);
}

gboolean
ilk_practice_get_reader_plugged (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), FALSE);
  return self->reader_plugged;
}

gboolean
ilk_practice_get_card_inserted (IlkPractice *self)
{
  g_return_val_if_fail (ILK_IS_PRACTICE (self), FALSE);
  return self->card_inserted;
}

/* --- the object --- */

static void
ilk_practice_dispose (GObject *object)
{
  IlkPractice *self = ILK_PRACTICE (object);

  ilk_practice_stop (self);
  g_clear_object (&self->lines);
  g_clear_object (&self->reading);
  g_clear_object (&self->service);
  g_clear_object (&self->issuer);
  g_clear_object (&self->transport);
  g_clear_object (&self->start);
  G_OBJECT_CLASS (ilk_practice_parent_class)->dispose (object);
}

static void
ilk_practice_finalize (GObject *object)
{
  IlkPractice *self = ILK_PRACTICE (object);

  g_clear_pointer (&self->holders, g_ptr_array_unref);
  g_free (self->folder);
  g_free (self->socket_path);
  g_free (self->report_file);
  G_OBJECT_CLASS (ilk_practice_parent_class)->finalize (object);
}

static guint
new_signal (const char *name,
            guint       n_texts)
{
  return g_signal_new (name, ILK_TYPE_PRACTICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_texts, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ilk_practice_class_init (IlkPracticeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_practice_dispose;
  object_class->finalize = ilk_practice_finalize;

  signals[SMS] = new_signal ("sms", 2);
  signals[MAIL] = new_signal ("mail", 3);
  signals[CAPTCHA] = new_signal ("captcha", 1);
  signals[CHANGED] = new_signal ("changed", 0);
  signals[ADVANCED] = new_signal ("advanced", 0);
  signals[ENDED] = new_signal ("ended", 0);
}

static void
ilk_practice_init (IlkPractice *self)
{
  self->channel = -1;
  self->transport = ilk_virtual_transport_new ();
}

/**
 * ilk_practice_new:
 *
 * Returns: (transfer full): a practice world that has not begun
 */
IlkPractice *
ilk_practice_new (void)
{
  return g_object_new (ILK_TYPE_PRACTICE, NULL);
}
