/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <json-glib/json-glib.h>

#include "app/ilk-diagnosis-words.h"

/* data/diagnosis.schema.json describes this form. Names and words in it stay; new ones may come. */
#define FORMAT 1

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_boolean (JsonBuilder *builder,
             const char  *name,
             gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

/* 1, 0, or -1: not known. */
static void
add_perhaps (JsonBuilder *builder,
             const char  *name,
             int          value)
{
  json_builder_set_member_name (builder, name);
  if (value >= 0)
    json_builder_add_boolean_value (builder, value == 1);
  else
    json_builder_add_null_value (builder);
}

static void
add_time (JsonBuilder *builder,
          const char  *name,
          gint64       seconds)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  add_text (builder, name, text);
}

static void
begin_object (JsonBuilder *builder,
              const char  *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
begin_array (JsonBuilder *builder,
             const char  *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
add_items (JsonBuilder *builder,
           const char  *name,
           GPtrArray   *items,
           const char  *value_name)
{
  begin_array (builder, name);
  for (guint i = 0; i < items->len; i++)
    {
      const IlkDiagnosisItem *item = g_ptr_array_index (items, i);

      json_builder_begin_object (builder);
      add_text (builder, "name", item->name);
      add_text (builder, value_name, item->version);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_result (JsonBuilder  *builder,
            IlkDiagnosis *self)
{
  IlkDiagnosisResult result = ilk_diagnosis_conclude (self, NULL);

  begin_object (builder, "result");
  add_text (builder, "word", ilk_diagnosis_result_word (result));
  json_builder_set_member_name (builder, "exit_status");
  json_builder_add_int_value (builder, result);
  json_builder_end_object (builder);
}

static void
add_system (JsonBuilder  *builder,
            IlkDiagnosis *self)
{
  begin_object (builder, "system");
  add_text (builder, "distribution", self->distribution);
  add_text (builder, "kernel", self->kernel);
  add_text (builder, "architecture", self->architecture);
  add_text (builder, "desktop", self->desktop);
  add_text (builder, "session", self->session);
  add_perhaps (builder, "remote", self->remote);
  add_text (builder, "package_system", self->package_system);
  json_builder_end_object (builder);
}

static void
add_card_service (JsonBuilder  *builder,
                  IlkDiagnosis *self)
{
  begin_object (builder, "card_service");
  add_text (builder, "answer", ilk_diagnosis_answer_word (self->answer));
  add_text (builder, "version", self->pcscd_version);
  add_boolean (builder, "socket", self->socket_present);
  add_text (builder, "pcscd_socket", self->socket_state);
  add_text (builder, "pcscd_service", self->unit_state);
  json_builder_end_object (builder);
}

static void
add_certificates (JsonBuilder              *builder,
                  const IlkDiagnosisReader *reader)
{
  begin_array (builder, "certificates");
  for (guint i = 0; i < reader->certificates->len; i++)
    {
      const IlkDiagnosisCertificate *certificate = g_ptr_array_index (reader->certificates, i);

      json_builder_begin_object (builder);
      add_text (builder, "issuer", certificate->issuer);
      add_boolean (builder, "signing", certificate->signing);
      add_text (builder, "validity", ilk_diagnosis_validity_word (certificate->validity));
      add_time (builder, "not_before", certificate->not_before);
      add_time (builder, "not_after", certificate->not_after);
      add_perhaps (builder, "qualified", certificate->qualified);
      add_perhaps (builder, "secure_device", certificate->device);
      add_text (builder, "chain", certificate->chain);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_card (JsonBuilder              *builder,
          const IlkDiagnosisReader *reader)
{
  json_builder_set_member_name (builder, "card");
  if (!reader->present)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  add_text (builder, "atr", reader->atr);
  add_text (builder, "problem", reader->card_error);
  add_text (builder, "kind", reader->atr != NULL ? ilk_diagnosis_kind_word (reader->kind) : NULL);
  add_text (builder, "name", reader->card_name);
  add_text (builder, "reach", reader->reach);
  add_text (builder, "module", reader->card_module);
  add_text (builder, "module_problem", reader->module_problem);
  add_boolean (builder, "empty", reader->empty);
  add_boolean (builder, "closed", reader->dead);
  add_text (builder, "serial", reader->serial);
  add_text (builder, "holder", reader->holder);
  add_text (builder, "identity_number", reader->identity);
  add_text (builder, "pin", ilk_diagnosis_pin_word (reader->pin_state));
  json_builder_set_member_name (builder, "tries_left");
  if (reader->tries_left >= 0)
    json_builder_add_int_value (builder, reader->tries_left);
  else
    json_builder_add_null_value (builder);
  add_certificates (builder, reader);
  json_builder_end_object (builder);
}

static void
add_readers (JsonBuilder  *builder,
             IlkDiagnosis *self)
{
  begin_array (builder, "readers");
  for (guint i = 0; i < self->readers->len; i++)
    {
      const IlkDiagnosisReader *reader = g_ptr_array_index (self->readers, i);

      json_builder_begin_object (builder);
      add_text (builder, "verdict", ilk_diagnosis_verdict_word (reader->verdict));
      add_text (builder, "name", reader->name);
      add_text (builder, "listed_name", reader->listed_name);
      add_text (builder, "vendor_id", reader->vendor_id);
      add_text (builder, "product_id", reader->product_id);
      add_text (builder, "driver", reader->driver);
      add_text (builder, "has_version", reader->has_version);
      add_text (builder, "needs_version", reader->needs_version);
      add_text (builder, "kernel_module", reader->module);
      add_text (builder, "users", reader->users);
      add_text (builder, "command", reader->command);
      add_card (builder, reader);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_issuer_service (JsonBuilder  *builder,
                    IlkDiagnosis *self)
{
  begin_object (builder, "issuer_service");
  add_text (builder, "host", self->service_host);
  add_text (builder, "answer", ilk_diagnosis_service_word (self->service));
  json_builder_end_object (builder);
}

static void
add_problems (JsonBuilder  *builder,
              IlkDiagnosis *self)
{
  begin_array (builder, "last_problems");
  for (guint i = 0; i < self->problems->len; i++)
    {
      const IlkDiagnosisProblem *problem = g_ptr_array_index (self->problems, i);

      json_builder_begin_object (builder);
      add_text (builder, "code", problem->code);
      add_time (builder, "when", problem->when);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static JsonNode *
build (IlkDiagnosis *self)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, FORMAT);
  add_text (builder, "program", "ilkimza " ILK_VERSION);
  add_boolean (builder, "practice", self->practice);
  add_time (builder, "when", self->when);
  add_result (builder, self);
  add_readers (builder, self);
  add_issuer_service (builder, self);
  add_card_service (builder, self);
  add_items (builder, "usb_readers", self->usb_readers, "id");
  add_items (builder, "drivers", self->drivers, "version");
  add_items (builder, "packages", self->packages, "version");
  add_system (builder, self);
  add_problems (builder, self);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * ilk_diagnosis_to_json:
 *
 * Returns: (transfer full): the report in stable English words, for programs; with a last line end
 */
char *
ilk_diagnosis_to_json (IlkDiagnosis *self)
{
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autoptr(JsonNode) root = build (self);
  g_autofree char *text = NULL;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
