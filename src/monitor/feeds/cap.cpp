// SPDX-License-Identifier: Apache-2.0
#include "monitor/feeds/cap.hpp"

#include "formats/xml.hpp"
#include "monitor/feeds/cap_alert.hpp"

namespace tocsin::monitor::feeds {

namespace {

class CapReader final : public FeedReader {
 public:
  explicit CapReader(const Tables& tables) : tables_(tables) {}

  base::Status read(formats::ByteSource& source, RecordSink& sink) override {
    pugi::xml_document document;
    if (auto done = formats::read_xml(source, document); !done) return done;
    const auto alert = document.document_element();
    if (formats::local_name(alert) != "alert" || cap_namespace(alert).empty())
      return base::fail(base::ErrorCode::unsupported,
                        "the root is not an <alert> of CAP 1.0, 1.1 or 1.2");
    auto rows = give_cap_alert(alert, 1, tables_, sink);
    if (!rows) return std::unexpected(std::move(rows).error());
    return {};
  }

 private:
  const Tables& tables_;
};

}  // namespace

Likeness sniff_cap(std::string_view head) {
  const auto root = formats::root_name(head);
  const bool alert = root == "alert" || root.ends_with(":alert");
  return alert && head.find("urn:oasis:names:tc:emergency:cap:1.") != std::string_view::npos
             ? Likeness::certain
             : Likeness::no;
}

std::unique_ptr<FeedReader> make_cap_reader(const Tables& tables) {
  return std::make_unique<CapReader>(tables);
}

}  // namespace tocsin::monitor::feeds
