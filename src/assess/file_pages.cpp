// SPDX-License-Identifier: Apache-2.0
// Files of reports: the cleaned copy for those who work on the report, the original for the
// custodian alone.
#include <boost/json.hpp>

#include "assess/assess_pages.hpp"
#include "assess/attachment_tables.hpp"
#include "assess/matters.hpp"
#include "assess/source_tables.hpp"
#include "people/access_log.hpp"

namespace tocsin::assess {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::fail;
using pagekit::Answer;
using pagekit::Call;

constexpr std::size_t originals_shown_max = 200;

std::string file_object(const DeskCall& desk, std::string_view part) {
  return std::string(attachment_type) + ":" + std::string(desk.call.path_part(part));
}

/// A file of somebody else's making: never a page of ours, whatever is in it.
net::Response file_response(std::string media_type, std::string disposition, std::string bytes) {
  net::Response response;
  response.headers = {
      {"Content-Type", std::move(media_type)},
      {"Content-Disposition", std::move(disposition)},
      {"Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"}};
  response.body = std::move(bytes);
  return response;
}

formats::FileKind kind_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(formats::FileKind::unknown); ++i)
    if (name_of(static_cast<formats::FileKind>(i)) == name)
      return static_cast<formats::FileKind>(i);
  return formats::FileKind::unknown;
}

std::string_view ending_of(formats::FileKind kind) {
  if (kind == formats::FileKind::jpeg) return ".jpg";
  if (kind == formats::FileKind::png) return ".png";
  return ".txt";
}

Answer shown_file(const DeskCall& desk) {
  const auto& parts = desk.parts;
  auto report = ReportReader(desk.database).find(object_of(desk.call, report_type));
  if (!report) return std::unexpected(std::move(report.error()));
  if (auto may = parts.desk.permissions.may(desk.session.person, "report.read", matter_of(*report));
      !may)
    return std::unexpected(std::move(may.error()));
  auto row = AttachmentReader(desk.database).find(file_object(desk, "file"));
  if (!row) return std::unexpected(std::move(row.error()));
  if (row->report != report->object || parts.files == nullptr)
    return fail(ErrorCode::not_found, "there is no such file", row->object);
  if (auto noted = desk.note_read("report.read", row->object, report->marking); !noted)
    return std::unexpected(std::move(noted.error()));
  auto bytes = open_shown(parts.desk.vault, desk.database, *parts.files, *row);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  const auto kind = kind_named(row->kind);
  return file_response(std::string(media_type_of(kind)),
                       "inline; filename=\"" + report->source + std::string(ending_of(kind)) + "\"",
                       std::string(bytes->bytes()));
}

Answer originals_page(const DeskCall& desk, const base::Error* problem) {
  const auto& words = desk.words;
  if (auto may = desk.must_concern("report.original"); !may)
    return std::unexpected(std::move(may.error()));
  auto files = AttachmentReader(desk.database).newest(originals_shown_max);
  if (!files) return std::unexpected(std::move(files.error()));
  json::array rows;
  for (const auto& file : *files) {
    const auto report = ReportReader(desk.database).find(file.report);
    if (!report || !desk.may("report.original", matter_of(*report))) continue;
    const auto open =
        SourceReader(desk.database).is_open(report->object, desk.parts.desk.clock.now());
    const auto href = "/originals/" + std::string(uuid_of(file.object));
    rows.push_back(
        json::object{{"source", report->source},
                     {"kind", words.looked_up("report_files.kind", file.kind)},
                     {"size", words.bytes(file.original_bytes)},
                     {"received", words.time(file.received)},
                     {"href", open.value_or(false) ? json::value(href) : json::value(false)}});
  }
  const auto title = words.message("originals.title");
  auto context = desk.parts.pages.context(desk.call, {title, title, {}});
  put_problem(context, words, problem);
  context["originals"] = json::object{
      {"list", rows.empty() ? json::value(false) : json::value{{"rows", std::move(rows)}}}};
  return desk.parts.pages.render(desk.call, "assess/originals", context,
                                 problem == nullptr ? 200 : pagekit::status_of(problem->code));
}

Answer original_file(const DeskCall& desk) {
  const auto& parts = desk.parts;
  if (auto may = desk.must_concern("report.original"); !may)
    return std::unexpected(std::move(may.error()));
  auto row = AttachmentReader(desk.database).find(file_object(desk, "id"));
  if (!row) return std::unexpected(std::move(row.error()));
  auto report = ReportReader(desk.database).find(row->report);
  if (!report) return std::unexpected(std::move(report.error()));
  if (auto may =
          parts.desk.permissions.may(desk.session.person, "report.original", matter_of(*report));
      !may)
    return std::unexpected(std::move(may.error()));
  if (parts.files == nullptr) return fail(ErrorCode::not_found, "there is no such file");
  // What came may name its sender: a second person with a reason, as for any identity.
  auto open = SourceReader(desk.database).is_open(report->object, parts.desk.clock.now());
  if (!open) return std::unexpected(std::move(open.error()));
  if (!*open) {
    const base::Error closed{ErrorCode::conflict, "nobody's request for this source is open",
                             "original_closed",
                             "somebody asks on the report's page, a custodian opens it"};
    return originals_page(desk, &closed);
  }
  // Written down before it leaves: a look that nobody sees must not be possible.
  if (auto done =
          people::note_read(parts.desk.ledger, desk.session, "report.original", row->object);
      !done)
    return std::unexpected(std::move(done.error()));
  auto original =
      open_original(parts.desk.vault, desk.database, *parts.files, *row,
                    [&](std::string_view object) -> base::Result<base::BoxKey> {
                      if (parts.sources == nullptr)
                        return fail(ErrorCode::not_found, "this node has no custodians");
                      auto key = SourceReader(desk.database).custody_key(object);
                      if (!key) return std::unexpected(std::move(key.error()));
                      return parts.sources->custody.open_key(desk.session, *key);
                    });
  if (!original) return std::unexpected(std::move(original.error()));
  return file_response("application/octet-stream",
                       "attachment; filename*=UTF-8''" +
                           pagekit::percent_encode(original->name.empty() ? std::string("original")
                                                                          : original->name),
                       std::string(original->bytes.bytes()));
}

}  // namespace

json::value files_of_report(const DeskCall& desk, std::string_view report) {
  const auto files = AttachmentReader(desk.database).of_report(report);
  if (!files || files->empty()) return false;
  json::array rows;
  for (const auto& file : *files) {
    const bool picture = file.width > 0 && !file.shown_file.empty();
    const bool document = file.width == 0 && !file.shown_file.empty();
    const auto points = [&] {
      return desk.words.message("report_files.size",
                                {{"width", desk.words.number(std::int64_t{file.width})},
                                 {"height", desk.words.number(std::int64_t{file.height})}});
    };
    rows.push_back(json::object{{"kind", desk.words.looked_up("report_files.kind", file.kind)},
                                {"size", desk.words.bytes(file.original_bytes)},
                                {"points", picture ? json::value(points()) : json::value(false)},
                                {"width", std::to_string(file.width)},
                                {"height", std::to_string(file.height)},
                                {"href", "/inbox/" + std::string(uuid_of(report)) + "/files/" +
                                             std::string(uuid_of(file.object))},
                                {"picture", picture},
                                {"document", document},
                                {"nothing", file.shown_file.empty()}});
  }
  return json::object{{"rows", std::move(rows)}};
}

void add_file_routes(pagekit::Router& router, const AssessParts& parts) {
  const auto add = [&](std::string pattern, DeskHandler handler) {
    router.add({"GET",
                std::move(pattern),
                {},
                {},
                {},
                [&parts, handler = std::move(handler)](const Call& call) {
                  return with_desk(parts, call, handler);
                }});
  };
  add("/inbox/{id}/files/{file}", shown_file);
  add("/originals", [](const DeskCall& desk) { return originals_page(desk, nullptr); });
  add("/originals/{id}", original_file);
}

}  // namespace tocsin::assess
