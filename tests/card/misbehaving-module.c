/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PKCS#11 module with one card, as bad as it is told to be.
 *
 * ILK_TEST_MODULE names a key file. [Card] is the card: pin, tries, serial, label, description,
 * slot-flags, flags (added to those that come from the tries), min, max, certificate (a file), typed
 * and typed-new (PINs that a person types on the reader when the program has none; typed may be
 * "red key").
 * [Module] is the behaviour. hang, crash, leave, fork, wait: the function that does so (fork: a
 * child that holds all files open, its number in ".child"; wait: until it is told otherwise).
 * The name of a function: a code that it answers. null-only, arguments-only: what C_Initialize
 * takes. lies: no flags of tries. lengths: wrong ones. Every call is a line in the file of the same
 * name with ".log". */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <p11-kit/pkcs11.h>

#define EXPORT __attribute__ ((visibility ("default")))
#define SLOT    7
#define SESSION 11
#define OBJECT  13

EXPORT CK_RV C_GetFunctionList (CK_FUNCTION_LIST **list);

static GKeyFile *file;
static gboolean found;

static const char *
get_path (void)
{
  return g_getenv ("ILK_TEST_MODULE");
}

static void
load (void)
{
  g_clear_pointer (&file, g_key_file_unref);
  file = g_key_file_new ();
  if (!g_key_file_load_from_file (file, get_path (), G_KEY_FILE_NONE, NULL))
    abort ();
}

static void
log_call (const char *function)
{
  g_autofree char *path = g_strconcat (get_path (), ".log", NULL);
  g_autofree char *line = g_strconcat (function, "\n", NULL);
  int fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  if (write (fd, line, strlen (line)) < 0)
    abort ();
  close (fd);
}

static gboolean
is (const char *key,
    const char *function)
{
  g_autofree char *value = g_key_file_get_string (file, "Module", key, NULL);

  return g_strcmp0 (value, function) == 0;
}

static gboolean
does (const char *key)
{
  return g_key_file_get_boolean (file, "Module", key, NULL);
}

/* A process that would hold on to the socket for ever. */
static void
start_child (void)
{
  g_autofree char *path = g_strconcat (get_path (), ".child", NULL);
  g_autofree char *number = NULL;
  pid_t child = fork ();

  while (child == 0)
    pause ();
  number = g_strdup_printf ("%d", child);
  if (!g_file_set_contents (path, number, -1, NULL))
    abort ();
}

static CK_RV
enter (const char *function)
{
  load ();
  log_call (function);
  if (is ("fork", function))
    start_child ();
  if (is ("hang", function))
    {
      signal (SIGTERM, SIG_IGN);
      while (TRUE)
        pause ();
    }
  while (is ("wait", function))
    load ();
  if (is ("crash", function))
    raise (SIGSEGV);
  if (is ("leave", function))
    _exit (0);

  return (CK_RV) g_key_file_get_uint64 (file, "Module", function, NULL);
}

#define ENTER(function) \
  G_STMT_START { CK_RV entered = enter (#function); if (entered != CKR_OK) return entered; } \
  G_STMT_END

static int
get_number (const char *key)
{
  return g_key_file_get_integer (file, "Card", key, NULL);
}

static void
set_tries (int tries)
{
  g_key_file_set_integer (file, "Card", "tries", tries);
  if (!g_key_file_save_to_file (file, get_path (), NULL))
    abort ();
}

/* Blanks up to the end, as the standard has it. */
static void
fill (unsigned char *field,
      gsize          size,
      const char    *key)
{
  g_autofree char *value = g_key_file_get_string (file, "Card", key, NULL);

  memset (field, ' ', size);
  if (value != NULL)
    memcpy (field, value, MIN (strlen (value), size));
}

static CK_RV
initialize (void *arguments)
{
  load ();
  log_call (arguments != NULL ? "C_Initialize (arguments)" : "C_Initialize (NULL)");
  if (arguments != NULL && does ("null-only"))
    return CKR_ARGUMENTS_BAD;
  if (arguments == NULL && does ("arguments-only"))
    return CKR_ARGUMENTS_BAD;

  ENTER (C_Initialize);
  return CKR_OK;
}

static CK_RV
finalize (void *reserved)
{
  ENTER (C_Finalize);
  return CKR_OK;
}

static CK_RV
get_slot_list (unsigned char  with_token,
               CK_SLOT_ID    *slots,
               CK_ULONG      *count)
{
  ENTER (C_GetSlotList);
  if (slots != NULL && *count >= 1)
    slots[0] = SLOT;
  *count = does ("lengths") ? 100000 : 1;
  return CKR_OK;
}

static CK_RV
get_slot_info (CK_SLOT_ID    slot,
               CK_SLOT_INFO *info)
{
  ENTER (C_GetSlotInfo);
  if (slot != SLOT)
    return CKR_SLOT_ID_INVALID;
  fill (info->slotDescription, sizeof info->slotDescription, "description");
  info->flags = CKF_TOKEN_PRESENT | (CK_FLAGS) get_number ("slot-flags");
  return CKR_OK;
}

static CK_FLAGS
get_flags (void)
{
  int tries = get_number ("tries");
  CK_FLAGS flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED;

  flags |= (CK_FLAGS) get_number ("flags");
  if (does ("lies"))
    return flags;
  if (tries < 3)
    flags |= CKF_USER_PIN_COUNT_LOW;
  if (tries == 1)
    flags |= CKF_USER_PIN_FINAL_TRY;
  if (tries == 0)
    flags |= CKF_USER_PIN_LOCKED;
  return flags;
}

static CK_RV
get_token_info (CK_SLOT_ID     slot,
                CK_TOKEN_INFO *info)
{
  ENTER (C_GetTokenInfo);
  fill (info->label, sizeof info->label, "label");
  fill (info->manufacturerID, sizeof info->manufacturerID, "manufacturer");
  fill (info->model, sizeof info->model, "model");
  fill (info->serialNumber, sizeof info->serialNumber, "serial");
  info->flags = get_flags ();
  info->ulMinPinLen = (CK_ULONG) get_number ("min");
  info->ulMaxPinLen = (CK_ULONG) get_number ("max");
  return CKR_OK;
}

static CK_RV
open_session (CK_SLOT_ID         slot,
              CK_FLAGS           flags,
              void              *application,
              CK_NOTIFY          notify,
              CK_SESSION_HANDLE *session)
{
  ENTER (C_OpenSession);
  *session = SESSION;
  return slot == SLOT ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static CK_RV
close_session (CK_SESSION_HANDLE session)
{
  ENTER (C_CloseSession);
  return CKR_OK;
}

/* The card itself: a wrong PIN costs a try, the right one gives all of them back. */
static CK_RV
show_pin (const unsigned char *pin,
          CK_ULONG             length)
{
  g_autofree char *right = g_key_file_get_string (file, "Card", "pin", NULL);
  int tries = get_number ("tries");

  if (tries == 0)
    return CKR_PIN_LOCKED;
  if (length == strlen (right) && memcmp (pin, right, length) == 0)
    {
      set_tries (3);
      return CKR_OK;
    }

  set_tries (tries - 1);
  return CKR_PIN_INCORRECT;
}

static CK_RV
login (CK_SESSION_HANDLE  session,
       CK_USER_TYPE       user,
       unsigned char     *pin,
       CK_ULONG           length)
{
  g_autofree char *typed = NULL;

  ENTER (C_Login);
  if (pin == NULL)
    {
      typed = g_key_file_get_string (file, "Card", "typed", NULL);
      pin = (unsigned char *) typed;
      length = strlen (typed);
    }
  if (g_strcmp0 (typed, "red key") == 0)
    return CKR_FUNCTION_CANCELED;
  return user == CKU_USER ? show_pin (pin, length) : CKR_USER_TYPE_INVALID;
}

static CK_RV
logout (CK_SESSION_HANDLE session)
{
  ENTER (C_Logout);
  return CKR_OK;
}

static CK_RV
set_pin (CK_SESSION_HANDLE  session,
         unsigned char     *old_pin,
         CK_ULONG           old_length,
         unsigned char     *new_pin,
         CK_ULONG           new_length)
{
  g_autofree char *typed = NULL;
  g_autofree char *text = NULL;
  CK_RV rv;

  ENTER (C_SetPIN);
  if (old_pin == NULL)
    {
      typed = g_key_file_get_string (file, "Card", "typed", NULL);
      old_pin = (unsigned char *) typed;
      old_length = strlen (typed);
      text = g_key_file_get_string (file, "Card", "typed-new", NULL);
    }
  if (g_strcmp0 (typed, "red key") == 0)
    return CKR_FUNCTION_CANCELED;
  rv = show_pin (old_pin, old_length);
  if (rv != CKR_OK)
    return rv;

  if (text == NULL)
    text = g_strndup ((const char *) new_pin, new_length);
  g_key_file_set_string (file, "Card", "pin", text);
  set_tries (3);
  if (is ("crash", "C_SetPIN afterwards"))
    raise (SIGSEGV);
  return (CK_RV) g_key_file_get_uint64 (file, "Module", "C_SetPIN afterwards", NULL);
}

static CK_RV
find_objects_init (CK_SESSION_HANDLE  session,
                   CK_ATTRIBUTE      *template,
                   CK_ULONG           count)
{
  ENTER (C_FindObjectsInit);
  found = FALSE;
  return CKR_OK;
}

static CK_RV
find_objects (CK_SESSION_HANDLE  session,
              CK_OBJECT_HANDLE  *objects,
              CK_ULONG           max,
              CK_ULONG          *count)
{
  ENTER (C_FindObjects);
  *count = found || max == 0 || !g_key_file_has_key (file, "Card", "certificate", NULL) ? 0 : 1;
  objects[0] = OBJECT;
  found = TRUE;
  if (does ("lengths"))
    *count = 100000;
  return CKR_OK;
}

static CK_RV
find_objects_final (CK_SESSION_HANDLE session)
{
  ENTER (C_FindObjectsFinal);
  return CKR_OK;
}

static CK_RV
get_attribute_value (CK_SESSION_HANDLE  session,
                     CK_OBJECT_HANDLE   object,
                     CK_ATTRIBUTE      *template,
                     CK_ULONG           count)
{
  g_autofree char *path = g_key_file_get_string (file, "Card", "certificate", NULL);
  g_autofree char *der = NULL;
  gsize length;

  ENTER (C_GetAttributeValue);
  if (path == NULL || !g_file_get_contents (path, &der, &length, NULL))
    return CKR_OBJECT_HANDLE_INVALID;
  if (template->pValue != NULL)
    memcpy (template->pValue, der, MIN (length, template->ulValueLen));
  template->ulValueLen = length;
  if (does ("lengths"))
    template->ulValueLen = template->pValue != NULL ? G_MAXULONG : length;
  return CKR_OK;
}

CK_RV
C_GetFunctionList (CK_FUNCTION_LIST **list)
{
  static CK_FUNCTION_LIST functions = {
    .version = { 2, 40 },
    .C_Initialize = initialize,
    .C_Finalize = finalize,
    .C_GetSlotList = get_slot_list,
    .C_GetSlotInfo = get_slot_info,
    .C_GetTokenInfo = get_token_info,
    .C_OpenSession = open_session,
    .C_CloseSession = close_session,
    .C_Login = login,
    .C_Logout = logout,
    .C_SetPIN = set_pin,
    .C_FindObjectsInit = find_objects_init,
    .C_FindObjects = find_objects,
    .C_FindObjectsFinal = find_objects_final,
    .C_GetAttributeValue = get_attribute_value,
  };

  *list = &functions;
  return CKR_OK;
}
