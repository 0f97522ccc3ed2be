// SPDX-License-Identifier: Apache-2.0
// Reports that come as a mail file, as a text message, or as a file with words: what is told goes
// into a report, who told it goes to the custodians and nowhere else.
//
// One message is one act, noted with its hash: whatever comes again, after a kill or because
// somebody sent it twice, is taken once. The message as it came, with its sender, is kept as an
// original that only the custodian may see; its address goes to `keep_reach`.
// Ownership: refers to the desk, the store and the grammar. Threads: any.
// Errors: ErrorCode::invalid_input with a place of the catalogue's form_problem for what cannot be
// taken; those of the ledger otherwise.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/report_desk.hpp"
#include "assess/text_message.hpp"

namespace tocsin::assess {

/// A text message as a gateway gives it (docs/formats/text-message.md).
struct IncomingText {
  std::string id;    ///< of the gateway, or empty
  std::string from;  ///< a number; never in the report
  std::string text;
  std::string received;  ///< as the gateway writes it, or empty
};
/// One line of a gateway's file.
[[nodiscard]] base::Result<IncomingText> read_incoming(std::string_view json_line);

enum class Outcome : std::uint8_t {
  filed,
  added,
  endangered,
  withdrawn,
  waiting,
  again,
  no_report
};
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct TakenIn {
  Outcome outcome = Outcome::filed;
  std::string report;    ///< object, or empty
  std::string receipt;   ///< of a filed one: said once
  std::string language;  ///< in which an answer goes back, or empty
};

struct IntakeParts {
  people::Desk desk;
  const FileStore& files;
  const TextGrammar& grammar;
  bool exercise = false;
  /// Gives how to reach the sender to the custodians; may be empty. What fails is tried again when
  /// the message comes again; the original holds the sender either way.
  std::function<base::Status(const std::string& report, const std::string& reach)> keep_reach;
};

class MessageIntake {
 public:
  explicit MessageIntake(const IntakeParts& parts) : parts_(parts) {}
  [[nodiscard]] base::Result<TakenIn> take_mail(std::string_view eml) const;
  [[nodiscard]] base::Result<TakenIn> take_text(const IncomingText& message) const;
  /// A file with plain words, a picture or a PDF that somebody put into the drop folder.
  [[nodiscard]] base::Result<TakenIn> take_file(std::string_view name,
                                                std::string_view bytes) const;
  /// Messages whose missing parts did not come.
  [[nodiscard]] base::Result<std::vector<TakenIn>> take_late_parts() const;

 private:
  /// What came as one message, or as several that belong together.
  struct Words {
    std::vector<IncomingText> messages;
    std::string text;
  };
  [[nodiscard]] base::Result<TakenIn> file_words(const Told& told, const std::string& reach,
                                                 const std::vector<KeptFile>& files) const;
  [[nodiscard]] base::Result<TakenIn> act_on(ledger::Pen& pen, const Words& words) const;
  [[nodiscard]] base::Result<TakenIn> file_text(ledger::Pen& pen, const Words& words,
                                                const TextMessage& message,
                                                std::string_view hash) const;
  /// Where a part waits: with others of the same sender and length, unless one of its number is
  /// there already.
  [[nodiscard]] base::Result<std::string> free_group(store::Database& database,
                                                     std::string_view from,
                                                     const MessagePart& part) const;
  [[nodiscard]] base::Result<std::optional<Words>> joined(ledger::Pen& pen,
                                                          const IncomingText& message,
                                                          const MessagePart& part) const;
  [[nodiscard]] base::Result<Words> open_group(ledger::Pen& pen, std::string_view group,
                                               bool& complete) const;
  void keep_reach(const TakenIn& taken, const std::string& reach) const;
  [[nodiscard]] base::Result<std::string> hash_of(store::Database& database,
                                                  std::string_view what) const;
  const IntakeParts& parts_;
};

}  // namespace tocsin::assess
