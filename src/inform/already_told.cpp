// SPDX-License-Identifier: Apache-2.0
#include "inform/already_told.hpp"

#include <algorithm>
#include <set>

namespace tocsin::inform {
namespace {

using Chain = std::set<std::string, std::less<>>;

const NoticeRow* named(const std::vector<NoticeRow>& notices, std::string_view object) {
  const auto found = std::ranges::find(notices, object, &NoticeRow::object);
  return found == notices.end() ? nullptr : &*found;
}

/// What is replaced, and all that it replaced itself.
Chain chain_of(const std::vector<NoticeRow>& notices, const std::string& replaces) {
  Chain chain;
  for (const auto* one = named(notices, replaces);
       one != nullptr && chain.insert(one->object).second;)
    one = named(notices, one->replaces);
  return chain;
}

base::Result<bool> says_the_same(const ledger::Vault& vault, store::Database& database,
                                 const NoticeRow& notice, const NoticeOrder& order) {
  if (notice.message != order.message || notice.replaces != order.replaces ||
      notice.released != order.release)
    return false;
  // Whatever its words: it is cancelled.
  if (notice.message == NoticeMessage::cancel) return true;
  auto texts = open_notice(vault, database, notice);
  if (!texts) return std::unexpected(std::move(texts.error()));
  return *texts == order.texts;
}

}  // namespace

base::Result<std::optional<AlreadyTold>> already_told(const ledger::Vault& vault,
                                                      store::Database& database,
                                                      const NoticeOrder& order) {
  auto notices = notices_of(database, order.warning);
  if (!notices) return std::unexpected(std::move(notices.error()));
  const auto* replaced = named(*notices, order.replaces);
  if (replaced != nullptr && replaced->message == NoticeMessage::cancel)
    return AlreadyTold{"already_cancelled", *replaced, {}};
  const auto chain = chain_of(*notices, order.replaces);
  // What was replaced is said before what is the same: it names the later of the two.
  std::ranges::stable_partition(*notices,
                                [&](const auto& one) { return chain.contains(one.object); });
  for (const auto& notice : *notices) {
    auto receivers = receivers_of(database, notice.object);
    if (!receivers) return std::unexpected(std::move(receivers.error()));
    std::erase_if(*receivers, [&](const ReceiverRow& one) {
      return std::ranges::find(order.authorities, one.to.authority) == order.authorities.end();
    });
    if (chain.contains(notice.object)) {
      for (const auto& one : *receivers)
        if (const auto* later = named(*notices, one.replaced_by);
            later != nullptr && !chain.contains(later->object))
          return AlreadyTold{
              later->message == NoticeMessage::cancel ? "already_cancelled" : "already_replaced",
              *later, one.to.authority};
      continue;
    }
    const auto has_it =
        std::ranges::find_if(*receivers, [](const auto& one) { return one.replaced_by.empty(); });
    if (has_it == receivers->end()) continue;
    auto same = says_the_same(vault, database, notice, order);
    if (!same) return std::unexpected(std::move(same.error()));
    if (*same) return AlreadyTold{"already_same", notice, has_it->to.authority};
  }
  return std::nullopt;
}

}  // namespace tocsin::inform
