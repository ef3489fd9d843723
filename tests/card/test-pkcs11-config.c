/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which modules the computer has: p11-kit's registry, read without loading anything. */
#include <string.h>

#include <glib/gstdio.h>

#include "card/ilk-pkcs11-config.h"
#include "card/ilk-pkcs11-elf.h"

typedef struct {
  char *folder;
  char *shipped;
  char *admin;
  char *person;
} Fixture;

static char *
make_folder (Fixture    *self,
             const char *name)
{
  char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  return path;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = g_dir_make_tmp ("ilk-config-XXXXXX", NULL);
  self->shipped = make_folder (self, "shipped");
  self->admin = make_folder (self, "admin");
  self->person = g_build_filename (self->folder, "missing", NULL);
}

static void
remove_folder (char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  remove_folder (self->shipped);
  remove_folder (self->admin);
  remove_folder (self->folder);
  g_free (self->person);
}

static void
add (const char *folder,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The paths with blanks between, as one text. */
static char *
list (Fixture *self)
{
  const char *const folders[] = { self->shipped, self->admin, self->person, NULL };
  g_autoptr (GPtrArray) paths = ilk_pkcs11_config_list_in (folders, "/lib/pkcs11", "ilkimza");

  g_ptr_array_add (paths, NULL);
  return g_strjoinv (" ", (char **) paths->pdata);
}

static void
assert_list (Fixture    *self,
             const char *expected)
{
  g_autofree char *found = list (self);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_merge (Fixture       *self,
            gconstpointer  data)
{
  assert_list (self, "");
  add (self->shipped, "b.module", "# a comment: with a colon\n module :  b.so \npriority: 2\n\n");
  add (self->shipped, "a.module", "module: /opt/a.so\r\n");
  add (self->shipped, "c.module", "module: c.so\npriority: 10");
  add (self->shipped, "readme.txt", "module: no.so\n");
  assert_list (self, "/lib/pkcs11/c.so /lib/pkcs11/b.so /opt/a.so");

  /* The administrator's file adds to the package's, key by key. */
  add (self->admin, "a.module", "priority: 5\n");
  add (self->admin, "b.module", "module: /usr/local/lib/b.so\n");
  assert_list (self, "/lib/pkcs11/c.so /opt/a.so /usr/local/lib/b.so");
}

static void
test_left_out (Fixture       *self,
               gconstpointer  data)
{
  add (self->shipped, "1.module", "module: trust.so\ntrust-policy: yes\n");
  add (self->shipped, "2.module", "module: far.so\nremote: |ssh other p11-kit remote\n");
  add (self->shipped, "3.module", "module:\n");
  add (self->shipped, "4.module", "priority: 1\n");
  add (self->shipped, "5.module", "module: x.so\nenable-in: firefox, thunderbird\n");
  add (self->shipped, "6.module", "module: y.so\ndisable-in: ilkimza\n");
  add (self->shipped, "7.module", "module: z.so\nenable-in: firefox ilkimza\n");
  add (self->shipped, "8.module", "module: w.so\ndisable-in: ilkimza-other\n");
  assert_list (self, "/lib/pkcs11/z.so /lib/pkcs11/w.so");
}

/* What is registered on this computer is there, or is told to be absent. */
static void
test_this_computer (void)
{
  g_autoptr (GPtrArray) paths = ilk_pkcs11_config_list ();

  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);

      g_test_message ("%s", path);
      g_assert_true (g_path_is_absolute (path));
      g_assert_cmpint (ilk_pkcs11_file_look (path), <=, ILK_PKCS11_FILE_ABSENT);
      g_assert_null (strstr (path, "p11-kit-trust"));
    }
}

static void
test_files (void)
{
  g_assert_cmpint (ilk_pkcs11_file_look ("/does/not/exist"), ==, ILK_PKCS11_FILE_ABSENT);
  g_assert_cmpint (ilk_pkcs11_file_look ("/"), ==, ILK_PKCS11_FILE_ABSENT);
  g_assert_cmpint (ilk_pkcs11_file_look ("/dev/null"), ==, ILK_PKCS11_FILE_ABSENT);
  g_assert_cmpint (ilk_pkcs11_file_look ("/etc/passwd"), ==, ILK_PKCS11_FILE_NO_LIBRARY);
  /* A program that is position independent is ET_DYN too; only the loader tells it apart. */
  g_assert_cmpint (ilk_pkcs11_file_look ("/proc/self/exe"), ==, ILK_PKCS11_FILE_FITS);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/pkcs11-config/merge", Fixture, NULL, set_up, test_merge, tear_down);
  g_test_add ("/pkcs11-config/left-out", Fixture, NULL, set_up, test_left_out, tear_down);
  g_test_add_func ("/pkcs11-config/this-computer", test_this_computer);
  g_test_add_func ("/pkcs11-config/files", test_files);

  return g_test_run ();
}
