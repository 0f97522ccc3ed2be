// SPDX-License-Identifier: Apache-2.0
// What one row of the outbox sends: a mail, or a signed post, made from the ledger at the moment of
// sending. Nothing of it is kept, and a retry under the same name says the same.
//
// Ownership: refers to the parts. Threads: those of the database.
// Errors: those of the store; unavailable while locked; invalid_input where the authority's entry
// no longer allows it; conflict where it need not go any more.
#pragma once

#include <optional>

#include "formats/cap_writer.hpp"
#include "inform/notice_desk.hpp"
#include "net/outgoing.hpp"

namespace tocsin::inform {

struct OutgoingMessage {
  std::optional<net::Mail> mail;
  std::optional<net::Post> post;
};

[[nodiscard]] base::Result<OutgoingMessage> compose(const InformParts& parts,
                                                    store::Database& database,
                                                    const OutboxRow& row);
/// The CAP alert of a notice for the named receivers; public where it was released.
[[nodiscard]] base::Result<formats::CapAlert> cap_alert(const InformParts& parts,
                                                        store::Database& database,
                                                        const NoticeRow& notice,
                                                        const std::vector<NoticeText>& texts,
                                                        std::vector<std::string> addresses);

}  // namespace tocsin::inform
