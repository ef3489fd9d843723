/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-consent-text.h"

static const char turkish_waiver[] =
  "E-ONAY METNİ\n"
  "Sürüm 1\n\n"
  "Adı soyadı: %s\n"
  "Sertifika seri numarası: %s\n"
  "Sertifika sağlayıcı: %s\n\n"
  "Bundan sonraki nitelikli elektronik sertifika başvurularımı, yenileme ve iptal taleplerimi ıslak "
  "imzalı belge vermeden elektronik ortamda yapmayı kabul ediyorum. Elektronik ortamda verdiğim "
  "bilgilerin doğru olduğunu, değiştiklerinde sertifika sağlayıcıya bildireceğimi taahhüt ediyorum.\n\n"
  "Bu onay bir kez verilir. Bu metni yukarıdaki sertifikamla, kartımı kullanarak imzalıyorum.\n";

static const char english_waiver[] =
  "E-CONSENT\n"
  "Version 1\n\n"
  "Name: %s\n"
  "Serial number of the certificate: %s\n"
  "Issuer: %s\n\n"
  "From now on I apply for qualified electronic certificates, and ask for their renewal and "
  "revocation, by electronic means and without a document signed by hand. What I state there is "
  "true, and I tell the issuer when it changes.\n\n"
  "This consent is given once. I sign this text with the certificate named above, using my card.\n";

char *
ilk_consent_text_write (const char *kind,
                        gboolean    turkish,
                        const char *issuer,
                        const char *holder,
                        const char *certificate_serial)
{
  if (g_strcmp0 (kind, "wet-signature-waiver") != 0)
    return NULL;
  if (issuer == NULL)
    issuer = turkish ? "kartı veren kurum" : "who gave out the card";
  return turkish ? g_strdup_printf (turkish_waiver, holder, certificate_serial, issuer)
                 : g_strdup_printf (english_waiver, holder, certificate_serial, issuer);
}
