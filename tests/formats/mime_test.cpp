// SPDX-License-Identifier: Apache-2.0
#include "formats/mime.hpp"

#include <gtest/gtest.h>

#include "formats/form_data.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using namespace std::string_literals;

TEST(Mime, HeadsAreUnfolded) {
  const auto entity = split_entity(
      "Subject: one\r\n two\r\n\tthree\r\nX-A: 1\nno colon\nX-A: 2\r\n\r\nbody\r\nmore");
  EXPECT_EQ(entity.header("subject"), "one two three");
  EXPECT_EQ(entity.header("x-a"), "1");
  EXPECT_EQ(entity.headers.size(), 3U);
  EXPECT_EQ(entity.body, "body\r\nmore");
  EXPECT_EQ(split_entity("").body, "");
  EXPECT_EQ(split_entity("A: b").header("a"), "b");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "A: b\n";
  EXPECT_LE(split_entity(many).headers.size(), mime_headers_max);
}

TEST(Mime, ValuesHaveParameters) {
  auto value = read_mime_value("Text/Plain; Charset=\"utf-8\"; name = a b ; x=\"1;\\\"2\"");
  EXPECT_EQ(value.value, "text/plain");
  EXPECT_EQ(value.parameter("charset"), "utf-8");
  EXPECT_EQ(value.parameter("name"), "a b");
  EXPECT_EQ(value.parameter("x"), "1;\"2");
  value = read_mime_value(
      "attachment; filename*0*=utf-8''%D8%B5%D9%88; filename*1*=%D8%B1%D8%A9; filename*2=.jpg");
  EXPECT_EQ(value.parameter("filename"), "صورة.jpg");
  value = read_mime_value("a; b*=iso-8859-1'en'%E9t%E9");
  EXPECT_EQ(value.parameter("b"), "été");
  EXPECT_EQ(read_mime_value("").value, "");
  EXPECT_EQ(read_mime_value("a;;;=;b=\"").parameter("b"), "");
}

TEST(Mime, PartsAreCutAtTheirBoundary) {
  auto parts =
      split_parts("before\r\n--b\r\none\r\n--b  \r\n\r\ntwo\r\n--bb\r\n--b--\r\nafter", "b", 10);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0], "one");
  EXPECT_EQ((*parts)[1], "\r\ntwo\r\n--bb");
  // Bytes of a file are kept to the last one.
  const auto bytes = "--b\r\n\r\n\0\xFF\n\n\r\n--b--"s;
  parts = split_parts(bytes, "b", 10);
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[0], "\r\n\0\xFF\n\n"s);
  EXPECT_EQ(split_parts("--b\nend is missing", "b", 10)->front(), "end is missing");
  EXPECT_TRUE(split_parts("--b\n--b--", "b", 10)->front().empty());
  EXPECT_FALSE(split_parts("nothing", "b", 10));
  EXPECT_FALSE(split_parts("--b\nx", "", 10));
  EXPECT_FALSE(split_parts("x--b\nx", "b", 10));
  std::string bomb;
  for (int i = 0; i < 1000; ++i) bomb += "--b\n\n";
  EXPECT_EQ(split_parts(bomb, "b", 100).error().code, ErrorCode::limit_exceeded);
}

TEST(Mime, CodingsAreUndone) {
  EXPECT_EQ(decode_base64_body("w6l0\r\nw6k=\r\n"), "été");
  EXPECT_EQ(decode_base64_body("****"), "");
  EXPECT_EQ(decode_quoted_printable("=C3=A9t=C3=A9 =\r\n2 =3D =\n3 =zz ="), "été 2 = 3 =zz ");
  EXPECT_EQ(decode_transfer("YQ==", " BASE64 "), "a");
  EXPECT_EQ(decode_transfer("a=3D", "quoted-printable"), "a=");
  EXPECT_EQ(decode_transfer("a=3D", "8bit"), "a=3D");
  EXPECT_EQ(decode_charset("\xE9t\xE9", "iso-8859-1"), "été");
  EXPECT_EQ(decode_charset("\xC7\xE1\xD3\xE1\xC7\xE3", "windows-1256"), "السلام");
  EXPECT_EQ(decode_charset("\xE9t\xE9", "no-such-charset"), "été");
}

TEST(Mime, WordsInHeadsAreDecoded) {
  EXPECT_EQ(decode_words("=?utf-8?B?w6k=?= =?utf-8?Q?t=C3=A9_x?= end"), "été x end");
  // One letter cut in two between words.
  EXPECT_EQ(decode_words("=?utf-8?Q?=C3?=\r\n =?utf-8?Q?=A9?="), "é");
  EXPECT_EQ(decode_words("=?windows-1256?B?x+HT4cfj?="), "السلام");
  EXPECT_EQ(decode_words("=?broken =?utf-8?X?a?= \x01plain"), "=?broken =?utf-8?X?a?=  plain");
  EXPECT_EQ(decode_words("a\r\nBcc: x"), "a  Bcc: x");
}

TEST(Mime, IdsAreReadFromTheirBrackets) {
  EXPECT_EQ(message_ids_in("<a@b> junk <c d> <e@f>", 10), (std::vector<std::string>{"a@b", "e@f"}));
  EXPECT_EQ(message_ids_in("<a@b><c@d>", 1).size(), 1U);
  EXPECT_TRUE(message_ids_in("<", 10).empty());
}

TEST(FormData, GivesFieldsAndFiles) {
  const auto body =
      "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nMen in trucks\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"../../a.jpg\"\r\n"
      "Content-Type: text/html\r\n\r\n\xFF\xD8\0\r\n\r\n--x--\r\n"s;
  const auto form = read_form_data("multipart/form-data; boundary=x", body);
  ASSERT_TRUE(form) << form.error().text();
  ASSERT_EQ(form->size(), 2U);
  EXPECT_EQ((*form)[0].name, "text");
  EXPECT_EQ((*form)[0].content, "Men in trucks");
  EXPECT_FALSE((*form)[0].is_file);
  EXPECT_TRUE((*form)[1].is_file);
  EXPECT_EQ((*form)[1].file_name, "../../a.jpg");
  EXPECT_EQ((*form)[1].content, "\xFF\xD8\0\r\n"s);
}

TEST(FormData, RefusesWhatIsNoSuchForm) {
  EXPECT_FALSE(read_form_data("text/plain", "x"));
  EXPECT_FALSE(read_form_data("multipart/form-data", "--x\r\n"));
  EXPECT_FALSE(read_form_data("multipart/form-data; boundary=x", "nothing"));
  EXPECT_FALSE(read_form_data("multipart/form-data; boundary=x", "--x\r\n\r\nno name\r\n--x--"));
  const auto long_head = "--x\r\nContent-Disposition: form-data; name=a\r\nX: " +
                         std::string(form_head_bytes_max, 'y') + "\r\n\r\nz\r\n--x--";
  EXPECT_EQ(read_form_data("multipart/form-data; boundary=x", long_head).error().code,
            ErrorCode::limit_exceeded);
  std::string parts;
  for (int i = 0; i < 200; ++i)
    parts += "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nz\r\n";
  EXPECT_EQ(read_form_data("multipart/form-data; boundary=x", parts + "--x--").error().code,
            ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace tocsin::formats
