/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "road.h"

#include <string.h>

#include "virtual/ilk-virtual-card.h"

#define PATIENCE_SECONDS 30

static gboolean
give_up (gpointer data)
{
  g_error ("waited %d s for: %s", PATIENCE_SECONDS, (const char *) data);
  return G_SOURCE_REMOVE;
}

void
road_wait (Road          *road,
           RoadCondition  condition,
           gconstpointer  data,
           const char    *what)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, (gpointer) what);

  while (!condition (road, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

static gboolean
in_state (Road          *road,
          gconstpointer  data)
{
  return ilk_controller_get_state (road->controller) == (IlkState) GPOINTER_TO_INT (data) &&
         !ilk_controller_get_facts (road->controller)->busy;
}

void
road_wait_state (Road     *road,
                 IlkState  state)
{
  road_wait (road, in_state, GINT_TO_POINTER (state), ilk_state_get_name (state));
}

static gboolean
has_problem (Road          *road,
             gconstpointer  data)
{
  IlkProblem *problem = ilk_controller_get_problem (road->controller);

  return problem != NULL && g_str_equal (problem->code, data);
}

void
road_wait_problem (Road       *road,
                   const char *code)
{
  road_wait (road, has_problem, code, code);
}

static gboolean
idle (Road          *road,
      gconstpointer  data)
{
  return !ilk_controller_get_facts (road->controller)->busy;
}

void
road_wait_idle (Road *road)
{
  road_wait (road, idle, NULL, "an answer");
}

static gboolean
has_advanced (Road          *road,
              gconstpointer  data)
{
  return road->advanced;
}

static void
was_advanced (Road *road)
{
  road->advanced = TRUE;
}

/* The order goes another way than requests do, so that one of them could overtake it. */
void
road_advance (Road   *road,
              gint64  seconds)
{
  gulong id = g_signal_connect_swapped (road->practice, "advanced", G_CALLBACK (was_advanced),
                                        road);

  road->advanced = FALSE;
  ilk_practice_advance_clock (road->practice, seconds);
  road_wait (road, has_advanced, NULL, "the service's clock");
  g_signal_handler_disconnect (road->practice, id);
}

static void
sms_came (Road       *road,
          const char *to,
          const char *text)
{
  g_free (road->sms);
  road->sms = g_strdup (text);
  road->n_sms++;
}

static void
captcha_came (Road       *road,
              const char *answer)
{
  g_free (road->captcha);
  road->captcha = g_strdup (answer);
}

static void
was_closed (Road *road)
{
  road->closed = TRUE;
}

static void
practice_started (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(GError) error = NULL;

  ilk_practice_start_finish (ILK_PRACTICE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (Road          *road,
         gconstpointer  data)
{
  return *(const gboolean *) data;
}

static void
choose_holder (Road       *road,
               const char *id)
{
  GPtrArray *holders = ilk_practice_get_holders (road->practice);

  for (guint i = 0; i < holders->len; i++)
    {
      IlkPracticeHolder *holder = g_ptr_array_index (holders, i);

      if (!g_str_equal (holder->id, id))
        continue;
      ilk_practice_choose_holder (road->practice, i);
      return;
    }
  g_error ("no made-up holder “%s”", id);
}

Road *
road_new (const char *holder_id)
{
  Road *road = g_new0 (Road, 1);
  gboolean started = FALSE;
  g_autoptr(IlkClock) clock = ilk_clock_get_system ();
  g_autoptr(IlkHost) host = ilk_host_new_nowhere ();
  g_autoptr(GError) error = NULL;

  road->practice = ilk_practice_new ();
  g_signal_connect_swapped (road->practice, "sms", G_CALLBACK (sms_came), road);
  g_signal_connect_swapped (road->practice, "captcha", G_CALLBACK (captcha_came), road);
  ilk_practice_start_async (road->practice, NULL, practice_started, &started);
  road_wait (road, is_true, &started, "the practice world");
  choose_holder (road, holder_id);

  road->pad = pin_pad_transport_new (ilk_practice_get_transport (road->practice));
  pin_pad_transport_set_features (road->pad, PIN_PAD_NO_FEATURES);
  road->recorder = ilk_card_recorder_new (ILK_TRANSPORT (road->pad));
  road->client = ilk_client_new (ilk_practice_get_issuer (road->practice),
                                 ilk_practice_get_socket_path (road->practice), "en", &error);
  g_assert_no_error (error);
  road->controller = ilk_controller_new (ILK_TRANSPORT (road->recorder), host, road->client,
                                         ilk_practice_get_issuer (road->practice), clock,
                                         ilk_practice_get_report_file (road->practice));
  g_signal_connect_swapped (road->controller, "closed", G_CALLBACK (was_closed), road);
  return road;
}

static gboolean
is_closed (Road          *road,
           gconstpointer  data)
{
  return road->closed;
}

void
road_free (Road *road)
{
  ilk_controller_close (road->controller);
  road_wait (road, is_closed, NULL, "the end of the session");
  g_signal_handlers_disconnect_by_data (road->controller, road);
  g_signal_handlers_disconnect_by_data (road->practice, road);
  g_object_unref (road->controller);
  g_object_unref (road->client);
  g_object_unref (road->recorder);
  g_object_unref (road->pad);
  ilk_practice_stop (road->practice);
  g_object_unref (road->practice);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (road->captcha);
  g_free (road->sms);
  g_free (road);
}

static gboolean
card_usable (Road          *road,
             gconstpointer  data)
{
  return ilk_controller_get_facts (road->controller)->card == ILK_CARD_FACT_USABLE;
}

static gboolean
reader_works (Road          *road,
              gconstpointer  data)
{
  return ilk_controller_get_facts (road->controller)->reader_works;
}

void
road_to_card (Road *road)
{
  ilk_controller_press (road->controller);
  ilk_controller_press (road->controller);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_READER);
  ilk_practice_set_reader_plugged (road->practice, TRUE);
  road_wait (road, reader_works, NULL, "the reader");
  ilk_controller_press (road->controller);
  ilk_controller_press (road->controller);
  g_assert_cmpint (ilk_controller_get_state (road->controller), ==, ILK_STATE_CARD);
  ilk_practice_set_card_inserted (road->practice, TRUE);
  road_wait (road, card_usable, NULL, "a card that can be used");
}

void
road_wait_card (Road *road)
{
  road_wait (road, card_usable, NULL, "a card that can be used");
}

IlkSecret *
secret_of (const char *text)
{
  return ilk_secret_new_from_data (text, strlen (text));
}

void
road_type_login (Road       *road,
                 const char *captcha,
                 const char *word)
{
  IlkPracticeHolder *holder = ilk_practice_get_holder (road->practice);
  g_autoptr(IlkSecret) secret = secret_of (word != NULL ? word : holder->security_word);

  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_log_in (road->controller, holder->identity_number,
                         captcha != NULL ? captcha : road->captcha, secret);
  road_wait_idle (road);
}

static gboolean
captcha_is_there (Road          *road,
                  gconstpointer  data)
{
  return road->captcha != NULL && ilk_controller_get_captcha (road->controller) != NULL;
}

void
road_wait_captcha (Road *road)
{
  road_wait (road, captcha_is_there, NULL, "the picture");
}

void
road_log_in (Road *road)
{
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_LOGIN);
  road_wait_captcha (road);
  road_type_login (road, NULL, NULL);
  road_wait_state (road, ILK_STATE_PHONE);
}

static GMatchInfo *
find_code (const char *sms)
{
  g_autoptr(GRegex) digits = g_regex_new ("(?<![0-9])[0-9]{6}(?![0-9])", 0, 0, NULL);
  GMatchInfo *match = NULL;

  if (sms != NULL)
    g_regex_match (digits, sms, 0, &match);
  return match;
}

static gboolean
code_is_there (Road          *road,
               gconstpointer  data)
{
  g_autoptr(GMatchInfo) match = find_code (road->sms);

  return match != NULL && g_match_info_matches (match);
}

/* The newest code, once: it comes beside the service's answer, maybe after it. */
IlkSecret *
road_code (Road *road)
{
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *code = NULL;

  road_wait (road, code_is_there, NULL, "a code");
  match = find_code (road->sms);
  code = g_match_info_fetch (match, 0);
  g_clear_pointer (&match, g_match_info_unref);
  g_clear_pointer (&road->sms, g_free);
  return secret_of (code);
}

void
road_submit_code (Road      *road,
                  IlkSecret *code)
{
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_submit_code (road->controller, code);
  road_wait_idle (road);
}

/* A request of the browser's, beside the program. The answer (transfer full) is JSON. */
static char *
browse (Road       *road,
        const char *method,
        const char *path,
        const char *token,
        const char *body)
{
  g_autofree char *address = g_strconcat ("http://localhost", path, NULL);
  g_autofree char *authorization = g_strconcat ("Authorization: Bearer ", token, NULL);
  const char *command[] = {
    "curl", "--silent", "--show-error", "--fail", "--unix-socket",
    ilk_practice_get_socket_path (road->practice), "--request", method, "--header",
    "Content-Type: application/json", "--header", "Idempotency-Key: of-the-browser", "--header",
    authorization, "--data", body, address, NULL
  };
  g_autoptr(GError) error = NULL;
  char *answer = NULL;
  int status;

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &answer, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  return answer;
}

static char *
take_field (char       *json,
            const char *name)
{
  g_autofree char *answer = json;
  g_autofree char *pattern = g_strdup_printf ("\"%s\":\"([^\"]*)\"", name);
  g_autoptr(GRegex) field = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;

  g_assert_true (g_regex_match (field, answer, 0, &match));
  return g_match_info_fetch (match, 1);
}

static gboolean
picture_was_told (Road          *road,
                  gconstpointer  data)
{
  return road->captcha != NULL;
}

char *
road_get_verification_code (Road *road)
{
  IlkPracticeHolder *holder = ilk_practice_get_holder (road->practice);
  g_autofree char *picture = NULL;
  g_autofree char *login = NULL;
  g_autofree char *attempt = NULL;
  g_autofree char *body = NULL;
  g_autofree char *session = NULL;
  g_autoptr(IlkSecret) code = NULL;

  g_clear_pointer (&road->captcha, g_free);
  picture = take_field (browse (road, "POST", "/v1/captchas", "", "{}"), "id");
  road_wait (road, picture_was_told, NULL, "the browser's picture");
  login = g_strdup_printf ("{\"kind\":\"password\",\"identity_number\":\"%s\",\"captcha\":"
                           "{\"id\":\"%s\",\"text\":\"%s\"},\"security_word\":\"%s\"}",
                           holder->identity_number, picture, road->captcha, holder->security_word);
  attempt = take_field (browse (road, "POST", "/v1/sessions", "", login), "token");
  g_free (browse (road, "POST", "/v1/sessions/current/sms", attempt, "{}"));
  code = road_code (road);
  body = g_strdup_printf ("{\"code\":\"%.6s\"}", (const char *) ilk_secret_peek (code));
  session = take_field (browse (road, "PUT", "/v1/sessions/current/sms", attempt, body), "token");
  return take_field (browse (road, "POST", "/v1/verification-codes", session, "{}"), "code");
}

static gboolean
sms_is_there (Road          *road,
              gconstpointer  data)
{
  return road->n_sms >= GPOINTER_TO_UINT (data);
}

static gboolean
past_sms (Road          *road,
          gconstpointer  data)
{
  return ilk_controller_get_state (road->controller) != ILK_STATE_SMS &&
         !ilk_controller_get_facts (road->controller)->busy;
}

void
road_to_pin (Road *road)
{
  g_autoptr(IlkSecret) code = NULL;

  road_to_card (road);
  road_log_in (road);
  ilk_controller_press (road->controller);
  road_wait_state (road, ILK_STATE_SMS);
  road_wait (road, sms_is_there, GUINT_TO_POINTER (1), "the SMS");
  code = road_code (road);
  road_submit_code (road, code);
  road_wait (road, past_sms, NULL, "the service's cards");
}

void
road_set_pin (Road       *road,
              const char *old_pin,
              const char *new_pin)
{
  g_autoptr(IlkSecret) old_secret = old_pin != NULL ? secret_of (old_pin) : NULL;
  g_autoptr(IlkSecret) new_secret = secret_of (new_pin);

  /* After a failure the card is read again first. */
  road_wait_card (road);
  ilk_controller_set_form_complete (road->controller, TRUE);
  ilk_controller_set_pin (road->controller, old_secret, new_secret, FALSE);
}

static gboolean
card_none (Road          *road,
           gconstpointer  data)
{
  return ilk_controller_get_facts (road->controller)->card == ILK_CARD_FACT_NONE;
}

void
road_wait_no_card (Road *road)
{
  road_wait (road, card_none, NULL, "the card to be seen gone");
}

void
road_reinsert (Road *road)
{
  ilk_practice_set_card_inserted (road->practice, FALSE);
  road_wait_no_card (road);
  ilk_practice_set_card_inserted (road->practice, TRUE);
  road_wait (road, card_usable, NULL, "the card to be seen again");
}

gboolean
road_card_has_pin (Road       *road,
                   const char *pin)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkSecret) secret = secret_of (pin);
  g_autoptr(IlkVirtualCard) card =
    ilk_virtual_card_new_from_file (ilk_practice_get_holder (road->practice)->card_file, &error);

  g_assert_no_error (error);
  return ilk_virtual_card_check_pin (card, secret);
}
