// SPDX-License-Identifier: Apache-2.0
// Which emergency access is in force now, and what stands above every page about it.
//
// In force means: opened in a session that still lives, and before its hour on two clocks. The
// machine's clock may end it early; the steady clock ends it in time, whoever sets the other back.
// In memory like the sessions: after a restart nothing is in force.
// Ownership: knows sessions without keeping them. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "people/emergency.hpp"
#include "people/session.hpp"

namespace tocsin::people {

class EmergencyBoard final : public AlertSource {
 public:
  EmergencyBoard(const base::Clock& clock, const base::Clock& steady, EmergencyLimits limits = {})
      : clock_(clock), steady_(steady), limits_(limits) {}
  [[nodiscard]] const EmergencyLimits& limits() const { return limits_; }

  /// Reads what is not reviewed yet, with names; after every act about it and at every log-in.
  [[nodiscard]] base::Status load(store::Database& database, const ledger::Vault& vault);
  /// Puts it in force for the session in which it was opened.
  void begin(const Emergency& emergency, const std::shared_ptr<const Session>& session);
  void end(std::string_view object);
  /// The emergency access that this session has now; empty where it has none.
  [[nodiscard]] std::string in_force(const Session& session);
  /// Why one that the record calls open is not in force any more; EmergencyEnd::none where it is.
  [[nodiscard]] EmergencyEnd over(const Emergency& emergency);

  [[nodiscard]] std::vector<pagekit::Alert> alerts(const pagekit::Words& words,
                                                   const Person& person) const override;

 private:
  struct Grant {
    std::string form_token;  ///< names the session
    std::weak_ptr<const Session> session;
    base::Instant until;
    base::Instant steady_until;
    bool past = false;  ///< its hour has come once, so it never comes back
  };
  struct Shown {
    Emergency emergency;
    std::string who;
  };
  [[nodiscard]] bool has_passed(Grant& grant);

  const base::Clock& clock_;
  const base::Clock& steady_;
  EmergencyLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Grant, std::less<>> grants_;
  std::vector<Shown> shown_;
};

}  // namespace tocsin::people
