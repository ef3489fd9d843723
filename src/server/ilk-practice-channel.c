/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-practice-channel.h"

#include <gio/gunixinputstream.h>
#include <json-glib/json-glib.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "server/ilk-server-error.h"
#include "server/ilk-wire.h"

#define LINE_LENGTH 1024

struct _IlkPracticeChannel
{
  GObject           parent_instance;

  int               fd;
  IlkManualClock   *clock;
  GDataInputStream *lines;
  GCancellable     *cancellable;
  GMutex            lock;      /* one line at a time: workers write too */
  void            (*closed) (gpointer user_data);
  gpointer          closed_data;
};

static void ilk_practice_channel_iface_init (IlkSmsGatewayInterface *iface);
static void ilk_practice_channel_mail_iface_init (IlkMailGatewayInterface *iface);
static void read_next (IlkPracticeChannel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkPracticeChannel, ilk_practice_channel, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_SMS_GATEWAY,
                                                      ilk_practice_channel_iface_init)
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_MAIL_GATEWAY,
                                                      ilk_practice_channel_mail_iface_init))

/* The starter may have made its end non-blocking, and with it ours. */
static gboolean
write_all (int           fd,
           const guint8 *data,
           gsize         length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EAGAIN)
        {
          struct pollfd ready = { .fd = fd, .events = POLLOUT };

          poll (&ready, 1, -1);
          continue;
        }
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      data += written;
      length -= written;
    }
  return TRUE;
}

static gboolean
write_line (IlkPracticeChannel *self,
            IlkSecret          *line)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return write_all (self->fd, ilk_secret_peek (line), ilk_secret_get_length (line));
}

static gboolean
send_message (IlkPracticeChannel *self,
              const IlkMessage   *message,
              GError            **error)
{
  g_autoptr (IlkSecret) line = ilk_message_to_line (message);

  if (write_line (self, line))
    return TRUE;
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY,
                       "The practice channel is closed");
  return FALSE;
}

static gboolean
ilk_practice_channel_send_mail (IlkMailGateway    *gateway,
                                const IlkMessage  *message,
                                GError           **error)
{
  return send_message (ILK_PRACTICE_CHANNEL (gateway), message, error);
}

static gboolean
ilk_practice_channel_send (IlkSmsGateway     *gateway,
                           const IlkMessage  *message,
                           GError           **error)
{
  return send_message (ILK_PRACTICE_CHANNEL (gateway), message, error);
}

void
ilk_practice_channel_watch (const char *id,
                            const char *answer,
                            gpointer    channel)
{
  g_autoptr (IlkSecret) line = ilk_secret_new (LINE_LENGTH);

  ilk_wire_append (line, "{\"type\":\"captcha\",\"id\":");
  ilk_wire_append_string (line, id, -1);
  ilk_wire_append (line, ",\"answer\":");
  ilk_wire_append_string (line, answer, -1);
  ilk_wire_append (line, "}\n");
  write_line (channel, line);
}

/**
 * ilk_practice_channel_ready:
 * @socket: (nullable): the Unix socket's path
 * @address: (nullable): host and port
 */
void
ilk_practice_channel_ready (IlkPracticeChannel *self,
                            const char         *socket,
                            const char         *address)
{
  g_autoptr (IlkSecret) line = ilk_secret_new (LINE_LENGTH);

  ilk_wire_append (line, "{\"type\":\"ready\",\"socket\":");
  if (socket != NULL)
    ilk_wire_append_string (line, socket, -1);
  else
    ilk_wire_append (line, "null");
  if (address != NULL)
    {
      ilk_wire_append (line, ",\"address\":");
      ilk_wire_append_string (line, address, -1);
    }
  ilk_wire_append (line, "}\n");
  write_line (self, line);
}

static void
advance (IlkPracticeChannel *self,
         JsonObject         *object)
{
  g_autoptr (IlkSecret) line = ilk_secret_new (LINE_LENGTH);
  gint64 seconds = json_object_get_int_member_with_default (object, "seconds", 0);

  if (seconds > 0)
    ilk_manual_clock_advance (self->clock, seconds);
  ilk_wire_append (line, "{\"type\":\"advanced\",\"wall\":");
  ilk_wire_append_number (line, ilk_clock_get_wall (ILK_CLOCK (self->clock)));
  ilk_wire_append (line, "}\n");
  write_line (self, line);
}

static void
obey (IlkPracticeChannel *self,
      const char         *line)
{
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data (line, strlen (line));
  g_autoptr (JsonObject) object = ilk_wire_parse (text, NULL, NULL);
  const char *type;

  if (object == NULL)
    {
      g_message ("A line of the practice channel is not understood");
      return;
    }
  type = json_object_get_string_member_with_default (object, "type", "");
  if (g_strcmp0 (type, "advance") == 0)
    advance (self, object);
  else
    g_message ("A line of the practice channel is not understood");
}

static void
on_line (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (IlkPracticeChannel) self = user_data;
  g_autofree char *line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line != NULL)
    {
      obey (self, line);
      read_next (self);
    }
  else if (!g_cancellable_is_cancelled (self->cancellable))
    self->closed (self->closed_data);
}

static void
read_next (IlkPracticeChannel *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, self->cancellable,
                                       on_line, g_object_ref (self));
}

void
ilk_practice_channel_start (IlkPracticeChannel *self,
                            void              (*closed) (gpointer user_data),
                            gpointer            user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  read_next (self);
}

static void
ilk_practice_channel_dispose (GObject *object)
{
  IlkPracticeChannel *self = ILK_PRACTICE_CHANNEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->lines);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (ilk_practice_channel_parent_class)->dispose (object);
}

static void
ilk_practice_channel_finalize (GObject *object)
{
  IlkPracticeChannel *self = ILK_PRACTICE_CHANNEL (object);

  g_clear_object (&self->cancellable);
  close (self->fd);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ilk_practice_channel_parent_class)->finalize (object);
}

static void
ilk_practice_channel_class_init (IlkPracticeChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_practice_channel_dispose;
  object_class->finalize = ilk_practice_channel_finalize;
}

static void
ilk_practice_channel_iface_init (IlkSmsGatewayInterface *iface)
{
  iface->send = ilk_practice_channel_send;
}

static void
ilk_practice_channel_mail_iface_init (IlkMailGatewayInterface *iface)
{
  iface->send_mail = ilk_practice_channel_send_mail;
}

static void
ilk_practice_channel_init (IlkPracticeChannel *self)
{
  g_mutex_init (&self->lock);
  self->cancellable = g_cancellable_new ();
}

/**
 * ilk_practice_channel_new:
 * @fd: taken over
 */
IlkPracticeChannel *
ilk_practice_channel_new (int             fd,
                          IlkManualClock *clock)
{
  IlkPracticeChannel *self = g_object_new (ILK_TYPE_PRACTICE_CHANNEL, NULL);
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (fd, FALSE);

  self->fd = fd;
  self->clock = g_object_ref (clock);
  self->lines = g_data_input_stream_new (stream);
  return self;
}
