/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store-schema.h"

static const IlkSchemaStep steps[] = {
  /* 0 to 1: a new database. */
  { .sql =
  "CREATE TABLE holders (id INTEGER PRIMARY KEY, number_index BLOB NOT NULL UNIQUE,"
  " number BLOB NOT NULL, name BLOB NOT NULL, phone BLOB NOT NULL, email BLOB NOT NULL,"
  " birth_year BLOB NOT NULL, word TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE unknown_tries (number_index BLOB PRIMARY KEY, failures INTEGER NOT NULL,"
  " expires INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE cards (serial TEXT PRIMARY KEY, holder INTEGER NOT NULL REFERENCES holders (id),"
  " atr TEXT NOT NULL, profile TEXT, key_version INTEGER NOT NULL,"
  " dead INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX cards_of_holder ON cards (holder);"
  "CREATE TABLE certificates (serial TEXT PRIMARY KEY, card_serial TEXT NOT NULL UNIQUE"
  " REFERENCES cards (serial), state TEXT NOT NULL, not_before INTEGER NOT NULL,"
  " not_after INTEGER NOT NULL, sealed BLOB NOT NULL);"
  "CREATE TABLE pins (card_serial TEXT PRIMARY KEY REFERENCES cards (serial),"
  " sealed BLOB NOT NULL, wrapped_key BLOB NOT NULL, epoch INTEGER NOT NULL,"
  " stale INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE captchas (id TEXT PRIMARY KEY, mac BLOB NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE sessions (id TEXT PRIMARY KEY, token BLOB NOT NULL UNIQUE,"
  " holder INTEGER NOT NULL, is_full INTEGER NOT NULL, created INTEGER NOT NULL,"
  " used INTEGER NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE sms_codes (subject TEXT PRIMARY KEY, mac BLOB NOT NULL, sent INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, tries_left INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE sms_sends (holder INTEGER NOT NULL, at INTEGER NOT NULL);"
  "CREATE INDEX sms_sends_of_holder ON sms_sends (holder, at);"
  "CREATE TABLE operations (id TEXT PRIMARY KEY, session TEXT NOT NULL, holder INTEGER NOT NULL,"
  " kind TEXT NOT NULL, card_serial TEXT NOT NULL, created INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, authorized_until INTEGER NOT NULL DEFAULT 0,"
  " consumed INTEGER NOT NULL DEFAULT 0, outcome TEXT, step TEXT, status_word TEXT,"
  " reported INTEGER);"
  "CREATE INDEX operations_of_card ON operations (card_serial, kind, created);"
  "CREATE TABLE challenges (unlock_id TEXT NOT NULL, challenge BLOB NOT NULL,"
  " PRIMARY KEY (unlock_id, challenge)) WITHOUT ROWID;"
  "CREATE TABLE answers (scope TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL,"
  " status INTEGER NOT NULL, body BLOB, at INTEGER NOT NULL, PRIMARY KEY (scope, key))"
  " WITHOUT ROWID;"
  "CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL,"
  " what TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, assurance TEXT NOT NULL,"
  " mac BLOB NOT NULL);",
    .sqlite =
  "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
  " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;"
  "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit"
  " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;",
    .postgres =
  "CREATE FUNCTION refuse_audit_change () RETURNS trigger LANGUAGE plpgsql AS"
  " $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;"
  "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
  " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change ();" },

  /* 1 to 2: when and why the state of a certificate changed last, and which one a resumption leads
   * back to. */
  { .sql =
  "ALTER TABLE certificates ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE certificates ADD COLUMN reason TEXT;"
  "ALTER TABLE certificates ADD COLUMN state_before TEXT;"
  "CREATE INDEX certificates_off ON certificates (state) WHERE state IN ('suspended', 'revoked');" },

  /* 2 to 3: as many audit chains as there are writers at once. */
  { .sql =
  "ALTER TABLE audit ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;"
  "CREATE INDEX audit_of_chain ON audit (chain, seq);" },

  /* 3 to 4: links for a forgotten security word, at most so many a day for each account. */
  { .sql =
  "CREATE TABLE resets (account BLOB PRIMARY KEY, hash BLOB NOT NULL UNIQUE,"
  " holder INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0,"
  " confirmed INTEGER NOT NULL DEFAULT 0, day INTEGER NOT NULL, sends INTEGER NOT NULL);" },

  /* 4 to 5: keys that change (what is sealed for a holder is bound to an anchor that stays), imports
   * that go on where they were, signed ends of the audit chains. */
  { .sql =
  "ALTER TABLE holders ADD COLUMN anchor BLOB;"
  "ALTER TABLE holders ADD COLUMN next_index BLOB;"
  "CREATE UNIQUE INDEX holders_next_index ON holders (next_index);"
  "CREATE TABLE key_versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL,"
  " since INTEGER NOT NULL);"
  "CREATE TABLE imports (digest TEXT PRIMARY KEY, line INTEGER NOT NULL, position INTEGER NOT NULL,"
  " imported INTEGER NOT NULL, at INTEGER NOT NULL);"
  "CREATE TABLE import_faults (digest TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL,"
  " PRIMARY KEY (digest, line));"
  "CREATE TABLE audit_heads (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, ends TEXT NOT NULL,"
  " mac BLOB NOT NULL);",
    .sqlite =
  "CREATE TRIGGER audit_heads_no_update BEFORE UPDATE ON audit_heads"
  " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;"
  "CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads"
  " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;",
    .postgres =
  "CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads"
  " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change ();" },

  /* 5 to 6: messages that are to be sent. */
  { .sql =
  "CREATE TABLE outbox (id INTEGER PRIMARY KEY, message TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
  " sealed BLOB NOT NULL, created INTEGER NOT NULL, due INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, lease_owner TEXT,"
  " lease_until INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX outbox_due ON outbox (kind, due);" },

  /* 6 to 7: the other ways to log in, and how the holder of a session proved to be it (before this
   * step there were passwords with SMS alone). */
  { .sql =
  "ALTER TABLE sessions ADD COLUMN assurance TEXT;"
  "CREATE TABLE signature_challenges (id TEXT PRIMARY KEY, challenge BLOB NOT NULL,"
  " expires INTEGER NOT NULL);"
  "CREATE TABLE e_government_logins (id TEXT PRIMARY KEY, secret BLOB NOT NULL,"
  " redirect_uri TEXT NOT NULL, expires INTEGER NOT NULL);"
  "CREATE TABLE verification_codes (holder INTEGER NOT NULL UNIQUE, mac BLOB NOT NULL,"
  " expires INTEGER NOT NULL, handle BLOB, handle_expires INTEGER NOT NULL, ticket BLOB,"
  " ticket_expires INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX verification_codes_mac ON verification_codes (mac);"
  "CREATE INDEX verification_codes_handle ON verification_codes (handle);"
  "CREATE INDEX verification_codes_ticket ON verification_codes (ticket);"
  "CREATE TABLE verification_tries (space TEXT PRIMARY KEY, tries INTEGER NOT NULL,"
  " expires INTEGER NOT NULL);" },

  /* 7 to 8: what is thrown away by its time is found by it. */
  { .sql =
  "CREATE INDEX captchas_expires ON captchas (expires);"
  "CREATE INDEX unknown_tries_expires ON unknown_tries (expires);"
  "CREATE INDEX sessions_expires ON sessions (expires);"
  "CREATE INDEX sms_codes_expires ON sms_codes (expires);"
  "CREATE INDEX sms_sends_at ON sms_sends (at);"
  "CREATE INDEX resets_expires ON resets (expires);"
  "CREATE INDEX answers_at ON answers (at);"
  "CREATE INDEX signature_challenges_expires ON signature_challenges (expires);" },

  /* 8 to 9: security words that were printed on an application form, and sessions that are for
   * changing one. */
  { .sql =
  "ALTER TABLE holders ADD COLUMN word_initial INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE sessions ADD COLUMN word_change INTEGER NOT NULL DEFAULT 0;" },

  /* 9 to 10: web passwords, which confirm operations in the place of SMS codes. */
  { .sql =
  "CREATE TABLE web_passwords (holder INTEGER PRIMARY KEY REFERENCES holders (id),"
  " hash TEXT NOT NULL, tries_left INTEGER NOT NULL);" },

  /* 10 to 11: phone numbers and mail addresses that wait for being confirmed. */
  { .sql =
  "ALTER TABLE holders ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE contact_changes (operation TEXT PRIMARY KEY, holder INTEGER NOT NULL UNIQUE,"
  " field TEXT NOT NULL, sealed BLOB NOT NULL, revision INTEGER NOT NULL,"
  " expires INTEGER NOT NULL, confirmed INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX contact_changes_expires ON contact_changes (expires);" },

  /* 11 to 12: consents that a holder signs with the card; given is 0 until then. */
  { .sql =
  "CREATE TABLE consents (id TEXT PRIMARY KEY, holder INTEGER NOT NULL, kind TEXT NOT NULL,"
  " language TEXT NOT NULL, certificate_serial TEXT NOT NULL, text BLOB NOT NULL,"
  " cms BLOB NOT NULL, expires INTEGER NOT NULL, given INTEGER NOT NULL DEFAULT 0);"
  "CREATE INDEX consents_of_holder ON consents (holder, given);"
  "CREATE UNIQUE INDEX consents_given ON consents (certificate_serial, kind) WHERE given > 0;"
  "CREATE INDEX consents_expires ON consents (expires) WHERE given = 0;" },
};

int
ilk_store_schema_get_version (void)
{
  return G_N_ELEMENTS (steps);
}

const IlkSchemaStep *
ilk_store_schema_get_step (int version)
{
  g_return_val_if_fail (version >= 0 && version < (int) G_N_ELEMENTS (steps), NULL);

  return &steps[version];
}
