/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-spool-gateway.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "server/ilk-crash-point.h"
#include "server/ilk-server-error.h"

#define DRAFT ".draft-"

struct _IlkSpoolGateway
{
  GObject parent_instance;

  char   *folder;
};

static void ilk_spool_gateway_iface_init (IlkSmsGatewayInterface *iface);

static void ilk_spool_gateway_mail_iface_init (IlkMailGatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSpoolGateway, ilk_spool_gateway, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_SMS_GATEWAY,
                                                      ilk_spool_gateway_iface_init)
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_MAIL_GATEWAY,
                                                      ilk_spool_gateway_mail_iface_init))

static gboolean
write_draft (const char *path,
             IlkSecret  *line)
{
  gsize length = ilk_secret_get_length (line);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean written;

  if (fd < 0)
    return FALSE;

  written = write (fd, ilk_secret_peek (line), length) == (gssize) length && fsync (fd) == 0;
  close (fd);
  return written;
}

/* The row goes when the file is there for good: its name, too, must outlive a loss of power. */
static gboolean
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean kept = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return kept;
}

/* Whoever was killed while writing may have left a code behind that nobody reads any more. Another
 * instance's draft may be taken away as well: it writes it again a few seconds later. */
static void
remove_drafts (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, DRAFT) && g_uuid_string_is_valid (name + strlen (DRAFT)))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        unlink (path);
      }
}

/* A file gets its name when it is complete. One that is there is this same message, from before a
 * crash: its name has the message's id in it. */
static gboolean
publish (IlkSpoolGateway  *self,
         const char       *draft,
         const IlkMessage *message)
{
  gsize length = strlen (message->to);
  g_autofree char *ending = message->mail
    ? g_strdup ("mail")
    : g_strdup_printf ("%s.sms", message->to + (length > 4 ? length - 4 : 0));
  g_autofree char *name = g_strdup_printf ("%06" G_GINT64_FORMAT "-%s%c%s", message->number,
                                           message->id, message->mail ? '.' : '-', ending);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  return (link (draft, path) == 0 || errno == EEXIST) && sync_folder (self->folder);
}

/* Writes the line aside, then gives it its name. */
static gboolean
spool (IlkSpoolGateway   *self,
       const IlkMessage  *message,
       GError           **error)
{
  g_autoptr (IlkSecret) line = ilk_message_to_line (message);
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (DRAFT, random, NULL);
  g_autofree char *draft = g_build_filename (self->folder, name, NULL);
  gboolean sent = write_draft (draft, line);

  ilk_crash_point ("spool.draft");
  sent = sent && publish (self, draft, message);
  ilk_crash_point ("spool.published");
  unlink (draft);
  if (!sent)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY,
                         "The spool folder can't be written");
  return sent;
}

static gboolean
ilk_spool_gateway_send (IlkSmsGateway     *gateway,
                        const IlkMessage  *message,
                        GError           **error)
{
  return spool (ILK_SPOOL_GATEWAY (gateway), message, error);
}

static gboolean
ilk_spool_gateway_send_mail (IlkMailGateway    *gateway,
                             const IlkMessage  *message,
                             GError           **error)
{
  return spool (ILK_SPOOL_GATEWAY (gateway), message, error);
}

static void
ilk_spool_gateway_finalize (GObject *object)
{
  IlkSpoolGateway *self = ILK_SPOOL_GATEWAY (object);

  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (ilk_spool_gateway_parent_class)->finalize (object);
}

static void
ilk_spool_gateway_class_init (IlkSpoolGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ilk_spool_gateway_finalize;
}

static void
ilk_spool_gateway_iface_init (IlkSmsGatewayInterface *iface)
{
  iface->send = ilk_spool_gateway_send;
}

static void
ilk_spool_gateway_mail_iface_init (IlkMailGatewayInterface *iface)
{
  iface->send_mail = ilk_spool_gateway_send_mail;
}

static void
ilk_spool_gateway_init (IlkSpoolGateway *self)
{
}

/**
 * ilk_spool_gateway_new:
 * @folder: an existing folder
 *
 * Returns: (transfer full): the gateway
 */
IlkSpoolGateway *
ilk_spool_gateway_new (const char *folder)
{
  IlkSpoolGateway *self = g_object_new (ILK_TYPE_SPOOL_GATEWAY, NULL);

  self->folder = g_strdup (folder);
  remove_drafts (folder);
  return self;
}
