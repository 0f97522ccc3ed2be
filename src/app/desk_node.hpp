// SPDX-License-Identifier: Apache-2.0
// The desk's side of a node, opened in the order in which things stand on one another: vault,
// ledger, people, reports and situations, warnings; and the pages over them.
//
// Ownership: owns everything of the desk; the web files and the framework are the caller's.
// Threads: open() and the routes' registration at start-up; the rest from any thread.
// Errors: name the file that cannot be opened and the remedy.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/blur.hpp"
#include "app/installation.hpp"
#include "assess/assess_pages.hpp"
#include "assess/attachment_tables.hpp"
#include "assess/drop_folder.hpp"
#include "assess/intake_tables.hpp"
#include "assess/reporter_pages.hpp"
#include "assess/retention_desk.hpp"
#include "assess/situation_tables.hpp"
#include "assess/source_desk.hpp"
#include "base/calendar.hpp"
#include "inform/authority_tables.hpp"
#include "inform/dispatcher.hpp"
#include "inform/inform_pages.hpp"
#include "inform/notice_tables.hpp"
#include "inform/outbox.hpp"
#include "inform/warning_tables.hpp"
#include "knowledge/framework.hpp"
#include "ledger/ledger.hpp"
#include "people/account_desk.hpp"
#include "people/account_tables.hpp"
#include "people/credential_tables.hpp"
#include "people/emergency_tables.hpp"
#include "people/gate.hpp"
#include "people/people_pages.hpp"
#include "people/setting_desk.hpp"

namespace tocsin::app {

/// Every projection of this version, in the order in which they are made.
class Projections {
 public:
  Projections();
  [[nodiscard]] std::span<const ledger::Projection* const> all() const { return list_; }

 private:
  people::AccountProjection accounts_;
  people::PeopleTables people_;
  people::EmergencyProjection emergencies_;
  people::SettingProjection settings_;
  assess::ReportProjection reports_;
  assess::AttachmentProjection attachments_;
  assess::IntakeTables intake_;
  assess::SituationProjection situations_;
  assess::SourceProjection sources_;
  assess::RetentionProjection retention_;
  inform::WarningProjection warnings_;
  inform::AuthorityProjection authorities_;
  inform::NoticeProjection notices_;
  inform::OutboxSchema outbox_;
  std::vector<const ledger::Projection*> list_;
};

/// What the desk needs to know of the program around it.
struct DeskSetting {
  std::filesystem::path home;
  std::filesystem::path data;
  const pagekit::WebFiles& web;
  const knowledge::Framework& framework;
  std::string node_name;
  std::string version;
  std::string time_zone;
  std::string address;    ///< as people type it: "http://localhost:8484"
  std::string mail_from;  ///< empty: no mail goes out
  std::optional<net::SmtpServer> smtp;
  std::string contact;  ///< whom to call, for those who may not read it here
  bool exercise = false;
  bool tls = false;
  /// Whether the watch pages need no log-in: a demonstration shows invented things only.
  bool watch_is_public = false;
  std::filesystem::path gazetteer = {};  ///< may not be there: then places are hidden whole
  /// Name and address of other readers, to whom reporters may rather turn.
  std::vector<std::pair<std::string, std::string>> others = {};
};

/// The folder in a home where files of reports are.
inline constexpr const char* files_folder = "files";
/// The folder in a home from which mails, messages and files are taken in.
inline constexpr const char* drop_folder = "drop";

/// Whether this home has a desk: people in its ledger.
[[nodiscard]] bool has_desk(const std::filesystem::path& home);
/// The node database as the ledger writes it: every commit synced, what is deleted overwritten.
[[nodiscard]] base::Result<std::unique_ptr<store::Database>> open_node_database(
    const std::filesystem::path& home, bool read_only = false);

class DeskNode {
 public:
  /// Opens the desk of a home; `master` unlocks it.
  [[nodiscard]] static base::Result<std::unique_ptr<DeskNode>> open(const DeskSetting& setting,
                                                                    base::Secret master);
  ~DeskNode();

  void add_routes(pagekit::Router& router) const;
  void add_reporter_routes(pagekit::Router& router) const;
  [[nodiscard]] const people::Gate& gate() const;
  [[nodiscard]] const people::AccountParts& accounts() const;
  [[nodiscard]] const people::Desk& desk() const;
  [[nodiscard]] ledger::Ledger& ledger() const;
  [[nodiscard]] const pagekit::PageSet& pages() const;
  /// Calls `use` with the value that two people agreed to, if there is one, and again whenever they
  /// agree to another. Before anything is served.
  [[nodiscard]] base::Status on_setting(std::string_view name,
                                        std::function<void(std::string_view value)> use) const;
  /// Reminders, chasing, sending: what is due now. Called every few seconds.
  [[nodiscard]] base::Status run_due() const;

 private:
  struct Parts;
  explicit DeskNode(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tocsin::app
