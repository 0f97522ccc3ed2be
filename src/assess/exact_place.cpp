// SPDX-License-Identifier: Apache-2.0
#include "assess/exact_place.hpp"

#include <boost/json.hpp>

#include "assess/matters.hpp"
#include "assess/source_desk.hpp"
#include "base/text.hpp"
#include "ledger/sealed_text.hpp"
#include "people/access_log.hpp"

namespace tocsin::assess {

using base::ErrorCode;
using base::fail;

base::Day week_of(base::Day day) {
  return day - (std::chrono::weekday{day} - std::chrono::Monday);
}

base::Result<ExactWhere> look_exactly(const people::Desk& desk, const people::Session& session,
                                      std::string_view report, std::string_view reason) {
  if (base::trim(reason).empty()) return fail(ErrorCode::invalid_input, "say why", "reason");
  if (reason.size() > source_reason_bytes_max || !base::is_utf8(reason))
    return fail(ErrorCode::limit_exceeded, "longer than 2,000 bytes", "reason");
  auto row = desk.ledger.act([&](ledger::Pen& pen) -> base::Result<ReportRow> {
    auto found = ReportReader(pen.database()).find(report);
    if (!found) return found;
    if (auto may = desk.permissions.may(session.person, "report.exact", matter_of(*found)); !may)
      return std::unexpected(std::move(may.error()));
    ledger::Draft draft;
    draft.object = pen.new_object(exact_look_type);
    draft.type = exact_look_type;
    draft.marking = found->marking;
    draft.fields = {{"report", report}, {"reason", base::normalize_nfc(base::trim(reason))}};
    draft.sealed = {"reason"};
    draft.data_key = data_key_of(report);
    if (auto made = pen.append(draft, session.author()); !made)
      return std::unexpected(std::move(made.error()));
    if (auto noted = people::note_read(pen, session.person.account, "report.exact", report); !noted)
      return std::unexpected(std::move(noted.error()));
    return found;
  });
  if (!row) return std::unexpected(std::move(row.error()));
  auto lease = desk.readers.borrow();
  if (!lease) return std::unexpected(std::move(lease.error()));
  auto place = ledger::open_text(desk.vault, **lease, report, "place", row->place);
  if (!place) return std::unexpected(std::move(place.error()));
  auto when = ledger::open_text(desk.vault, **lease, report, "when", row->when);
  if (!when) return std::unexpected(std::move(when.error()));
  return ExactWhere{std::move(*place), std::move(*when)};
}

}  // namespace tocsin::assess
