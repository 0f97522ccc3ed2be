// SPDX-License-Identifier: Apache-2.0
// The pages through the router: forms, refusals, what was typed kept, the public notice page.
#include "inform/inform_pages.hpp"
#include "inform/notice_sheet.hpp"

#include "assess/report_desk.hpp"
#include "assess/situation_desk.hpp"
#include "formats/pdf.hpp"
#include "inform_fixture.hpp"

/// Fontconfig and Pango keep what they read about fonts until the process ends.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

namespace tocsin::inform {
namespace {

class PagesTest : public InformFixture {
 protected:
  void SetUp() override {
    InformFixture::SetUp();
    add_inform_routes(router_, *parts_);
    add_notice_routes(router_, *parts_);
  }
  using Person = std::shared_ptr<people::Session>;
  net::Response get(const Person& person, std::string path, std::string query = {}) {
    net::Request request;
    request.method = "GET";
    request.path = std::move(path);
    request.query = std::move(query);
    return router_.serve(request, person);
  }
  net::Response post(const Person& person, std::string path,
                     const std::vector<std::pair<std::string, std::string>>& fields,
                     bool with_token = true) {
    net::Request request;
    request.method = "POST";
    request.path = std::move(path);
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    if (with_token && person)
      request.body = "form_token=" + pagekit::percent_encode(person->form_token);
    for (const auto& [name, value] : fields)
      request.body += "&" + name + "=" + pagekit::percent_encode(value);
    return router_.serve(request, person);
  }
  static std::string uuid(const std::string& object) { return object.substr(object.find(':') + 1); }
  static std::string location(const net::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Location") return value;
    return {};
  }
  std::vector<std::pair<std::string, std::string>> typed() const {
    return {{"assessment", std::string(64, 'a')},
            {"title", "Attacks on the road to Tavo"},
            {"what_changed", "Three villages\r\nwere burnt."},
            {"concerns", "River villages"},
            {"language", "en"},
            {"urgency", "days"},
            {"confidence", "moderate"},
            {"scale", "spreading"},
            {"wanted_by", "2031-03-20 12:00"},
            {"option_mediation", "1"}};
  }
  pagekit::Router router_;
};

bool has(const net::Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

TEST_F(PagesTest, ASearchFindsOnlyWhatOneMayRead) {
  ASSERT_EQ(post(analyst_, "/warnings/new", typed()).status, 303);
  std::vector<std::string> reads;
  parts_->note_read = [&](std::string_view account, std::string_view act, std::string_view what) {
    reads.push_back(std::string(account) + " " + std::string(act) + " " + std::string(what));
    return base::Status{};
  };
  const auto found = get(analyst_, "/search", "q=VILLAGES+tavo");
  EXPECT_EQ(found.status, 200);
  EXPECT_TRUE(has(found, "Attacks on the road to Tavo"));
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].find("villages"), std::string::npos);
  EXPECT_FALSE(has(get(analyst_, "/search", "q=villages+elsewhere"), "road to Tavo"));
  EXPECT_FALSE(has(get(administrator_, "/search", "q=villages"), "road to Tavo"));
  EXPECT_FALSE(has(get(analyst_, "/search", "q=%3Cscript%3E"), "<script>"));
  reads.clear();
  EXPECT_EQ(get(analyst_, "/search").status, 200);
  EXPECT_TRUE(reads.empty());
}

TEST_F(PagesTest, ASearchShowsNoWordsAboveClearance) {
  ASSERT_TRUE(assess::make_receipt_secret(vault_, *connect()));
  assess::Told told;
  told.text = "Forty men with lists went from door to door.";
  told.witness = "heard";
  told.channel = "page";
  const assess::ReportDesk reports(parts_->desk);
  const auto filed = reports.file(told);
  ASSERT_TRUE(filed) << filed.error().text();
  const auto low = person("Low", people::Role::analyst);
  low->person.clearance = "AMBER+STRICT";
  EXPECT_TRUE(has(get(low, "/search", "q=lists"), "Forty men"));
  assess::IntakeStep mark;
  mark.report = filed->object;
  mark.step = assess::Step::mark;
  mark.seen_version = 1;
  mark.marking = {"RED", "RED"};
  ASSERT_TRUE(reports.take(*analyst_, mark));
  EXPECT_FALSE(has(get(low, "/search", "q=lists"), "Forty men"));
  EXPECT_FALSE(has(get(low, "/search", "q=lists"), uuid(filed->object)));
  EXPECT_TRUE(has(get(analyst_, "/search", "q=lists"), "Forty men"));

  assess::SituationDraft draft;
  draft.name = "Valley of the Orn";
  draft.places = {"Belune"};
  draft.crimes = {"genocide"};
  draft.review = base::day_of(clock_.now()) + std::chrono::days{7};
  const auto framework = knowledge::Framework::load(source_root / "data").value();
  ASSERT_TRUE(assess::SituationDesk(parts_->desk, framework).open(*analyst_, draft));
  EXPECT_TRUE(has(get(low, "/search", "q=orn"), "Valley of the Orn"));
  low->person.clearance = "GREEN";
  EXPECT_FALSE(has(get(low, "/search", "q=orn"), "Valley of the Orn"));
}

TEST_F(PagesTest, ListsCanBeTakenAlong) {
  ASSERT_EQ(post(analyst_, "/warnings/new", typed()).status, 303);
  const auto csv = get(analyst_, "/warnings.csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_TRUE(has(csv, "Attacks on the road to Tavo"));
  EXPECT_TRUE(csv.body.starts_with("\xEF\xBB\xBFTLP:AMBER")) << csv.body.substr(0, 40);
  EXPECT_FALSE(has(get(administrator_, "/warnings.csv"), "road to Tavo"));
  EXPECT_TRUE(get(analyst_, "/warnings.xlsx").body.starts_with("PK"));
  authority("Police", Channel::email, "police@karevia.invalid");
  EXPECT_TRUE(has(get(officer_, "/authorities.csv"), "police@karevia.invalid"));
  EXPECT_EQ(get(administrator_, "/authorities.csv").status, 403);
}

TEST_F(PagesTest, TheWholeWay) {
  EXPECT_EQ(get(analyst_, "/warnings/new", "assessment=" + std::string(64, 'a')).status, 200);
  const auto made = post(analyst_, "/warnings/new", typed());
  ASSERT_EQ(made.status, 303) << made.body;
  const auto path = location(made);
  const std::string object = "warning:" + path.substr(path.rfind('/') + 1);
  EXPECT_TRUE(row(object).plain.wanted_by);
  const auto seen = [&] { return base::to_hex(head(object)); };
  EXPECT_EQ(post(analyst_, path, {{"step", "submit"}, {"seen", seen()}}).status, 303);
  EXPECT_EQ(post(second_, path, {{"step", "pass"}, {"seen", seen()}, {"reasons", "Read."}}).status,
            303);
  const auto page = get(principal_, path);
  ASSERT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "TLP:AMBER PAP:AMBER"));
  EXPECT_TRUE(has(page, "name=\"step\" value=\"not_act\""));
  EXPECT_FALSE(has(get(analyst_, path), "value=\"not_act\""));
  // Without reasons the page comes back with what is wrong.
  const auto refused =
      post(principal_, path, {{"step", "act"}, {"seen", seen()}, {"reasons", " "}});
  EXPECT_EQ(refused.status, 400) << refused.status;
  EXPECT_TRUE(has(refused, "role=\"alert\""));
  EXPECT_EQ(
      post(principal_, path,
           {{"step", "act"}, {"seen", seen()}, {"reasons", "Now."}, {"option_mediation", "1"}})
          .status,
      303);
  EXPECT_EQ(state(object), "decided");

  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  EXPECT_TRUE(has(get(officer_, path + "/inform"), "Police"));
  const auto sent = post(officer_, path + "/inform",
                         {{"seen", seen()},
                          {"message", "alert"},
                          {"language_1", "en"},
                          {"headline_1", "Attacks"},
                          {"description_1", "Three villages."},
                          {"to_" + uuid(police), "1"}});
  ASSERT_EQ(sent.status, 303) << sent.body;
  EXPECT_TRUE(has(get(principal_, path), "Police"));
  EXPECT_EQ(get(officer_, "/authorities").status, 200);
  EXPECT_EQ(get(officer_, "/warnings").status, 200);
}

TEST_F(PagesTest, EveryLanguageRenders) {
  const auto object = decided();
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(object, {police});
  run();
  for (const std::string language : {"en", "fr", "ar"}) {
    const auto query = "lang=" + language;
    for (const auto& path : {std::string("/warnings"), "/warnings/" + uuid(object),
                             "/warnings/" + uuid(object) + "/inform", std::string("/authorities"),
                             std::string("/authorities/new"), "/authorities/" + uuid(police),
                             "/notices/" + uuid(notice) + "/receipts/" + uuid(police)})
      EXPECT_EQ(get(officer_, path, query).status, 200) << path << " " << language;
    EXPECT_EQ(get({}, "/notice/" + token(notice, police), query).status, 200);
  }
}

TEST_F(PagesTest, WithoutLogInOrTokenNothingHappens) {
  const auto object = with_principal();
  const auto path = "/warnings/" + uuid(object);
  EXPECT_EQ(get({}, path).status, 401);
  EXPECT_EQ(get(administrator_, path).status, 403);
  const std::vector<std::pair<std::string, std::string>> fields{
      {"step", "not_act"}, {"seen", base::to_hex(head(object))}, {"reasons", "No."}};
  EXPECT_EQ(post(principal_, path, fields, false).status, 403);
  EXPECT_EQ(post({}, path, fields).status, 401);
  EXPECT_EQ(state(object), "with_principal");
}

TEST_F(PagesTest, RefusedFormsKeepWhatWasTyped) {
  auto fields = typed();
  fields[1].second = "<b>\"'; DROP TABLE warning; --</b>";
  fields[8].second = "";
  fields.erase(fields.begin() + 9);  // no option
  const auto refused = post(analyst_, "/warnings/new", fields);
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(has(refused, "&lt;b&gt;"));
  EXPECT_FALSE(has(refused, "<b>\""));
  EXPECT_TRUE(has(refused, "River villages"));
  fields = typed();
  fields[2].second = std::string(10'000, 'x');
  EXPECT_EQ(post(analyst_, "/warnings/new", fields).status, 400);
}

TEST_F(PagesTest, ADateThatCannotBeReadIsRefusedAtItsField) {
  auto fields = typed();
  for (const auto* odd : {"tomorrow noon", "20.03.2031 12:00", "2031-13-40 12:00"}) {
    fields[8].second = odd;
    const auto refused = post(analyst_, "/warnings/new", fields);
    EXPECT_EQ(refused.status, 400) << odd;
    EXPECT_TRUE(has(refused, "Write the time as 2031-03-20 12:00, in UTC")) << odd;
    EXPECT_TRUE(has(refused, "value=\"" + std::string(odd) + "\"")) << odd;
    EXPECT_TRUE(has(refused, "River villages")) << odd;
  }
  const auto object = drafted();
  fields.emplace_back("seen", base::to_hex(head(object)));
  const auto refused = post(analyst_, "/warnings/" + uuid(object) + "/edit", fields);
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(has(refused, "2031-13-40 12:00"));
  fields[8].second = "  ";
  EXPECT_EQ(post(analyst_, "/warnings/" + uuid(object) + "/edit", fields).status, 303);
}

TEST_F(PagesTest, HostileFieldsEverywhere) {
  const auto object = decided("GREEN");
  const auto police =
      authority("Police <script>alert(1)</script>", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(object, {police});
  const auto link = token(notice, police);
  const auto shown_page = get({}, "/notice/" + link);
  EXPECT_FALSE(has(shown_page, "<script>alert"));
  const auto form = shown(link).form_token;
  EXPECT_EQ(post({}, "/notice/" + link,
                 {{"answer", form},
                  {"name", "<script>alert(2)</script>"},
                  {"function", "'); DROP TABLE receipt;--"}})
                .status,
            303);
  const auto page = get(officer_, "/warnings/" + uuid(object));
  EXPECT_FALSE(has(page, "<script>alert"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(2)"));
  for (const auto& path : {"/warnings/%27%20OR%201=1", "/warnings/../../etc", "/authorities/x",
                           "/notices/x/receipts/y"})
    EXPECT_EQ(get(officer_, path).status, 404) << path;
  EXPECT_EQ(post(officer_, "/authorities/new",
                 {{"name", "X"}, {"channel", "email"}, {"address", "a@b\r\nBcc: c@d"}})
                .status,
            400);
}

TEST_F(PagesTest, ThePublicPageNeverAcknowledgesByItself) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided("AMBER"), {police});
  const auto link = token(notice, police);
  for (int i = 0; i < 3; ++i) {
    const auto page = get({}, "/notice/" + link);
    EXPECT_EQ(page.status, 200);
    EXPECT_FALSE(has(page, "villages"));
  }
  EXPECT_FALSE(shown(link).receiver.acknowledged);
  EXPECT_EQ(get({}, "/notice/" + link.substr(1)).status, 404);
  EXPECT_EQ(post({}, "/notice/" + link, {{"name", "A"}, {"function", "B"}}).status, 403);
  EXPECT_EQ(
      post({}, "/notice/" + link, {{"answer", "forged"}, {"name", "A"}, {"function", "B"}}).status,
      403);
  const auto form = shown(link).form_token;
  EXPECT_EQ(post({}, "/notice/" + link, {{"answer", form}, {"name", ""}, {"function", "B"}}).status,
            400);
  EXPECT_EQ(
      post({}, "/notice/" + link, {{"answer", form}, {"name", "A"}, {"function", "B"}}).status,
      303);
  EXPECT_TRUE(has(get({}, "/notice/" + link), "villages"));
}

TEST_F(PagesTest, TheNoticePageSaysThatItWasReplacedOrCancelled) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto warning = decided("CLEAR");
  const auto first = ordered(warning, {police});
  const auto link = "/notice/" + token(first, police);
  EXPECT_FALSE(has(get({}, link), "A later notice replaced this one"));
  auto order = order_for(warning, {police});
  order.message = NoticeMessage::update;
  order.replaces = first;
  const auto second = notices().order(*officer_, order);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_TRUE(has(get({}, link), "A later notice replaced this one"));
  order.message = NoticeMessage::cancel;
  order.replaces = *second;
  order.seen = head(warning);
  ASSERT_TRUE(notices().order(*officer_, order));
  EXPECT_TRUE(has(get({}, link), "This notice was cancelled"));
}

TEST_F(PagesTest, ASheetToPrint) {
  const auto object = decided();
  const auto answer = get(principal_, "/warnings/" + uuid(object) + "/sheet.pdf");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.body.starts_with("%PDF-"));
  EXPECT_EQ(get(auditor_, "/warnings/" + uuid(object) + "/sheet.pdf").status, 403);
}

TEST_F(PagesTest, ANoticeOnPaperIsOfOneAuthorityInItsLanguage) {
  const auto police = authority("Police", Channel::print, "at the gate", "RED");
  const auto army = authority("Army", Channel::print, "at the gate", "RED");
  const auto notice = ordered(decided(), {police});
  const auto path = "/notices/" + uuid(notice) + "/receipts/" + uuid(police);
  EXPECT_TRUE(has(get(officer_, path), path + "/sheet.pdf"));
  const auto answer = get(officer_, path + "/sheet.pdf");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.body.starts_with("%PDF-"));
  EXPECT_EQ(get(auditor_, path + "/sheet.pdf").status, 403);
  // It is nobody's whom the notice does not inform.
  EXPECT_EQ(
      get(officer_, "/notices/" + uuid(notice) + "/receipts/" + uuid(army) + "/sheet.pdf").status,
      404);
  // What became stricter than the authority is cleared for is not handed over either.
  const auto town = authority("Town", Channel::print, "at the gate", "AMBER");
  const auto told = ordered(decided(), {town});
  const auto town_sheet = "/notices/" + uuid(told) + "/receipts/" + uuid(town) + "/sheet.pdf";
  EXPECT_EQ(get(principal_, town_sheet).status, 200);
  ASSERT_TRUE(store::run(*connect(), "UPDATE notice SET tlp = 'RED' WHERE object = ?1", told));
  EXPECT_EQ(get(principal_, town_sheet).status, 403);
  ASSERT_TRUE(store::run(*connect(), "UPDATE notice SET texts = '' WHERE object = ?1", notice));
  EXPECT_EQ(get(principal_, path + "/sheet.pdf").status, 404);
  NoticeRow row;
  row.object = notice;
  row.marking = {"RED", "RED"};
  row.exercise = true;
  const auto sheet =
      notice_sheet(row, {"ar", "عنوان", "نص", ""}, {"Desk", "desk@karevia.example", "Police"},
                   parts_->pages.words("ar"));
  EXPECT_TRUE(sheet.right_to_left);
  EXPECT_NE(sheet.marking.find("TLP:RED  PAP:RED"), std::string::npos);
  EXPECT_NE(sheet.marking, "TLP:RED  PAP:RED");
  EXPECT_EQ(sheet.parts.front().text, "عنوان");
}

TEST_F(PagesTest, ADroppedReplyFillsTheFormOnly) {
  const auto police = authority("Police", Channel::email, "police@karevia.invalid");
  const auto notice = ordered(decided(), {police});
  run();
  const auto id = outbox(notice)[0].message_id;
  const auto path = "/notices/" + uuid(notice) + "/receipts/" + uuid(police);
  const auto page = post(
      officer_, path, {{"eml", "From: <police@karevia.invalid>\nIn-Reply-To: <" + id + ">\n\nok"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "comes from the address in the directory"));
  auto database = connect();
  EXPECT_TRUE(receipts_of(*database, notice)->empty());
  clock_.advance(std::chrono::hours{1});
  EXPECT_EQ(post(officer_, path,
                 {{"way", "mail"},
                  {"at", base::format_instant(clock_.now())},
                  {"name", "A. Duty"},
                  {"function", "Duty officer"}})
                .status,
            303);
  EXPECT_EQ(receipts_of(*database, notice)->size(), 1U);
}

}  // namespace
}  // namespace tocsin::inform
