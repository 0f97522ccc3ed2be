// SPDX-License-Identifier: Apache-2.0
// How the elements of CAP become a record, wherever they stand: in an alert or in an Atom entry.
//
// Threads: pure functions. Errors: a reason, as RecordSink takes it.
#pragma once

<<<<<<< HEAD
#include "formats/xml.hpp"
=======
>>>>>>> feeds
#include <string>
#include <string_view>

#include "formats/xml.hpp"
#include "monitor/feeds/reader.hpp"

namespace tocsin::monitor::feeds {

/// The namespace of the version that the node is written in; empty where it is not CAP.
[[nodiscard]] std::string_view cap_namespace(const pugi::xml_node& node);

/// Reads one <alert>: gives its information blocks to the sink, numbered from `line`. Returns how
/// many rows were given, at least one.
[[nodiscard]] base::Result<std::uint64_t> give_cap_alert(const pugi::xml_node& alert,
                                                         std::uint64_t line, const Tables& tables,
                                                         RecordSink& sink);

/// Why an alert of this status, message type and these categories is out of scope; empty if it is
/// in scope.
[[nodiscard]] std::string cap_scope(std::string_view status, std::string_view message_type,
                                    const std::vector<std::string>& categories,
                                    const Tables& tables);

/// Adds event, severity, urgency, certainty, area and onset, read from children of `node`.
void fill_cap_details(const pugi::xml_node& node, std::string_view name_space, FeedRecord& record);

}  // namespace tocsin::monitor::feeds
