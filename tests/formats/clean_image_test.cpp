// SPDX-License-Identifier: Apache-2.0
#include "formats/clean_image.hpp"

#include <gtest/gtest.h>

#include "formats/file_kind.hpp"
#include "image_parts.hpp"

namespace tocsin::formats {
namespace {

using base::ErrorCode;
using namespace std::string_literals;

/// Exif as a telephone writes it: the way up, and where the picture was taken.
std::string exif(unsigned char orientation, bool little = true) {
  std::string tiff = little ? "II*\0\x08\0\0\0"s : "MM\0*\0\0\0\x08"s;
  if (little) {
    tiff += "\x02\0"s + "\x12\x01\x03\0\x01\0\0\0"s + static_cast<char>(orientation) + "\0\0\0"s;
    tiff += "\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0"s;
  } else {
    tiff += "\0\x02"s + "\x01\x12\0\x03\0\0\0\x01\0"s + static_cast<char>(orientation) + "\0\0"s;
    tiff += "\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"s;
  }
  return part(0xE1, "Exif\0\0"s + tiff + "GPS 12.345 N");
}

TEST(CleanJpeg, LosesEverythingThatIsNotThePicture) {
  const auto thumbnail = made_jpeg();
  const auto before = part(0xE0, "JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"s) + exif(1) +
                      part(0xE0, "JFXX\0\x10"s + thumbnail) +
                      part(0xE1, "http://ns.adobe.com/xap/1.0/\0<SERIAL/>"s) +
                      part(0xE2, "ICC_PROFILE\0\x01\x01SERIAL"s) + part(0xE2, "MPF\0SERIAL"s) +
                      part(0xED, "Photoshop 3.0\0SERIAL"s) + part(0xFE, "SERIAL of the camera");
  const auto clean = clean_jpeg(made_jpeg(before, "PK\x03\x04SERIAL" + made_jpeg()));
  ASSERT_TRUE(clean) << clean.error().text();
  EXPECT_EQ(clean->width, 16U);
  EXPECT_EQ(clean->height, 8U);
  for (const auto* gone : {"SERIAL", "GPS", "Exif", "xap", "ICC", "MPF", "PK", "JFXX"})
    EXPECT_EQ(clean->bytes.find(gone), std::string::npos) << gone;
  EXPECT_TRUE(clean->bytes.ends_with("\xFF\xD9"));
  // What is left is what the picture was made of, and a JFIF mark without density or thumbnail.
  EXPECT_EQ(clean->bytes.size(), made_jpeg().size() + 18);
  EXPECT_EQ(clean->bytes.rfind("\xFF\xD8"), 0U);
}

TEST(CleanJpeg, IsTheSameWhenCleanedAgain) {
  const auto once = clean_jpeg(made_jpeg(exif(6) + part(0xFE, "x")));
  ASSERT_TRUE(once);
  const auto twice = clean_jpeg(once->bytes);
  ASSERT_TRUE(twice);
  EXPECT_EQ(once->bytes, twice->bytes);
}

TEST(CleanJpeg, KeepsTheWayUpAndNothingElseOfExif) {
  const auto plain = clean_jpeg(made_jpeg());
  ASSERT_TRUE(plain);
  for (const bool little : {true, false})
    for (unsigned char way = 1; way <= 8; ++way) {
      const auto clean = clean_jpeg(made_jpeg(exif(way, little)));
      ASSERT_TRUE(clean);
      EXPECT_EQ(clean->bytes.find("GPS"), std::string::npos);
      if (way == 1) {
        EXPECT_EQ(clean->bytes, plain->bytes);
        continue;
      }
      const auto at = clean->bytes.find("Exif");
      ASSERT_NE(at, std::string::npos);
      EXPECT_EQ(clean->bytes[at + 6 + 8 + 2 + 9], static_cast<char>(way));
      EXPECT_EQ(clean->bytes.size(), plain->bytes.size() + 36);
    }
  for (const auto& broken : {part(0xE1, "Exif\0\0II*\0\xFF\xFF\xFF\xFF"s),
                             part(0xE1, "Exif\0\0MM"s), part(0xE1, "Exif\0\0"s), exif(99)}) {
    const auto clean = clean_jpeg(made_jpeg(broken));
    ASSERT_TRUE(clean);
    EXPECT_EQ(clean->bytes, plain->bytes);
  }
}

TEST(CleanJpeg, KeepsTheColoursOfAdobeAndNothingElseOfIt) {
  const auto clean = clean_jpeg(made_jpeg(part(0xEE, "Adobe\0\x65\x12\x34\x56\x78\x02SERIAL"s)));
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->bytes.find("SERIAL"), std::string::npos);
  EXPECT_NE(clean->bytes.find("Adobe\0\x64\0\0\0\0\x02"s), std::string::npos);
}

TEST(CleanJpeg, KeepsProgressiveScansAndRestarts) {
  auto picture = made_jpeg({}, {}, 0xC2);
  const auto scan = part(0xDA, "\x01\x01\0\x01\x05\0"s) + "\x01\xFF\xD0\x02\xFF\xD7\x03"s;
  picture.insert(picture.size() - 2, scan);
  const auto clean = clean_jpeg(picture);
  ASSERT_TRUE(clean) << clean.error().text();
  EXPECT_EQ(clean->bytes, picture);
}

TEST(CleanJpeg, RefusesWhatIsDamagedOrCut) {
  const auto whole = made_jpeg(part(0xFE, "x"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto cut = clean_jpeg(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, ErrorCode::corrupt);
  }
  // Parts with room for something behind what they need.
  EXPECT_FALSE(clean_jpeg(made_jpeg(part(0xDB, std::string(65, '\0') + "hidden"))));
  EXPECT_FALSE(clean_jpeg(made_jpeg(part(0xC4, "\0"s + std::string(16, '\0') + "hidden"))));
  EXPECT_FALSE(clean_jpeg(made_jpeg(part(0xDD, "\0\x01hidden"s))));
  EXPECT_FALSE(clean_jpeg(made_jpeg(part(0xC0, "\x08\0\x08\0\x10\x01\x01\x11\0hidden"s))));
  EXPECT_FALSE(clean_jpeg("\xFF\xD8\xFF\xD9"));
  EXPECT_FALSE(clean_jpeg(made_png()));
  EXPECT_FALSE(clean_jpeg({}));
}

TEST(CleanJpeg, RefusesWaysOfCodingThatNobodySends) {
  for (const auto frame : std::string("\xC3\xC9\xCA\xF7\xCC\xDC")) {
    const auto refused = clean_jpeg(made_jpeg({}, {}, static_cast<unsigned char>(frame)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  }
}

TEST(CleanJpeg, RefusesHugePicturesAndThousandsOfScans) {
  auto huge = made_jpeg();
  const auto at = huge.find("\xFF\xC0");
  huge.replace(at + 5, 4, "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(clean_jpeg(huge).error().code, ErrorCode::limit_exceeded);
  auto slow = made_jpeg({}, {}, 0xC2);
  std::string scans;
  for (unsigned i = 0; i < jpeg_scans_max; ++i)
    scans += part(0xDA, "\x01\x01\0\x01\x05\0"s) + "\x01"s;
  slow.insert(slow.size() - 2, scans);
  EXPECT_EQ(clean_jpeg(slow).error().code, ErrorCode::limit_exceeded);
}

TEST(CleanPng, LosesEverythingThatIsNotThePicture) {
  const auto before = png_chunk("tEXt", "Author\0SECRET"s) + png_chunk("eXIf", "SECRET place") +
                      png_chunk("tIME", "SECRET.") + png_chunk("iCCP", "SECRET screen") +
                      png_chunk("pHYs", "SECRETxyz") + png_chunk("caNv", "<script>SECRET") +
                      png_chunk("gAMA", big_endian(45455)) + png_chunk("PLTE", "SECRET");
  const auto clean = clean_png(made_png(before, "<html>SECRET PK\x03\x04", "SECRET behind data"));
  ASSERT_TRUE(clean) << clean.error().text();
  EXPECT_EQ(clean->bytes.find("SECRET"), std::string::npos);
  EXPECT_EQ(clean->bytes, made_png(png_chunk("gAMA", big_endian(45455))));
  EXPECT_EQ(clean->width, 4U);
}

TEST(CleanPng, LosesWhatWasCutAwayFromAScreen) {
  // A crop that left the end of the larger picture behind the smaller one.
  const auto clean = clean_png(made_png({}, made_png().substr(30)));
  ASSERT_TRUE(clean);
  EXPECT_EQ(clean->bytes, made_png());
}

TEST(CleanPng, TakesAllKindsOfColourAndRows) {
  const struct {
    char depth, colour;
    std::size_t row;
  } kinds[] = {{1, 0, 2}, {16, 0, 11}, {8, 2, 16}, {16, 6, 41}, {8, 4, 11}};
  for (const auto& kind : kinds) {
    const auto picture = png_begin + png_header(5, 3, kind.depth, kind.colour) +
                         png_chunk("IDAT", packed(std::string(3 * kind.row, '\0'))) +
                         png_chunk("IEND", "");
    EXPECT_TRUE(clean_png(picture)) << int{kind.colour} << " " << int{kind.depth};
  }
  const auto palette = png_begin + png_header(4, 4, 2, 3) +
                       png_chunk("PLTE", std::string(12, '\x40') + "hidden") +
                       png_chunk("tRNS", "\0\x80"s) +
                       png_chunk("IDAT", packed(std::string(8, '\0'))) + png_chunk("IEND", "");
  const auto clean = clean_png(palette);
  ASSERT_TRUE(clean) << clean.error().text();
  EXPECT_EQ(clean->bytes.find("hidden"), std::string::npos);
  // 5 by 3 points in seven passes, one byte each: 1+1 0 1 of 2 rows…, as the standard counts them.
  const std::size_t passes = (1 + 1) + (1 + 1) + 0 + (1 + 1) + (3 + 1) + 2 * (2 + 1) + (5 + 1);
  const auto interlaced = png_begin + png_header(5, 3, 8, 0, 1) +
                          png_chunk("IDAT", packed(std::string(passes, '\0'))) +
                          png_chunk("IEND", "");
  EXPECT_TRUE(clean_png(interlaced)) << clean_png(interlaced).error().text();
}

TEST(CleanPng, RefusesWhatIsDamagedOrCut) {
  const auto whole = made_png(png_chunk("tEXt", "x"));
  for (std::size_t size = 0; size < whole.size(); ++size)
    ASSERT_FALSE(clean_png(std::string_view(whole).substr(0, size))) << size;
  for (std::size_t at = 8; at < whole.size(); ++at) {
    auto changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(clean_png(changed)) << at;
  }
  const auto with_data = [](std::string_view data) {
    return png_begin + png_header(4, 4) + png_chunk("IDAT", data) + png_chunk("IEND", "");
  };
  EXPECT_FALSE(clean_png(with_data(packed(std::string(19, '\0')))));
  EXPECT_FALSE(clean_png(with_data(packed(std::string(21, '\0')))));
  EXPECT_FALSE(clean_png(with_data("no stream")));
  EXPECT_FALSE(clean_png(with_data({})));
  EXPECT_FALSE(clean_png(made_png(png_chunk("ABCD", "x"))));
  EXPECT_FALSE(clean_png(made_png(png_header(4, 4))));
}

TEST(CleanPng, RefusesABombAndAHugePicture) {
  const auto bomb = png_begin + png_header(4, 4) +
                    png_chunk("IDAT", packed(std::string(64U << 20, '\0'))) + png_chunk("IEND", "");
  EXPECT_EQ(clean_png(bomb).error().code, ErrorCode::corrupt);
  const auto huge = png_begin + png_header(100'000, 100'000) + png_chunk("IEND", "");
  EXPECT_EQ(clean_png(huge).error().code, ErrorCode::limit_exceeded);
  const auto wide = png_begin + png_header(0x7FFFFFFF, 1) + png_chunk("IEND", "");
  EXPECT_EQ(clean_png(wide).error().code, ErrorCode::limit_exceeded);
  EXPECT_FALSE(clean_png(png_begin + png_header(0, 4) + png_chunk("IEND", "")));
}

TEST(FileKinds, AreToldByContent) {
  const std::pair<std::string, FileKind> table[] = {
      {made_jpeg(), FileKind::jpeg},
      {made_jpeg({}, "PK\x03\x04"), FileKind::jpeg},
      {made_jpeg(part(0xFE, "%PDF-1.7 <html>")), FileKind::jpeg},
      {made_png(), FileKind::png},
      {"%PDF-1.7\n", FileKind::pdf},
      {"Men in trucks.\r\nThree farms.\tTwo.", FileKind::text},
      {"\xEF\xBB\xBFرجال في شاحنات", FileKind::text},
      {"MZ is a name of mine", FileKind::text},
      {"BMW cars came", FileKind::text},
      {"  <html><script>", FileKind::markup},
      {"\xEF\xBB\xBF<svg onload=x>", FileKind::markup},
      {"PK\x03\x04[Content_Types].xml", FileKind::archive},
      {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", FileKind::archive},
      {"RIFF\x10\0\0\0WEBPVP8 "s, FileKind::other_image},
      {"RIFF\x10\0\0\0WAVEfmt "s, FileKind::audio},
      {"RIFF\x10\0\0\0AVI LIST"s, FileKind::video},
      {"\0\0\0\x20"
       "ftypheic"s,
       FileKind::other_image},
      {"\0\0\0\x20"
       "ftypisom"s,
       FileKind::video},
      {"ID3\x04", FileKind::audio},
      {"OggS\0"s, FileKind::audio},
      {"MZ\x90\0\x03"s, FileKind::program},
      {"\x7F"
       "ELF\x02",
       FileKind::program},
      {"#!/bin/sh\nrm", FileKind::program},
      {"bytes\0without sense"s, FileKind::unknown},
      {"", FileKind::unknown}};
  for (const auto& [bytes, kind] : table) EXPECT_EQ(kind_of_file(bytes), kind) << bytes;
  EXPECT_TRUE(looks_like_mail("Received: by x\r\nFrom: a@b.example\r\n\r\nwords"));
  EXPECT_TRUE(looks_like_mail("From a Sat Jan\nFrom: a@b.example\n\nwords"));
  EXPECT_FALSE(looks_like_mail("Subject: only\n\nwords"));
  EXPECT_FALSE(looks_like_mail("words\nFrom: a@b.example"));
}

}  // namespace
}  // namespace tocsin::formats
