/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/ilk-word-row.h"
#include "page-fixture.h"

#define WORD "Çınar42"

static GtkWidget *
find_row (PageFixture *f,
          const char  *title)
{
  return page_find_titled (f->window, ADW_TYPE_ENTRY_ROW, title);
}

static void
type (PageFixture *f,
      const char  *title,
      const char  *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find_row (f, title)), text);
  page_fixture_spin ();
}

static GtkWidget *
find_word_field (PageFixture *f)
{
  GtkWidget *row = page_find_titled (f->window, ILK_TYPE_WORD_ROW, "Security word");

  return row != NULL ? ilk_word_row_get_field (ILK_WORD_ROW (row)) : NULL;
}

static void
type_word (PageFixture *f,
           const char  *text)
{
  gtk_editable_set_text (GTK_EDITABLE (find_word_field (f)), text);
  page_fixture_spin ();
}

static void
fill_in (PageFixture *f)
{
  type (f, "Identity number", "10000000146");
  type (f, "Text in the picture", "K7MPX");
  type_word (f, WORD);
}

static void
answer (PageFixture *f,
        const char  *code)
{
  f->controller->facts.busy = TRUE;
  fake_controller_changed (f->controller);
  f->controller->facts.busy = FALSE;
  fake_controller_set_problem (f->controller, code, "It did not work.", "", "Try again.");
  fake_controller_changed (f->controller);
  page_fixture_spin ();
}

static void
test_identity_faults (PageFixture   *f,
                      gconstpointer  data)
{
  type (f, "Identity number", "10000000147");
  g_assert_nonnull (page_find_label (f->window, "the last two digits do not fit"));
  gtk_test_accessible_assert_state (find_row (f, "Identity number"),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (gtk_widget_has_css_class (find_row (f, "Identity number"), "error"));

  type (f, "Identity number", "10000000146");
  g_assert_null (page_find_label (f->window, "the last two digits do not fit"));
  gtk_test_accessible_assert_state (find_row (f, "Identity number"),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);

  type (f, "Identity number", "01234567890");
  g_assert_nonnull (page_find_label (f->window, "does not begin with 0"));
  type (f, "Identity number", "U12345678");
  g_assert_null (page_find_label (f->window, "Type an identity number of"));
}

/* Nobody is told that the number is too short while typing it. */
static void
test_not_too_early (PageFixture   *f,
                    gconstpointer  data)
{
  type (f, "Identity number", "1000000");
  g_assert_null (page_find_label (f->window, "has 11 digits"));
  gtk_widget_grab_focus (find_row (f, "Text in the picture"));
  page_fixture_spin ();
  g_assert_nonnull (page_find_label (f->window, "has 11 digits"));
}

static void
test_complete (PageFixture   *f,
               gconstpointer  data)
{
  GtkWidget *button = page_find_button (f->window, "Log In");

  g_assert_false (gtk_widget_is_sensitive (button));
  type (f, "Identity number", "10000000146");
  type (f, "Text in the picture", "K7MPX");
  g_assert_false (gtk_widget_is_sensitive (button));
  type_word (f, WORD);
  g_assert_true (gtk_widget_is_sensitive (button));
  type (f, "Identity number", "1000000014");
  g_assert_false (gtk_widget_is_sensitive (button));
}

static void
test_submit (PageFixture   *f,
             gconstpointer  data)
{
  g_autoptr (IlkSecret) word = ilk_secret_new_from_data (WORD, strlen (WORD));

  fill_in (f);
  page_press (f->window, "Log In");
  page_assert_calls (f, "log in 10000000146 K7MPX\n");
  g_assert_true (ilk_secret_equal (f->controller->word, word));
}

/* A slip in the picture's text does not cost the typing of the word. */
static void
test_wrong_captcha (PageFixture   *f,
                    gconstpointer  data)
{
  g_autoptr (IlkSecret) word = ilk_secret_new_from_data (WORD, strlen (WORD));

  fill_in (f);
  page_press (f->window, "Log In");
  answer (f, "client.captcha");
  g_assert_nonnull (page_find_label (f->window, "That was not the text in the picture."));
  g_assert_nonnull (page_find_label (f->window, "Kept as you typed it"));

  type (f, "Text in the picture", "ABCDE");
  g_free (fake_controller_take_calls (f->controller));
  page_press (f->window, "Log In");
  page_assert_calls (f, "log in 10000000146 ABCDE\n");
  g_assert_true (ilk_secret_equal (f->controller->word, word));

  answer (f, "client.captcha");
  page_press (f->window, "Type Again");
  g_assert_null (page_find_label (f->window, "Kept as you typed it"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_word_field (f))), ==, "");
}

static void
test_wrong_word (PageFixture   *f,
                 gconstpointer  data)
{
  fill_in (f);
  page_press (f->window, "Log In");
  answer (f, "client.credentials");
  g_assert_nonnull (page_find_label (f->window, "is not right. Capital and small letters differ."));
  g_assert_null (page_find_label (f->window, "Kept as you typed it"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_row (f, "Identity number"))), ==,
                   "10000000146");
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Log In")));
}

static void
test_leave (PageFixture   *f,
            gconstpointer  data)
{
  fill_in (f);
  fake_controller_go (f->controller, ILK_STATE_CARD);
  fake_controller_go (f->controller, ILK_STATE_LOGIN);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_word_field (f))), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_row (f, "Text in the picture"))), ==,
                   "");
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Log In")));
}

static void
test_another_picture (PageFixture   *f,
                      gconstpointer  data)
{
  page_press (f->window, "Another Picture");
  page_assert_calls (f, "send RENEW_CAPTCHA\n");
}

static GtkWidget *
find_code_row (PageFixture *f)
{
  GtkWidget *expander = page_find_titled (f->window, ADW_TYPE_EXPANDER_ROW,
                                          "I have a verification code");

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), TRUE);
  page_fixture_spin ();
  return page_find_titled (f->window, ILK_TYPE_WORD_ROW, "Verification code");
}

static void
type_code (PageFixture *f,
           const char  *text)
{
  GtkWidget *field = ilk_word_row_get_field (ILK_WORD_ROW (find_code_row (f)));

  gtk_editable_set_text (GTK_EDITABLE (field), text);
  page_fixture_spin ();
}

/* As the issuer's page shows it, in groups of five, and without any other field. */
static void
test_code (PageFixture   *f,
           gconstpointer  data)
{
  g_autoptr (IlkSecret) code = ilk_secret_new_from_data ("123456789012345", 15);

  type_code (f, "12345 67890 12345");
  g_assert_null (find_row (f, "Identity number"));
  page_press (f->window, "Log In");
  page_assert_calls (f, "log in by code\n");
  g_assert_true (ilk_secret_equal (f->controller->code, code));
}

static void
test_code_of_other_length (PageFixture   *f,
                           gconstpointer  data)
{
  static const char *const codes[] = { "12345 67890 1234", "1234567890123456", "12345-67890-12345" };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      type_code (f, codes[i]);
      page_press (f->window, "Log In");
      page_assert_calls (f, "");
      g_assert_nonnull (page_find_label (f->window, "A verification code has 15 digits."));
    }
  type_code (f, "1");
  g_assert_null (page_find_label (f->window, "A verification code has 15 digits."));
}

/* Closed again, the row's code is gone, and the form is the word's. */
static void
test_code_closed (PageFixture   *f,
                  gconstpointer  data)
{
  GtkWidget *expander = page_find_titled (f->window, ADW_TYPE_EXPANDER_ROW,
                                          "I have a verification code");

  type_code (f, "123456789012345");
  g_assert_true (gtk_widget_is_sensitive (page_find_button (f->window, "Log In")));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), FALSE);
  page_fixture_spin ();
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Log In")));
  g_assert_nonnull (find_row (f, "Identity number"));
  fill_in (f);
  page_press (f->window, "Log In");
  page_assert_calls (f, "log in 10000000146 K7MPX\n");
}

static void
add (void)
{
  page_add_test ("/login-page/identity-faults", ILK_STATE_LOGIN, test_identity_faults);
  page_add_test ("/login-page/not-too-early", ILK_STATE_LOGIN, test_not_too_early);
  page_add_test ("/login-page/complete", ILK_STATE_LOGIN, test_complete);
  page_add_test ("/login-page/submit", ILK_STATE_LOGIN, test_submit);
  page_add_test ("/login-page/wrong-captcha", ILK_STATE_LOGIN, test_wrong_captcha);
  page_add_test ("/login-page/wrong-word", ILK_STATE_LOGIN, test_wrong_word);
  page_add_test ("/login-page/leave", ILK_STATE_LOGIN, test_leave);
  page_add_test ("/login-page/code", ILK_STATE_LOGIN, test_code);
  page_add_test ("/login-page/code-of-other-length", ILK_STATE_LOGIN, test_code_of_other_length);
  page_add_test ("/login-page/code-closed", ILK_STATE_LOGIN, test_code_closed);
  page_add_test ("/login-page/another-picture", ILK_STATE_LOGIN, test_another_picture);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
