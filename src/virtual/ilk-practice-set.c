/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/ilk-error.h"
#include "virtual/ilk-card-order.h"
#include "virtual/ilk-practice-keys.h"
#include "virtual/ilk-practice-set.h"
#include "virtual/ilk-private-file.h"
#include "virtual/ilk-virtual-resources.h"

#define DAY  (G_GINT64_CONSTANT (24) * 60 * 60)
#define YEAR (365 * DAY)

#define ISSUER_RESOURCE "/tr/org/ilkimza/Virtual/practice-issuer.ini"

/* The made-up people. Their identity numbers continue the series of the first number that the
 * check digits allow, 10000000146; their telephones and addresses exist nowhere. */
static const struct {
  const char       *id;
  const char       *name;
  guint             number;       /* made into identity number, phone and mail address */
  int               birth_year;
  const char       *security_word;
  gint64            begins;       /* the certificate's validity, seconds from now */
  gint64            ends;
  gboolean          activated;
  gboolean          has_pin;
  IlkCardCondition  condition;
  gboolean          word_is_printed; /* on the application form */
} people[] = {
  { "ready", "Deneme Öğretmen", 1, 1985, "Gökkuşağı-Çayı-7",
    -DAY, 3 * YEAR, TRUE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "not-activated", "Deneme Memur", 2, 1979, "kırmızıŞemsiye42",
    -DAY, 3 * YEAR, FALSE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "pinless", "Deneme Akademisyen", 3, 1990, "sütlü-kahve-2026",
    -DAY, 3 * YEAR, TRUE, FALSE, ILK_CARD_CONDITION_FRESH },
  { "blocked", "Deneme Mühendis", 4, 1972, "UzunKöprüİstasyonu",
    -DAY, 3 * YEAR, TRUE, TRUE, ILK_CARD_CONDITION_BLOCKED },
  { "not-yet-valid", "Deneme Hemşire", 5, 1995, "yarınYağmurYağar1",
    DAY, 3 * YEAR, FALSE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "expired", "Deneme Avukat", 6, 1966, "eskiTakvim-ağacı",
    -3 * YEAR, -30 * DAY, TRUE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "dead", "Deneme Noter", 7, 1961, "sönmüşIşıklar-99",
    -DAY, 3 * YEAR, TRUE, TRUE, ILK_CARD_CONDITION_DEAD },
  { "several", "Deneme Çokkartlı", 8, 1988, "ikiKartBirCüzdan",
    -DAY, 3 * YEAR, TRUE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "several-2", "Deneme Çokkartlı", 8, 1988, "ikiKartBirCüzdan",
    -DAY, 2 * YEAR, FALSE, TRUE, ILK_CARD_CONDITION_FRESH },
  { "printed-word", "Deneme Stajyer", 9, 1999, "formdaki-sözcük-15",
    -DAY, 3 * YEAR, TRUE, TRUE, ILK_CARD_CONDITION_FRESH, TRUE },
};

/* One order and what came of it, filled by a thread of the pool. */
typedef struct {
  IlkCardOrder  *order;
  IlkPracticeCa *ca;
  IlkSecret     *master_key;
  GBytes        *handover_public;
  char          *line;
  GError        *error;
} Job;

void
ilk_practice_holder_free (IlkPracticeHolder *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->identity_number);
  g_free (self->phone);
  g_free (self->email);
  g_free (self->security_word);
  g_free (self->card_file);
  g_free (self->card_serial);
  g_free (self);
}

static void
job_clear (Job *self)
{
  g_clear_pointer (&self->order, ilk_card_order_free);
  g_clear_pointer (&self->line, g_free);
  g_clear_error (&self->error);
}

/* A T.C. identity number: nine digits and two check digits. */
static char *
make_identity_number (guint number)
{
  guint digits[11] = { 1, 0, 0, 0, 0, 0, 0, number / 10 % 10, number % 10 };
  guint odd = 0, even = 0, sum = 0;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 9; i += 2)
    odd += digits[i];
  for (guint i = 1; i < 8; i += 2)
    even += digits[i];
  digits[9] = (odd * 7 + 1000 - even) % 10;
  for (guint i = 0; i < 10; i++)
    sum += digits[i];
  digits[10] = sum % 10;

  for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
    g_string_append_printf (text, "%u", digits[i]);
  return g_string_free (text, FALSE);
}

static IlkCardOrder *
make_order (guint       i,
            const char *folder,
            gint64      now)
{
  IlkCardOrder *order = ilk_card_order_new ();
  g_autofree char *name = g_strconcat (people[i].id, ".card", NULL);

  order->card_file = g_build_filename (folder, "cards", name, NULL);
  order->holder = g_strdup (people[i].name);
  order->identity_number = make_identity_number (1 + people[i].number);
  order->phone = g_strdup_printf ("05000000%03u", people[i].number);
  order->email = g_strdup_printf ("deneme%u@example.org", people[i].number);
  order->birth_year = people[i].birth_year;
  order->security_word = ilk_secret_new_from_data (people[i].security_word,
                                                   strlen (people[i].security_word));
  order->not_before = now + people[i].begins;
  order->not_after = now + people[i].ends;
  order->activated = people[i].activated;
  order->condition = people[i].condition;
  order->word_is_printed = people[i].word_is_printed;
  if (people[i].has_pin)
    order->pin = ilk_card_order_make_pin (order->identity_number);
  return order;
}

static IlkPracticeHolder *
make_holder (guint         i,
             IlkCardOrder *order)
{
  IlkPracticeHolder *holder = g_new0 (IlkPracticeHolder, 1);

  holder->id = g_strdup (people[i].id);
  holder->name = g_strdup (order->holder);
  holder->identity_number = g_strdup (order->identity_number);
  holder->phone = g_strdup (order->phone);
  holder->email = g_strdup (order->email);
  holder->security_word = g_strdup (people[i].security_word);
  holder->card_file = g_strdup (order->card_file);
  holder->card_serial = ilk_card_serial_to_text (order->serial);
  return holder;
}

/* Runs in the pool: making the RSA key takes nearly all of the time. */
static void
run_job (gpointer data,
         gpointer user_data)
{
  Job *job = data;
  g_autoptr (GBytes) certificate = ilk_card_order_make (job->order, job->ca, job->master_key,
                                                        &job->error);

  if (certificate != NULL)
    job->line = ilk_card_order_hand_over (job->order, certificate, job->handover_public,
                                          &job->error);
}

static gboolean
run_jobs (Job     *jobs,
          GError **error)
{
  GThreadPool *pool = g_thread_pool_new (run_job, NULL, g_get_num_processors (), FALSE, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    g_thread_pool_push (pool, &jobs[i], NULL);
  g_thread_pool_free (pool, FALSE, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    if (jobs[i].line == NULL)
      {
        g_propagate_error (error, g_steal_pointer (&jobs[i].error));
        return FALSE;
      }
  return TRUE;
}

static gboolean
write_hand_over (const char  *folder,
                 Job         *jobs,
                 GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "handover.jsonl", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (people); i++)
    g_string_append (lines, jobs[i].line);
  return ilk_private_file_write (path, lines->str, lines->len, error);
}

static gboolean
make_cards (const char  *folder,
            gint64       now,
            GPtrArray   *holders,
            GError     **error)
{
  g_autofree char *ca_folder = g_build_filename (folder, "ca", NULL);
  g_autofree char *keys_folder = g_build_filename (folder, "keys", NULL);
  g_autoptr (IlkPracticeCa) ca = ilk_practice_ca_open (ca_folder, now, error);
  g_autoptr (IlkSecret) master_key = NULL;
  g_autoptr (GBytes) handover_public = NULL;
  Job jobs[G_N_ELEMENTS (people)] = { 0 };
  gboolean ok;

  if (ca == NULL)
    return FALSE;
  master_key = ilk_practice_keys_load_master (keys_folder, error);
  if (master_key == NULL)
    return FALSE;
  handover_public = ilk_practice_keys_load_handover (keys_folder, error);
  if (handover_public == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      jobs[i].ca = ca;
      jobs[i].master_key = master_key;
      jobs[i].handover_public = handover_public;
      jobs[i].order = make_order (i, folder, now);
      g_ptr_array_add (holders, make_holder (i, jobs[i].order));
    }
  ok = run_jobs (jobs, error) && write_hand_over (folder, jobs, error);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    job_clear (&jobs[i]);
  return ok;
}

static gboolean
write_issuer (const char  *folder,
              GBytes      *sealing_public,
              GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "issuer.ini", NULL);
  g_autofree char *key = g_base64_encode (g_bytes_get_data (sealing_public, NULL),
                                          g_bytes_get_size (sealing_public));
  g_autoptr (GBytes) template = NULL;
  g_autoptr (GKeyFile) profile = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;

  template = g_resource_lookup_data (ilk_virtual_get_resource (), ISSUER_RESOURCE,
                                     G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (template == NULL ||
      !g_key_file_load_from_bytes (profile, template, G_KEY_FILE_KEEP_TRANSLATIONS, error))
    return FALSE;
  g_key_file_set_string (profile, "Service", "SealingKey", key);
  g_key_file_set_string (profile, "Cards", "Authorities", "ca/ca.pem");
  text = g_key_file_to_data (profile, &length, NULL);
  return ilk_private_file_write (path, text, length, error);
}

static gboolean
make_folder (const char  *parent,
             const char  *name,
             GError     **error)
{
  g_autofree char *path = g_build_filename (parent, name, NULL);

  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;
  g_set_error (error, ILK_ERROR, ILK_ERROR_FILE, "“%s” cannot be made: %s", path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
check_empty (const char  *folder,
             GError     **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  if (dir != NULL && g_dir_read_name (dir) == NULL)
    return TRUE;
  g_set_error (error, ILK_ERROR, ILK_ERROR_FILE,
               "“%s” is not an empty folder. A practice set is made in an empty one.", folder);
  return FALSE;
}

/**
 * ilk_practice_set_make:
 * @folder: an empty folder of mode 0700; made when it is not there
 * @now: seconds since 1970, UTC: the validity of the certificates is counted from it
 * @error: ILK_ERROR
 *
 * Makes practice CA, keys, cards, hand-over file and the practice issuer's profile.
 *
 * Returns: (transfer full) (element-type IlkPracticeHolder): the holders, or %NULL
 */
GPtrArray *
ilk_practice_set_make (const char  *folder,
                       gint64       now,
                       GError     **error)
{
  g_autoptr (GPtrArray) holders = NULL;
  g_autoptr (GBytes) sealing_public = NULL;
  g_autofree char *keys_folder = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  keys_folder = g_build_filename (folder, "keys", NULL);
  if (!make_folder (folder, NULL, error) || !check_empty (folder, error) ||
      !make_folder (folder, "ca", error) || !make_folder (folder, "keys", error) ||
      !make_folder (folder, "cards", error) ||
      !ilk_practice_keys_make (keys_folder, now, &sealing_public, error))
    return NULL;

  holders = g_ptr_array_new_with_free_func ((GDestroyNotify) ilk_practice_holder_free);
  if (!make_cards (folder, now, holders, error) || !write_issuer (folder, sealing_public, error))
    return NULL;
  return g_steal_pointer (&holders);
}

typedef struct {
  char   *folder;
  gint64  now;
} MakeData;

static void
make_data_free (MakeData *self)
{
  g_free (self->folder);
  g_free (self);
}

static void
make_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  MakeData *data = task_data;
  GError *error = NULL;
  GPtrArray *holders = ilk_practice_set_make (data->folder, data->now, &error);

  if (holders != NULL)
    g_task_return_pointer (task, holders, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
ilk_practice_set_make_async (const char          *folder,
                             gint64               now,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  MakeData *data = g_new0 (MakeData, 1);

  data->folder = g_strdup (folder);
  data->now = now;
  g_task_set_source_tag (task, ilk_practice_set_make_async);
  g_task_set_task_data (task, data, (GDestroyNotify) make_data_free);
  g_task_run_in_thread (task, make_in_thread);
}

GPtrArray *
ilk_practice_set_make_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
