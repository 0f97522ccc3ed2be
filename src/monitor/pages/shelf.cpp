// SPDX-License-Identifier: Apache-2.0
#include "monitor/pages/shelf.hpp"

namespace tocsin::monitor::pages {

Shelf Shelf::make(const MonitorParts& parts) {
  auto labels = std::make_shared<AllLabels>();
  for (const auto& language : parts.web.languages())
    labels->try_emplace(language, parts.web, language, parts.framework, parts.exercise);
  if (labels->empty()) labels->try_emplace("en", parts.web, "en", parts.framework, parts.exercise);
  return Shelf(parts, std::move(labels));
}

const Labels& Shelf::labels(std::string_view language) const {
  const auto found = labels_->find(language);
  return found == labels_->end() ? labels_->begin()->second : found->second;
}

pagekit::Answer Shelf::with_page(const pagekit::Call& call,
                                 const std::function<pagekit::Answer(const Page&)>& use) const {
  auto lease = parts_->readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  return use(Page{*parts_, labels(call.language), **lease->get(), call});
}

}  // namespace tocsin::monitor::pages
