// SPDX-License-Identifier: Apache-2.0
// Emergency access as fields of revisions, schema 1.
#include <boost/json.hpp>

#include "people/emergency.hpp"

namespace tocsin::people {
namespace {

namespace json = boost::json;

std::int64_t number_of(base::Instant instant) {
  return instant.time_since_epoch().count();
}

base::Instant instant_in(const ledger::Revision& revision, std::string_view name) {
  return base::Instant{std::chrono::milliseconds{revision.integer(name)}};
}

json::value value_in(const ledger::Revision& revision, std::string_view name) {
  const auto* value = revision.field(name);
  return value == nullptr ? json::value("") : *value;
}

}  // namespace

json::object emergency_fields(const Emergency& emergency) {
  json::object fields = {{"state", name_of(emergency.state)},
                         {"until", number_of(emergency.until)},
                         {"reads_from", emergency.reads_from}};
  if (emergency.state == EmergencyState::open) {
    fields["reason"] = emergency.reason;
    return fields;
  }
  fields["end"] = name_of(emergency.end);
  fields["ended"] = number_of(emergency.ended);
  fields["reads_to"] = emergency.reads_to;
  if (emergency.state == EmergencyState::ended) return fields;
  fields["verdict"] = name_of(emergency.verdict);
  fields["finding"] = emergency.finding;
  return fields;
}

base::Result<Emergency> read_emergency(const ledger::Revision& revision) {
  const auto broken = [&](base::Error error) {
    return base::fail_at(revision.envelope.object, std::move(error));
  };
  auto state = emergency_state_of(revision.text("state"));
  if (!state) return broken(std::move(state.error()));
  Emergency emergency;
  emergency.object = revision.envelope.object;
  emergency.state = *state;
  emergency.until = instant_in(revision, "until");
  emergency.reads_from = revision.integer("reads_from");
  emergency.reason = value_in(revision, "reason");
  if (*state == EmergencyState::open) return emergency;
  auto end = emergency_end_of(revision.text("end"));
  if (!end) return broken(std::move(end.error()));
  emergency.end = *end;
  emergency.ended = instant_in(revision, "ended");
  emergency.reads_to = revision.integer("reads_to");
  if (*state == EmergencyState::ended) return emergency;
  auto verdict = emergency_verdict_of(revision.text("verdict"));
  if (!verdict) return broken(std::move(verdict.error()));
  emergency.verdict = *verdict;
  emergency.finding = value_in(revision, "finding");
  return emergency;
}

}  // namespace tocsin::people
