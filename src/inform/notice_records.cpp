// SPDX-License-Identifier: Apache-2.0
// How a notice stands in revisions: schema 1 of `notice`.
#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "assess/report_tables.hpp"
#include "formats/json.hpp"
#include "inform/notice_tables.hpp"

namespace tocsin::inform {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> message_names{"alert", "update", "cancel"};

}  // namespace

std::string_view name_of(NoticeMessage message) {
  return message_names.at(static_cast<std::size_t>(message));
}

std::optional<NoticeMessage> notice_message_of(std::string_view name) {
  const auto found = std::ranges::find(message_names, name);
  if (found == message_names.end()) return std::nullopt;
  return static_cast<NoticeMessage>(found - message_names.begin());
}

ledger::Draft notice_revision(std::string_view object, const NoticeRow& notice,
                              const std::vector<NoticeText>& texts,
                              const std::vector<Receiver>& receivers) {
  json::array said;
  for (const auto& text : texts)
    said.push_back(json::object{{"language", text.language},
                                {"headline", text.headline},
                                {"description", text.description},
                                {"instruction", text.instruction}});
  json::array told;
  for (const auto& one : receivers)
    told.push_back(json::object{{"authority", one.authority},
                                {"authority_revision", one.authority_revision},
                                {"channel", name_of(one.channel)},
                                {"form", name_of(one.form)},
                                {"page_form", name_of(one.page_form)},
                                {"language", one.language},
                                {"token_hash", one.token_hash}});
  ledger::Draft draft;
  draft.object = object;
  draft.type = notice_type;
  draft.marking = notice.marking;
  draft.fields = {{"warning", notice.warning},
                  {"decision", notice.decision},
                  {"message", name_of(notice.message)},
                  {"replaces", notice.replaces},
                  {"released", notice.released},
                  {"exercise", notice.exercise},
                  {"cap_urgency", notice.levels.urgency},
                  {"cap_severity", notice.levels.severity},
                  {"cap_certainty", notice.levels.certainty},
                  {"urgency", notice.urgency},
                  {"by", notice.by},
                  {"receivers", std::move(told)},
                  {"texts", std::move(said)}};
  draft.sealed = {"texts"};
  draft.data_key = assess::data_key_of(notice.warning);
  return draft;
}

base::Result<std::vector<NoticeText>> open_notice(const ledger::Vault& vault,
                                                  store::Database& database, const NoticeRow& row) {
  auto opened = open_value(vault, database, row.object, "texts", row.texts);
  if (!opened) return std::unexpected(std::move(opened.error()));
  std::vector<NoticeText> texts;
  if (const auto* list = opened->if_array())
    for (const auto& one : *list)
      texts.push_back({std::string(formats::text_member(one, "language")),
                       std::string(formats::text_member(one, "headline")),
                       std::string(formats::text_member(one, "description")),
                       std::string(formats::text_member(one, "instruction"))});
  if (texts.empty())
    return base::fail(base::ErrorCode::corrupt, "a notice without text", row.object);
  return texts;
}

const NoticeText& text_in(const std::vector<NoticeText>& texts, std::string_view language) {
  const auto base_of = [](std::string_view code) { return code.substr(0, code.find('-')); };
  for (const auto& text : texts)
    if (text.language == language) return text;
  for (const auto& text : texts)
    if (base_of(text.language) == base_of(language)) return text;
  return texts.front();
}

}  // namespace tocsin::inform
