// SPDX-License-Identifier: Apache-2.0
// Tables of node.db that are no projection: credentials, links, drafts, the access log.
//
// Given to the ledger beside the projections, so that its writer brings the tables up to date; it
// asks for no revisions, and rebuild leaves it alone. Threads: any.
#pragma once

#include "ledger/ledger.hpp"

namespace tocsin::people {

class PeopleTables final : public ledger::Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "people"; }
  [[nodiscard]] std::span<const store::Migration> migrations() const override;
  [[nodiscard]] std::span<const std::string_view> tables() const override { return {}; }
  [[nodiscard]] std::span<const std::string_view> types() const override { return {}; }
  [[nodiscard]] base::Status apply(store::Database&, const ledger::Revision&) const override {
    return {};
  }
};

}  // namespace tocsin::people
