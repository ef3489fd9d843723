/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <argon2.h>
#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

/* What the service is measured beside: Argon2id alone, and libsoup that says hello.
 *
 *   bare-service hash THREADS SECONDS      prints hashes a second
 *   bare-service hello PORT                serves until its standard input is closed
 */

static int stop;

static gpointer
hash (gpointer data)
{
  gsize count = 0;
  char out[32];

  for (; !g_atomic_int_get (&stop); count++)
    argon2id_hash_raw (2, 19456, 1, "a made-up word", 14, "0123456789abcdef", 16, out, sizeof out);
  return GSIZE_TO_POINTER (count);
}

static int
measure_hashes (int threads,
                int seconds)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  gint64 begin = g_get_monotonic_time ();
  gsize count = 0;

  for (int i = 0; i < threads; i++)
    g_ptr_array_add (list, g_thread_new ("hash", hash, NULL));
  g_usleep ((gulong) seconds * G_USEC_PER_SEC);
  g_atomic_int_set (&stop, 1);
  for (guint i = 0; i < list->len; i++)
    count += GPOINTER_TO_SIZE (g_thread_join (list->pdata[i]));
  g_print ("%.2f\n", (double) count * G_USEC_PER_SEC / (double) (g_get_monotonic_time () - begin));
  return 0;
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                    "{\"hello\":\"world\"}", 17);
}

static gboolean
on_input (GIOChannel   *channel,
          GIOCondition  condition,
          gpointer      loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static int
serve_hello (const char *port)
{
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GIOChannel *input = g_io_channel_unix_new (0);
  g_autoptr (GError) error = NULL;

  soup_server_add_handler (server, NULL, on_request, NULL, NULL);
  if (!soup_server_listen_local (server, (guint) atoi (port), SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, loop);
  g_print ("ready\n");
  g_main_loop_run (loop);
  return 0;
}

int
main (int    argc,
      char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "hash"))
    return measure_hashes (atoi (argv[2]), atoi (argv[3]));
  if (argc == 3 && g_str_equal (argv[1], "hello"))
    return serve_hello (argv[2]);
  return 2;
}
