// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/tokens.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::monitor::coding {
namespace {

std::string words_of(std::string_view text) {
  const Tokenizer tokenizer;
  TokenizedText tokens;
  tokenizer.split(text, tokens);
  std::string out;
  std::uint32_t sentence = 0;
  for (const Token& token : tokens.tokens()) {
    if (token.sentence != sentence) out += "/ ";
    sentence = token.sentence;
    out += std::string(token.word) + " ";
  }
  return out;
}

TEST(Tokens, FoldAccentsAndKeepOffsets) {
  const std::string text = "Près de Ségou, 1.200 villageois.";
  const Tokenizer tokenizer;
  TokenizedText tokens;
  tokenizer.split(text, tokens);
  EXPECT_EQ(words_of(text), "pres de segou , 1,200 villageois . ");
  const Token& segou = tokens.tokens()[2];
  EXPECT_EQ(text.substr(segou.begin, segou.end - segou.begin), "Ségou");
  EXPECT_TRUE(segou.has(token_capitalised));
  EXPECT_EQ(tokens.tokens()[4].number, 1200);
}

TEST(Tokens, SplitEndingsElisionsAndHyphens) {
  EXPECT_EQ(words_of("Israel's army didn't leave; l’armée anti-drogue."),
            "israel 's army did n't leave ; l' armee anti drogue . ");
}

TEST(Tokens, KeepDottedAbbreviationsInOneSentence) {
  EXPECT_EQ(words_of("The U.S. sent Gen. Smith at 5 p.m. today. It rained."),
            "the u.s. sent gen . smith at 5 p.m. today . / it rained . ");
}

TEST(Tokens, SplitLowerCaseSentences) {
  EXPECT_EQ(words_of("police fired. two died.\n\nnext"), "police fired . / two died . / next ");
}

TEST(Tokens, UniteArabicLettersAndDigits) {
  EXPECT_EQ(words_of("أطلقوا النار، ٤٣ قتيلاً"), "اطلقوا النار , 43 قتيلا ");
  bool found = false;
  arabic_stems("والجنود", [&found](std::string_view stem) {
    found = found || stem == "جنود";
    return found;
  });
  EXPECT_TRUE(found);
}

TEST(Tokens, SurviveMalformedBytes) {
  EXPECT_EQ(words_of("a\xff\xfe b\xc3"), "a b ");
  EXPECT_EQ(words_of(""), "");
}

}  // namespace
}  // namespace tocsin::monitor::coding
