/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-fixture.h"

#include <string.h>

static const Person good = { NOBODY, "yepyeni sözcük", "555555555555555555555555", "306918",
                             "not_activated", NOW - 10, NOW + 1000, "virtual-1" };

static char *
make_line (ServerFixture *fixture,
           const Person  *person)
{
  g_autofree char *keys = g_build_filename (fixture->folder, "keys", NULL);

  return server_make_line (keys, person);
}

static void
test_bad_lines_are_skipped (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  Person bad_number = good;
  Person short_word = good;
  Person bad_pin = good;
  Person bad_state = good;
  Person bad_serial = good;
  g_autofree char *lines[6] = { NULL };
  g_autofree char *text = NULL;
  guint imported;

  bad_number.number = "11111111111";
  short_word.word = "yedi7yd";
  bad_pin.pin = "12345a";
  bad_state.state = "dead";
  bad_serial.serial = "55555555555555555555555A5";
  lines[0] = make_line (fixture, &bad_number);
  lines[1] = make_line (fixture, &short_word);
  lines[2] = make_line (fixture, &bad_pin);
  lines[3] = make_line (fixture, &bad_state);
  lines[4] = make_line (fixture, &bad_serial);
  lines[5] = make_line (fixture, &good);
  text = g_strconcat ("not json\n", "{\"schema\":2,\"pin\":null}\n", lines[0], lines[1], "\n",
                      lines[2], lines[3], lines[4], lines[5], lines[5], NULL);

  imported = server_import (fixture, text);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_clear_pointer (&lines[i], g_free);
  g_assert_cmpuint (imported, ==, 1);
  g_assert_cmpstr (fixture->faults->str, ==,
                   "1: it is not JSON of schema 1\n"
                   "2: it is not JSON of schema 1\n"
                   "3: the identity number is wrong\n"
                   "4: the security word does not open or is too short or too long\n"
                   "6: the PIN does not open or is no PIN\n"
                   "7: the certificate or its state is missing\n"
                   "8: the card's serial number, ATR or key version is wrong\n"
                   "10: the card is known already\n");
}

static void
test_imported_holder_logs_in (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  g_autofree char *token = NULL;

  server_add (fixture, &good);
  token = server_session (fixture, NOBODY, good.word);
  server_expect (fixture, "GET", "/v1/cards", token, NULL, 200, NULL);
}

/* A second card of a known holder changes neither word nor phone: they may be newer than the file. */
static void
test_second_card_keeps_the_word (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  Person second = good;
  g_autoptr (Answer) refused = NULL;
  g_autoptr (Answer) let_in = NULL;

  second.number = AYSE;
  server_add (fixture, &second);
  refused = server_log_in (fixture, AYSE, good.word);
  let_in = server_log_in (fixture, AYSE, WORD_A);
  answer_expect (refused, 401, "login.refused");
  answer_expect (let_in, 201, NULL);
}

/* Each sealed part is bound to its card: a PIN moved to another line does not open. */
static void
test_parts_are_bound_to_the_card (void)
{
  g_autoptr (ServerFixture) fixture = server_fixture_new ();
  Person other = good;
  g_autofree char *own = make_line (fixture, &good);
  g_autofree char *foreign = NULL;
  g_autofree char *mixed = NULL;
  const char *from;

  other.serial = "666666666666666666666666";
  foreign = make_line (fixture, &other);
  from = strstr (foreign, "\"pin\":");
  mixed = g_strdup_printf ("%.*s%s", (int) (strstr (own, "\"pin\":") - own), own, from);
  g_assert_cmpuint (server_import (fixture, mixed), ==, 0);
  g_assert_cmpstr (fixture->faults->str, ==, "1: the PIN does not open or is no PIN\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handover/bad-lines-are-skipped", test_bad_lines_are_skipped);
  g_test_add_func ("/handover/imported-holder-logs-in", test_imported_holder_logs_in);
  g_test_add_func ("/handover/second-card-keeps-the-word", test_second_card_keeps_the_word);
  g_test_add_func ("/handover/parts-are-bound", test_parts_are_bound_to_the_card);
  return g_test_run ();
}
