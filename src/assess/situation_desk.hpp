// SPDX-License-Identifier: Apache-2.0
// What people do with situations: open, change, close; link evidence; judge, dissent; write and
// finish assessments. Each act is one signed revision.
//
// Ownership: refers to the desk's parts. Threads: any. Errors: ErrorCode::invalid_input names the
// field, conflict a change beside another, forbidden what the person may not do.
#pragma once

#include <string>
#include <string_view>

#include "assess/judgement.hpp"
#include "assess/situation.hpp"
#include "assess/situation_tables.hpp"
#include "knowledge/framework.hpp"
#include "people/desk.hpp"

namespace tocsin::assess {

class SituationDesk {
 public:
  SituationDesk(const people::Desk& desk, const knowledge::Framework& framework)
      : desk_(desk), framework_(framework) {}

  /// The new situation's object.
  [[nodiscard]] base::Result<std::string> open(const people::Session& session,
                                               const SituationDraft& draft) const;
  [[nodiscard]] base::Status change(const people::Session& session, std::string_view object,
                                    const base::Digest& seen, const SituationDraft& draft) const;
  [[nodiscard]] base::Status close(const people::Session& session, std::string_view object,
                                   const base::Digest& seen, std::string_view reason) const;

  [[nodiscard]] base::Result<std::string> link(const people::Session& session,
                                               const EvidenceDraft& draft) const;
  [[nodiscard]] base::Status unlink(const people::Session& session, std::string_view evidence,
                                    std::string_view reason) const;

  /// `seen`: the judgement that the form showed; none where there was none yet.
  [[nodiscard]] base::Status judge(const people::Session& session, const JudgementDraft& draft,
                                   const std::optional<base::Digest>& seen) const;
  [[nodiscard]] base::Status dissent(const people::Session& session, std::string_view situation,
                                     std::string_view judgement, std::string_view text) const;

  /// A new version, or the draft that is being written already.
  [[nodiscard]] base::Result<std::string> begin_assessment(const people::Session& session,
                                                           std::string_view situation) const;
  [[nodiscard]] base::Status write_assessment(const people::Session& session,
                                              std::string_view object, const base::Digest& seen,
                                              const AssessmentDraft& draft, bool finish) const;

 private:
  [[nodiscard]] base::Result<SituationRow> permitted(ledger::Pen& pen,
                                                     const people::Session& session,
                                                     std::string_view act,
                                                     std::string_view situation) const;
  /// Refuses who is not cleared for what an indicator's judgement rests on: nothing is superseded
  /// or disagreed with unread.
  [[nodiscard]] base::Status check_cleared(ledger::Pen& pen, const people::Session& session,
                                           std::string_view situation,
                                           std::string_view indicator) const;
  people::Desk desk_;
  const knowledge::Framework& framework_;
};

}  // namespace tocsin::assess
