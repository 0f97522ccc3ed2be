// SPDX-License-Identifier: Apache-2.0
// Every parser of feeds, and of files that people send, over one input: the fuzz harness and the
// replay test call this.
//
// The first byte chooses the parser, the rest is its input. What must hold: no crash, no endless
// loop, and every row in exactly one bucket. The PDF reader starts a process and is left out.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "formats/clean_image.hpp"
#include "formats/csv.hpp"
#include "formats/file_kind.hpp"
#include "formats/form_data.hpp"
#include "formats/gzip.hpp"
#include "formats/html_text.hpp"
#include "formats/json.hpp"
#include "formats/json_items.hpp"
#include "formats/lines.hpp"
#include "formats/mail_file.hpp"
#include "formats/utf16.hpp"
#include "formats/xml.hpp"
#include "formats/zip.hpp"
#include "monitor/feeds/document.hpp"
#include "monitor/feeds/fields.hpp"
#include "monitor/feeds/gdelt_updates.hpp"
#include "monitor/feeds/reader.hpp"

namespace tocsin::fuzz {

/// Ends the program where a promise does not hold; fuzzers and tests both see that.
inline void promise(bool holds) {
  if (!holds) std::abort();
}

class CheckingSink final : public monitor::feeds::RecordSink {
 public:
  base::Status kept(monitor::feeds::FeedRecord& record) override {
    promise(!record.id.empty());
    promise(base::is_utf8(record.id) && base::is_utf8(record.title) && base::is_utf8(record.text));
    promise(base::is_utf8(record.place.name) && base::is_utf8(record.publisher));
    promise(record.url.empty() || monitor::feeds::is_web_address(record.url));
    promise(!record.place.latitude ||
            (*record.place.latitude >= -90 && *record.place.latitude <= 90));
    promise(!record.place.longitude ||
            (*record.place.longitude >= -180 && *record.place.longitude <= 180));
    return {};
  }
  void rejected(std::uint64_t, std::string_view reason) override { promise(!reason.empty()); }
  void out_of_scope(std::uint64_t, std::string_view reason) override { promise(!reason.empty()); }
};

inline void drain(formats::ByteSource& source) {
  std::string room(4096, '\0');
  for (;;) {
    auto count = source.read(room);
    if (!count || *count == 0) return;
  }
}

/// What people send to the desk: pictures, mails, forms.
inline void run_sent_file(unsigned choice, std::string_view bytes) {
  switch (choice % 4) {
    case 0: {
      const auto image = formats::clean_jpeg(bytes);
      // What is clean stays as it is.
      promise(!image || formats::clean_jpeg(image->bytes)->bytes == image->bytes);
      break;
    }
    case 1: {
      const auto image = formats::clean_png(bytes);
      promise(!image || formats::clean_png(image->bytes)->bytes == image->bytes);
      break;
    }
    case 2: {
      const auto mail = formats::read_mail_file(bytes);
      promise(!mail || (base::is_utf8(mail->text) && base::is_utf8(mail->from) &&
                        base::is_utf8(mail->subject)));
      break;
    }
    default:
      (void)formats::kind_of_file(bytes);
      (void)formats::read_form_data("multipart/form-data; boundary=x", bytes);
  }
}

inline void run_codec(unsigned choice, std::string_view bytes) {
  formats::MemorySource source(bytes);
  switch (choice % 14) {
    case 0: {
      formats::CsvReader csv(source, ',', 1000);
      for (auto row = csv.next(); row && row->line != 0;) row = csv.next();
      break;
    }
    case 1: {
      formats::LineReader lines(source, 100);
      for (auto line = lines.next(); line && line->number != 0;) line = lines.next();
      break;
    }
    case 2: {
      formats::JsonItems items(source, {"data"});
      for (auto item = items.next(); item && item->number != 0;) item = items.next();
      break;
    }
    case 3:
      (void)formats::parse_json(bytes);
      break;
    case 4: {
      pugi::xml_document document;
      if (formats::parse_xml(std::string(bytes), document))
        (void)formats::deep_text(document.document_element());
      break;
    }
    case 5: {
      promise(base::is_utf8(formats::html_to_text(base::to_utf8(bytes))));
      (void)formats::read_html(bytes);
      break;
    }
    case 6: {
      formats::InflateSource inflate(source, formats::DeflateFrame::gzip);
      drain(inflate);
      break;
    }
    case 7: {
      formats::MemoryRandom random(bytes);
      auto archive = formats::ZipArchive::open(random);
      if (!archive) break;
      for (const auto& member : archive->members())
        if (auto opened = archive->open(member)) drain(**opened);
      break;
    }
    case 8: {
      formats::Utf16Source utf16(source);
      drain(utf16);
      break;
    }
    case 9:
    case 10:
    case 11:
    case 12:
      run_sent_file(choice % 14 - 9, bytes);
      break;
    default:
      (void)monitor::feeds::read_last_update(bytes);
      (void)monitor::feeds::find_day(bytes, true);
      (void)monitor::feeds::find_symbol(bytes);
      (void)monitor::feeds::read_instant(bytes);
      (void)formats::csv_field(bytes);
  }
}

inline void run_feed_parsers(const monitor::feeds::Tables& tables, std::string_view input) {
  if (input.empty()) return;
  const auto choice = static_cast<unsigned char>(input.front());
  const std::string_view bytes = input.substr(1);
  const auto readers = monitor::feeds::all_formats();
  if (choice >= 128) return run_codec(choice, bytes);
  // Any reader over any bytes, as with --format; and the one that the content asks for.
  const auto* format = &readers[choice % readers.size()];
  if (choice >= 64) {
    auto found = monitor::feeds::find_format(bytes.substr(0, monitor::feeds::head_bytes));
    if (!found) {
      promise(!found.error().message.empty());
      return;
    }
    format = *found;
  }
  if (format->name == "pdf") return;
  formats::MemorySource source(bytes);
  CheckingSink sink;
  (void)monitor::feeds::make_reader(*format, tables)->read(source, sink);
}

}  // namespace tocsin::fuzz
