// SPDX-License-Identifier: Apache-2.0
#include "monitor/coding/pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "knowledge/data_file.hpp"

namespace tocsin::monitor::coding {
namespace {

constexpr std::array<std::string_view, 26> all_roles = {
    "MIL", "COP", "PAR", "REB", "CVL", "PTS", "GOV", "OPP", "NGO", "IGO", "JRN", "REF", "UAF",
    "LEG", "JUD", "BUS", "EDU", "MED", "LAB", "REL", "ELI", "SPY", "CRM", "AGR", "PTY", "MOB"};
/// One pattern may hold choices of several words; each doubles the patterns it becomes.
constexpr std::size_t patterns_per_line_max = 256;

base::Result<Element> compile_element(std::string_view piece, Names& names,
                                      const Tokenizer& tokenizer) {
  Element element;
  if (piece.starts_with('!')) {
    element.negated = true;
    piece.remove_prefix(1);
  }
  if (piece.ends_with('?') && piece.size() > 1) {
    element.optional = true;
    piece.remove_suffix(1);
  }
  if (piece.starts_with("..")) {
    element.kind = ElementKind::gap;
    element.count = static_cast<std::uint8_t>(std::atoi(std::string(piece.substr(2)).c_str()));
  } else if (piece.starts_with('@') && piece.size() > 1) {
    element.kind = ElementKind::word_class;
    element.id = names.id(piece);
  } else if (piece.starts_with('~') && piece.size() > 1) {
    element.kind = ElementKind::lemma;
    element.id = names.id("~" + base::fold(piece.substr(1)));
  } else if (piece == "{N}") {
    element.kind = ElementKind::number;
  } else if (piece == "{T}" || piece == "{S}" || piece == "{P}") {
    element.kind = ElementKind::slot;
    element.slot = piece[1];
  } else if (piece == "<human>") {
    element.kind = ElementKind::human;
  } else if (piece.starts_with('<') && piece.ends_with('>')) {
    element.kind = ElementKind::role;
    auto mask = role_mask(piece.substr(1, piece.size() - 2));
    if (!mask) return std::unexpected(mask.error());
    element.roles = *mask;
  } else if (piece == "$any" || piece == "$coop" || piece == "$hostile") {
    element.kind = ElementKind::deed;
    element.count = piece == "$any" ? 0 : piece == "$coop" ? 1 : 2;
  } else if (piece == "$end") {
    element.kind = ElementKind::end;
  } else {
    TokenizedText tokens;
    tokenizer.split(piece, tokens);
    if (tokens.tokens().size() != 1) {
      return base::fail(base::ErrorCode::invalid_input,
                        "not one word: \"" + std::string(piece) + "\"", {},
                        "write the words apart; hyphens and apostrophes part words too");
    }
    element.kind = ElementKind::word;
    element.hash = tokens.tokens()[0].hash;
  }
  return element;
}

/// A piece is one element, or several where a hyphen joins words ("cease-fire").
base::Result<Pattern> compile_piece(std::string_view piece, Names& names,
                                    const Tokenizer& tokenizer) {
  const bool plain = piece.find_first_of("@~{}<>$!?.") == std::string_view::npos;
  if (plain) {
    TokenizedText tokens;
    tokenizer.split(piece, tokens);
    Pattern words;
    for (const Token& token : tokens.tokens()) {
      Element element;
      element.hash = token.hash;
      words.push_back(element);
    }
    if (!words.empty()) return words;
  }
  auto element = compile_element(piece, names, tokenizer);
  if (!element) return std::unexpected(element.error());
  return Pattern{std::move(*element)};
}

/// Cuts into pieces at spaces outside of brackets.
std::vector<std::string_view> pieces_of(std::string_view text) {
  std::vector<std::string_view> pieces;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != ' ' || depth > 0) continue;
    if (i > begin) pieces.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return pieces;
}

}  // namespace

RoleMask role_bit(std::string_view role) {
  for (std::size_t i = 0; i < all_roles.size(); ++i) {
    if (all_roles[i] == role) return RoleMask{1} << i;
  }
  return 0;
}

base::Result<RoleMask> role_mask(std::string_view names) {
  RoleMask mask = 0;
  for (const std::string_view name : knowledge::cut_list(names, '|')) {
    if (name == "armed") {
      mask |= *role_mask("MIL|COP|PAR|REB|UAF|SPY");
    } else if (name == "state") {
      mask |= *role_mask("MIL|COP|GOV|LEG|JUD|SPY");
    } else if (name == "civil") {
      mask |= *role_mask("CVL|REF|JRN|NGO|MED|EDU|REL|AGR|LAB|BUS|PTS|ELI|OPP");
    } else {
      const RoleMask bit = role_bit(name);
      if (bit == 0) {
        return base::fail(base::ErrorCode::invalid_input, "unknown role " + std::string(name), {},
                          "use MIL COP PAR REB CVL PTS GOV OPP … or armed, state, civil");
      }
      mask |= bit;
    }
  }
  return mask;
}

base::Result<std::vector<Pattern>> compile_pattern(std::string_view text, Names& names,
                                                   const Tokenizer& tokenizer) {
  std::vector<Pattern> patterns(1);
  for (std::string_view piece : pieces_of(text)) {
    if (!piece.starts_with('(') && !piece.starts_with("!(")) {
      auto elements = compile_piece(piece, names, tokenizer);
      if (!elements) return std::unexpected(elements.error());
      for (Pattern& pattern : patterns)
        pattern.insert(pattern.end(), elements->begin(), elements->end());
      continue;
    }
    const bool negated = piece.starts_with('!');
    if (negated) piece.remove_prefix(1);
    const bool optional = piece.ends_with('?');
    if (optional) piece.remove_suffix(1);
    if (!piece.ends_with(')')) {
      return base::fail(base::ErrorCode::invalid_input, "a bracket is not closed", {},
                        "close it: (a|b)");
    }
    piece = piece.substr(1, piece.size() - 2);
    if (piece.find('(') != std::string_view::npos) {
      return base::fail(base::ErrorCode::invalid_input, "brackets inside brackets", {},
                        "write two lines");
    }
    Element single;
    single.kind = ElementKind::one_of;
    single.optional = optional;
    single.negated = negated;
    std::vector<Pattern> longer;
    for (const std::string_view choice : knowledge::cut_list(piece, '|')) {
      auto inner = compile_pattern(choice, names, tokenizer);
      if (!inner) return std::unexpected(inner.error());
      for (Pattern& pattern : *inner) {
        if (pattern.size() == 1 && !pattern[0].optional && pattern[0].kind != ElementKind::gap)
          single.choices.push_back(pattern[0]);
        else longer.push_back(std::move(pattern));
      }
    }
    for (const Element& choice : single.choices) {
      if (choice.kind == ElementKind::word) single.words.push_back(choice.hash);
    }
    std::sort(single.words.begin(), single.words.end());
    std::vector<Pattern> next;
    for (const Pattern& pattern : patterns) {
      if (!single.choices.empty()) {
        next.push_back(pattern);
        next.back().push_back(single);
      } else if (optional) {
        next.push_back(pattern);
      }
      for (const Pattern& tail : longer) {
        next.push_back(pattern);
        next.back().insert(next.back().end(), tail.begin(), tail.end());
      }
    }
    patterns = std::move(next);
    if (patterns.size() > patterns_per_line_max) {
      return base::fail(base::ErrorCode::limit_exceeded, "too many choices in one line", {},
                        "name a class for them and use @class");
    }
  }
  return patterns;
}

}  // namespace tocsin::monitor::coding
