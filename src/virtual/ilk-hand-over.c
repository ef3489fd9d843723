/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <json-glib/json-glib.h>
#include <string.h>

#include "core/ilk-seal.h"
#include "virtual/ilk-card-order.h"

/* The line that the issuer's service imports: data/handover.schema.json. */
#define SCHEMA   1
#define PROFILE  "virtual-1"
#define ATR_TEXT "3BBA11008131FE4D55454B41452056312E30AE"

#define PEM_LINE 64

static char *
make_pem (GBytes *certificate)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (certificate, &length);
  g_autofree char *base64 = g_base64_encode (der, length);
  GString *pem = g_string_new ("-----BEGIN CERTIFICATE-----\n");

  for (gsize i = 0, n = strlen (base64); i < n; i += PEM_LINE)
    {
      g_string_append_len (pem, base64 + i, MIN (PEM_LINE, n - i));
      g_string_append_c (pem, '\n');
    }
  g_string_append (pem, "-----END CERTIFICATE-----\n");
  return g_string_free (pem, FALSE);
}

static void
add_holder (IlkCardOrder *self,
            JsonBuilder  *builder)
{
  json_builder_set_member_name (builder, "holder");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "identity_number");
  json_builder_add_string_value (builder, self->identity_number);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, self->holder);
  json_builder_set_member_name (builder, "phone");
  json_builder_add_string_value (builder, self->phone);
  json_builder_set_member_name (builder, "email");
  json_builder_add_string_value (builder, self->email);
  json_builder_set_member_name (builder, "birth_year");
  json_builder_add_int_value (builder, self->birth_year);
  if (self->word_is_printed)
    {
      json_builder_set_member_name (builder, "word_is_printed");
      json_builder_add_boolean_value (builder, TRUE);
    }
  json_builder_end_object (builder);
}

static void
add_card (IlkCardOrder *self,
          JsonBuilder  *builder)
{
  g_autofree char *serial = ilk_card_serial_to_text (self->serial);

  json_builder_set_member_name (builder, "card");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "serial");
  json_builder_add_string_value (builder, serial);
  json_builder_set_member_name (builder, "atr");
  json_builder_add_string_value (builder, ATR_TEXT);
  json_builder_set_member_name (builder, "profile");
  json_builder_add_string_value (builder, PROFILE);
  json_builder_set_member_name (builder, "key_version");
  json_builder_add_int_value (builder, ILK_CARD_ORDER_KEY_VERSION);
  json_builder_end_object (builder);
}

static void
add_certificate (IlkCardOrder *self,
                 GBytes       *certificate,
                 JsonBuilder  *builder)
{
  g_autofree char *pem = make_pem (certificate);

  json_builder_set_member_name (builder, "certificate");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "pem");
  json_builder_add_string_value (builder, pem);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, self->activated ? "active" : "not_activated");
  json_builder_end_object (builder);
}

static char *
build_data (IlkCardOrder *self,
            GBytes       *certificate)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_holder (self, builder);
  add_card (self, builder);
  add_certificate (self, certificate, builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* Adds a sealed member, or null when there is nothing to seal. */
static gboolean
add_sealed (JsonBuilder  *builder,
            const char   *name,
            const char   *context,
            GBytes       *handover_public,
            IlkSecret    *plain,
            GError      **error)
{
  g_autoptr (GBytes) sealed = NULL;
  g_autofree char *text = NULL;

  json_builder_set_member_name (builder, name);
  if (plain == NULL)
    {
      json_builder_add_null_value (builder);
      return TRUE;
    }
  sealed = ilk_seal_to (handover_public, context, plain, error);
  if (sealed == NULL)
    return FALSE;
  text = g_base64_encode (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  json_builder_add_string_value (builder, text);
  return TRUE;
}

/**
 * ilk_card_order_hand_over:
 * @self: an order whose card is made
 * @certificate: its certificate in DER
 * @handover_public: the service's public hand-over key, 32 bytes
 * @error: ILK_ERROR_CRYPTO
 *
 * Writes what the issuer's service must know of the card, sealed so that only the service reads
 * it: the security word and the PIN pass through no JSON in clear.
 *
 * Returns: (transfer full): one line with its line end, or %NULL
 */
char *
ilk_card_order_hand_over (IlkCardOrder  *self,
                          GBytes        *certificate,
                          GBytes        *handover_public,
                          GError       **error)
{
  g_autofree char *serial = ilk_card_serial_to_text (self->serial);
  g_autofree char *word_context = g_strconcat ("security-word:", serial, NULL);
  g_autofree char *pin_context = g_strconcat ("pin:", serial, NULL);
  g_autofree char *data = build_data (self, certificate);
  g_autoptr (IlkSecret) plain = ilk_secret_new_from_data (data, strlen (data));
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "schema");
  json_builder_add_int_value (builder, SCHEMA);
  if (!add_sealed (builder, "data", "data", handover_public, plain, error) ||
      !add_sealed (builder, "security_word", word_context, handover_public, self->security_word,
                   error) ||
      !add_sealed (builder, "pin", pin_context, handover_public, self->pin, error))
    return NULL;
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  return g_strconcat (line, "\n", NULL);
}
