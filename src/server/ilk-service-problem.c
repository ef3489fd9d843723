/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-problem.h"

#include <json-glib/json-glib.h>

static const IlkServiceProblem problems[] = {
  { "captcha.wrong", 422,
    "The text does not match the picture. Try a new picture.",
    "Yazdığınız, resimdekiyle aynı değil. Yeni bir resimle deneyin." },
  { "captcha.expired", 410,
    "The picture is no longer valid. Get a new one.",
    "Resmin süresi doldu. Yeni bir resim alın." },
  { "captcha.no_sound", 404,
    "The text can't be read aloud here. Ask the call centre, or somebody to read the picture to you.",
    "Metin burada sesli okunamıyor. Çağrı Merkezi’ni arayın ya da resmi birine okutun." },
  { "word.change_required", 403,
    "You logged in with the security word printed on your application form. Choose a word of your "
    "own first; “I forgot my security word” on the issuer’s pages does that too.",
    "Başvuru formunuzda yazılı olan Güvenlik Sözcüğü ile giriş yaptınız. Önce kendinize ait bir "
    "sözcük belirleyin; Kurumun sayfalarındaki “Güvenlik Sözcüğümü Unuttum” da bunu yapar." },
  { "word.not_printed", 409,
    "Your security word is not the printed one any more. To change it, use “I forgot my security "
    "word”.",
    "Güvenlik Sözcüğünüz artık başvuru formundaki sözcük değil. Değiştirmek için “Güvenlik "
    "Sözcüğümü Unuttum” bölümünü kullanın." },
  { "word.same", 422,
    "This is the word you have now. Choose another one.",
    "Bu, şimdiki sözcüğünüz. Başka bir sözcük seçin." },
  { "login.refused", 401,
    "The identity number or the security word is wrong.",
    "Kimlik No ya da Güvenlik Sözcüğü hatalı." },
  { "account.blocked", 423,
    "The account is blocked after three wrong tries. Set a new security word by “I forgot my "
    "security word”, or call the call centre.",
    "Hesap üç hatalı deneme nedeniyle bloke edildi. “Güvenlik Sözcüğümü Unuttum” ile yeni bir "
    "sözcük belirleyin ya da Çağrı Merkezi’ni arayın." },
  { "reset.gone", 410,
    "This link is no longer valid: it was used, its 30 minutes are over, or a newer one was sent. "
    "Ask for a new link.",
    "Bu bağlantı artık geçerli değil: kullanılmış, 30 dakikalık süresi dolmuş ya da yerine yenisi "
    "gönderilmiş olabilir. Yeni bir bağlantı isteyin." },
  { "reset.code_required", 403,
    "The account is blocked. Confirm with an SMS code before you set a new security word.",
    "Hesap bloke. Yeni Güvenlik Sözcüğü belirlemeden önce SMS Onay Kodu ile onaylayın." },
  { "word.length", 422,
    "The security word must have 8 to 256 bytes: 8 letters or more.",
    "Güvenlik Sözcüğü en az 8 karakter, en çok 256 bayt olmalıdır." },
  { "word.text", 422,
    "The security word has a character in it that can't be typed. Use letters, digits, signs and "
    "spaces.",
    "Güvenlik Sözcüğü’nde klavyeyle yazılamayan bir karakter var. Harf, rakam, işaret ve boşluk "
    "kullanın." },
  { "word.common", 422,
    "Many people use this word, so it would be tried first. Choose another.",
    "Bu sözcüğü çok kişi kullanıyor; ilk denenecek sözcüklerden biri olur. Başka bir sözcük seçin." },
  { "word.personal", 422,
    "The security word must not be made of your name, identity number, phone number or year of "
    "birth. Choose another.",
    "Güvenlik Sözcüğü adınızdan, Kimlik No’nuzdan, telefon numaranızdan ya da doğum yılınızdan "
    "oluşamaz. Başka bir sözcük seçin." },
  { "consent.unavailable", 404,
    "Consents are not taken here: no authority is configured whose certificates count.",
    "E-Onay burada verilemiyor: geçerli sayılan bir sertifika makamı tanımlanmamış." },
  { "consent.unknown", 404,
    "There is no such consent.",
    "Böyle bir e-onay yok." },
  { "consent.expired", 410,
    "The signing took too long. Begin it again.",
    "İmzalama çok uzun sürdü. İşleme yeniden başlayın." },
  { "consent.given", 409,
    "You have given this consent with this certificate already.",
    "Bu e-onayı bu sertifikayla daha önce verdiniz." },
  { "consent.signature", 422,
    "The signature is not one of this certificate over this text. Sign again with the card.",
    "İmza, bu metnin bu sertifikayla atılmış imzası değil. Kartla yeniden imzalayın." },
  { "me.revision_required", 428,
    "Say which state of your information you change (If-Match).",
    "Bilgilerinizin hangi hâlini değiştirdiğiniz belirtilmedi (If-Match)." },
  { "me.changed", 412,
    "Your information was changed meanwhile. Look at it again, then change it.",
    "Bilgileriniz bu arada değişti. Önce yeniden görüntüleyin, sonra değiştirin." },
  { "me.phone", 422,
    "This is no mobile phone number. Write it like 0532 123 45 67, or with + and the country’s code.",
    "Bu bir cep telefonu numarası değil. 0532 123 45 67 gibi ya da + ve ülke koduyla yazın." },
  { "me.email", 422,
    "This is no e-mail address.",
    "Bu bir e-posta adresi değil." },
  { "me.same", 422,
    "This is already on record.",
    "Bu bilgi zaten kayıtlı." },
  { "web_password.none", 409,
    "You have set no web password. Confirm with an SMS code.",
    "Belirlenmiş bir WEB Parolanız yok. SMS Onay Kodu ile onaylayın." },
  { "web_password.wrong", 422,
    "The web password is wrong.",
    "WEB Parola hatalı." },
  { "web_password.exhausted", 409,
    "The web password was wrong three times. From now on confirm with an SMS code; you can set a new "
    "web password with one, too.",
    "WEB Parola üç kez hatalı girildi. Bundan sonra SMS Onay Kodu ile onaylayın; yeni WEB "
    "Parolanızı da SMS Onay Kodu ile belirleyebilirsiniz." },
  { "web_password.not_enough", 403,
    "The web password can't confirm this. Confirm with an SMS code.",
    "Bu işlem WEB Parola ile onaylanamaz. SMS Onay Kodu ile onaylayın." },
  { "web_password.same", 422,
    "The web password must not be your security word. Choose another one.",
    "WEB Parola, Güvenlik Sözcüğünüzle aynı olamaz. Başka bir parola seçin." },
  { "session.missing", 401,
    "You are not logged in.",
    "Oturum açmadınız." },
  { "session.expired", 401,
    "The session has ended. Log in again.",
    "Oturumun süresi doldu. Yeniden giriş yapın." },
  { "attempt.expired", 401,
    "The login took too long. Begin it again.",
    "Giriş işleminin süresi doldu. Girişe yeniden başlayın." },
  { "sms.wrong", 422,
    "The SMS confirmation code is wrong.",
    "SMS Onay Kodu hatalı." },
  { "sms.expired", 410,
    "The SMS confirmation code has expired. Have a new one sent.",
    "SMS Onay Kodu’nun süresi doldu. Yeni bir kod isteyin." },
  { "sms.exhausted", 410,
    "Three wrong codes were entered. Have a new one sent.",
    "Kod üç kez hatalı girildi. Yeni bir kod isteyin." },
  { "sms.none", 409,
    "No SMS confirmation code is waiting. Have one sent first.",
    "Girilmeyi bekleyen bir SMS Onay Kodu yok. Önce bir kod isteyin." },
  { "sms.too_soon", 429,
    "A code was just sent. Wait a little before the next one.",
    "Az önce bir kod gönderildi. Yenisi için biraz bekleyin." },
  { "sms.limit", 429,
    "Too many codes were sent. Try again later.",
    "Çok fazla kod gönderildi. Daha sonra yeniden deneyin." },
  { "assurance.too_low", 403,
    "You logged in with a verification code, which is enough for your list of cards and for "
    "unblocking a card only. Log in with your security word, your e-signature or through the "
    "e-Government gateway.",
    "Doğrulama Kodu ile giriş yaptınız; bu giriş yalnızca kart listesi ve kilit çözme için "
    "yeterlidir. Şifreli Giriş, E-İmzalı Giriş ya da e-Devlet Kapısı ile giriş yapın." },
  { "assurance.password", 403,
    "A new certificate can be activated only after a Password login. Log in with your security "
    "word.",
    "Yeni bir sertifika yalnızca Şifreli Giriş ile kullanıma açılabilir. Güvenlik Sözcüğünüzle "
    "giriş yapın." },
  { "login.unavailable", 404,
    "This way of logging in is not offered here. Choose another one.",
    "Bu giriş yöntemi burada sunulmuyor. Başka bir giriş yöntemi seçin." },
  { "signature.expired", 410,
    "The signing took too long, or its result was used before. Begin the login again.",
    "İmzalama çok uzun sürdü ya da sonucu daha önce kullanıldı. Girişe yeniden başlayın." },
  { "signature.wrong", 401,
    "The signature does not belong to this certificate. Sign again with the card.",
    "İmza bu sertifikaya ait değil. Kartla yeniden imzalayın." },
  { "signature.certificate", 401,
    "Nobody can log in with this certificate here: it is not a signing certificate that this "
    "issuer gave out. Use the card that you got from this issuer.",
    "Bu sertifikayla burada giriş yapılamaz: Bu sertifika sağlayıcının verdiği bir imza "
    "sertifikası değil. Bu sağlayıcıdan aldığınız kartı kullanın." },
  { "certificate.not_activated", 409,
    "The certificate is not activated yet. Activate it after a Password login; then you can log in "
    "with it.",
    "Sertifika henüz kullanıma açılmamış. Şifreli Giriş yapıp kullanıma açtıktan sonra bu "
    "sertifikayla giriş yapabilirsiniz." },
  { "certificate.suspended", 409,
    "The certificate is suspended. Log in another way and resume it.",
    "Sertifika askıda. Başka bir yöntemle giriş yapıp sertifikayı askıdan indirin." },
  { "e_government.expired", 410,
    "The login through the e-Government gateway took too long or was used before. Begin it again.",
    "e-Devlet Kapısı ile giriş çok uzun sürdü ya da daha önce kullanıldı. Girişe yeniden başlayın." },
  { "e_government.refused", 401,
    "What came back from the e-Government gateway could not be trusted. Begin the login again.",
    "e-Devlet Kapısı’ndan dönen yanıt doğrulanamadı. Girişe yeniden başlayın." },
  { "e_government.unknown", 403,
    "The e-Government gateway knows you, but this issuer has no card for you. Ask the issuer where "
    "you applied.",
    "e-Devlet Kapısı sizi tanıdı, ancak bu sertifika sağlayıcıda size ait bir kart yok. "
    "Başvurduğunuz sertifika sağlayıcıya danışın." },
  { "e_government.unavailable", 503,
    "The e-Government gateway does not answer now. Try again shortly, or log in another way.",
    "e-Devlet Kapısı şu anda yanıt vermiyor. Az sonra yeniden deneyin ya da başka bir yöntemle "
    "giriş yapın." },
  { "code.refused", 401,
    "The verification code is wrong, was used before or has expired. Get another one.",
    "Doğrulama Kodu hatalı, daha önce kullanılmış ya da süresi dolmuş. Yeni bir kod alın." },
  { "code.limit", 429,
    "Too many wrong verification codes were tried. Wait a little, then get another code.",
    "Çok fazla hatalı Doğrulama Kodu denendi. Biraz bekleyip yeni bir kod alın." },
  { "step_up.required", 403,
    "Confirm this with a new SMS code first.",
    "Bu işlemi önce yeni bir SMS koduyla onaylayın." },
  { "operation.unknown", 404,
    "There is no such operation.",
    "Böyle bir işlem yok." },
  { "operation.expired", 410,
    "The operation took too long. Begin it again.",
    "İşlemin süresi doldu. İşleme yeniden başlayın." },
  { "operation.unconfirmed", 403,
    "The operation is not confirmed yet.",
    "İşlem henüz onaylanmadı." },
  { "operation.phrase", 422,
    "The confirmation word is not the one asked for.",
    "Onay sözcüğü istenen sözcükle aynı değil." },
  { "card.unknown", 404,
    "The card is not one of yours.",
    "Bu kart size ait kartlar arasında değil." },
  { "card.dead", 409,
    "The card can no longer be used.",
    "Kart artık kullanılamaz durumda." },
  { "certificate.unknown", 404,
    "The certificate is not one of yours.",
    "Bu sertifika size ait sertifikalar arasında değil." },
  { "certificate.state", 409,
    "The certificate's state does not allow this.",
    "Sertifikanın durumu bu işleme uygun değil." },
  { "certificate.not_yet_valid", 409,
    "The certificate is not valid yet.",
    "Sertifikanın geçerlilik süresi henüz başlamadı." },
  { "certificate.expired", 409,
    "The certificate has expired.",
    "Sertifikanın geçerlilik süresi doldu." },
  { "certificate.revoked", 409,
    "The certificate is revoked.",
    "Sertifika iptal edilmiş." },
  { "pin.none", 404,
    "The issuer holds no PIN for this card.",
    "Sertifika sağlayıcıda bu kart için saklanan bir PIN yok." },
  { "unlock.limit", 429,
    "This card was unblocked three times within a day. Try again later.",
    "Bu kart için bir gün içinde üç kez kilit çözme başlatıldı. Daha sonra yeniden deneyin." },
  { "unlock.profile", 409,
    "This kind of card can't be unblocked here.",
    "Bu tür kartların kilidi buradan çözülemez." },
  { "unlock.exhausted", 429,
    "This unblocking has used up its tries. Begin a new one.",
    "Bu kilit çözme işleminin deneme hakkı bitti. Yeni bir işlem başlatın." },
  { "request.invalid", 400,
    "The request is not understood.",
    "İstek anlaşılamadı." },
  { "request.too_large", 413,
    "The request is too large.",
    "İstek çok büyük." },
  { "request.idempotency", 422,
    "The same key was used for another request.",
    "Aynı anahtar başka bir istek için kullanılmış." },
  { "not_found", 404,
    "There is nothing at this address.",
    "Bu adreste bir şey yok." },
  { "method", 405,
    "This can't be done at this address.",
    "Bu adreste bu işlem yapılamaz." },
  { "rate.limited", 429,
    "There were too many requests in a short time. Wait a little and try again.",
    "Kısa sürede çok fazla istek geldi. Biraz bekleyip yeniden deneyin." },
  { "busy", 503,
    "The service is busy. Try again shortly.",
    "Hizmet şu anda yoğun. Az sonra yeniden deneyin." },
  { "internal", 500,
    "Something went wrong at the service.",
    "Hizmette bir hata oluştu." },
};

const IlkServiceProblem *
ilk_service_problem_get_all (guint *count)
{
  *count = G_N_ELEMENTS (problems);
  return problems;
}

const IlkServiceProblem *
ilk_service_problem_find (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    if (g_str_equal (problems[i].code, code))
      return &problems[i];

  g_return_val_if_reached (ilk_service_problem_find ("internal"));
}

static void
set_member (JsonBuilder *builder,
            const char  *name,
            int          value)
{
  if (value < 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

/**
 * ilk_service_problem_to_json:
 *
 * Returns: (transfer full): the body of an application/problem+json answer
 */
GBytes *
ilk_service_problem_to_json (const IlkServiceProblem *self,
                             gboolean                 turkish,
                             int                      attempts_left,
                             int                      retry_after)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *type = g_strconcat ("urn:ilkimza:problem:", self->code, NULL);
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, type);
  json_builder_set_member_name (builder, "title");
  json_builder_add_string_value (builder, turkish ? self->turkish : self->english);
  set_member (builder, "status", self->status);
  json_builder_set_member_name (builder, "code");
  json_builder_add_string_value (builder, self->code);
  set_member (builder, "attempts_left", attempts_left);
  set_member (builder, "retry_after", retry_after);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
