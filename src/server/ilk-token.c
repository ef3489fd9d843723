/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-token.h"

#include <dlfcn.h>
#include <openssl/rand.h>
#include <p11-kit/pkcs11.h>
#include <string.h>
#include "server/ilk-server-error.h"

#define KEY_LENGTH 32
#define IV_LENGTH 12
#define TAG_LENGTH 16
#define MAX_SLOTS 64
#define MAX_FOUND 16
#define LABEL_LENGTH 64

struct _IlkToken
{
  void                 *library;
  CK_FUNCTION_LIST_PTR  list;
  CK_SLOT_ID            slot;
  CK_SESSION_HANDLE     session;
  IlkSecret            *pin;
  gboolean              refused;   /* the PIN */
  /* A session does one thing at a time, and each of ours is short. */
  GMutex                lock;
};

static gboolean
fail (GError     **error,
      const char  *what,
      CK_RV        code)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
               "The token: %s failed (0x%lX)", what, (gulong) code);
  return FALSE;
}

static gboolean
miss (GError     **error,
      const char  *name)
{
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "The token has no key %s", name);
  return FALSE;
}

static gboolean
load (IlkToken    *self,
      const char  *module,
      GError     **error)
{
  CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
  CK_C_GetFunctionList get_list;
  CK_RV code;

  self->library = dlopen (module, RTLD_NOW | RTLD_LOCAL);
  get_list = self->library != NULL
             ? (CK_C_GetFunctionList) dlsym (self->library, "C_GetFunctionList") : NULL;
  if (get_list == NULL || get_list (&self->list) != CKR_OK)
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "%s is no PKCS#11 module: %s",
                   module, dlerror ());
      self->list = NULL;
      return FALSE;
    }
  code = self->list->C_Initialize (&args);
  if (code == CKR_OK || code == CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return TRUE;
  self->list = NULL;
  return fail (error, "to begin", code);
}

/* Labels are padded with blanks. */
static gboolean
has_label (IlkToken   *self,
           CK_SLOT_ID  slot,
           const char *label)
{
  CK_TOKEN_INFO info;
  gsize length = strlen (label);

  if (self->list->C_GetTokenInfo (slot, &info) != CKR_OK || length > sizeof info.label ||
      memcmp (info.label, label, length) != 0)
    return FALSE;
  for (gsize i = length; i < sizeof info.label; i++)
    if (info.label[i] != ' ')
      return FALSE;
  return TRUE;
}

static gboolean
find_slot (IlkToken    *self,
           const char  *label,
           GError     **error)
{
  CK_SLOT_ID slots[MAX_SLOTS];
  CK_ULONG count = MAX_SLOTS;
  CK_RV code = self->list->C_GetSlotList (CK_TRUE, slots, &count);

  if (code != CKR_OK)
    return fail (error, "to list its slots", code);
  for (CK_ULONG i = 0; i < count; i++)
    if (has_label (self, slots[i], label))
      {
        self->slot = slots[i];
        return TRUE;
      }
  g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS, "No token is labelled %s", label);
  return FALSE;
}

static gboolean
log_in (IlkToken  *self,
        GError   **error)
{
  CK_RV code = self->list->C_OpenSession (self->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL,
                                          NULL, &self->session);

  if (code != CKR_OK)
    return fail (error, "to open a session", code);
  code = self->list->C_Login (self->session, CKU_USER,
                              (CK_UTF8CHAR_PTR) ilk_secret_peek (self->pin),
                              ilk_secret_get_length (self->pin));
  self->refused = code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN;
  return !self->refused || fail (error, "the login", code);
}

/* A token that was taken out and put back has forgotten the session. A PIN that it refused is never
 * shown again: tries are few. */
static void
renew_session (IlkToken *self)
{
  CK_SESSION_INFO info;

  if (self->refused)
    return;
  if (self->list->C_GetSessionInfo (self->session, &info) == CKR_OK &&
      info.state == CKS_RW_USER_FUNCTIONS)
    return;
  self->list->C_CloseSession (self->session);
  log_in (self, NULL);
}

static guint
find (IlkToken         *self,
      const char       *name,
      CK_OBJECT_HANDLE  found[MAX_FOUND])
{
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_BBOOL yes = CK_TRUE;
  CK_ATTRIBUTE wanted[] = {
    { CKA_CLASS, &class, sizeof class },
    { CKA_TOKEN, &yes, sizeof yes },
    { CKA_LABEL, (void *) name, strlen (name) },
  };
  CK_ULONG count = 0;

  renew_session (self);
  if (self->list->C_FindObjectsInit (self->session, wanted, G_N_ELEMENTS (wanted)) != CKR_OK)
    return 0;
  if (self->list->C_FindObjects (self->session, found, MAX_FOUND, &count) != CKR_OK)
    count = 0;
  self->list->C_FindObjectsFinal (self->session);
  return (guint) count;
}

gboolean
ilk_token_has (IlkToken   *self,
               const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CK_OBJECT_HANDLE found[MAX_FOUND];

  return find (self, name, found) > 0;
}

static char *
read_label (IlkToken         *self,
            CK_OBJECT_HANDLE  object)
{
  char label[LABEL_LENGTH];
  CK_ATTRIBUTE wanted = { CKA_LABEL, label, sizeof label };

  if (self->list->C_GetAttributeValue (self->session, object, &wanted, 1) != CKR_OK ||
      wanted.ulValueLen > sizeof label)
    return NULL;
  return g_strndup (label, wanted.ulValueLen);
}

static GArray *
find_all (IlkToken  *self,
          GError   **error)
{
  CK_OBJECT_CLASS class = CKO_SECRET_KEY;
  CK_ATTRIBUTE wanted = { CKA_CLASS, &class, sizeof class };
  g_autoptr (GArray) objects = g_array_new (FALSE, FALSE, sizeof (CK_OBJECT_HANDLE));
  CK_OBJECT_HANDLE object;
  CK_ULONG count = 1;
  CK_RV code = self->list->C_FindObjectsInit (self->session, &wanted, 1);

  while (code == CKR_OK && count == 1)
    {
      code = self->list->C_FindObjects (self->session, &object, 1, &count);
      if (code == CKR_OK && count == 1)
        g_array_append_val (objects, object);
    }
  self->list->C_FindObjectsFinal (self->session);
  if (code == CKR_OK)
    return g_steal_pointer (&objects);
  fail (error, "to list its keys", code);
  return NULL;
}

GPtrArray *
ilk_token_list (IlkToken    *self,
                const char  *prefix,
                GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) objects = NULL;

  renew_session (self);
  objects = find_all (self, error);
  if (objects == NULL)
    return NULL;
  for (guint i = 0; i < objects->len; i++)
    {
      char *label = read_label (self, g_array_index (objects, CK_OBJECT_HANDLE, i));

      if (label != NULL && g_str_has_prefix (label, prefix))
        g_ptr_array_add (labels, label);
      else
        g_free (label);
    }
  return g_steal_pointer (&labels);
}

/* What works inside is sensitive and can't be extracted, from its first moment on. */
gboolean
ilk_token_make (IlkToken         *self,
                const char       *name,
                IlkTokenKeyKind   kind,
                GError          **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CK_MECHANISM mechanism = { kind == ILK_TOKEN_KEY_WRAPPING ? CKM_AES_KEY_GEN
                                                           : CKM_GENERIC_SECRET_KEY_GEN, NULL, 0 };
  CK_BBOOL yes = CK_TRUE;
  CK_BBOOL readable = kind == ILK_TOKEN_KEY_READABLE;
  CK_BBOOL inside = !readable;
  CK_BBOOL signs = kind == ILK_TOKEN_KEY_MAC;
  CK_BBOOL wraps = kind == ILK_TOKEN_KEY_WRAPPING;
  CK_ULONG length = KEY_LENGTH;
  CK_ATTRIBUTE template[] = {
    { CKA_TOKEN, &yes, sizeof yes },
    { CKA_PRIVATE, &yes, sizeof yes },
    { CKA_LABEL, (void *) name, strlen (name) },
    { CKA_VALUE_LEN, &length, sizeof length },
    { CKA_SENSITIVE, &inside, sizeof inside },
    { CKA_EXTRACTABLE, &readable, sizeof readable },
    { CKA_SIGN, &signs, sizeof signs },
    { CKA_VERIFY, &signs, sizeof signs },
    { CKA_ENCRYPT, &wraps, sizeof wraps },
    { CKA_DECRYPT, &wraps, sizeof wraps },
  };
  CK_OBJECT_HANDLE made;
  CK_RV code;

  renew_session (self);
  code = self->list->C_GenerateKey (self->session, &mechanism, template, G_N_ELEMENTS (template),
                                    &made);
  return code == CKR_OK || fail (error, "to make a key", code);
}

gboolean
ilk_token_destroy (IlkToken    *self,
                   const char  *name,
                   GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  CK_OBJECT_HANDLE found[MAX_FOUND];
  guint count = find (self, name, found);

  for (guint i = 0; i < count; i++)
    {
      CK_RV code = self->list->C_DestroyObject (self->session, found[i]);

      if (code != CKR_OK)
        return fail (error, "to destroy a key", code);
    }
  return count > 0 || miss (error, name);
}

IlkSecret *
ilk_token_read (IlkToken    *self,
                const char  *name,
                GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (IlkSecret) value = ilk_secret_new (KEY_LENGTH);
  CK_ATTRIBUTE wanted = { CKA_VALUE, ilk_secret_get_writable (value), KEY_LENGTH };
  CK_OBJECT_HANDLE found[MAX_FOUND];
  CK_RV code;

  if (find (self, name, found) == 0)
    {
      miss (error, name);
      return NULL;
    }
  code = self->list->C_GetAttributeValue (self->session, found[0], &wanted, 1);
  if (code != CKR_OK || wanted.ulValueLen != KEY_LENGTH)
    {
      g_set_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_KEYS,
                   "The token's key %s is not one of 32 bytes that can be read (0x%lX)", name,
                   (gulong) code);
      return NULL;
    }
  ilk_secret_set_length (value, KEY_LENGTH);
  return g_steal_pointer (&value);
}

IlkSecret *
ilk_token_mac (IlkToken    *self,
               const char  *name,
               IlkSecret   *data,
               GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (IlkSecret) mac = ilk_secret_new (KEY_LENGTH);
  CK_MECHANISM mechanism = { CKM_SHA256_HMAC, NULL, 0 };
  CK_OBJECT_HANDLE found[MAX_FOUND];
  CK_ULONG length = KEY_LENGTH;
  CK_RV code;

  if (find (self, name, found) == 0)
    {
      miss (error, name);
      return NULL;
    }
  code = self->list->C_SignInit (self->session, &mechanism, found[0]);
  if (code == CKR_OK)
    code = self->list->C_Sign (self->session, (CK_BYTE_PTR) ilk_secret_peek (data),
                               ilk_secret_get_length (data), ilk_secret_get_writable (mac),
                               &length);
  if (code != CKR_OK || length != KEY_LENGTH)
    {
      fail (error, "an HMAC", code);
      return NULL;
    }
  ilk_secret_set_length (mac, KEY_LENGTH);
  return g_steal_pointer (&mac);
}

static void
set_parameters (CK_GCM_PARAMS *parameters,
                guint8        *iv,
                GBytes        *context)
{
  gsize length;

  memset (parameters, 0, sizeof *parameters);
  parameters->iv_ptr = iv;
  parameters->iv_len = IV_LENGTH;
  parameters->iv_bits = IV_LENGTH * 8;
  parameters->aad_ptr = (guint8 *) g_bytes_get_data (context, &length);
  parameters->aad_len = length;
  parameters->tag_bits = TAG_LENGTH * 8;
}

GBytes *
ilk_token_wrap (IlkToken    *self,
                const char  *name,
                GBytes      *context,
                IlkSecret   *plain,
                GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize length = IV_LENGTH + ilk_secret_get_length (plain) + TAG_LENGTH;
  g_autofree guint8 *sealed = g_malloc (length);
  CK_GCM_PARAMS parameters;
  CK_MECHANISM mechanism = { CKM_AES_GCM, &parameters, sizeof parameters };
  CK_OBJECT_HANDLE found[MAX_FOUND];
  CK_ULONG rest = length - IV_LENGTH;
  CK_RV code;

  if (find (self, name, found) == 0)
    {
      miss (error, name);
      return NULL;
    }
  if (RAND_bytes (sealed, IV_LENGTH) != 1)
    g_error ("There is no randomness");
  set_parameters (&parameters, sealed, context);
  code = self->list->C_EncryptInit (self->session, &mechanism, found[0]);
  if (code == CKR_OK)
    code = self->list->C_Encrypt (self->session, (CK_BYTE_PTR) ilk_secret_peek (plain),
                                  ilk_secret_get_length (plain), sealed + IV_LENGTH, &rest);
  if (code != CKR_OK || rest != length - IV_LENGTH)
    {
      fail (error, "to wrap", code);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&sealed), length);
}

static CK_RV
open_with (IlkToken         *self,
           CK_OBJECT_HANDLE  key,
           GBytes           *context,
           GBytes           *sealed,
           IlkSecret        *plain)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (sealed, &length);
  CK_GCM_PARAMS parameters;
  CK_MECHANISM mechanism = { CKM_AES_GCM, &parameters, sizeof parameters };
  CK_ULONG got = ilk_secret_get_capacity (plain);
  CK_RV code;

  set_parameters (&parameters, (guint8 *) data, context);
  code = self->list->C_DecryptInit (self->session, &mechanism, key);
  if (code == CKR_OK)
    code = self->list->C_Decrypt (self->session, (CK_BYTE_PTR) data + IV_LENGTH, length - IV_LENGTH,
                                  ilk_secret_get_writable (plain), &got);
  if (code == CKR_OK)
    ilk_secret_set_length (plain, got);
  return code;
}

/* Two instances that made a week's key at the same moment leave two of one name: the tag tells
 * which is the right one. */
IlkSecret *
ilk_token_unwrap (IlkToken    *self,
                  const char  *name,
                  GBytes      *context,
                  GBytes      *sealed,
                  GError     **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (IlkSecret) plain = ilk_secret_new (g_bytes_get_size (sealed));
  CK_OBJECT_HANDLE found[MAX_FOUND];
  guint count = find (self, name, found);
  CK_RV code = CKR_OK;

  if (count == 0)
    {
      miss (error, name);
      return NULL;
    }
  if (g_bytes_get_size (sealed) < IV_LENGTH + TAG_LENGTH)
    {
      fail (error, "to unwrap what is too short", CKR_DATA_LEN_RANGE);
      return NULL;
    }
  for (guint i = 0; i < count; i++)
    {
      code = open_with (self, found[i], context, sealed, plain);
      if (code == CKR_OK)
        return g_steal_pointer (&plain);
    }
  fail (error, "to unwrap", code);
  return NULL;
}

/**
 * ilk_token_open:
 * @module: path of the PKCS#11 module, which is loaded into this program
 * @label: of the token
 * @pin: shown once; a PIN that is refused is not shown again
 *
 * Returns: (transfer full): the token, or %NULL with %ILK_SERVER_ERROR_KEYS
 */
IlkToken *
ilk_token_open (const char  *module,
                const char  *label,
                IlkSecret   *pin,
                GError     **error)
{
  g_autoptr (IlkToken) self = g_new0 (IlkToken, 1);

  g_mutex_init (&self->lock);
  self->pin = ilk_secret_ref (pin);
  if (!load (self, module, error) || !find_slot (self, label, error) || !log_in (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* The module stays loaded and begun: others in this program may use it. */
void
ilk_token_close (IlkToken *self)
{
  if (self->list != NULL && self->session != 0)
    self->list->C_CloseSession (self->session);
  g_clear_pointer (&self->pin, ilk_secret_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}
