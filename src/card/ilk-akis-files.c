/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-akis-files.h"

#include "card/ilk-card-info.h"
#include "card/ilk-pkcs15-parser.h"
#include "card/ilk-tlv.h"

/* SELECT's P1 of AKİS v1.0, which keeps DF and EF apart (OpenSC card-akis.c). */
#define SELECT_DF 0x00
#define SELECT_EF 0x02

#define FILE_MF  0x3F00
#define FILE_P15 0x3D00
#define FILE_ODF 0x5031

#define TAG_FCI      0x6F
#define TAG_SIZE     0x80
#define TAG_SECURITY 0x90

/* v1.0 takes at most 244 bytes in one answer; READ BINARY's offset has 15 bits. */
#define CHUNK    244
#define MAX_FILE 0x7FFF

/* FALSE with an error: no answer. found: whether the file is there. */
static gboolean
select_file (IlkCardChannel  *channel,
             guint8           p1,
             guint16          id,
             IlkCardReply    *fci,
             gboolean        *found,
             GError         **error)
{
  const guint8 bytes[] = { (guint8) (id >> 8), (guint8) (id & 0xFF) };
  g_auto (IlkApduCommand) command = { { 0 } };

  ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_SELECT, p1, 0x00);
  ilk_apdu_command_append (&command, bytes, sizeof bytes);
  ilk_apdu_command_set_le (&command, 256);
  if (!ilk_card_channel_send (channel, &command, fci, error))
    return FALSE;

  *found = fci->sw == ILK_SW_OK;
  return TRUE;
}

static gboolean
find_in_fci (const IlkCardReply *fci,
             guint               tag,
             IlkTlv             *out)
{
  IlkTlv outer;

  return ilk_tlv_find (fci->bytes, fci->length, TAG_FCI, &outer)
         && ilk_tlv_find (outer.value, outer.length, tag, out);
}

/* Without a size in the FCI a file is read until the card says that it ends. */
static gsize
get_size (const IlkCardReply *fci)
{
  IlkTlv tlv;

  if (!find_in_fci (fci, TAG_SIZE, &tlv) || tlv.length != 2)
    return MAX_FILE;

  return MIN ((gsize) tlv.value[0] << 8 | tlv.value[1], MAX_FILE);
}

static gboolean
select_path (IlkCardChannel       *channel,
             const IlkPkcs15Path  *path,
             IlkCardReply         *fci,
             gboolean             *found,
             GError              **error)
{
  gboolean absolute = path->bytes[0] == 0x3F && path->bytes[1] == 0x00;

  if (!select_file (channel, SELECT_DF, FILE_MF, fci, found, error))
    return FALSE;
  if (!absolute && *found && !select_file (channel, SELECT_DF, FILE_P15, fci, found, error))
    return FALSE;

  for (gsize i = absolute ? 2 : 0; *found && i < path->length; i += 2)
    {
      guint16 id = (guint16) (path->bytes[i] << 8 | path->bytes[i + 1]);
      guint8 p1 = i + 2 == path->length ? SELECT_EF : SELECT_DF;

      /* A relative path may begin with the folder it is relative to. */
      if (!absolute && i == 0 && id == FILE_P15)
        continue;
      if (!select_file (channel, p1, id, fci, found, error))
        return FALSE;
    }

  return TRUE;
}

/* Reads the selected file from offset on, up to end. A card that refuses gives what was read. */
static gboolean
read_selected (IlkCardChannel  *channel,
               gsize            offset,
               gsize            end,
               GByteArray      *content,
               GError         **error)
{
  while (offset < end)
    {
      g_auto (IlkApduCommand) command = { { 0 } };
      g_auto (IlkCardReply) reply = { { 0 } };
      gsize wanted = MIN (end - offset, CHUNK);

      ilk_apdu_command_init (&command, ILK_CLA_ISO, ILK_INS_READ_BINARY,
                             (guint8) (offset >> 8), (guint8) (offset & 0xFF));
      ilk_apdu_command_set_le (&command, (int) wanted);
      if (!ilk_card_channel_send (channel, &command, &reply, error))
        return FALSE;
      if (reply.sw != ILK_SW_OK && reply.sw != ILK_SW_END_OF_FILE)
        return TRUE;

      g_byte_array_append (content, reply.bytes, (guint) reply.length);
      offset += reply.length;
      if (reply.length < wanted || reply.sw == ILK_SW_END_OF_FILE)
        return TRUE;
    }

  return TRUE;
}

/* Returns: (nullable): NULL with an error: no answer. Empty: no such file, or not readable. */
static GByteArray *
read_file (IlkCardChannel       *channel,
           const IlkPkcs15Path  *path,
           GError              **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_auto (IlkCardReply) fci = { { 0 } };
  gboolean found;
  gsize end;

  if (!select_path (channel, path, &fci, &found, error))
    return NULL;
  if (!found)
    return g_steal_pointer (&content);

  end = get_size (&fci);
  if (path->count > 0)
    end = MIN (end, path->offset + path->count);
  if (!read_selected (channel, path->offset, end, content, error))
    return NULL;

  return g_steal_pointer (&content);
}

static gboolean
read_certificate (IlkCardChannel       *channel,
                  const IlkPkcs15Path  *path,
                  GPtrArray            *certificates,
                  GError              **error)
{
  g_autoptr (GByteArray) content = read_file (channel, path, error);
  g_autoptr (GBytes) der = NULL;
  g_autoptr (GError) local_error = NULL;
  IlkCertificate *certificate;

  if (content == NULL)
    return FALSE;

  der = g_byte_array_free_to_bytes (g_steal_pointer (&content));
  certificate = ilk_certificate_new_from_der (der, &local_error);
  if (certificate != NULL)
    g_ptr_array_add (certificates, certificate);
  else
    g_debug ("A listed certificate is passed over: %s", local_error->message);

  return TRUE;
}

static gboolean
read_directory (IlkCardChannel       *channel,
                const IlkPkcs15Path  *path,
                GPtrArray            *certificates,
                GError              **error)
{
  g_autoptr (GByteArray) content = read_file (channel, path, error);
  g_autoptr (GArray) listed = NULL;

  if (content == NULL)
    return FALSE;

  listed = ilk_pkcs15_parse_cdf (content->data, content->len);
  for (guint i = 0; i < listed->len; i++)
    {
      if (!read_certificate (channel, &g_array_index (listed, IlkPkcs15Path, i), certificates,
                             error))
        return FALSE;
    }

  return TRUE;
}

/**
 * ilk_akis_files_read_certificates:
 * @certificates: (element-type IlkCertificate): what is found is added to it
 *
 * Reads the certificates that the PKCS #15 application at 3F00/3D00 lists. A card without the
 * application, or with files that are none, simply has no certificates.
 *
 * Returns: %FALSE with an error when the card does not answer
 */
gboolean
ilk_akis_files_read_certificates (IlkCardChannel  *channel,
                                  GPtrArray       *certificates,
                                  GError         **error)
{
  const IlkPkcs15Path odf = { { FILE_ODF >> 8, FILE_ODF & 0xFF }, 2, 0, 0 };
  g_autoptr (GByteArray) content = read_file (channel, &odf, error);
  g_autoptr (GArray) directories = NULL;

  if (content == NULL)
    return FALSE;

  directories = ilk_pkcs15_parse_odf (content->data, content->len);
  for (guint i = 0; i < directories->len; i++)
    {
      if (!read_directory (channel, &g_array_index (directories, IlkPkcs15Path, i), certificates,
                           error))
        return FALSE;
    }

  return TRUE;
}

/**
 * ilk_akis_files_read_security:
 * @security: (out): the security byte of the PKCS #15 folder; 0 when the card has none
 *
 * Reads what SELECT tells about the folder's PIN: bit 80 is set at its last try (OpenSC
 * card-akis.c).
 *
 * Returns: %FALSE with an error when the card does not answer
 */
gboolean
ilk_akis_files_read_security (IlkCardChannel  *channel,
                              guint8          *security,
                              GError         **error)
{
  g_auto (IlkCardReply) fci = { { 0 } };
  gboolean found;
  IlkTlv tlv;

  *security = 0;
  if (!select_file (channel, SELECT_DF, FILE_MF, &fci, &found, error)
      || !select_file (channel, SELECT_DF, FILE_P15, &fci, &found, error))
    return FALSE;

  if (found && find_in_fci (&fci, TAG_SECURITY, &tlv) && tlv.length == 1)
    *security = tlv.value[0];
  return TRUE;
}
