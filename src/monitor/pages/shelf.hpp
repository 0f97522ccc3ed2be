// SPDX-License-Identifier: Apache-2.0
// What stays between requests: the words of each language, made once, the sheets of late, and the
// way from a request to a Page with a lent reader.
//
// Ownership: copies share the labels; `parts` must outlive every copy. Threads: any.
// Errors: a store that cannot be opened is `unavailable`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "monitor/pages/page.hpp"
#include "monitor/pages/sheet_cache.hpp"

namespace tocsin::monitor::pages {

class Shelf {
 public:
  [[nodiscard]] static Shelf make(const MonitorParts& parts);

  [[nodiscard]] const MonitorParts& parts() const { return *parts_; }
  [[nodiscard]] SheetCache& kept() const { return *kept_; }
  [[nodiscard]] const Labels& labels(std::string_view language) const;
  [[nodiscard]] pagekit::Answer with_page(
      const pagekit::Call& call, const std::function<pagekit::Answer(const Page&)>& use) const;

 private:
  using AllLabels = std::map<std::string, Labels, std::less<>>;
  Shelf(const MonitorParts& parts, std::shared_ptr<const AllLabels> labels)
      : parts_(&parts), labels_(std::move(labels)), kept_(std::make_shared<SheetCache>()) {}
  const MonitorParts* parts_;
  std::shared_ptr<const AllLabels> labels_;
  std::shared_ptr<SheetCache> kept_;
};

}  // namespace tocsin::monitor::pages
