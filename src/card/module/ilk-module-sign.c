/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza-module"

#include "card/module/ilk-module-calls.h"

#include <string.h>

#define MAX_SIGNATURE 1024
#define SHA256_LENGTH 32

/* DigestInfo of SHA-256 up to the digest itself (RFC 8017, 9.2, note 1). */
static const guint8 digest_info[] = {
  0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
  0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
};

/* What is signed by which mechanism. */
typedef struct {
  CK_MECHANISM mechanism;
  GByteArray  *input;
} Plan;

static GBytes *
get_argument (GVariant *body,
              gsize     index)
{
  g_autoptr (GVariant) value = g_variant_get_child_value (body, index);

  return g_variant_get_data_as_bytes (value);
}

/* The key pair of a certificate has the certificate's CKA_ID. */
static CK_RV
find_key (IlkModule        *self,
          GBytes           *certificate,
          CK_OBJECT_HANDLE *key)
{
  g_autoptr (GArray) certificates = NULL;
  g_autoptr (GArray) keys = NULL;
  g_autoptr (GBytes) id = NULL;
  CK_OBJECT_CLASS class = CKO_CERTIFICATE;
  gsize length;
  gconstpointer der = g_bytes_get_data (certificate, &length);
  CK_ATTRIBUTE template[] = {
    { CKA_CLASS, &class, sizeof class },
    { CKA_VALUE, (void *) der, length },
  };
  CK_RV rv = ilk_module_find (self, self->session, template, 2, &certificates);

  if (rv != CKR_OK)
    return rv;
  if (certificates->len > 0)
    id = ilk_module_get (self, self->session, g_array_index (certificates, CK_OBJECT_HANDLE, 0),
                         CKA_ID);
  if (id == NULL)
    return CKR_KEY_HANDLE_INVALID;

  class = CKO_PRIVATE_KEY;
  template[1].type = CKA_ID;
  template[1].pValue = (void *) g_bytes_get_data (id, &length);
  template[1].ulValueLen = length;
  rv = ilk_module_find (self, self->session, template, 2, &keys);
  if (rv == CKR_OK && keys->len == 0)
    return CKR_KEY_HANDLE_INVALID;
  if (rv == CKR_OK)
    *key = g_array_index (keys, CK_OBJECT_HANDLE, 0);
  return rv;
}

static gulong
get_number (IlkModule         *self,
            CK_OBJECT_HANDLE   object,
            CK_ATTRIBUTE_TYPE  type)
{
  g_autoptr (GBytes) value = ilk_module_get (self, self->session, object, type);
  CK_ULONG number = CK_UNAVAILABLE_INFORMATION;

  if (value != NULL && g_bytes_get_size (value) == sizeof number)
    memcpy (&number, g_bytes_get_data (value, NULL), sizeof number);
  return number;
}

static gboolean
is_set (IlkModule         *self,
        CK_OBJECT_HANDLE   object,
        CK_ATTRIBUTE_TYPE  type)
{
  g_autoptr (GBytes) value = ilk_module_get (self, self->session, object, type);

  return value != NULL && *(const CK_BBOOL *) g_bytes_get_data (value, NULL) != CK_FALSE;
}

static gboolean
has_mechanism (IlkModule         *self,
               CK_MECHANISM_TYPE  type)
{
  CK_MECHANISM_INFO info;

  return self->functions->C_GetMechanismInfo (self->slot, type, &info) == CKR_OK
         && (info.flags & CKF_SIGN) != 0;
}

static void
append_digest (GByteArray *input,
               GBytes     *data)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[SHA256_LENGTH];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (data, NULL), (gssize) g_bytes_get_size (data));
  g_checksum_get_digest (checksum, digest, &length);
  g_byte_array_append (input, digest, (guint) length);
}

/* The card's own hashing where the module has it; else the digest is made here. */
static CK_RV
make_plan (IlkModule        *self,
           CK_OBJECT_HANDLE  key,
           GBytes           *data,
           Plan             *plan)
{
  gulong type = get_number (self, key, CKA_KEY_TYPE);

  plan->input = g_byte_array_new ();
  if (type == CKK_EC)
    {
      plan->mechanism.mechanism = CKM_ECDSA;
      append_digest (plan->input, data);
    }
  else if (type == CKK_RSA && has_mechanism (self, CKM_SHA256_RSA_PKCS))
    {
      plan->mechanism.mechanism = CKM_SHA256_RSA_PKCS;
      g_byte_array_append (plan->input, g_bytes_get_data (data, NULL),
                           (guint) g_bytes_get_size (data));
    }
  else if (type == CKK_RSA)
    {
      plan->mechanism.mechanism = CKM_RSA_PKCS;
      g_byte_array_append (plan->input, digest_info, sizeof digest_info);
      append_digest (plan->input, data);
    }
  else
    {
      return CKR_KEY_TYPE_INCONSISTENT;
    }

  return CKR_OK;
}

/* Keys of signature cards often want the PIN for each signature (CKA_ALWAYS_AUTHENTICATE). */
static CK_RV
sign_by_plan (IlkModule         *self,
              CK_OBJECT_HANDLE   key,
              Plan              *plan,
              IlkSecret         *pin,
              GVariant         **answer)
{
  CK_BYTE signature[MAX_SIGNATURE];
  CK_ULONG length = sizeof signature;
  gboolean always = is_set (self, key, CKA_ALWAYS_AUTHENTICATE);
  CK_RV rv = self->functions->C_SignInit (self->session, &plan->mechanism, key);

  if (rv == CKR_OK && always)
    rv = self->functions->C_Login (self->session, CKU_CONTEXT_SPECIFIC,
                                   (CK_BYTE *) ilk_secret_peek (pin), ilk_secret_get_length (pin));
  if (rv == CKR_OK)
    rv = self->functions->C_Sign (self->session, plan->input->data, plan->input->len, signature,
                                  &length);
  if (rv == CKR_OK && length > sizeof signature)
    rv = CKR_BUFFER_TOO_SMALL;
  if (rv == CKR_OK)
    *answer = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, signature, length, 1);
  return rv;
}

/* Signs the SHA-256 of the data with the key of the certificate; logs out in every case. */
CK_RV
ilk_module_sign (IlkModule  *self,
                 GVariant   *body,
                 IlkSecret  *pin,
                 GVariant  **answer)
{
  g_autoptr (GBytes) certificate = get_argument (body, 0);
  g_autoptr (GBytes) data = get_argument (body, 1);
  CK_OBJECT_HANDLE key = 0;
  Plan plan = { { 0 } };
  CK_RV rv = self->functions->C_Login (self->session, CKU_USER, (CK_BYTE *) ilk_secret_peek (pin),
                                       ilk_secret_get_length (pin));

  if (rv != CKR_OK)
    return rv;

  rv = find_key (self, certificate, &key);
  if (rv == CKR_OK)
    rv = make_plan (self, key, data, &plan);
  if (rv == CKR_OK)
    rv = sign_by_plan (self, key, &plan, pin, answer);
  self->functions->C_Logout (self->session);
  g_clear_pointer (&plan.input, g_byte_array_unref);
  return rv;
}
