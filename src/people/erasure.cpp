// SPDX-License-Identifier: Apache-2.0
#include "people/erasure.hpp"

namespace tocsin::people {

Erasure erasure_of(const ledger::Revision& revision) {
  return {revision.text("kind"), revision.text("object")};
}

base::Status append_erasure(ledger::Pen& pen, const Erasure& erasure) {
  ledger::Draft draft;
  draft.object = pen.new_object(erasure_type);
  draft.type = erasure_type;
  draft.fields = {{"kind", erasure.kind}, {"object", erasure.object}, {"why", "term"}};
  auto made = pen.append_as_node(draft);
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

}  // namespace tocsin::people
