/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-portal-words.h"

static const struct {
  const char *english;
  const char *turkish;
} words[ILK_N_SAYS] = {
  [ILK_SAY_SITE] = { "Online services", "Online İşlemler" },
  [ILK_SAY_SKIP] = { "Skip to the content", "İçeriğe geç" },
  [ILK_SAY_LANGUAGE] = { "Language", "Dil" },
  [ILK_SAY_PRACTICE] = {
    "Practice: all people here are made up. Do not type your own data.",
    "Alıştırma: Buradaki kişiler gerçek değildir. Kendi bilgilerinizi yazmayın." },
  [ILK_SAY_LOG_OUT] = { "Log out", "Çıkış" },
  [ILK_SAY_HOME] = { "Home page", "Ana Sayfa" },
  [ILK_SAY_ERROR_PREFIX] = { "Error: ", "Hata: " },
  [ILK_SAY_ERRORS] = { "Please correct this", "Lütfen düzeltin" },
  [ILK_SAY_PROGRAM_NOTE] = {
    "Everything else, from activating a certificate to creating a PIN, is done in the program "
    "ilkimza on your computer.",
    "Sertifikayı kullanıma açmaktan PIN oluşturmaya kadar diğer bütün işlemler bilgisayarınızdaki "
    "ilkimza programında yapılır." },
  [ILK_SAY_CALL_CENTRE] = { "Call centre", "Çağrı Merkezi" },

  [ILK_SAY_START] = { "Online services", "Online İşlemler" },
  [ILK_SAY_START_LEAD] = { "What would you like to do?", "Ne yapmak istiyorsunuz?" },
  [ILK_SAY_START_CODE] = { "Create a PIN or unblock a card", "PIN Oluşturma/Kilit Çözme" },
  [ILK_SAY_START_CODE_LEAD] = {
    "Log in by the e-Government gateway and get a verification code for the program ilkimza.",
    "e-Devlet Kapısı ile giriş yapın ve ilkimza programı için Doğrulama Kodu alın." },
  [ILK_SAY_START_FORGOT_LEAD] = {
    "Set a new security word by a link that comes by e-mail. A blocked account is reopened in the "
    "same way.",
    "E-posta ile gelen bağlantıyla yeni bir Güvenlik Sözcüğü belirleyin. Bloke edilmiş hesap da "
    "aynı yoldan açılır." },

  [ILK_SAY_FORGOT] = { "I forgot my security word", "Güvenlik Sözcüğümü Unuttum" },
  [ILK_SAY_FORGOT_HEADING] = { "Ask for a new security word", "Güvenlik Sözcüğü İstek Ekranı" },
  [ILK_SAY_FORGOT_LEAD] = {
    "A link with which you can set a new security word is sent to your e-mail address on record.",
    "Yeni bir Güvenlik Sözcüğü belirleyebileceğiniz bağlantı, sistemde kayıtlı e-posta adresinize "
    "gönderilir." },
  [ILK_SAY_NUMBER] = { "Identity number", "Kimlik No" },
  [ILK_SAY_NUMBER_HINT] = {
    "The 11 digits of your T.C. identity number, or your passport number",
    "11 haneli T.C. Kimlik Numaranız ya da pasaport numaranız" },
  [ILK_SAY_NUMBER_FAULT] = {
    "This is no identity number: a T.C. number has 11 digits, and its last two fit the others. "
    "Check what you typed.",
    "Bu bir Kimlik No değil: T.C. Kimlik Numarası 11 hanelidir ve son iki hanesi ötekilerle "
    "uyumludur. Yazdığınızı kontrol edin." },
  [ILK_SAY_CAPTCHA] = { "Text in the picture", "Resimdeki Yazı" },
  [ILK_SAY_CAPTCHA_HINT] = {
    "Six letters and digits; capital or small makes no difference",
    "Altı harf ve rakam; büyük ya da küçük yazmanız fark etmez" },
  [ILK_SAY_CAPTCHA_PICTURE] = {
    "Picture of six letters and digits", "Altı harf ve rakamdan oluşan resim" },
  [ILK_SAY_CAPTCHA_NEW] = { "New picture", "Yeni resim" },
  [ILK_SAY_CAPTCHA_SOUND] = { "Listen instead", "Sesli dinle" },
  [ILK_SAY_CAPTCHA_SOUND_LABEL] = {
    "The six characters, spoken", "Altı karakterin seslendirilmesi" },
  [ILK_SAY_CAPTCHA_SILENT] = {
    "The text can’t be spoken at the moment. If you can’t see the picture, call the call centre.",
    "Yazı şu anda seslendirilemiyor. Resmi göremiyorsanız Çağrı Merkezi’ni arayın." },
  [ILK_SAY_CAPTCHA_FAULT] = {
    "Type the six characters of the picture.", "Resimdeki altı karakteri yazın." },
  [ILK_SAY_SEND] = { "Send", "Gönder" },
  [ILK_SAY_RESULT] = { "Result", "Sonuç" },
  [ILK_SAY_SENT_1] = {
    "A link to set a new security word was sent to the e-mail address on record.",
    "Güvenlik Sözcüğü güncelleme bağlantısı, kayıtlı e-posta adresinize gönderildi." },
  [ILK_SAY_SENT_2] = {
    "It can take a while to arrive. If you don’t see it, look into your spam folder too.",
    "E-postanın ulaşması biraz sürebilir. Gelen kutunuzda göremiyorsanız spam klasörünü de kontrol "
    "edin." },
  [ILK_SAY_SENT_3] = {
    "The link is valid for 30 minutes and can be used once.",
    "Bağlantı 30 dakika geçerlidir ve bir kez kullanılabilir." },
  [ILK_SAY_SENT_NONE] = {
    "If nothing comes, the number may be mistyped, or another address may be on record. Ask again, "
    "or call the call centre.",
    "E-posta gelmiyorsa numarayı yanlış yazmış olabilirsiniz ya da kayıtlı adresiniz başka "
    "olabilir. Yeniden isteyin ya da Çağrı Merkezi’ni arayın." },

  [ILK_SAY_UPDATE_HEADING] = { "Set a new security word", "Güvenlik Sözcüğü Güncelleme" },
  [ILK_SAY_UPDATE_LEAD] = {
    "Choose the word that you will log in with from now on. All open sessions end.",
    "Bundan sonra giriş yaparken kullanacağınız sözcüğü belirleyin. Açık oturumlarınızın hepsi "
    "sonlanır." },
  [ILK_SAY_WORD] = { "Security word", "Güvenlik Sözcüğü" },
  [ILK_SAY_WORD_HINT] = {
    "At least 8 characters; several words are best. A mix of digits, capital and small letters is "
    "advised. Your name, identity number, phone number and year of birth are not accepted.",
    "En az 8 karakter; birkaç sözcük yan yana en iyisidir. Sayı ve büyük/küçük harflerden oluşan "
    "kombinasyonlar önerilir. Adınız, Kimlik No’nuz, telefon numaranız ve doğum yılınız kabul "
    "edilmez." },
  [ILK_SAY_WORD_AGAIN] = { "Security word (again)", "Güvenlik Sözcüğü (Tekrar)" },
  [ILK_SAY_WORD_SHOW] = { "Show", "Göster" },
  [ILK_SAY_WORD_HIDE] = { "Hide", "Gizle" },
  [ILK_SAY_WORD_MISSING] = { "Type a security word.", "Bir Güvenlik Sözcüğü yazın." },
  [ILK_SAY_WORD_DIFFERS] = {
    "The two words are not the same. Type both again.",
    "Yazdığınız iki sözcük aynı değil. İkisini de yeniden yazın." },
  [ILK_SAY_BLOCKED_HEADING] = { "Confirm by SMS", "SMS Onay" },
  [ILK_SAY_BLOCKED_LEAD] = {
    "Your account is blocked after three wrong tries. To reopen it, confirm first that your phone "
    "is in your hands.",
    "Hesabınız üç hatalı deneme nedeniyle bloke edildi. Yeniden açmak için önce telefonunuzun "
    "sizde olduğunu onaylayın." },
  [ILK_SAY_PHONE] = { "Your phone number", "Telefon Numaranız" },
  [ILK_SAY_PHONE_NOTE] = {
    "The SMS is free of charge. If this is not your number, call the call centre.",
    "SMS gönderimi ücretsizdir. Numara size ait değilse Çağrı Merkezi’ni arayın." },
  [ILK_SAY_SEND_CODE] = { "Send the SMS confirmation code", "SMS Onay Kodu Gönder" },
  [ILK_SAY_SMS_CODE] = { "SMS confirmation code", "SMS Onay Kodu" },
  [ILK_SAY_SMS_CODE_HINT] = {
    "The six digits of the newest message; they are valid for 5 minutes",
    "Son gelen iletideki altı rakam; 5 dakika geçerlidir" },
  [ILK_SAY_SMS_CODE_MISSING] = {
    "Type the six digits of the message.", "İletideki altı rakamı yazın." },
  [ILK_SAY_CONFIRM] = { "Confirm", "Onay" },
  [ILK_SAY_SEND_CODE_AGAIN] = { "Send a new code", "Yeni Kod Gönder" },
  [ILK_SAY_UPDATED] = {
    "Your security word was updated", "Güvenlik Sözcüğü başarıyla güncellenmiştir" },
  [ILK_SAY_UPDATED_NEXT] = {
    "You can close this page. Log in with your new security word in the program ilkimza. You were "
    "also told of the change by SMS and e-mail.",
    "Bu sayfayı kapatabilirsiniz. ilkimza programında yeni Güvenlik Sözcüğünüzle Şifreli Giriş "
    "yapın. Değişiklik SMS ve e-posta ile de bildirildi." },
  [ILK_SAY_GONE_HEADING] = { "The link is no longer valid", "Bağlantı artık geçerli değil" },
  [ILK_SAY_ASK_AGAIN] = { "Ask for a new link", "Yeni Bağlantı İste" },

  [ILK_SAY_LOGIN] = { "Log in", "Giriş" },
  [ILK_SAY_LOGIN_LEAD] = {
    "You log in at the e-Government gateway and then come back here.",
    "e-Devlet Kapısı’nda giriş yapar, sonra buraya dönersiniz." },
  [ILK_SAY_LOGIN_HOW] = {
    "There you can use your T.C. identity card, for which a desktop reader is needed, or internet "
    "banking.",
    "Orada T.C. Kimlik Kartınızı (masaüstü kart okuyucu gerekir) ya da internet bankacılığını "
    "kullanabilirsiniz." },
  [ILK_SAY_LOGIN_GO] = { "Go to the e-Government gateway", "e-Devlet Kapısına Git" },
  [ILK_SAY_LOGIN_FORWARD] = {
    "Going to the e-Government gateway", "e-Devlet Kapısı’na gidiliyor" },
  [ILK_SAY_LOGIN_NONE] = {
    "Login by the e-Government gateway is not available here at the moment. Log in with your "
    "security word in the program ilkimza.",
    "e-Devlet Kapısı ile giriş şu anda kullanılamıyor. ilkimza programında Güvenlik Sözcüğünüzle "
    "Şifreli Giriş yapın." },
  [ILK_SAY_LOGIN_FAILED] = { "You are not logged in", "Giriş yapılamadı" },
  [ILK_SAY_LOGIN_FAILED_LEAD] = {
    "The login at the e-Government gateway was not finished, or took too long. Nothing was "
    "changed.",
    "e-Devlet Kapısı’ndaki giriş tamamlanmadı ya da çok uzun sürdü. Hiçbir şey değişmedi." },
  [ILK_SAY_LOGIN_AGAIN] = { "Log in again", "Yeniden Giriş Yap" },
  [ILK_SAY_CODE] = { "Verification code", "Doğrulama Kodu" },
  [ILK_SAY_CODE_LEAD] = {
    "With this code the program ilkimza knows that you are logged in here. It is valid for 240 "
    "seconds and can be used once.",
    "ilkimza programı, burada giriş yaptığınızı bu kodla anlar. Kod 240 saniye geçerlidir ve bir "
    "kez kullanılabilir." },
  [ILK_SAY_CODE_GET] = { "Get a verification code", "Doğrulama Kodu Al" },
  [ILK_SAY_CODE_KEEP_OPEN] = {
    "Do not close this page until you are done.", "İşlem sırasında bu sayfayı kapatmayın." },
  [ILK_SAY_CODE_STEP_1] = {
    "Put your card into the reader.", "Kartınızı kart okuyucuya takın." },
  [ILK_SAY_CODE_STEP_2] = {
    "Open ilkimza and choose to log in by a verification code.",
    "ilkimza programını açın ve Doğrulama Kodu ile girişi seçin." },
  [ILK_SAY_CODE_STEP_3] = {
    "Copy the code below into the program and press Next.",
    "Aşağıdaki kodu kopyalayıp programa yapıştırın ve İleri düğmesine basın." },
  [ILK_SAY_CODE_COPY] = { "Copy the code", "Kodu Kopyala" },
  [ILK_SAY_CODE_COPIED] = { "The code was copied.", "Kod kopyalandı." },
  [ILK_SAY_CODE_LEFT] = { "Time left:", "Kalan süre:" },
  [ILK_SAY_CODE_SECONDS] = { "seconds", "saniye" },
  [ILK_SAY_CODE_OVER] = {
    "The code is no longer valid. Get another one.",
    "Kodun süresi doldu. Tekrar kod alın." },
  [ILK_SAY_CODE_ANOTHER] = { "Get another code", "Tekrar Kod Al" },
  [ILK_SAY_CODE_OPEN] = { "Open in ilkimza", "ilkimza’da Aç" },
  [ILK_SAY_CODE_OPEN_NOTE] = {
    "If ilkimza is on this computer, this hands the login over without copying. It works for 60 "
    "seconds after the code was shown.",
    "ilkimza bu bilgisayardaysa kodu kopyalamadan girişi programa aktarır. Kod gösterildikten sonra "
    "60 saniye çalışır." },
  [ILK_SAY_CODE_OPEN_OVER] = {
    "The 60 seconds are over. Copy the code, or get another one.",
    "60 saniye doldu. Kodu kopyalayın ya da tekrar kod alın." },
  [ILK_SAY_LOGGED_OUT] = { "You are logged out", "Çıkış yaptınız" },
  [ILK_SAY_LOGGED_OUT_LEAD] = {
    "Your session here has ended. On a computer that others use, log out of the e-Government "
    "gateway as well.",
    "Buradaki oturumunuz sonlandı. Başkalarının da kullandığı bir bilgisayardaysanız e-Devlet "
    "Kapısı’ndan da çıkış yapın." },

  [ILK_SAY_NOT_FOUND] = { "There is no such page", "Sayfa bulunamadı" },
  [ILK_SAY_NOT_FOUND_LEAD] = {
    "The address may be mistyped or incomplete. If it came by e-mail, copy the whole of it.",
    "Adres yanlış ya da eksik yazılmış olabilir. E-posta ile geldiyse tamamını kopyalayın." },
  [ILK_SAY_FORM_OLD] = { "The form could not be used", "Form gönderilemedi" },
  [ILK_SAY_FORM_OLD_LEAD] = {
    "The page was open for too long, or your browser does not keep cookies for this site. Open the "
    "page again and repeat what you did.",
    "Sayfa çok uzun süre açık kalmış ya da tarayıcınız bu sitenin çerezlerini saklamıyor olabilir. "
    "Sayfayı yeniden açıp işlemi tekrarlayın." },
  [ILK_SAY_TROUBLE] = { "This did not work", "İşlem yapılamadı" },
};

const char *
ilk_portal_word (IlkSay   say,
                 gboolean turkish)
{
  g_return_val_if_fail (say < ILK_N_SAYS, "");

  return turkish ? words[say].turkish : words[say].english;
}
