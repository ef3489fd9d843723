/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-http-server.h"

#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>
#include "server/ilk-client-address.h"
#include "server/ilk-http-listener.h"
#include "server/ilk-http-message.h"
#include "server/ilk-portal.h"
#include "server/ilk-worker-pool.h"

struct _IlkHttpServer
{
  GObject        parent_instance;

  IlkService    *service;
  SoupServer    *server;
  SoupServer    *health;        /* NULL: on the same listeners */
  IlkWorkerPool *pool;
  GPtrArray     *paths;         /* of Unix sockets, to be removed */
  IlkLimiter    *limiter;       /* NULL: none */
  IlkClock      *clock;         /* of the limiter */
  gboolean       trusted;       /* a proxy sets X-Forwarded-For */
  guint          limited;       /* requests that were over a limit */
  guint          running;
  guint          counts[6];     /* answers by the first digit of their status */
  gboolean       draining;
  guint          drain_timeout;
  void         (*drained) (gpointer user_data);
  gpointer       drained_data;
};

G_DEFINE_FINAL_TYPE (IlkHttpServer, ilk_http_server, G_TYPE_OBJECT)

/* One request with work for the pool. It has ended when the work is done and its answer is written,
 * or its caller is gone: in either order. */
typedef struct {
  IlkHttpServer     *server;
  SoupServerMessage *message;
  IlkWorkerFunc      work;
  IlkWorkerFunc      answer;
  IlkInbound        *request;   /* NULL: the ready check */
  IlkReply          *reply;
  gboolean           ready;
  gboolean           worked;
  gboolean           finished;
} Call;

static void
call_free (Call *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->message);
  g_clear_pointer (&self->request, ilk_inbound_free);
  g_clear_pointer (&self->reply, ilk_reply_free);
  g_free (self);
}

static void
write_reply (IlkHttpServer     *self,
             SoupServerMessage *message,
             IlkReply          *reply)
{
  ilk_http_message_write (message, reply);
  if (self->draining)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                  "close");
  self->counts[MIN (reply->status / 100, 5)]++;
}

/* libsoup answers what is no HTTP request, or has no good path, without asking us: what stands in the
 * answer before that is what is sent. */
static void
on_started (SoupServer        *server,
            SoupServerMessage *message,
            gpointer           user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (IlkReply) reply = ilk_reply_new ();

  ilk_reply_problem (reply, "request.invalid");
  ilk_service_render_problem (reply, TRUE);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_set_content_type (headers, "application/problem+json", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), reply->body);
}

/* Runs when the head of a request is there, before its body. */
static void
on_early (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  ilk_http_message_collect (message);
}

static void
refuse (IlkHttpServer     *self,
        SoupServerMessage *message,
        const char        *path,
        const char        *code,
        int                retry_after,
        gboolean           turkish)
{
  g_autoptr (IlkReply) reply = ilk_reply_new ();
  g_autoptr (IlkInbound) request = ilk_inbound_new ("GET", path);

  request->turkish = turkish;
  ilk_reply_problem (reply, code);
  reply->retry_after = retry_after;
  if (ilk_portal_serves (self->service, path))
    ilk_portal_refuse (self->service, request, reply);
  else
    ilk_service_render_problem (reply, turkish);
  write_reply (self, message, reply);
}

static void
finish_drain (IlkHttpServer *self)
{
  void (*drained) (gpointer) = g_steal_pointer (&self->drained);

  g_clear_handle_id (&self->drain_timeout, g_source_remove);
  if (drained != NULL)
    drained (self->drained_data);
}

static void
end_call (Call *call)
{
  g_autoptr (IlkHttpServer) self = g_object_ref (call->server);

  g_signal_handlers_disconnect_by_data (call->message, call);
  call_free (call);
  self->running--;
  if (self->draining && self->running == 0)
    finish_drain (self);
}

static void
on_finished (SoupServerMessage *message,
             gpointer           user_data)
{
  Call *call = user_data;

  call->finished = TRUE;
  if (call->worked)
    end_call (call);
}

static void
work (gpointer data)
{
  Call *call = data;

  call->work (call);
}

static void
work_done (gpointer data)
{
  Call *call = data;
  g_autoptr (SoupServerMessage) message = g_object_ref (call->message);

  call->answer (call);
  call->worked = TRUE;
  if (call->finished)
    end_call (call);
  else
    soup_server_message_unpause (message);
}

/* Takes the call, which is freed when the pool is full (FALSE). */
static gboolean
start_call (IlkHttpServer     *self,
            SoupServerMessage *message,
            Call              *call)
{
  call->server = g_object_ref (self);
  call->message = g_object_ref (message);
  if (!ilk_worker_pool_push (self->pool, work, work_done, call))
    {
      call_free (call);
      return FALSE;
    }
  self->running++;
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), call);
  soup_server_message_pause (message);
  return TRUE;
}

static void
handle (gpointer data)
{
  Call *call = data;

  ilk_service_handle (call->server->service, call->request, call->reply);
}

static void
answer (gpointer data)
{
  Call *call = data;

  write_reply (call->server, call->message, call->reply);
  g_info ("%s %u %s", call->request->method, call->reply->status,
          call->reply->code != NULL ? call->reply->code : "");
}

/* The seconds that a request must wait, 0: it may go on. */
static int
look_at_limits (IlkHttpServer     *self,
                SoupServerMessage *message,
                const char        *path)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GInetAddress) address = NULL;
  GInetAddress *peer = NULL;

  if (self->limiter == NULL)
    return 0;
  if (G_IS_INET_SOCKET_ADDRESS (remote))
    peer = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));
  address = ilk_client_address_find (peer, soup_message_headers_get_list (headers,
                                                                          "X-Forwarded-For"),
                                     self->trusted);
  return ilk_limiter_take (self->limiter,
                           ilk_limiter_classify (soup_server_message_get_method (message), path),
                           address, ilk_clock_get_monotonic (self->clock));
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  IlkHttpServer *self = user_data;
  gboolean too_large = ilk_http_message_is_too_large (message);
  g_autoptr (IlkInbound) request = ilk_http_message_read (message, path, query);
  gboolean turkish = request->turkish;
  int seconds = look_at_limits (self, message, path);
  Call *call;

  if (seconds > 0)
    {
      self->limited++;
      refuse (self, message, path, "rate.limited", seconds, turkish);
      return;
    }
  if (too_large || self->draining)
    {
      refuse (self, message, path, too_large ? "request.too_large" : "busy", -1, turkish);
      return;
    }
  call = g_new0 (Call, 1);
  call->work = handle;
  call->answer = answer;
  call->request = g_steal_pointer (&request);
  call->reply = ilk_reply_new ();
  if (!start_call (self, message, call))
    refuse (self, message, path, "busy", -1, turkish);
}

static char *
write_metrics (IlkHttpServer *self)
{
  GString *text = g_string_new ("# TYPE ilkimza_answers_total counter\n");

  for (int i = 2; i <= 5; i++)
    g_string_append_printf (text, "ilkimza_answers_total{status=\"%dxx\"} %u\n", i,
                            self->counts[i]);
  g_string_append_printf (text,
                          "# TYPE ilkimza_limited_total counter\nilkimza_limited_total %u\n"
                          "# TYPE ilkimza_running gauge\nilkimza_running %u\n"
                          "# TYPE ilkimza_queued gauge\nilkimza_queued %u\n",
                          self->limited, self->running, ilk_worker_pool_get_queue (self->pool));
  return g_string_free (text, FALSE);
}

/* Takes the text. */
static void
write_text (SoupServerMessage *message,
            guint              status,
            char              *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

static void
write_ready (SoupServerMessage *message,
             gboolean           ready)
{
  write_text (message, ready ? 200 : 503, g_strdup (ready ? "ok\n" : "no\n"));
}

static void
look_at_store (gpointer data)
{
  Call *call = data;

  call->ready = ilk_service_check_store (call->server->service);
}

static void
answer_ready (gpointer data)
{
  Call *call = data;

  write_ready (call->message, call->ready && !call->server->draining);
}

/* The store may be long in answering: a worker asks it. When there is no room for that, there is
 * none for any other request. */
static void
check_ready (IlkHttpServer     *self,
             SoupServerMessage *message)
{
  Call *call;

  if (self->draining)
    {
      write_ready (message, FALSE);
      return;
    }
  call = g_new0 (Call, 1);
  call->work = look_at_store;
  call->answer = answer_ready;
  if (!start_call (self, message, call))
    write_ready (message, FALSE);
}

static void
on_health (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  IlkHttpServer *self = user_data;

  if (g_str_equal (path, "/metrics"))
    write_text (message, 200, write_metrics (self));
  else if (g_str_equal (path, "/readyz"))
    check_ready (self, message);
  else
    write_text (message, 200, g_strdup ("ok\n"));
}

static void
add_health_handlers (IlkHttpServer *self,
                     SoupServer    *server)
{
  soup_server_add_handler (server, "/healthz", on_health, self, NULL);
  soup_server_add_handler (server, "/readyz", on_health, self, NULL);
  soup_server_add_handler (server, "/metrics", on_health, self, NULL);
}

static gboolean
listen_path (IlkHttpServer *self,
             SoupServer    *server,
             const char    *path,
             GError       **error)
{
  if (!ilk_http_listener_add_path (server, path, error))
    return FALSE;

  g_ptr_array_add (self->paths, g_strdup (path));
  return TRUE;
}

gboolean
ilk_http_server_listen_path (IlkHttpServer *self,
                             const char    *path,
                             GError       **error)
{
  return listen_path (self, self->server, path, error);
}

gboolean
ilk_http_server_listen_port (IlkHttpServer *self,
                             const char    *address,
                             gboolean       anywhere,
                             guint16       *port,
                             GError       **error)
{
  return ilk_http_listener_add_port (self->server, address, anywhere, port, error);
}

static SoupServer *
get_health_server (IlkHttpServer *self)
{
  if (self->health == NULL)
    {
      self->health = soup_server_new (NULL, NULL);
      add_health_handlers (self, self->health);
    }
  return self->health;
}

gboolean
ilk_http_server_listen_fd (IlkHttpServer  *self,
                           int             fd,
                           gboolean        health,
                           gboolean        anywhere,
                           GError        **error)
{
  return ilk_http_listener_add_fd (health ? get_health_server (self) : self->server, fd, anywhere,
                                   error);
}

gboolean
ilk_http_server_serve_health (IlkHttpServer *self,
                              const char    *path,
                              GError       **error)
{
  if (path == NULL)
    {
      add_health_handlers (self, self->server);
      return TRUE;
    }
  return listen_path (self, get_health_server (self), path, error);
}

static gboolean
on_drain_timeout (gpointer user_data)
{
  IlkHttpServer *self = user_data;

  self->drain_timeout = 0;
  finish_drain (self);
  return G_SOURCE_REMOVE;
}

void
ilk_http_server_drain (IlkHttpServer *self,
                       guint          seconds,
                       void         (*drained) (gpointer user_data),
                       gpointer       user_data)
{
  if (self->draining)
    return;

  self->draining = TRUE;
  self->drained = drained;
  self->drained_data = user_data;
  if (self->running == 0)
    finish_drain (self);
  else
    self->drain_timeout = g_timeout_add_seconds (seconds, on_drain_timeout, self);
}

static void
ilk_http_server_dispose (GObject *object)
{
  IlkHttpServer *self = ILK_HTTP_SERVER (object);

  g_clear_handle_id (&self->drain_timeout, g_source_remove);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  if (self->health != NULL)
    soup_server_disconnect (self->health);
  g_clear_object (&self->server);
  g_clear_object (&self->health);
  g_clear_pointer (&self->pool, ilk_worker_pool_free);
  for (guint i = 0; self->paths != NULL && i < self->paths->len; i++)
    unlink (g_ptr_array_index (self->paths, i));
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_clear_object (&self->service);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->limiter, ilk_limiter_free);

  G_OBJECT_CLASS (ilk_http_server_parent_class)->dispose (object);
}

static void
ilk_http_server_class_init (IlkHttpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ilk_http_server_dispose;
}

static void
ilk_http_server_init (IlkHttpServer *self)
{
  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->server = soup_server_new (NULL, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (on_started), self);
  soup_server_add_early_handler (self->server, NULL, on_early, self, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
}

void
ilk_http_server_set_limiter (IlkHttpServer *self,
                             IlkLimiter    *limiter,
                             IlkClock      *clock,
                             gboolean       trusted)
{
  g_clear_pointer (&self->limiter, ilk_limiter_free);
  self->limiter = limiter;
  g_set_object (&self->clock, clock);
  self->trusted = trusted;
}

/**
 * ilk_http_server_new:
 * @threads: workers
 * @queue: requests that may wait for one; more are answered 503
 *
 * Returns: (transfer full): a server that does not listen yet
 */
IlkHttpServer *
ilk_http_server_new (IlkService *service,
                     guint       threads,
                     guint       queue)
{
  IlkHttpServer *self = g_object_new (ILK_TYPE_HTTP_SERVER, NULL);

  self->service = g_object_ref (service);
  self->pool = ilk_worker_pool_new (threads, queue);
  return self;
}
