/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/ilk-known-reader.h"
#include "tree.h"

/* The list of readers, and the files that add to it. */

typedef struct
{
  char *tree;
  char *folders[3];
} Fixture;

static void
set_up (Fixture      *f,
        gconstpointer data)
{
  f->tree = tree_new ();
  f->folders[0] = tree_path (f->tree, "etc");
  f->folders[1] = tree_path (f->tree, "own");
}

static void
tear_down (Fixture      *f,
           gconstpointer data)
{
  g_free (f->folders[0]);
  g_free (f->folders[1]);
  tree_free (f->tree);
}

static IlkReaderList *
load (Fixture *f)
{
  return ilk_reader_list_new ((const char *const *) f->folders);
}

static void
test_shipped (Fixture      *f,
              gconstpointer data)
{
  g_autoptr (IlkReaderList) list = load (f);
  g_autoptr (GPtrArray) named = ilk_reader_list_named (list);
  const IlkKnownReader *milko = ilk_reader_list_find (list, 0x2a17, 0x0001);
  const IlkKnownReader *acs = ilk_reader_list_find (list, 0x072f, 0x9000);

  g_assert_cmpstr (milko->name, ==, "udea MILKO V1.");
  g_assert_cmpstr (milko->documents, ==, "MILKO");
  g_assert_true (milko->sure);
  g_assert_cmpstr (milko->since, ==, "1.4.17");
  g_assert_cmpint (milko->form, ==, ILK_READER_FORM_SIM_MINI);
  g_assert_cmpstr (acs->driver, ==, "acsccid");
  g_assert_nonnull (strstr (acs->documents, "ACS 38T USB Kırmızı"));
  g_assert_false (acs->sure);
  g_assert_cmpuint (named->len, ==, 12);
}

static void
test_added (Fixture      *f,
            gconstpointer data)
{
  g_autoptr (IlkReaderList) list = NULL;
  g_autoptr (GPtrArray) named = NULL;
  const IlkKnownReader *reader;

  tree_write (f->tree, "etc/a.json",
              "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"Kurum Okuyucusu\","
              "  \"driver\": \"ccid\", \"since\": \"1.5.0\", \"form\": \"desktop\","
              "  \"documents\": [\"Okuyucu A\", \"Okuyucu B\"], \"sure\": true},"
              " {\"vid\": \"2a17\", \"pid\": \"0001\", \"name\": \"etc\", \"driver\": null}]");
  tree_write (f->tree, "own/a.json",
              "[{\"vid\": \"2a17\", \"pid\": \"0001\", \"name\": \"own\", \"driver\": null}]");
  tree_write (f->tree, "own/readme.txt", "no list");
  list = load (f);
  named = ilk_reader_list_named (list);

  reader = ilk_reader_list_find (list, 0xfffe, 0x0001);
  g_assert_cmpstr (reader->name, ==, "Kurum Okuyucusu");
  g_assert_cmpstr (reader->documents, ==, "Okuyucu A|Okuyucu B");
  g_assert_cmpstr (reader->since, ==, "1.5.0");
  g_assert_cmpint (reader->form, ==, ILK_READER_FORM_DESKTOP);
  /* The person's file counts more than the administrator's, and that more than ours. */
  g_assert_cmpstr (ilk_reader_list_find (list, 0x2a17, 0x0001)->name, ==, "own");
  g_assert_null (ilk_reader_list_find (list, 0x2a17, 0x0001)->driver);
  g_assert_nonnull (ilk_reader_list_find (list, 0x072f, 0x9000));
  /* One more, and MILKO, which lost its name in the documents. */
  g_assert_cmpuint (named->len, ==, 12);
}

/* A file with one fault is left out whole, named in the log, and changes nothing. */
static void
test_faulty (Fixture      *f,
             gconstpointer data)
{
  static const char *const faulty[] = {
    "", "{", "{}", "null", "[1]", "[[]]", "[{}]", "\xff",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\"}]",
    "[{\"vid\": \"fffe\", \"pid\": \"1\", \"name\": \"a\", \"driver\": null}]",
    "[{\"vid\": \"zzzz\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"\", \"driver\": null}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": 1, \"driver\": null}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null, \"form\": \"x\"}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null, \"more\": 1}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null,"
    "  \"documents\": [\"a\"]}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null,"
    "  \"documents\": [1], \"sure\": true}]",
    "[{\"vid\": \"fffe\", \"pid\": \"0001\", \"name\": \"a\", \"driver\": null}, {}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (faulty); i++)
    {
      g_autoptr (IlkReaderList) list = NULL;

      g_test_message ("number %u", i);
      tree_write (f->tree, "etc/bad.json", faulty[i]);
      g_test_expect_message ("ilk-host", G_LOG_LEVEL_MESSAGE, "*bad.json is left out*");
      list = load (f);
      g_test_assert_expected_messages ();
      g_assert_null (ilk_reader_list_find (list, 0xfffe, 0x0001));
      g_assert_nonnull (ilk_reader_list_find (list, 0x2a17, 0x0001));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/reader-list/shipped", test_shipped);
  ADD ("/reader-list/added", test_added);
  ADD ("/reader-list/faulty", test_faulty);
  return g_test_run ();
}
