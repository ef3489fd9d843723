/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza-module"

#include "card/module/ilk-module-calls.h"

#include <dlfcn.h>

#include "card/module/ilk-module-wrapper.h"

#define MAX_SLOTS   64
#define MAX_OBJECTS 64
#define MAX_VALUE   (64 * 1024)

static CK_RV
start (IlkModule *self)
{
  CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK };
  CK_C_GetFunctionList get_list;
  CK_FUNCTION_LIST *functions = NULL;
  void *library = dlopen (self->path, RTLD_NOW | RTLD_LOCAL);

  if (library == NULL)
    return ILK_PKCS11_CANNOT_LOAD;
  get_list = (CK_C_GetFunctionList) dlsym (library, "C_GetFunctionList");
  if (get_list == NULL || get_list (&functions) != CKR_OK || functions == NULL)
    return ILK_PKCS11_CANNOT_LOAD;

  self->functions = ilk_module_wrap (functions);
  return self->functions->C_Initialize (&arguments);
}

/* The fields of PKCS#11 are filled up with blanks; some modules end them with a NUL. */
static char *
dup_field (const unsigned char *field,
           gsize                size)
{
  g_autofree char *text = g_strndup ((const char *) field, size);

  return g_utf8_make_valid (g_strchomp (text), -1);
}

#define FIELD(field) dup_field (field, sizeof (field))

static CK_RV
look (IlkModule   *self,
      CK_SLOT_ID   slot,
      GVariant   **token)
{
  CK_SLOT_INFO slot_info = { 0 };
  CK_TOKEN_INFO info = { 0 };
  CK_RV rv = self->functions->C_GetSlotInfo (slot, &slot_info);
  g_autofree char *description = NULL;
  g_autofree char *label = NULL;
  g_autofree char *manufacturer = NULL;
  g_autofree char *model = NULL;
  g_autofree char *serial = NULL;

  if (rv == CKR_OK)
    rv = self->functions->C_GetTokenInfo (slot, &info);
  if (rv != CKR_OK)
    return rv;

  description = FIELD (slot_info.slotDescription);
  label = FIELD (info.label);
  manufacturer = FIELD (info.manufacturerID);
  model = FIELD (info.model);
  serial = FIELD (info.serialNumber);
  *token = g_variant_new (ILK_PKCS11_TOKEN_TYPE, (guint64) slot, description,
                          (guint64) slot_info.flags, label, manufacturer, model, serial,
                          (guint64) info.flags, (guint32) MIN (info.ulMinPinLen, G_MAXUINT32),
                          (guint32) MIN (info.ulMaxPinLen, G_MAXUINT32));
  return CKR_OK;
}

/* A slot whose token can't be told is left out: another one may be the one that is looked for. */
static CK_RV
list_slots (IlkModule  *self,
            GVariant  **answer)
{
  g_auto (GVariantBuilder) builder =
    G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (ILK_PKCS11_SLOTS_TYPE));
  CK_SLOT_ID slots[MAX_SLOTS] = { 0 };
  CK_ULONG count = 0;
  CK_RV rv = self->functions->C_GetSlotList (CK_TRUE, NULL, &count);

  /* Asked for the number first: only then do some modules look at the readers anew. */
  count = MAX_SLOTS;
  if (rv == CKR_OK)
    rv = self->functions->C_GetSlotList (CK_TRUE, slots, &count);
  if (rv != CKR_OK)
    return rv;

  for (CK_ULONG i = 0; i < MIN (count, MAX_SLOTS); i++)
    {
      GVariant *token = NULL;

      if (look (self, slots[i], &token) == CKR_OK)
        g_variant_builder_add_value (&builder, token);
    }
  *answer = g_variant_builder_end (&builder);
  return CKR_OK;
}

/* Returns (transfer full, element CK_OBJECT_HANDLE): what fits, in *found. */
CK_RV
ilk_module_find (IlkModule          *self,
                 CK_SESSION_HANDLE   session,
                 CK_ATTRIBUTE       *template,
                 CK_ULONG            n_attributes,
                 GArray            **found)
{
  CK_OBJECT_HANDLE objects[MAX_OBJECTS];
  CK_ULONG count = 0;
  CK_RV rv = self->functions->C_FindObjectsInit (session, template, n_attributes);

  if (rv != CKR_OK)
    return rv;

  rv = self->functions->C_FindObjects (session, objects, MAX_OBJECTS, &count);
  self->functions->C_FindObjectsFinal (session);
  if (rv != CKR_OK)
    return rv;

  *found = g_array_new (FALSE, FALSE, sizeof (CK_OBJECT_HANDLE));
  g_array_append_vals (*found, objects, (guint) MIN (count, MAX_OBJECTS));
  return CKR_OK;
}

/* Returns (transfer full, nullable): an attribute. The module says the length, and may lie. */
GBytes *
ilk_module_get (IlkModule         *self,
                CK_SESSION_HANDLE  session,
                CK_OBJECT_HANDLE   object,
                CK_ATTRIBUTE_TYPE  type)
{
  CK_ATTRIBUTE attribute = { type, NULL, 0 };
  g_autofree char *value = NULL;
  gulong length;

  if (self->functions->C_GetAttributeValue (session, object, &attribute, 1) != CKR_OK
      || attribute.ulValueLen == 0 || attribute.ulValueLen > MAX_VALUE)
    return NULL;

  length = attribute.ulValueLen;
  attribute.pValue = value = g_malloc0 (length);
  if (self->functions->C_GetAttributeValue (session, object, &attribute, 1) != CKR_OK
      || attribute.ulValueLen > length)
    return NULL;

  return g_bytes_new (value, attribute.ulValueLen);
}

static CK_RV
read_certificates (IlkModule         *self,
                   CK_SESSION_HANDLE  session,
                   GVariant         **answer)
{
  g_auto (GVariantBuilder) builder =
    G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (ILK_PKCS11_CERTIFICATES_TYPE));
  g_autoptr (GArray) objects = NULL;
  CK_OBJECT_CLASS class = CKO_CERTIFICATE;
  CK_ATTRIBUTE template = { CKA_CLASS, &class, sizeof class };
  CK_RV rv = ilk_module_find (self, session, &template, 1, &objects);

  if (rv != CKR_OK)
    return rv;

  for (guint i = 0; i < objects->len; i++)
    {
      g_autoptr (GBytes) value = ilk_module_get (self, session,
                                                 g_array_index (objects, CK_OBJECT_HANDLE, i),
                                                 CKA_VALUE);

      if (value != NULL)
        g_variant_builder_add_value (&builder,
                                     g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, value,
                                                               TRUE));
    }
  *answer = g_variant_builder_end (&builder);
  return CKR_OK;
}

/* Certificates are public: no login. */
static CK_RV
list_certificates (IlkModule   *self,
                   CK_SLOT_ID   slot,
                   GVariant   **answer)
{
  CK_SESSION_HANDLE session = 0;
  CK_RV rv = self->functions->C_OpenSession (slot, CKF_SERIAL_SESSION, NULL, NULL, &session);

  if (rv != CKR_OK)
    return rv;

  rv = read_certificates (self, session, answer);
  self->functions->C_CloseSession (session);
  return rv;
}

static CK_RV
open_session (IlkModule  *self,
              CK_SLOT_ID  slot)
{
  CK_RV rv = self->functions->C_OpenSession (slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
                                             &self->session);

  if (rv == CKR_OK)
    self->slot = slot;
  return rv;
}

/* NULL: the module asks at the reader. */
static CK_BYTE *
peek (IlkSecret *pin)
{
  return pin != NULL ? (CK_BYTE *) ilk_secret_peek (pin) : NULL;
}

static CK_ULONG
get_length (IlkSecret *pin)
{
  return pin != NULL ? ilk_secret_get_length (pin) : 0;
}

/* Nothing is left logged in: the next proof has to be one. */
static CK_RV
prove (IlkModule *self,
       IlkSecret *pin)
{
  CK_RV rv = self->functions->C_Login (self->session, CKU_USER, peek (pin),
                                       get_length (pin));

  if (rv == CKR_OK)
    self->functions->C_Logout (self->session);
  return rv;
}

static CK_RV
set_pin (IlkModule *self,
         IlkSecret *old_pin,
         IlkSecret *new_pin)
{
  return self->functions->C_SetPIN (self->session, peek (old_pin), get_length (old_pin),
                                    peek (new_pin), get_length (new_pin));
}

static CK_RV
end (IlkModule *self)
{
  if (self->functions == NULL)
    return CKR_OK;
  if (self->session != 0)
    self->functions->C_CloseSession (self->session);
  self->session = 0;
  return self->functions->C_Finalize (NULL);
}

static CK_RV
do_in_session (IlkModule      *self,
               IlkPkcs11Call   call,
               GVariant       *body,
               IlkSecret     **secrets,
               GVariant      **answer)
{
  if (self->session == 0)
    return CKR_SESSION_HANDLE_INVALID;
  if (call == ILK_PKCS11_CALL_TOKEN)
    return look (self, self->slot, answer);
  if (call == ILK_PKCS11_CALL_LOGIN_BY_PAD)
    return prove (self, NULL);
  if (call == ILK_PKCS11_CALL_SET_PIN_BY_PAD)
    return set_pin (self, NULL, NULL);
  if (secrets[0] == NULL || (call == ILK_PKCS11_CALL_SET_PIN && secrets[1] == NULL))
    return CKR_ARGUMENTS_BAD;

  switch (call)
    {
    case ILK_PKCS11_CALL_LOGIN:
      return prove (self, secrets[0]);
    case ILK_PKCS11_CALL_SET_PIN:
      return set_pin (self, secrets[0], secrets[1]);
    case ILK_PKCS11_CALL_SIGN:
      return ilk_module_sign (self, body, secrets[0], answer);
    default:
      return CKR_FUNCTION_NOT_SUPPORTED;
    }
}

CK_RV
ilk_module_do (IlkModule      *self,
               IlkPkcs11Call   call,
               GVariant       *body,
               IlkSecret     **secrets,
               GVariant      **answer)
{
  if (call == ILK_PKCS11_CALL_START)
    return start (self);
  if (call == ILK_PKCS11_CALL_END)
    return end (self);
  if (self->functions == NULL)
    return CKR_CRYPTOKI_NOT_INITIALIZED;

  switch (call)
    {
    case ILK_PKCS11_CALL_SLOTS:
      return list_slots (self, answer);
    case ILK_PKCS11_CALL_CERTIFICATES:
      return list_certificates (self, (CK_SLOT_ID) g_variant_get_uint64 (body), answer);
    case ILK_PKCS11_CALL_OPEN:
      return open_session (self, (CK_SLOT_ID) g_variant_get_uint64 (body));
    default:
      return do_in_session (self, call, body, secrets, answer);
    }
}
