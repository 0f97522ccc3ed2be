// SPDX-License-Identifier: Apache-2.0
// What happens without a person: reminders and escalations by rule, chasing who has not
// acknowledged, and sending what stands in the outbox.
//
// Each attempt is recorded on the disk before it is made; an attempt whose end was not recorded is
// `uncertain` when the program starts again. So nothing is forgotten, and what arrives twice bears
// the same Message-ID.
// Ownership: refers to the parts and to the senders. Threads: any; one run at a time, a second one
// waits. Errors: unavailable while the node is locked; one message that cannot be made or sent
// never stops the others; what goes to several receivers goes at once, in threads of the run.
#pragma once

#include <cstddef>
#include <mutex>

#include "inform/notice_desk.hpp"
#include "inform/warning_desk.hpp"
#include "net/outgoing.hpp"

namespace tocsin::inform {

/// Receivers that are sent to at the same time: each may be silent for net::send_time_max.
inline constexpr std::size_t receivers_at_once_max = 8;

/// What one run did.
struct Ran {
  std::size_t reminders = 0;  ///< and escalations
  std::size_t chases = 0;
  std::size_t sent = 0;
  std::size_t uncertain = 0;
  std::size_t put_off = 0;
  std::size_t failed = 0;
};

class Dispatcher {
 public:
  /// `mailer` may be null where no mail server is set: mail then waits.
  Dispatcher(const InformParts& parts, net::Mailer* mailer, net::Poster* poster)
      : parts_(parts), mailer_(mailer), poster_(poster) {}
  /// Everything that is due at `now`; called by the scheduler every few seconds.
  [[nodiscard]] base::Result<Ran> run_due(base::Instant now);

 private:
  [[nodiscard]] base::Status settle_unfinished(base::Instant now);
  [[nodiscard]] base::Status remind(base::Instant now, Ran& ran);
  [[nodiscard]] base::Status chase(base::Instant now, Ran& ran);
  [[nodiscard]] base::Status chase_one(const ReceiverRow& receiver, const UrgencyRule& rule,
                                       base::Instant now, Ran& ran);
  [[nodiscard]] base::Status send_due(base::Instant now, Ran& ran);
  [[nodiscard]] base::Status send_one(const OutboxRow& row, base::Instant now, Ran& ran);
  [[nodiscard]] base::Status note(const OutboxRow& row, const Delivery& delivery,
                                  std::string_view code, base::Instant now);
  const InformParts& parts_;
  net::Mailer* mailer_;
  net::Poster* poster_;
  std::mutex mutex_;
};

}  // namespace tocsin::inform
