/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/ilk-word-row.h"
#include "page-fixture.h"

#define WORD "üç mavi bisiklet"
#define FIRST "New security word"
#define SECOND "New security word (again)"

static void
type (PageFixture *f,
      const char  *title,
      const char  *text)
{
  GtkWidget *row = page_find_titled (f->window, ILK_TYPE_WORD_ROW, title);

  gtk_editable_set_text (GTK_EDITABLE (ilk_word_row_get_field (ILK_WORD_ROW (row))), text);
  page_fixture_spin ();
}

static void
type_both (PageFixture *f,
           const char  *first,
           const char  *second)
{
  type (f, FIRST, first);
  type (f, SECOND, second);
}

static void
test_submit (PageFixture   *f,
             gconstpointer  data)
{
  g_autoptr (IlkSecret) word = ilk_secret_new_from_data (WORD, strlen (WORD));

  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Confirm")));
  type (f, FIRST, WORD);
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Confirm")));
  type (f, SECOND, WORD);
  page_press (f->window, "Confirm");
  page_assert_calls (f, "change word\n");
  g_assert_true (ilk_secret_equal (f->controller->word, word));
}

static void
test_differ (PageFixture   *f,
             gconstpointer  data)
{
  type_both (f, WORD, "üç mavi bisikleT");
  page_press (f->window, "Confirm");
  page_assert_calls (f, "");
  g_assert_nonnull (page_find_label (f->window, "The two words differ."));
  type_both (f, WORD, WORD);
  g_assert_null (page_find_label (f->window, "The two words differ."));
  page_press (f->window, "Confirm");
  page_assert_calls (f, "change word\n");
}

static void
test_lengths (PageFixture   *f,
              gconstpointer  data)
{
  g_autofree char *most = g_strnfill (256, 'a');
  g_autofree char *more = g_strnfill (257, 'a');

  type_both (f, "1234567", "1234567");
  page_press (f->window, "Confirm");
  g_assert_nonnull (page_find_label (f->window, "The word is too short."));
  type_both (f, more, more);
  page_press (f->window, "Confirm");
  g_assert_nonnull (page_find_label (f->window, "The word is too long."));
  page_assert_calls (f, "");
  type_both (f, most, most);
  page_press (f->window, "Confirm");
  page_assert_calls (f, "change word\n");
}

/* The words are gone from their rows whatever came of it. */
static void
test_leave (PageFixture   *f,
            gconstpointer  data)
{
  type_both (f, WORD, WORD);
  fake_controller_go (f->controller, ILK_STATE_LOGIN);
  fake_controller_go (f->controller, ILK_STATE_NEW_WORD);
  g_assert_false (gtk_widget_is_sensitive (page_find_button (f->window, "Confirm")));
}

static void
add (void)
{
  page_add_test ("/new-word-page/submit", ILK_STATE_NEW_WORD, test_submit);
  page_add_test ("/new-word-page/differ", ILK_STATE_NEW_WORD, test_differ);
  page_add_test ("/new-word-page/lengths", ILK_STATE_NEW_WORD, test_lengths);
  page_add_test ("/new-word-page/leave", ILK_STATE_NEW_WORD, test_leave);
}

int
main (int    argc,
      char **argv)
{
  return page_tests_run (argc, argv, add);
}
