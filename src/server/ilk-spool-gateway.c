/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-spool-gateway.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "server/ilk-sqlite-store.h"

struct _IlkSpoolGateway
{
  GObject parent_instance;

  char   *folder;
  int     last;     /* number of the newest file */
  GMutex  lock;
};

static void ilk_spool_gateway_iface_init (IlkSmsGatewayInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (IlkSpoolGateway, ilk_spool_gateway, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ILK_TYPE_SMS_GATEWAY,
                                                      ilk_spool_gateway_iface_init))

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

/* A file gets its name when it is complete; a name that is taken is never overwritten. */
static gboolean
publish (IlkSpoolGateway *self,
         const char      *draft,
         const char      *last_four)
{
  int code;

  do
    {
      g_autofree char *name = g_strdup_printf ("%06d-%s.sms", ++self->last, last_four);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      code = link (draft, path) == 0 ? 0 : errno;
    }
  while (code == EEXIST);
  return code == 0;
}

static gboolean
ilk_spool_gateway_send (IlkSmsGateway *gateway,
                        const char    *to,
                        IlkSecret     *text,
                        IlkSecret     *code,
                        int            seconds,
                        GError       **error)
{
  IlkSpoolGateway *self = ILK_SPOOL_GATEWAY (gateway);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (IlkSecret) line = ilk_sms_to_line (to, text, code, seconds);
  g_autofree char *random = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (".", random, NULL);
  g_autofree char *draft = g_build_filename (self->folder, name, NULL);
  gsize length = strlen (to);
  gboolean sent;

  sent = write_draft (draft, line) && publish (self, draft, to + (length > 4 ? length - 4 : 0));
  unlink (draft);
  if (!sent)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_GATEWAY,
                         "The spool folder can't be written");
  return sent;
}

static void
ilk_spool_gateway_finalize (GObject *object)
{
  IlkSpoolGateway *self = ILK_SPOOL_GATEWAY (object);

  g_clear_pointer (&self->folder, g_free);
  g_mutex_clear (&self->lock);

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
ilk_spool_gateway_init (IlkSpoolGateway *self)
{
  g_mutex_init (&self->lock);
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
  return self;
}
