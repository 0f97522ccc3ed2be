// SPDX-License-Identifier: Apache-2.0
#include "inform/search.hpp"

#include <gtest/gtest.h>

namespace tocsin::inform {
namespace {

TEST(Search, EveryWordInAnyOrderAndForm) {
  const std::string text = "Des hommes armés ont brûlé trois fermes près de la rivière.";
  EXPECT_TRUE(SearchWords("RIVIERE  brule").found_in(text));
  EXPECT_TRUE(SearchWords("Fermes").found_in(text));
  EXPECT_FALSE(SearchWords("fermes pont").found_in(text));
  // Hamza seats, alef forms and marks do not matter.
  EXPECT_TRUE(SearchWords("احرقوا").found_in("رجال أَحرقوا ثلاث مزارع"));
}

TEST(Search, NothingTypedFindsNothing) {
  for (const auto* typed : {"", "   ", "\t\r\n", "\xcc\x81"}) {
    const SearchWords words(typed);
    EXPECT_TRUE(words.empty()) << typed;
    EXPECT_FALSE(words.found_in("anything"));
  }
}

TEST(Search, ThePieceHoldsTheWordAndSaysThatThereIsMore) {
  const std::string filler(2'000, 'x');
  const auto piece = SearchWords("Árbol").found_in(filler + " under the arbol they met " + filler);
  ASSERT_TRUE(piece);
  EXPECT_NE(piece->find("arbol"), std::string::npos);
  EXPECT_TRUE(piece->starts_with("… "));
  EXPECT_TRUE(piece->ends_with(" …"));
  EXPECT_LE(piece->size(), search_excerpt_bytes_max + 10);
  EXPECT_EQ(SearchWords("a").found_in("A tree"), "A tree");
}

TEST(Search, HostileQueriesAreOnlyWords) {
  const std::string text = "50% of '; DROP TABLE report; -- <b>x</b>";
  EXPECT_TRUE(SearchWords("'; drop TABLE").found_in(text));
  EXPECT_FALSE(SearchWords("%").found_in("nothing of that"));
  EXPECT_FALSE(SearchWords(std::string(100'000, 'a')).found_in(text));
  EXPECT_FALSE(SearchWords("\xff\xfe").found_in("plain"));
}

}  // namespace
}  // namespace tocsin::inform
