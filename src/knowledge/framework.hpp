// SPDX-License-Identifier: Apache-2.0
// The 14 risk factors and 143 indicators of the UN Framework of Analysis (data/framework).
//
// Ownership: values. Threads: read-only after loading. Errors name the file.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::knowledge {

struct RiskFactor {
  std::string id;     ///< "CRF7"
  std::string label;  ///< our paraphrase, never the UN's words
};

struct RiskIndicator {
  std::string id;         ///< "CRF7.14"
  std::string un_number;  ///< "7.14"
  std::string factor;     ///< "CRF7"
  std::string label;      ///< our paraphrase
  std::string kind;       ///< structural or dynamic
  std::string basis;      ///< checked, recalled or provisional
  /// True where number or wording is not confirmed: pages must mark it.
  [[nodiscard]] bool provisional() const { return basis == "provisional"; }
};

class Framework {
 public:
  [[nodiscard]] static base::Result<Framework> load(const std::filesystem::path& data_folder);
  [[nodiscard]] const std::vector<RiskFactor>& factors() const { return factors_; }
  [[nodiscard]] const std::vector<RiskIndicator>& indicators() const { return indicators_; }
  /// Null if there is no such indicator.
  [[nodiscard]] const RiskIndicator* find(std::string_view id) const;
  [[nodiscard]] const std::string& version() const { return version_; }
  /// A label or reason of our data in another language of the pages ("fr", "ar"), read from
  /// said-LANGUAGE.json beside the framework; the English text itself where there is none.
  [[nodiscard]] std::string_view said(std::string_view english, std::string_view language) const;

 private:
  std::vector<RiskFactor> factors_;
  std::vector<RiskIndicator> indicators_;
  std::string version_;
  /// By language, then by the English text.
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> said_;
};

}  // namespace tocsin::knowledge
