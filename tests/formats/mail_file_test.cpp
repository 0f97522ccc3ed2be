// SPDX-License-Identifier: Apache-2.0
#include "formats/mail_file.hpp"

#include <gtest/gtest.h>

namespace tocsin::formats {
namespace {

using base::ErrorCode;

const std::string head =
    "Received: from a.example (a.example [192.0.2.1]) by b.example\r\n"
    "Message-ID: <one@mail.example>\r\nFrom: =?utf-8?B?SsOpcsO0bWU=?= <jerome@mail.example>\r\n"
    "Reply-To: other@mail.example\r\nSubject: =?utf-8?Q?Trois_ferm?=\r\n "
    "=?utf-8?Q?es_br=C3=BBl=C3=A9es?=\r\n"
    "MIME-Version: 1.0\r\n";

TEST(MailFiles, PlainWordsInTheirCharset) {
  const auto mail = read_mail_file(head +
                                   "Content-Type: text/plain; charset=iso-8859-1\r\n"
                                   "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                   "Des hommes en =\r\ncamions, =E9videmment.\r\n");
  ASSERT_TRUE(mail) << mail.error().text();
  EXPECT_EQ(mail->message_id, "one@mail.example");
  EXPECT_EQ(mail->from, "Jérôme <jerome@mail.example>");
  EXPECT_EQ(mail->reply_to, "other@mail.example");
  EXPECT_EQ(mail->subject, "Trois fermes brûlées");
  EXPECT_EQ(mail->text, "Des hommes en camions, évidemment.");
  EXPECT_EQ(mail->text.find("192.0.2.1"), std::string::npos);
  EXPECT_TRUE(mail->attachments.empty());
}

TEST(MailFiles, NestedPartsGiveWordsAndFiles) {
  const auto mail = read_mail_file(
      head +
      "Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n"
      "Content-Type: multipart/alternative; boundary=\"in ner\"\r\n\r\n--in ner\r\n"
      "Content-Type: text/html; charset=utf-8\r\n\r\n<p>HTML words</p><script>no()</script>\r\n"
      "--in ner\r\nContent-Type: text/plain\r\n\r\nplain words\r\n--in ner--\r\n--out\r\n"
      "Content-Type: image/jpeg; name=\"x.jpg\"\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename*=utf-8''%D8%B5.jpg\r\n\r\n/9j/\r\n--out\r\n"
      "Content-Type: text/plain; name=notes.txt\r\n\r\nnotes\r\n--out\r\n"
      "Content-Type: application/pgp-signature\r\n\r\nxx\r\n--out\r\n"
      "Content-Type: text/plain\r\n\r\nlast words\r\n--out--\r\n");
  ASSERT_TRUE(mail) << mail.error().text();
  EXPECT_EQ(mail->text, "plain words\n\nlast words");
  ASSERT_EQ(mail->attachments.size(), 2U);
  EXPECT_EQ(mail->attachments[0].name, "ص.jpg");
  EXPECT_EQ(mail->attachments[0].bytes, "\xFF\xD8\xFF");
  EXPECT_EQ(mail->attachments[1].bytes, "notes");
}

TEST(MailFiles, HtmlIsReadWhereNothingElseIs) {
  const auto mail = read_mail_file(head +
                                   "Content-Type: text/html; charset=windows-1256\r\n\r\n"
                                   "<html><body><p>\xC7\xE1\xD3\xE1\xC7\xE3</p>"
                                   "<img src=\"https://spy.example/x\"></body></html>");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->text, "السلام");
}

TEST(MailFiles, AForwardedMailGivesItsWordsNotItsPeople) {
  const auto mail = read_mail_file(
      head +
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nsee below\r\n--x\r\n"
      "Content-Type: message/rfc822\r\n\r\nFrom: hidden@person.example\r\nSubject: s\r\n\r\n"
      "they burned farms\r\n--x--\r\n");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->text, "see below\n\nthey burned farms");
  EXPECT_EQ(mail->from, "Jérôme <jerome@mail.example>");
}

TEST(MailFiles, EncryptedOnesAndOthersAreRefused) {
  for (const auto* type :
       {"multipart/encrypted; boundary=x", "application/pkcs7-mime; smime-type=enveloped-data"}) {
    const auto mail =
        read_mail_file(head + "Content-Type: " + type + "\r\n\r\n--x\r\n\r\nxx\r\n--x--");
    ASSERT_FALSE(mail);
    EXPECT_EQ(mail.error().place, "mail_encrypted");
  }
  for (const auto* none : {"", "words", "Subject: x\n\nno sender", "%PDF-1.7\nFrom: x"})
    EXPECT_EQ(read_mail_file(none).error().place, "mail") << none;
  EXPECT_TRUE(read_mail_file("From a@b Sat Jan 1\nFrom: a@b.example\n\nin a mailbox"));
}

TEST(MailFiles, BombsHaveLimits) {
  std::string deep = head;
  for (int i = 0; i < 100; ++i)
    deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\r\n\r\n--b" +
            std::to_string(i) + "\r\n";
  EXPECT_EQ(read_mail_file(deep).error().code, ErrorCode::limit_exceeded);
  std::string wide = head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 5000; ++i) wide += "--b\r\n\r\nx\r\n";
  EXPECT_EQ(read_mail_file(wide).error().code, ErrorCode::limit_exceeded);
  // Each level doubles what is below it, in parts that all look small.
  std::string doubled = "Content-Type: text/plain\r\n\r\nx";
  for (int level = 0; level < 9; ++level) {
    const auto boundary = "b" + std::to_string(level);
    const auto part = "--" + boundary + "\r\n" + doubled + "\r\n";
    doubled = "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n" + part + part;
  }
  EXPECT_EQ(read_mail_file(head + doubled).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(read_mail_file(std::string(mail_file_bytes_max + 1, 'x')).error().code,
            ErrorCode::limit_exceeded);
  const auto long_words = read_mail_file(head + "\r\n" + std::string(3U << 20, 'x'));
  ASSERT_TRUE(long_words);
  EXPECT_EQ(long_words->text.size(), mail_text_bytes_max);
}

TEST(MailFiles, DamagedPartsAreTakenAsTheyStand) {
  for (const auto* rest :
       {"Content-Type: multipart/mixed\r\n\r\nno boundary", "Content-Type: ;;;\r\n\r\nwords",
        "Content-Type: text/plain; charset=nothing\r\nContent-Transfer-Encoding: x\r\n\r\nwords",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\nwithout any line of it"}) {
    const auto mail = read_mail_file(head + rest);
    ASSERT_TRUE(mail) << rest;
    EXPECT_FALSE(mail->text.empty()) << rest;
  }
}

TEST(MailFiles, HeadsCannotBeSmuggledIn) {
  const auto mail = read_mail_file(
      "From: =?utf-8?Q?a=0D=0ABcc:_b@c?= <a@b.example>\r\nFrom: second@b.example\r\n"
      "Subject: =?utf-8?B?YQBi?=\r\n\r\nFrom: third@b.example\r\n\r\nwords");
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->from.find('\n'), std::string::npos);
  EXPECT_EQ(mail->from.find("second"), std::string::npos);
  EXPECT_EQ(mail->subject, "a b");
}

}  // namespace
}  // namespace tocsin::formats
