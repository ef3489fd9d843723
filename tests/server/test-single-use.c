/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <string.h>

/* Two clients with one single-use token, a thousand times for each kind of token: one wins. The
 * tokens of one kind are made first, then two threads take each of them at the same moment. */

#define ROUNDS 1000
#define HOLDER G_GINT64_CONSTANT (100000)

/* Both run between ilk_store_begin () and ilk_store_end (). token: 32 bytes, another in each round. */
typedef struct {
  const char *name;
  void      (*make) (IlkStore    *store,
                     int          round,
                     GBytes      *token,
                     GError     **error);
  gboolean  (*take) (IlkStore    *store,
                     int          round,
                     int          racer,    /* 0 or 1 */
                     GBytes      *token,
                     GError     **error);
} Kind;

typedef struct {
  IlkStore   *store;
  const Kind *kind;
  GMutex      lock;
  GCond       cond;
  int         started;
  int         arrived;
  int         wins[ROUNDS];
} Race;

static char *
get_name (int round)
{
  return g_strdup_printf ("token-%d", round);
}

static GBytes *
get_token (int  round,
           char letter)
{
  guint8 token[32] = { 0 };

  token[0] = (guint8) letter;
  memcpy (token + 1, &round, sizeof round);
  return g_bytes_new (token, sizeof token);
}

static void
make_captcha (IlkStore  *store,
              int        round,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);

  ilk_store_captcha_add (store, name, token, NOW + 300, error);
}

static gboolean
take_captcha (IlkStore  *store,
              int        round,
              int        racer,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);
  gint64 expires;
  g_autoptr (GBytes) taken = ilk_store_captcha_take (store, name, &expires, error);

  return taken != NULL;
}

static void
make_challenge (IlkStore  *store,
                int        round,
                GBytes    *token,
                GError   **error)
{
  g_autofree char *name = get_name (round);

  ilk_store_signature_challenge_add (store, name, token, NOW + 300, error);
}

static gboolean
take_challenge (IlkStore  *store,
                int        round,
                int        racer,
                GBytes    *token,
                GError   **error)
{
  g_autofree char *name = get_name (round);
  g_autoptr (GBytes) taken = ilk_store_signature_challenge_take (store, name, NOW, error);

  return taken != NULL;
}

static void
make_gateway_login (IlkStore  *store,
                    int        round,
                    GBytes    *token,
                    GError   **error)
{
  g_autofree char *name = get_name (round);
  IlkGatewayRecord record = { name, token, (char *) "http://127.0.0.1:1/", NOW + 600 };

  ilk_store_gateway_login_add (store, &record, error);
}

static gboolean
take_gateway_login (IlkStore  *store,
                    int        round,
                    int        racer,
                    GBytes    *token,
                    GError   **error)
{
  g_autofree char *name = get_name (round);
  g_autofree char *taken = ilk_store_gateway_login_take (store, name, token, NOW, error);

  return taken != NULL;
}

static void
make_code (IlkStore  *store,
           int        round,
           GBytes    *token,
           GError   **error)
{
  g_autoptr (GBytes) handle = get_token (round, 'h');

  ilk_store_code_set (store, HOLDER + round, token, NOW + 240, handle, NOW + 60, error);
}

static gboolean
take_code (IlkStore  *store,
           int        round,
           int        racer,
           GBytes    *token,
           GError   **error)
{
  return ilk_store_code_take (store, token, NOW, error) == HOLDER + round;
}

static gboolean
take_handle (IlkStore  *store,
             int        round,
             int        racer,
             GBytes    *token,
             GError   **error)
{
  g_autoptr (GBytes) handle = get_token (round, 'h');
  g_autoptr (GBytes) ticket = get_token (round, 't');

  return ilk_store_code_take_handle (store, handle, ticket, NOW, NOW + 60, error) == HOLDER + round;
}

static void
make_ticket (IlkStore  *store,
             int        round,
             GBytes    *token,
             GError   **error)
{
  make_code (store, round, token, error);
  take_handle (store, round, 0, token, error);
}

static gboolean
take_ticket (IlkStore  *store,
             int        round,
             int        racer,
             GBytes    *token,
             GError   **error)
{
  g_autoptr (GBytes) ticket = get_token (round, 't');

  return ilk_store_code_take_ticket (store, ticket, NOW, error) == HOLDER + round;
}

/* One client has the code, the other the ticket of the same login. */
static gboolean
take_either (IlkStore  *store,
             int        round,
             int        racer,
             GBytes    *token,
             GError   **error)
{
  return racer == 0 ? take_code (store, round, racer, token, error)
                    : take_ticket (store, round, racer, token, error);
}

static void
make_operation (IlkStore  *store,
                int        round,
                GBytes    *token,
                GError   **error)
{
  g_autofree char *name = get_name (round);
  IlkOperationRecord record = { .id = name, .session = (char *) "S", .holder = HOLDER + round,
                                .kind = (char *) "unlock", .card_serial = (char *) CARD_A,
                                .created = NOW, .expires = NOW + 600 };

  ilk_store_operation_add (store, &record, error);
}

static gboolean
take_waiting (IlkStore  *store,
              int        round,
              int        racer,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);

  return ilk_store_operation_authorize (store, name, NOW, NOW + 120, error);
}

static void
make_authorized (IlkStore  *store,
                 int        round,
                 GBytes    *token,
                 GError   **error)
{
  make_operation (store, round, token, error);
  take_waiting (store, round, 0, token, error);
}

static gboolean
take_authorized (IlkStore  *store,
                 int        round,
                 int        racer,
                 GBytes    *token,
                 GError   **error)
{
  g_autofree char *name = get_name (round);

  return ilk_store_operation_consume (store, name, NOW, error);
}

static void
make_contact (IlkStore  *store,
              int        round,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);
  IlkContactRecord record = { .operation = name, .holder = HOLDER + round,
                              .field = (char *) "phone", .sealed = token, .expires = NOW + 600 };

  ilk_store_contact_add (store, &record, error);
  ilk_store_contact_confirm (store, name, NOW, NOW + 600, error);
}

static gboolean
take_contact (IlkStore  *store,
              int        round,
              int        racer,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);

  return ilk_store_contact_take (store, name, NOW, error);
}

static void
make_consent (IlkStore  *store,
              int        round,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);
  IlkConsentRecord record = { .id = name, .holder = HOLDER + round, .kind = (char *) "waiver",
                              .language = (char *) "tr", .certificate_serial = name, .text = token,
                              .cms = token, .expires = NOW + 600 };

  ilk_store_consent_add (store, &record, error);
}

static gboolean
take_consent (IlkStore  *store,
              int        round,
              int        racer,
              GBytes    *token,
              GError   **error)
{
  g_autofree char *name = get_name (round);

  return ilk_store_consent_give (store, name, token, NOW, error);
}

static const Kind kinds[] = {
  { "captcha", make_captcha, take_captcha },
  { "e-signature challenge", make_challenge, take_challenge },
  { "e-government login", make_gateway_login, take_gateway_login },
  { "verification code", make_code, take_code },
  { "handle", make_code, take_handle },
  { "ticket", make_ticket, take_ticket },
  { "code or ticket", make_ticket, take_either },
  { "confirmation", make_operation, take_waiting },
  { "contact change", make_contact, take_contact },
  { "consent", make_consent, take_consent },
  { "confirmed operation", make_authorized, take_authorized },
};

static void
make_all (Race *race)
{
  g_autoptr (GError) error = NULL;

  ilk_store_begin (race->store);
  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GBytes) token = get_token (round, 'c');

      race->kind->make (race->store, round, token, &error);
    }
  ilk_store_end (race->store, &error);
  g_assert_no_error (error);
}

/* Both go on when both are there. */
static void
meet (Race *race,
      int   round)
{
  g_mutex_lock (&race->lock);
  race->arrived++;
  g_cond_broadcast (&race->cond);
  while (race->arrived < 2 * (round + 1))
    g_cond_wait (&race->cond, &race->lock);
  g_mutex_unlock (&race->lock);
}

static gpointer
run (gpointer data)
{
  Race *race = data;
  int racer = g_atomic_int_add (&race->started, 1);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GBytes) token = get_token (round, 'c');
      g_autoptr (GError) error = NULL;
      gboolean taken;

      meet (race, round);
      ilk_store_begin (race->store);
      taken = race->kind->take (race->store, round, racer, token, &error);
      ilk_store_end (race->store, &error);
      g_assert_no_error (error);
      if (taken)
        g_atomic_int_inc (&race->wins[round]);
    }
  return NULL;
}

static void
test_race (gconstpointer data)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree Race *race = g_new0 (Race, 1);
  GThread *threads[2];

  race->store = fixture->store;
  race->kind = data;
  g_mutex_init (&race->lock);
  g_cond_init (&race->cond);
  make_all (race);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, run, race);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (int round = 0; round < ROUNDS; round++)
    g_assert_cmpint (race->wins[round], ==, 1);
  g_mutex_clear (&race->lock);
  g_cond_clear (&race->cond);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name = g_strconcat ("/single-use/", kinds[i].name, NULL);

      g_test_add_data_func (g_strdelimit (name, " ", '-'), &kinds[i], test_race);
    }
  return g_test_run ();
}
